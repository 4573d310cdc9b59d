"""`make run`'s supervisor, for real: it starts, heals, refuses, and leaves nobody behind."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from certs.browser.build import build
from erec.configuration import PROJECT
from tests.erec.stack.supervised import (
    Run,
    alive,
    child_pid,
    descendants,
    eventually,
    finished,
    free_ports,
    remove,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc を読む試験です（Linuxだけ）")

# What a Unix socket, a shell, nginx or PostgreSQL could stumble over, and longer than a socket's path may be.
AWKWARD = f"長い 名前 $HOME 'a' \"b\" {'x' * 100}"


@pytest.fixture(scope="module")
def bundles() -> Path:
    """The browser's script, built once for all tests and kept."""
    built = PROJECT / "var" / "browser-test" / "static"
    build(built)
    return built


@pytest.fixture(scope="module")
def var(bundles: Path) -> Iterator[Path]:
    parent = Path(tempfile.mkdtemp(prefix="erec-stack-"))
    var = parent / AWKWARD / "var"
    var.mkdir(parents=True)
    (var / "browser").symlink_to(bundles)
    yield var
    remove(var)
    shutil.rmtree(parent)


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    return free_ports()


@pytest.fixture
def run(var: Path, ports: tuple[int, int]) -> Iterator[Run]:
    """A service that answers; a test that stops it leaves the next one to start it again."""
    running = Run(var, *ports)
    running.wait_until_ready()
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGTERM)


def test_it_tells_where_it_is_heals_refuses_a_second_run_and_ends_whole(
    run: Run, var: Path, ports: tuple[int, int]
) -> None:
    # One start for all of these: a start is what costs here.
    told = run.wait_until_ready()
    assert told["entry_url"] == f"https://localhost:{ports[0]}/"
    assert told["cert_url"] == f"https://localhost:{ports[1]}/"
    assert told["mail_dir"] == str(var / "mail")
    assert stat.S_IMODE(run.ready_file.stat().st_mode) == 0o600
    assert run.get("readyz")[0] == 200
    with psycopg.connect(told["database_url"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("erec_app",)
    with psycopg.connect(told["database_owner_url"]) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("erec_owner",)

    demo = {"companies": [{"name": "株式会社"}]}
    (var / "demo.json").write_text(json.dumps(demo))
    eventually(lambda: json.loads(run.ready_file.read_text())["demo"] == demo)
    (var / "demo.json").unlink()

    assert finished(var, *free_ports()) == (
        1,
        f"{var} のサービスはもう動いています（プロセス {run.process.pid}）。"
        "それを止めるか、EREC_VAR とポートを変えて実行してください。\n",
    )

    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", "print('lent')"]
    lent = subprocess.run(
        command, cwd=PROJECT, env=run.environment, capture_output=True, text=True, check=True
    )
    assert lent.stdout == "lent\n"

    for name in ("web", "nginx", "postgres"):
        killed = child_pid(var, name)
        os.kill(killed, signal.SIGKILL)
        eventually(lambda killed=killed, name=name: _other(var, name, killed))  # type: ignore[misc]
        eventually(lambda: run.get("readyz")[0] == 200)
        assert f" {name} が終了しました（シグナル 9）。1秒後に起動し直します。" in run.output.read_text()

    everybody = descendants(run.process.pid)
    assert len(everybody) > 10
    assert run.end(signal.SIGINT) == 0
    eventually(lambda: alive(everybody) == [])
    assert not run.ready_file.exists()
    assert list((var / "run").glob("*.pid")) == []


def test_a_killed_run_leaves_nobody_and_the_next_one_starts_on_its_data(run: Run) -> None:
    with psycopg.connect(run.wait_until_ready()["database_owner_url"]) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('まだある')")
    everybody = descendants(run.process.pid)
    assert run.end(signal.SIGKILL) == -signal.SIGKILL
    assert run.ready_file.exists()  # nobody was left to remove it

    again = Run(run.var, int(run.environment["EREC_PORT"]), int(run.environment["EREC_CERT_PORT"]))
    eventually(lambda: alive(everybody) == [])
    with psycopg.connect(again.wait_until_ready()["database_owner_url"]) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("まだある",)]
        connection.execute("DROP TABLE kept")
    assert again.end(signal.SIGTERM) == 0


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        assert finished(tmp_path / "var", free_ports()[0], port) == (
            1,
            f"ポート {port} はほかのプログラムが使っています。"
            "それを止めるか、EREC_CERT_PORT に別の番号を設定してください。\n",
        )
    remove(tmp_path / "var")


def test_bad_settings_stop_the_start_all_at_once(tmp_path: Path) -> None:
    code, said = finished(tmp_path / "var", 0, 99999, EREC_MAIL_URL="pigeon:", EREC_PROT="1")
    assert code == 1
    assert said.splitlines() == [
        "設定の値が正しくありません。",
        "  - EREC_PORT は1から65535までの整数にしてください。今の値: 「0」",
        "  - EREC_CERT_PORT は1から65535までの整数にしてください。今の値: 「99999」",
        "  - EREC_MAIL_URL は「file:」または「smtp(s)://[利用者:パスワード@]ホスト[:ポート]」にしてください。"
        "今の値: 「pigeon:」",
        "  - EREC_PROT という設定はありません。つづりを確かめてください（一覧は .env.example）。",
    ]
    assert not (tmp_path / "var").exists()


def _other(var: Path, name: str, pid: int) -> bool:
    """Whether another process has this name. Between the two its file is gone, or there and still empty."""
    try:
        told = (var / "run" / f"{name}.pid").read_text()
    except FileNotFoundError:
        return False
    return told != "" and int(told.split()[0]) != pid

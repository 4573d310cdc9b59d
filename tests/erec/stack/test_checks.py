"""What is wrong with a machine is told in a sentence."""

import errno
import os
import shutil
import socket
from collections import namedtuple
from pathlib import Path

import pytest

from erec import configuration
from erec.stack import StackError, addresses, checks

Usage = namedtuple("Usage", "total used free")


def sentence(refusal: pytest.ExceptionInfo[StackError]) -> str:
    return str(refusal.value)


def test_the_state_folder_is_made_with_what_belongs_in_it(tmp_path: Path) -> None:
    var = tmp_path / "new" / "var"
    checks.state_folder(var)
    assert sorted(path.name for path in var.iterdir()) == ["browser", "log", "run", "secrets"]
    assert {path.stat().st_mode & 0o777 for path in var.iterdir()} == {0o700}
    # Under root PostgreSQL's user passes through; nobody else ever reads.
    assert var.stat().st_mode & 0o777 == (0o711 if os.getuid() == 0 else 0o700)


def test_a_folder_that_was_there_is_not_opened_further(tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.mkdir(mode=0o700)
    checks.state_folder(var)
    assert var.stat().st_mode & 0o777 == 0o700


def test_a_state_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    var = tmp_path / "file" / "var"
    with pytest.raises(StackError) as refusal:
        checks.state_folder(var)
    assert sentence(refusal) == (
        f"EREC_VAR のフォルダ {var} に書けません（Not a directory）。"
        "書込みの権限と空き容量を確かめるか、EREC_VAR で別のフォルダを指定してください。"
    )


def test_a_state_folder_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    monkeypatch.setattr(checks, "_account_name", lambda uid: f"no. {uid}")
    with pytest.raises(StackError) as refusal:
        checks.state_folder(tmp_path)
    assert sentence(refusal) == (
        f"EREC_VAR のフォルダ {tmp_path} は利用者 no. {tmp_path.stat().st_uid} のものです。"
        "その利用者で実行するか、EREC_VAR で別のフォルダを指定してください。"
    )


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - 299_999_999, 299_999_999))
    with pytest.raises(StackError) as refusal:
        checks.free_space(tmp_path)
    assert sentence(refusal) == (
        f"{tmp_path} の空き容量が 299 MB しかありません。300 MB 以上空けてから実行してください。"
    )
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - 300_000_000, 300_000_000))
    checks.free_space(tmp_path)


def test_a_port_that_only_root_may_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_cannot_listen", lambda address, port: errno.EACCES if port else 0)
    with pytest.raises(StackError) as refusal:
        checks.ports({"EREC_PORT": 443})
    assert sentence(refusal) == (
        "ポート 443 は root でないと使えません。EREC_PORT に1024以上の番号を設定してください。"
    )


def test_a_port_taken_on_either_address() -> None:
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        if address not in checks.loopback_addresses():
            continue
        with socket.socket(family) as taken:
            taken.bind((address, 0))
            taken.listen(1)
            with pytest.raises(StackError, match="はほかのプログラムが使っています"):
                checks.ports({"EREC_PORT": taken.getsockname()[1]})


def test_a_given_database_that_does_not_answer() -> None:
    config = configuration.load({"DATABASE_URL": "postgresql://app:geheim@127.0.0.1:1/erec"})
    with pytest.raises(StackError) as refusal:
        checks.given_database(config)
    assert sentence(refusal).startswith("DATABASE_URL のデータベースにつながりません（")
    assert "geheim" not in sentence(refusal)


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/valkey.sock"])
def test_a_given_broker_that_does_not_answer(address: str) -> None:
    with pytest.raises(StackError) as refusal:
        checks.given_broker(address)
    assert sentence(refusal).startswith("BROKER_URL のブローカーにつながりません（")
    assert sentence(refusal).endswith("アドレスと、動いているかを確かめてください。")


def test_a_given_broker_that_answers() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        checks.given_broker(f"redis://127.0.0.1:{server.getsockname()[1]}/0")


@pytest.mark.parametrize(("lister", "expected"), [("echo 'Noto Sans CJK JP'", True), ("true", False)])
def test_a_japanese_font_is_looked_for(
    lister: str, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "fc-list"
    program.write_text(f'#!/bin/sh\n[ "$1" = :lang=ja ] && {lister}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert checks.has_japanese_font() is expected


def test_without_fontconfig_there_is_no_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert checks.has_japanese_font() is False


def test_a_socket_folder_that_somebody_else_made_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "sockets"
    mine = (os.getuid(), os.getgid())
    addresses.private_folder(folder, *mine)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert addresses.private_folder(folder, *mine) == folder
    folder.chmod(0o750)
    with pytest.raises(StackError, match="開かれているため使えません"):
        addresses.private_folder(folder, *mine)
    folder.chmod(0o700)
    with pytest.raises(StackError, match="ほかの利用者のもの"):
        addresses.private_folder(folder, os.getuid() + 1, os.getgid())
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(StackError):
        addresses.private_folder(tmp_path / "link", *mine)


def test_socket_paths_fit_however_long_the_folder_is() -> None:
    var = Path("/") / "長い" / ("x" * 300)
    for path in (addresses.web_socket(var), addresses.database_folder(var) / ".s.PGSQL.5432.lock"):
        assert len(os.fsencode(path)) < 60

"""make's first step: which Python is taken, when `.venv` is made anew, what is said."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from erec.configuration import PROJECT
from erec.stack import bootstrap

SHELL = "#!/bin/sh\n"
BROKEN_SHIM = SHELL + "echo 'python3.13: command not found' >&2; exit 127\n"


def python(version: str, *, venv: bool = True) -> str:
    """A stand-in that answers as that version would, with or without python3-venv."""
    refuse = "" if venv else 'case "$2" in *ensurepip*) echo "No module named ensurepip" >&2; exit 1;; esac\n'
    return f"{SHELL}{refuse}echo {version}\n"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install(folder: Path, **programs: str) -> None:
    for name, text in programs.items():
        program = folder / name.replace("_", ".")
        program.write_text(text)
        program.chmod(0o755)


def test_the_newest_that_really_runs_is_taken(path: Path) -> None:
    install(
        path,
        python3_13=BROKEN_SHIM,
        python3_12=python("3.12"),
        python3_11=python("3.11"),
        python3=python("3.9"),
    )
    assert bootstrap.newest_python() == "python3.12"


def test_versions_are_compared_as_numbers(path: Path) -> None:
    install(path, python3_11=python("3.11"), python3=python("3.14"))
    assert bootstrap.newest_python() == "python3"


def test_an_older_one_with_venv_wins_over_a_newer_one_without(path: Path) -> None:
    install(path, python3_13=python("3.13", venv=False), python3_11=python("3.11"))
    assert bootstrap.newest_python() == "python3.11"


def test_a_missing_venv_is_told_with_its_package(path: Path) -> None:
    install(path, python3=python("3.12", venv=False))
    with pytest.raises(bootstrap.Missing) as missing:
        bootstrap.newest_python()
    assert str(missing.value) == (
        "python3 に venv がありません。"
        "パッケージ python3-venv をインストールしてください（Debian・Ubuntu: apt install python3-venv）。"
    )


def test_no_python_new_enough_is_told_with_its_package(path: Path) -> None:
    install(path, python3=python("3.10"), python3_13=BROKEN_SHIM)
    with pytest.raises(bootstrap.Missing) as missing:
        bootstrap.newest_python()
    assert str(missing.value) == (
        "Python 3.11 以降が見つかりません。パッケージ python3 と python3-venv をインストールしてください。"
    )


def test_make_says_so_too_before_any_python_runs(path: Path, tmp_path: Path) -> None:
    make, shell = shutil.which("make", path=os.defpath), shutil.which("sh", path=os.defpath)
    assert make, "make はこの試験にも要ります（パッケージ make）"
    assert shell
    (path / "sh").symlink_to(shell)
    shutil.copy(PROJECT / "Makefile", tmp_path)
    done = subprocess.run([make, "run"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        "Python 3.11 以降が必要です。パッケージ python3 と python3-venv をインストールしてください。"
    )


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A finished environment of the dev set, on Python 3.12, with stand-in requirements."""
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    for name in ("embedded", "dev"):
        (requirements / f"{name}.txt").write_text(f"{name}==1\n")
    folder = tmp_path / ".venv"
    (folder / "bin").mkdir(parents=True)
    install(folder / "bin", python=python("3.12"))
    monkeypatch.setattr(bootstrap, "VENV", folder)
    monkeypatch.setattr(bootstrap, "REQUIREMENTS", requirements)
    (folder / "stamp").write_text(bootstrap._stamp("dev", (3, 12)))
    return folder


def test_the_larger_set_is_good_for_both(venv: Path) -> None:
    assert bootstrap._stands("dev")
    assert bootstrap._stands("embedded")


def test_the_smaller_set_is_not_enough_for_tests(venv: Path) -> None:
    (venv / "stamp").write_text(bootstrap._stamp("embedded", (3, 12)))
    assert bootstrap._stands("embedded")
    assert not bootstrap._stands("dev")


@pytest.mark.parametrize(
    "damage", ["requirements changed", "half made", "no interpreter", "other interpreter"]
)
def test_a_stale_environment_does_not_stand(venv: Path, damage: str) -> None:
    if damage == "requirements changed":
        (bootstrap.REQUIREMENTS / "dev.txt").write_text("dev==2\n")
    elif damage == "half made":
        (venv / "stamp").unlink()
    elif damage == "no interpreter":
        (venv / "bin" / "python").unlink()
    else:
        install(venv / "bin", python=python("3.13"))
    assert not bootstrap._stands("dev")


def test_one_that_stands_is_left_alone(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(bootstrap, "_make", made.append)
    bootstrap.ensure("embedded")
    assert made == []


def test_a_stale_one_is_made_anew_with_checked_hashes(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    (venv / "leftover").write_text("")
    (venv / "stamp").unlink()
    monkeypatch.setattr(bootstrap, "newest_python", lambda: "python3.12")
    monkeypatch.setattr(bootstrap, "_version", lambda python, program: (3, 12))

    def run(command: list[str], sentence: str) -> None:
        ran.append(command)
        venv.mkdir(exist_ok=True)

    monkeypatch.setattr(bootstrap, "_run", run)
    bootstrap.ensure("dev")
    assert ran[0] == ["python3.12", "-m", "venv", str(venv)]
    assert ran[1][-3:] == ["--require-hashes", "-r", str(bootstrap.REQUIREMENTS / "dev.txt")]
    assert not (venv / "leftover").exists()
    assert (venv / "stamp").read_text() == bootstrap._stamp("dev", (3, 12))


def test_a_failed_install_leaves_no_stamp_and_its_last_lines(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (venv / "stamp").unlink()
    stand_in = SHELL + "case \"$*\" in *venv*) exit 0;; esac; echo 'no space left' >&2; exit 1\n"
    install(venv.parent, python3=stand_in)
    monkeypatch.setattr(bootstrap, "newest_python", lambda: str(venv.parent / "python3"))
    monkeypatch.setattr(bootstrap, "_version", lambda python, program: (3, 12))
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: install(venv / "bin", python=stand_in))
    with pytest.raises(bootstrap.Missing) as missing:
        bootstrap._make("dev")
    assert str(missing.value) == (
        "必要なPythonのパッケージを取り込めませんでした。"
        "ネットワークと空き容量を確かめてください。\nno space left"
    )
    assert not (venv / "stamp").exists()


def test_the_bootstrap_needs_nothing_installed() -> None:
    """Isolated, without site-packages, it imports."""
    code = f"import runpy; runpy.run_path({str(PROJECT / 'erec/stack/bootstrap.py')!r})"
    base = Path(os.path.realpath(PROJECT / ".venv" / "bin" / "python"))
    subprocess.run([base, "-I", "-S", "-c", code], cwd="/", check=True)

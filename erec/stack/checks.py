"""What can be wrong with this machine before anything starts; each is one sentence with the way out."""

import contextlib
import errno
import os
import pwd
import shutil
import socket
import subprocess
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from erec.stack import StackError, addresses

FREE_MEGABYTES_MIN = 300


def state_folder(var: Path) -> None:
    """Make the state directory, and be sure that it is ours and can be written."""
    # Under root PostgreSQL's user must pass through (not read) it; everything inside is closed by itself.
    mode = 0o711 if os.getuid() == 0 else 0o700
    try:
        if not var.exists():
            var.mkdir(parents=True)
            var.chmod(mode)
        for name in ("run", "log", "secrets", "browser"):
            (var / name).mkdir(mode=0o700, exist_ok=True)
        probe = var / "run" / "probe"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise StackError(
            f"EREC_VAR のフォルダ {var} に書けません（{error.strerror}）。"
            "書込みの権限と空き容量を確かめるか、EREC_VAR で別のフォルダを指定してください。"
        ) from error
    owner = var.stat().st_uid
    if owner != os.getuid():
        raise StackError(
            f"EREC_VAR のフォルダ {var} は利用者 {_account_name(owner)} のものです。"
            "その利用者で実行するか、EREC_VAR で別のフォルダを指定してください。"
        )


def free_space(*folders: Path) -> None:
    """PostgreSQL stops in the middle of its work when the disk is full; better not to begin."""
    for folder in folders:
        free = shutil.disk_usage(folder).free // 1_000_000
        if free < FREE_MEGABYTES_MIN:
            raise StackError(
                f"{folder} の空き容量が {free} MB しかありません。"
                f"{FREE_MEGABYTES_MIN} MB 以上空けてから実行してください。"
            )


def ports(wanted: Mapping[str, int]) -> None:
    """`wanted` maps the variable that moves a port to the port."""
    for variable, port in wanted.items():
        for address in loopback_addresses():
            problem = _cannot_listen(address, port)
            if problem == errno.EACCES:
                raise StackError(
                    f"ポート {port} は root でないと使えません。"
                    f"{variable} に1024以上の番号を設定してください。"
                )
            if problem:
                raise StackError(
                    f"ポート {port} はほかのプログラムが使っています。"
                    f"それを止めるか、{variable} に別の番号を設定してください。"
                )


def loopback_addresses() -> list[str]:
    """127.0.0.1, and ::1 where the machine has it."""
    return ["127.0.0.1", *(["::1"] if _cannot_listen("::1", 0) == 0 else [])]


def _cannot_listen(address: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As nginx does: connections of a run that has just ended do not hold the port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
            probe.listen(1)
    except OSError as error:
        return error.errno or errno.EIO
    return 0


def given_database(config: Mapping[str, Any]) -> None:
    """DATABASE_URL must answer, for both roles."""
    for role, variable in (
        (addresses.APP_ROLE, "DATABASE_URL"),
        (addresses.OWNER_ROLE, "DATABASE_OWNER_URL"),
    ):
        try:
            psycopg.connect(**addresses.connection(config, role), connect_timeout=5).close()
        except psycopg.Error as error:
            reason = str(error).strip().splitlines()[-1]
            raise StackError(
                f"{variable} のデータベースにつながりません（{reason}）。"
                "アドレスと、動いているかを確かめてください。"
            ) from error


def given_broker(address: str) -> None:
    """BROKER_URL must accept a connection."""
    parts = urllib.parse.urlsplit(address)
    try:
        if parts.hostname:
            socket.create_connection((parts.hostname, parts.port or 6379), timeout=5).close()
        else:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(parts.path)
    except OSError as error:
        raise StackError(
            f"BROKER_URL のブローカーにつながりません（{error.strerror or error}）。"
            "アドレスと、動いているかを確かめてください。"
        ) from error


def has_japanese_font() -> bool:
    """Whether a browser on this machine could show the screens; unknown counts as no."""
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    shown = subprocess.run(  # noqa: S603 - a fixed command
        [lister, ":lang=ja", "family"], capture_output=True, text=True, errors="replace", check=False
    )
    return bool(shown.stdout.strip())


def _account_name(uid: int) -> str:
    with contextlib.suppress(KeyError):
        return pwd.getpwuid(uid).pw_name
    return str(uid)

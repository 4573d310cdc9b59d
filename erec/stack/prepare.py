"""What must be true before the first request, in one process and each step nothing when it is done.

`python -m erec.stack.prepare` is run by the supervisor, with the database up; `… prepare database` by the
image, whose static files were made with it.
"""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from erec.stack import StackError, say
from erec.stack.roles import as_owner


def main(arguments: list[str]) -> int:
    """Everything, in order, or the database alone. What an operator can mend ends as its sentence."""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erec.settings")
    django.setup()
    from certs.pki.authority import AuthorityError

    try:
        if arguments != ["database"]:
            prepare_pages()
        prepare_database()
        if settings.CONFIG["EREC_DEMO"]:
            call_command("prepare_demo", verbosity=0)
    except (StackError, AuthorityError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    return 0


def prepare_pages() -> None:
    """The certificate page's script, and all static files under their hashed names."""
    from certs.browser.build import BuildFailed, build

    if not (settings.VAR / "browser" / "certificate.js").exists():
        say("証明書ページのスクリプトをまとめています")
    try:
        build(settings.VAR / "browser")
    except BuildFailed as failure:
        raise StackError(str(failure)) from failure
    collect_static()


def prepare_database() -> None:
    """Migrations as the owner, the authority whose certificates the rows tell of, the institution itself."""
    from certs import authority
    from erec.financing import institution

    with as_owner():
        # Two commands at once would both see the same step missing; closing the connection unlocks.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext('erec migrations'))")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            say("データベースの表を作っています")
            call_command("migrate", verbosity=0, interactive=False)
    authority.prepare(timezone.now())
    institution.prepare(timezone.now())
    _write_client_authority(authority.authority().chain_pem)


def collect_static() -> None:
    """Copy the static files under their hashed names, unless none has changed since."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\0".encode())
    stamp = settings.VAR / "static.stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and settings.STATIC_ROOT.is_dir():
        return
    say("画面の部品を集めています")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest.hexdigest())


def _write_client_authority(chain_pem: str) -> None:
    """For nginx: the certificates alone, apart from the authority's keys."""
    path = settings.VAR / "tls" / "client_ca.pem"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(chain_pem)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make bench`: what a thing costs, beside the same thing done by hand or by another library, in one run.

Each module here has `measure()`, which yields rows of the contract; they are printed and written to
EREC_VAR/bench.json. The database is one of the benchmarks' own, thrown away afterwards.
"""

import importlib
import json
import logging
import os
import pkgutil
import shutil
import sys
import tempfile
from pathlib import Path

import django

from erec import configuration
from erec.stack import addresses, postgres, say
from erec.stack.command import database
from erec.stack.prepare import prepare_database


def main() -> int:
    results = configuration.load(os.environ)["EREC_VAR"] / "bench.json"
    var = Path(tempfile.mkdtemp(prefix="erec-bench-"))
    var.chmod(0o711)
    os.environ.update(EREC_VAR=str(var), DJANGO_SETTINGS_MODULE="erec.settings", EREC_DEMO="0")
    config = configuration.load(os.environ)
    django.setup()
    logging.disable(logging.WARNING)  # no broker runs here, and every mail would say so
    try:
        with database(config):
            prepare_database()
            rows = [row for module in _modules() for row in importlib.import_module(module).measure()]
    finally:
        homes = [] if config["DATABASE_URL"] else [postgres.Cluster(var).home]
        for folder in (*homes, addresses.socket_folder(var), addresses.database_folder(var), var):
            shutil.rmtree(folder, ignore_errors=True)
    for row in rows:
        say(
            f"{row['name']}: {row['ours']} {row['unit']}, {row['reference_name']}: {row['reference']}"
            f" {row['unit']} (×{row['ratio']})"
        )
    results.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    results.write_text(json.dumps(rows, ensure_ascii=False, indent=2))
    return 0


def _modules() -> list[str]:
    here = Path(__file__).resolve().parent
    return sorted(
        f"tests.bench.{m.name}" for m in pkgutil.iter_modules([str(here)]) if m.name.startswith("of_")
    )


if __name__ == "__main__":
    sys.exit(main())

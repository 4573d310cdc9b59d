"""Exports one company's 電子記録債権 table and says the process's peak memory in kB."""

import resource
import sys
import tempfile
from pathlib import Path

import django
from django.utils import timezone


def main(company_id: int) -> None:
    django.setup()
    from erec.exports.ledger import writing  # models, so after the set-up
    from erec.exports.ledger.definition import Name
    from erec.exports.ledger.selection import Selection

    asked = Selection(company_id, Name.CLAIMS)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.csv"
        rows = writing.write_to(out, lambda file: writing.write(asked, file, reason="", at=timezone.now()))
        assert rows
    sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


if __name__ == "__main__":
    main(int(sys.argv[1]))

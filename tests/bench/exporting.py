"""Exports one company's 電子記録債権 table and says the process's peak memory in kB."""

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
    # Not getrusage: what it calls a peak begins with the size of the process that forked this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    sys.stdout.write(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")))


if __name__ == "__main__":
    main(int(sys.argv[1]))

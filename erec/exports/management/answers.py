"""The answer of a command that reads a file: {"rows": […], "errors": […]}, written while it is read.

Rows go out at once; what is wrong waits in a file of its own, so that memory stays flat whatever is read.
"""

import json
import tempfile
from collections.abc import Iterable
from datetime import date
from typing import Protocol


class Output(Protocol):
    """Django's OutputWrapper, as far as it is used."""

    def write(self, msg: str, /, *, ending: str) -> object: ...


def write_answer(out: Output, found: Iterable[tuple[bool, object]]) -> bool:
    """Writes each thing found, (True, a row) or (False, an error). True when nothing was wrong."""
    between = {True: "", False: ""}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        out.write('{"rows": [', ending="")
        for good, data in found:
            line = between[good] + "\n" + json.dumps(data, ensure_ascii=False, default=date.isoformat)
            between[good] = ","
            if good:
                out.write(line, ending="")
            else:
                errors.write(line)
        out.write('\n], "errors": [', ending="")
        errors.seek(0)
        for line in errors:
            out.write(line, ending="")
        out.write("\n]}", ending="\n")
    return not between[False]

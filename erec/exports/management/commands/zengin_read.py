"""zengin_read: a bank's statement file to JSON, with all that is wrong with it. 1 when something is."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from erec.exports.management.answers import write_answer
from erec.formats.zengin import Entry, Problem, UnknownFile, read


class Command(BaseCommand):
    help = "銀行の入出金明細のファイル（全銀 03・01、ANSER形式CSV）を検査して、JSONにする"
    needs_database = False
    requires_system_checks: list[str] = []  # noqa: RUF012 (Django's own name and type)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        try:
            source = path.open("rb")
        except OSError as error:
            raise CommandError(f"{path}を読めません（{error.strerror}）。") from None
        with source:
            if not write_answer(self.stdout, _found(source, timezone.localdate())):
                sys.exit(1)


def _found(source: BinaryIO, on: date) -> Iterator[tuple[bool, object]]:
    try:
        for each in read(source, on=on):
            if isinstance(each, Entry):
                yield True, asdict(each)
            elif isinstance(each, Problem):
                yield False, _as_json(each)
    except UnknownFile as unknown:
        yield False, _as_json(Problem(1, None, "", str(unknown)))


def _as_json(problem: Problem) -> dict[str, object]:
    message = f"{problem.item}: {problem.message}" if problem.item else problem.message
    return {"line": problem.line, "column": problem.column, "item": problem.item, "message": message}

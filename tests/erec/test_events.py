"""The closed list of events: each is written by somebody."""

import re
from pathlib import Path

from erec.trail.events import Event

PROJECT = Path(__file__).resolve().parents[2]


def test_every_event_has_a_writer() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("accounts", "certs", "erec")
        for path in (PROJECT / folder).rglob("*.py")
        if path.name != "events.py"
    )
    used = set(re.findall(r"Event\.([A-Z_]+)", code))
    assert {event.name for event in Event} - used == set()

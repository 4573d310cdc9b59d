"""The closed list: names that can go into a chain and labels that can be shown."""

import re

from erec.trail.events import Event
from erec.trail.models import Entry


def test_every_event_has_a_dotted_name_that_fits_its_column_and_a_japanese_label() -> None:
    width = Entry._meta.get_field("event").max_length
    assert width == 60
    for event in Event:
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", event.value)
        assert len(event.value) <= width
        assert re.search(r"[ぁ-んァ-ヶ一-龠]", event.label)


def test_no_two_events_share_a_label() -> None:
    assert len({event.label for event in Event}) == len(Event)

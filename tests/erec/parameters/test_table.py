"""The table of parameters: names once, defaults inside their bounds, every row with its source."""

import pytest

from erec.parameters.table import PARAMETERS, Parameter, value


def test_each_name_is_there_once() -> None:
    names = [p.name for p in PARAMETERS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.name)
def test_each_row_is_whole(parameter: Parameter) -> None:
    assert parameter.minimum <= parameter.default <= parameter.maximum
    assert parameter.unit
    assert parameter.meaning
    assert parameter.source


def test_the_value_is_what_the_settings_read() -> None:
    assert (value("cut_off_minutes"), value("due_latest_months"), value("drafts_max")) == (900, 12, 10)
    with pytest.raises(KeyError):
        value("cut_off")

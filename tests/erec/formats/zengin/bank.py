"""Statement files as a bank makes them, record by record, and what is found in them."""

import io
from datetime import date

from erec.formats.fixed.model import Value
from erec.formats.zengin import Account, Entry, Form, Problem, read
from erec.formats.zengin.records import layout

ON = date(2026, 8, 3)
ACCOUNT: dict[str, Value] = {
    "made_on": date(2026, 8, 1),
    "first_day": date(2026, 7, 1),
    "last_day": date(2026, 7, 31),
    "charset": "0",
    "bank_code": "9999",
    "bank_name": "ｲﾁﾏﾙｼﾝｷﾝ",
    "branch_code": "101",
    "branch_name": "ﾎﾝﾃﾝ",
    "account_type": "1",
    "account_number": "1234567",
    "holder": "ｶ)ｱｵﾊﾞ",
}


def record(form: Form, key: str, **values: Value) -> bytes:
    base: dict[str, Value] = {
        "header": ACCOUNT,
        "data": {"booked_on": date(2026, 7, 31), "value_on": date(2026, 7, 31), "of_cheques_yen": 0},
        "data_a": {"booked_on": date(2026, 7, 31), "value_on": date(2026, 7, 31), "of_cheques_yen": 0},
        "data_b": {
            "booked_on": date(2026, 7, 31),
            "value_on": date(2026, 7, 31),
            "of_cheques_yen": 0,
            "of_cheques_large_yen": 0,
        },
        "trailer": {},
        "end": {},
    }[key]  # type: ignore[assignment]
    return layout(form).records[key].write({**base, **values}, 0)


def statement_account(lines: list[tuple[str, int]], *, opening: int = 1000) -> list[bytes]:
    """The records of one account: (入払区分, yen) each."""
    came = [yen for direction, yen in lines if direction == "1"]
    went = [yen for direction, yen in lines if direction == "2"]
    closing = opening + sum(came) - sum(went)
    form = Form.STATEMENT
    return [
        record(form, "header", opening_sign="1", opening_yen=opening),
        *(
            record(form, "data", direction=direction, amount_yen=yen, transaction="11", remitter="ｶ)ﾐﾄﾞﾘ")
            for direction, yen in lines
        ),
        record(
            form,
            "trailer",
            in_count=len(came),
            in_yen=sum(came),
            out_count=len(went),
            out_yen=sum(went),
            closing_sign="1" if closing >= 0 else "2",
            closing_yen=abs(closing),
            data_count=len(lines),
        ),
    ]


def statement(lines: list[tuple[str, int]], *, opening: int = 1000) -> list[bytes]:
    """A whole 入出金取引明細 of one account."""
    account = statement_account(lines, opening=opening)
    return [*account, record(Form.STATEMENT, "end", record_count=len(account) + 1, account_count=1)]


def transfers(lines: list[bytes], *, yen: int) -> list[bytes]:
    """A whole 振込入金通知 around these data records."""
    form = Form.TRANSFERS
    return [
        record(form, "header"),
        *lines,
        record(form, "trailer", count=len(lines), yen=yen),
        record(form, "end"),
    ]


LINES = [("1", 500), ("2", 300), ("1", 1)]


def found(data: bytes, on: date = ON) -> list[Account | Entry | Problem]:
    return list(read(io.BytesIO(data), on=on))


def entries(data: bytes) -> list[Entry]:
    everything = found(data)
    assert [each for each in everything if isinstance(each, Problem)] == []
    return [each for each in everything if isinstance(each, Entry)]


def problems(data: bytes, on: date = ON) -> list[tuple[int, int | None, str, str]]:
    return [tuple(each) for each in found(data, on) if isinstance(each, Problem)]  # type: ignore[misc]


def changed(at: int, key: str, cell: bytes) -> bytes:
    """A good file, but for one cell of its record `at`."""
    records = statement(LINES)
    name = {1: "header", 5: "trailer", 6: "end"}.get(at, "data")
    field = layout(Form.STATEMENT).records[name].field(key)
    assert len(cell) == field.length
    old = records[at - 1]
    records[at - 1] = old[: field.first - 1] + cell + old[field.last :]
    return b"".join(records)

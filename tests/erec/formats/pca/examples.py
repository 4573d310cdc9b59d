"""Any valid cell of a field, any valid row of a table, in any of its shapes, from one seed.

Hypothesis draws the seed only: drawing each of a row's cells by itself takes a hundred times as long.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

from erec.formats.pca import Field, Kind, Row, Table, layouts
from erec.formats.pca.values import BLANKS
from erec.formats.windows31j import cut, decode, encode, holds

TABLES = [table for layout in layouts() for table in layout.tables]
LABELS = [table.label for table in TABLES]

_HALF = [chr(code) for code in (*range(0x23, 0x7F), *range(0xFF61, 0xFFA0))]
_SPECIAL = ['"', ",", "\\", " ", "\u3000"]
# ¢, £ and ¬ are written and come back as ￠, ￡ and ￢.
_ALL = [c for c in map(chr, range(0xA1, 0xFFE7)) if not 0xD800 <= ord(c) < 0xE000 and holds(c)]
_WIDE = [c for c in _ALL if decode(encode(c)) == c]


def text_of(field: Field, chance: Random) -> str:
    kinds = [_WIDE, _HALF, _SPECIAL] if field.wide else [_HALF, _SPECIAL[:-1]]
    [characters] = chance.choices(kinds, [12, 12, 1][-len(kinds) :])
    size = chance.choice([1, 2, field.width // 2, field.width])
    return cut("".join(chance.choices(characters, k=size)), field.width).rstrip(BLANKS) or "A"


def integer_of(field: Field, chance: Random, *, signed: bool) -> str:
    low = -(10 ** (field.width - 1) - 1) if signed else 0
    high = 10**field.width - 1
    if field.minimum is not None and field.maximum is not None:
        low, high = max(low, int(field.minimum)), min(high, int(field.maximum))
    return str(chance.choice([low, high, max(low, 0), chance.randint(low, high)]))


def decimal_of(field: Field, chance: Random) -> str:
    low = Decimal(-9999) if field.minimum is None else field.minimum
    high = Decimal(9999) if field.maximum is None else field.maximum
    if low == 0 or chance.random() < 0.5:
        return f"{chance.randint(0, int(high) - 1)}.{chance.randint(0, 99):02}"
    return f"{chance.randint(int(low) + 1, -1)}.{chance.randint(0, 99):02}"


def day_of(chance: Random) -> date:
    return date.fromordinal(chance.randint(693_596, 803_533))  # 1900 to 2200


_OF: dict[Kind, Callable[[Field, Random], str]] = {
    Kind.TEXT: text_of,
    Kind.INTEGER: lambda field, chance: integer_of(field, chance, signed=False),
    Kind.SIGNED: lambda field, chance: integer_of(field, chance, signed=True),
    Kind.DECIMAL: decimal_of,
    Kind.SHARE: lambda _, chance: chance.choice(["0", "33.3333333333", "100.00", "9" * 15]),
    Kind.AMOUNT_OR_RATIO: lambda _, chance: chance.choice(["9" * 12, "-9999.99", "0.00", "12.5", "0"]),
    Kind.DATE: lambda _, chance: f"{day_of(chance):%Y%m%d}",
    Kind.DATE_OR_MONTH: lambda _, chance: f"{day_of(chance):%Y%m%d}"[: chance.choice([6, 8])],
    Kind.SLASH_DATE: lambda _, chance: "{0.year}/{0.month}/{0.day}".format(day_of(chance)),
    Kind.CHOICE: lambda field, chance: chance.choice(list(field.choices)),
    Kind.FLAGS: lambda field, chance: str(sum(int(bit) for bit in field.choices if chance.random() < 0.5)),
    Kind.FIXED: lambda field, _: field.fixed,
    Kind.UNUSED: lambda _, __: "",
}


def cell_of(field: Field, chance: Random) -> str:
    always = field.required == "◎" or field.kind is Kind.FIXED
    return _OF[field.kind](field, chance) if always or chance.random() < 0.8 else ""


def row_of(table: Table, chance: Random, hidden: frozenset[str] = frozenset(), months: int = 0) -> Row:
    """A valid row; `months` 0 is as many as there may be."""

    def of(field: Field) -> str | tuple[str, ...]:
        if hidden & set(field.hidden):
            return ""
        if field.repeat > 1:
            return tuple(cell_of(field, chance) for _ in range(months or table.months))
        return cell_of(field, chance)

    return tuple(map(of, table.fields))

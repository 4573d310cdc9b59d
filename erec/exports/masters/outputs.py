"""The four masters that are put out, as a table; what is wrong with a cell; and the file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Company
from erec.exports.masters import rows
from erec.exports.masters.rows import Made, Partners, Row
from erec.formats import pca
from erec.lists.downloads import FORMULA_STARTS

FORMULA = "先頭の記号は、表計算ソフトで開くと計算式になるため使えません。"


@dataclass(frozen=True)
class Asked:
    """What a person chose: when, and for 振込先 the 会社口座 that pays."""

    at: datetime
    paid_from: str = ""


@dataclass(frozen=True)
class Output:
    """`hidden` takes columns away: 会社口座 is put out as version 5."""

    code: str
    title: str
    purpose: str
    made_by: Callable[[Company, Made, Asked], None]
    hidden: frozenset[str] = frozenset()

    @property
    def table(self) -> pca.Table:
        return pca.find(self.title)

    def made(self, company: Company, asked: Asked) -> Made:
        made = Made()
        self.made_by(company, made, asked)
        return made

    def problems(self, found: Sequence[Row]) -> list[pca.Problem]:
        """Every cell that cannot be written, and every text that a spreadsheet would run."""
        fields = [column.field for column in self.table.shape(self.hidden).columns]
        return [
            pca.Problem(line, item.position, item.name, why)
            for line, row in enumerate(found, start=1)
            for item in fields
            if (why := _problem(item, row[item.position - 1]))
        ]

    def file(
        self, found: Sequence[Row], profile: pca.Profile, *, version_line: bool, header: bool
    ) -> Iterator[bytes]:
        with_version = version_line and self.table.version_line is not None
        return pca.write(
            self.table, found, profile=profile, version_line=with_version, header=header, hidden=self.hidden
        )


def _problem(item: pca.Field, text: str) -> str | None:
    if item.kind is pca.Kind.TEXT and text.startswith(FORMULA_STARTS):
        return FORMULA
    return item.problem_of(text)


def _sub_accounts(company: Company, made: Made, asked: Asked) -> None:
    rows.sub_accounts(company, made, Partners(company, made, at=asked.at))


def _payees(company: Company, made: Made, asked: Asked) -> None:
    rows.payees(company, made, Partners(company, made, at=asked.at), paid_from=asked.paid_from)


OUTPUTS = (
    Output("sub_accounts", "補助科目", "取引先のうち、会計ソフトにまだないもの", _sub_accounts),
    Output("payees", "振込先", "取引先の決済口座のうち、会計ソフトにまだないもの", _payees),
    Output(
        "company_accounts",
        "会社口座",
        "自社の決済口座のうち、会計ソフトにまだないもの",
        lambda company, made, asked: rows.company_accounts(company, made),
        frozenset({"account_titles"}),
    ),
    Output(
        "users",
        "システムユーザー",
        "このサービスの利用者",
        lambda company, made, asked: rows.users(company, made),
    ),
)
BY_CODE = {output.code: output for output in OUTPUTS}

"""A table of the ledger as a job: the file for the accounting software, or a sheet for people."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from accounts.models import Company
from erec.claims import reading
from erec.exports.ledger import writing
from erec.exports.ledger.copying import lines_of_people
from erec.exports.ledger.definition import LAYOUT, Basis, Name
from erec.exports.ledger.reasons import reason_of
from erec.exports.ledger.selection import Selection
from erec.exports.sheets.answering import PAPERS
from erec.exports.sheets.ledger import LedgerRow, sheet_of
from erec.exports.sheets.model import Format, TooManyRows
from erec.exports.sheets.typeface import TypefaceMissing
from erec.formats import pca
from erec.jobs.errors import JobFailed
from erec.jobs.kinds import JobContext, Kind, Result

CODE = "ledger"
MACHINE = "pca"  # beside Format's papers: the file for the accounting software
CSV = "text/csv; charset=Shift_JIS"
TOLD_MAX = 5  # troubles in a job's sentence; the page has them all
CANNOT = (
    "会計ソフトに渡せない項目があるため、出力していません。"
    "期日管理帳票の画面で確かめ、印字名を決めてから、もう一度出力してください。{told}"
)


def parameters_of(asked: Selection, file: str, profile: str, *, header: bool) -> dict[str, Any]:
    """As JSON: the company is the job's own."""
    chosen = asdict(asked) | {"file": file, "profile": profile, "header": header}
    del chosen["company_id"]
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in chosen.items()}


def selection_of(company_id: int, parameters: dict[str, Any]) -> Selection:
    days = {
        name: date.fromisoformat(parameters[name]) if parameters[name] else None
        for name in ("first", "last", "as_of")
    }
    return Selection(
        company_id=company_id,
        name=Name(parameters["name"]),
        basis=Basis(parameters["basis"]),
        account=parameters["account"],
        partner=parameters["partner"],
        **days,
    )


def title_of(asked: Selection) -> str:
    """「電子記録債権 残高（2026/11/20現在） 支払期日 2026/11/01～2026/11/30」."""
    (_, basis), (label, days), *_ = facts_of(asked)
    return f"{asked.name} {basis} {label} {days}"


def facts_of(asked: Selection) -> list[tuple[str, str]]:
    """What was chosen, for the sheets' heading."""
    at = f"（{asked.as_of:%Y/%m/%d}現在）" if asked.as_of else ""
    account = reading.account_words(asked.account) if asked.account else "すべて"
    return [
        ("対象", f"{asked.basis}{at}"),
        ("支払期日", _range(asked)),
        ("自社の決済口座", account),
        ("取引先・支払先", asked.partner or "すべて"),
    ]


def run(context: JobContext) -> Result:
    asked = selection_of(context.company_id, context.parameters)
    file = context.parameters["file"]
    rows = _machine(context, asked) if file == MACHINE else _paper(context, asked, Format(file))
    return Result(note=f"{rows:,}件")


def _machine(context: JobContext, asked: Selection) -> int:
    profile = pca.PROFILES[context.parameters["profile"]]
    ending = ".txt" if profile is pca.TAB else ".csv"
    with context.open_result(f"{_name(asked)}{ending}", CSV) as file:
        try:
            return writing.write(
                asked,
                file,
                reason=reason_of(asked.company_id),
                at=context.at,
                profile=profile,
                header=context.parameters["header"],
                progress=context.progress,
            )
        except writing.Troubled as troubled:
            told = "".join(f" {trouble}" for trouble in troubled.found[:TOLD_MAX])
            raise JobFailed(CANNOT.format(told=told)) from None


def _paper(context: JobContext, asked: Selection, paper: Format) -> int:
    company = Company.objects.get(pk=asked.company_id)
    written = 0

    def rows() -> Iterator[LedgerRow]:
        nonlocal written
        reason = reason_of(asked.company_id) if asked.name is Name.ENDORSED else ""
        for due_on, number, party, bank, amount_yen, note in lines_of_people(asked):
            written += 1
            context.progress(written)
            yield LedgerRow(due_on, number, party, amount_yen, bank or "", reason, note)

    sheet = sheet_of(
        asked.name,
        rows(),
        company=f"{company.name}（{company.user_number}）",
        facts=facts_of(asked),
        made_at=context.at,
    )
    kind = PAPERS[paper]
    with context.open_result(f"{_name(asked)}{kind.ending}", kind.content_type) as file:
        try:
            kind.write(sheet, file)  # type: ignore[arg-type]
        except (TooManyRows, TypefaceMissing) as refusal:
            raise JobFailed(str(refusal)) from None
    return written


def _name(asked: Selection) -> str:
    """「期日管理帳票_電子記録債権_残高20261120」."""
    at = f"{asked.as_of:%Y%m%d}" if asked.as_of else ""
    return f"{LAYOUT.removeprefix('電子記録債権')}_{asked.name}_{asked.basis}{at}"


def _range(asked: Selection) -> str:
    if not asked.first and not asked.last:
        return "すべて"
    return "～".join(f"{day:%Y/%m/%d}" if day else "" for day in (asked.first, asked.last))


KIND = Kind(CODE, LAYOUT, run)

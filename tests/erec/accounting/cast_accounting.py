"""An accountant with a book of partners, and files as the accounting software writes them."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Company
from erec.accounting.actions import imports
from erec.accounting.importing import judged
from erec.accounting.models import Kind, MasterUpload
from erec.formats import pca
from erec.partners.models import Partner
from tests import cast
from tests.erec.jobs.cast_jobs import RIGHT, Accountant, accountant, beside, entered
from tests.erec.members.cast_members import give
from tests.erec.partners.cast_partners import USE, Keeper

__all__ = ["HERE", "RIGHT", "Accountant", "accountant", "beside", "entered"]

HERE: dict[str, Any] = {"at": cast.AT, "origin": cast.ORIGIN}
IMPORT, PREVIEW = "/densai/accounting/masters/import", "/densai/accounting/masters/import/preview"
UNKNOWN, WIDE = "𠮷田商店株式会社", "北海道総合開発株式会社"  # cannot be written; 22 cells

# One row of each master; a test changes what it is about. By the items' positions.
USUAL: dict[Kind, dict[int, str]] = {
    Kind.LEDGER_ACCOUNTS: {1: "10101", 2: "135", 3: "電子記録債権", 5: "電子記録債権", 6: "1"},
    Kind.SUB_ACCOUNTS: {1: "135", 2: "電子記録債権", 3: "1001", 4: "青葉商事", 6: "青葉商事株式会社"},
    Kind.DEPARTMENTS: {1: "10", 2: "総務部"},
    Kind.COMPANY_ACCOUNTS: {1: "01", 2: "本店当座", 3: "9999", 6: "101", 9: "2", 10: "7654321"},
    Kind.PAYEES: {1: "1001", 2: "青葉商事", 6: "01", 8: "0001", 10: "001", 12: "1234567"},
}


def row(kind: Kind, **changed: str) -> tuple[str, ...]:
    """`changed` by position: row(Kind.DEPARTMENTS, _2="営業部")."""
    cells = USUAL[kind] | {int(name.removeprefix("_")): text for name, text in changed.items()}
    return tuple(cells.get(item.position, "") for item in pca.find(kind.label).fields)


def file_of(kind: Kind, *rows: Sequence[str], **options: Any) -> bytes:
    return b"".join(pca.write(pca.find(kind.label), [tuple(cells) for cells in rows], **options))


def upload(who: Accountant, kind: Kind, content: bytes, **changed: str) -> Any:
    chosen = {"kind": kind.value, "mode": "replace", "profile": "quoted", **changed}
    return who.client.post(IMPORT, {**chosen, "file": SimpleUploadedFile("台帳.csv", content)})


def reads(who: Accountant, kind: Kind, *rows: Sequence[str], mode: str = "replace") -> None:
    """The master as the file has it, without the pages."""
    kept = imports.keep(
        kind,
        MasterUpload.Mode(mode),
        "quoted",
        "台帳.csv",
        file_of(kind, *rows),
        acting_user=who.user,
        at=cast.AT,
    )
    imports.carry_out(kept.token, judged(kept).digest, acting_user=who.user, **HERE)


def named(name: str) -> Company:
    """Another company of this name."""
    company, _ = cast.company()
    company.name = name
    company.save()
    return company


def knows(who: Accountant, name: str, **options: Any) -> Partner:
    """A partner of this name in the accountant's book."""
    member = who.user.member
    if not member.business_rights.filter(business="partners").exists():
        give(member, USE, accounts=False)
    return Keeper(who.person, member).adds(named(name), **options)


def streamed(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)

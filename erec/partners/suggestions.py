"""Whom a request's form suggests: the company's partners and whom it named before, the latest first."""

from dataclasses import dataclass
from datetime import UTC, datetime

from erec.partners import access
from erec.partners.directory import Found, Key, find_many
from erec.partners.models import Counterpart, GroupMember, Partner, PastUse

SUGGESTED_MAX = 20
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Suggestion:
    """One company and account. `partner_id` is None for a past use that is no 取引先."""

    key: Key
    name: str  # as the directory said then
    registered_name: str
    account_label: str
    bank_name: str
    branch_name: str
    partner_id: int | None = None
    last_used_at: datetime | None = None

    @property
    def shown_name(self) -> str:
        return self.registered_name or self.name


@dataclass(frozen=True)
class GroupLine:
    """One line that a group fills in. `found` is None where the contract is gone: told at the line."""

    partner: Partner
    found: Found | None
    amount_yen: int | None


def suggest(company_id: int, text: str = "", *, most: int = SUGGESTED_MAX) -> list[Suggestion]:
    """Who fits every word of `text` (name, registered name, user number, account number): the last used
    first, then partners never used by name. Four queries, whose cost the size of the book hardly changes.
    """
    wanted = access.sought(text)
    uses = PastUse.objects.filter(company_id=company_id)
    partners = access.partners_of(company_id)
    recent = uses.filter(wanted).order_by("-last_used_at")[:most]
    fitting = partners.filter(wanted).order_by("sort_name", "pk")[:most]
    found: list[Partner | PastUse] = [*recent, *fitting]
    rows = {key_of(row): row for row in found}
    # Of a past use the partner, if it is one by now; of a partner its last use.
    of_these = {"user_number__in": {key.user_number for key in rows}}
    rows |= {key_of(row): row for row in partners.filter(**of_these) if key_of(row) in rows}
    used = {key_of(row): row.last_used_at for row in uses.filter(**of_these)}
    given = [_suggestion(row, used.get(key)) for key, row in rows.items()]
    given.sort(key=lambda one: one.last_used_at or _NEVER, reverse=True)
    return given[:most]


def group_lines(company_id: int, group_id: int) -> list[GroupLine]:
    """取引先グループから選択: its partners by name, looked up now, in two queries."""
    members = list(
        GroupMember.objects.filter(company_id=company_id, group_id=group_id)
        .select_related("partner")
        .order_by("partner__sort_name", "partner_id")
    )
    found = find_many([key_of(member.partner) for member in members])
    return [GroupLine(m.partner, found.get(key_of(m.partner)), m.amount_yen) for m in members]


def key_of(row: Counterpart) -> Key:
    return Key(row.user_number, row.account)


def _suggestion(row: Partner | PastUse, last_used_at: datetime | None) -> Suggestion:
    return Suggestion(
        key=key_of(row),
        name=row.name,
        registered_name=row.registered_name if isinstance(row, Partner) else "",
        account_label=row.account_label,
        bank_name=row.bank_name,
        branch_name=row.branch_name,
        partner_id=row.pk if isinstance(row, Partner) else None,
        last_used_at=last_used_at,
    )

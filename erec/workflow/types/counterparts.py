"""The other companies of a request's lines, as their contracts have them now; all lines in one query."""

from collections.abc import Sequence
from typing import Any

from accounts.actions.companies import AccountNumber
from erec.claims.instructions import Account, Party
from erec.partners.directory import Found, Key, find_many
from erec.workflow.errors import Problem
from erec.workflow.types.base import Context

NOT_FOUND = "利用者番号と口座の組合せが見つかりません。相手先の契約内容と合っているか、確かめてください。"
OWN_COMPANY = "相手先に、自社は指定できません。"


def counterparts(lines: Sequence[dict[str, Any]], context: Context) -> tuple[dict[int, Party], list[Problem]]:
    """By line number (from 1) the party; for the other lines what is wrong."""
    keys = {number: key_of(line) for number, line in enumerate(lines, start=1)}
    contracts = find_many(set(keys.values()))
    found: dict[int, Party] = {}
    problems: list[Problem] = []
    for number, key in keys.items():
        if key.user_number == context.company.user_number:
            problems.append(Problem(number, "user_number", OWN_COMPANY))
        elif key not in contracts:
            problems.append(Problem(number, "user_number", NOT_FOUND))
        else:
            found[number] = _party(contracts[key])
    return found, problems


def key_of(line: dict[str, Any]) -> Key:
    account = AccountNumber(line["bank_code"], line["branch_code"], line["kind"], line["number"])
    return Key(line["user_number"], account)


def _party(found: Found) -> Party:
    account = found.account
    return Party(
        found.company_id,
        found.user_number,
        found.name,
        Account(account.bank_code, account.branch_code, account.kind, account.number),
    )

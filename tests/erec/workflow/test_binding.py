"""What an approval binds to, in the words that stand over the approval password."""

from typing import Any

import pytest

from erec.workflow import binding
from erec.workflow.types import TYPES

OWN = "青葉部品株式会社"


def line(
    name: str = "みどり精機株式会社", amount: int = 1_000_000, due: str = "2027-01-29"
) -> dict[str, Any]:
    return {"name": name, "amount_yen": amount, "due_on": due}


def test_every_type_says_what_it_binds_to() -> None:
    assert set(binding._OF_TYPE) == set(TYPES)


@pytest.mark.parametrize(
    ("type_code", "content", "said"),
    [
        (
            "accrual_by_obligor",
            {"lines": [line()]},
            "青葉部品株式会社が、みどり精機株式会社へ、1,000,000円を、2027年1月29日（金）に支払います。",
        ),
        (
            "accrual_by_obligor",
            {"lines": [line(), line("北川商事", 500), line(due="2027-01-30")]},  # a Saturday
            "青葉部品株式会社が、みどり精機株式会社 ほか1社へ、合計2,000,500円（3件）を、"
            "2027年1月29日（金）から2027年2月1日（月）までに支払います。",
        ),
        (
            "accrual_by_obligee",
            {"lines": [line()]},
            "青葉部品株式会社が、みどり精機株式会社に、1,000,000円を、2027年1月29日（金）に支払うよう求めます。",
        ),
        (
            "assignment",
            {
                "assignee": {"name": "北川商事"},
                "with_guarantee": False,
                "lines": [{"amount_yen": 300, "claim_yen": 1000}, {"amount_yen": None, "claim_yen": 2000}],
            },
            "青葉部品株式会社が、北川商事へ、合計2,300円（2件）の電子記録債権を譲渡します。",
        ),
        (
            "cancel_accrual",
            {
                "lines": [
                    {"partner_name": "北川商事", "amount_yen": 500, "record_number": "T0000000100000000001"}
                ]
            },
            "青葉部品株式会社が、北川商事との500円の電子記録債権（T0000000100000000001）の発生を取り消します。",
        ),
        (
            "cancel_assignment",
            {
                "lines": [
                    {"partner_name": "北川商事", "amount_yen": 500, "record_number": "T0000000100000000001"}
                ]
            },
            "青葉部品株式会社が、北川商事との500円の電子記録債権（T0000000100000000001）の譲渡を取り消します。",
        ),
        (
            "answer",
            {
                "lines": [
                    {
                        "answer": "accept",
                        "partner_name": "北川商事",
                        "amount_yen": 500,
                        "instruction": {"due_on": "2027-01-30"},
                    }
                ]
            },
            "青葉部品株式会社が、北川商事へ、500円を、2027年2月1日（月）に支払うことを承諾します。",
        ),
        (
            "answer",
            {"lines": [{"answer": "deny", "partner_name": "北川商事", "amount_yen": 500}]},
            "青葉部品株式会社が、北川商事からの500円の請求を否認します。",
        ),
        (
            "withdrawal",
            {"lines": [{"partner_name": "北川商事", "amount_yen": 500}]},
            "青葉部品株式会社が、北川商事への500円の承諾依頼を取り消します。",
        ),
    ],
)
def test_it_names_who_pays_whom_how_much_and_when(type_code: str, content: dict[str, Any], said: str) -> None:
    assert binding.sentences(type_code, content, OWN)[0] == said


def test_the_guarantee_is_said_where_it_is_given() -> None:
    content = {"assignee": {"name": "北川商事"}, "with_guarantee": True, "lines": [{"claim_yen": 1000}]}
    assert binding.sentences("assignment", content, OWN)[1:] == [
        "債務者が支払わないときは、青葉部品株式会社が支払います（保証あり）。"
    ]

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


def claim() -> dict[str, Any]:
    """The line of a request about one claim."""
    return {
        "record_number": "T0000000100000000001",
        "claim_yen": 1_000,
        "open_yen": 1_000,
        "due_on": "2027-01-29",
        "restricted": False,
        "obligor_name": "北川商事",
        "other_name": "北川商事",
    }


def change(**asked: Any) -> dict[str, Any]:
    return {"delete": False, "due_on": "", "amount_yen": None, "restricted": None, **asked}


def financed() -> dict[str, Any]:
    """An application for a part of one claim and the whole of another."""
    lines = [{"amount_yen": 300, "claim_yen": 1_000}, {"amount_yen": None, "claim_yen": 1_000}]
    return {"institution": "一〇信用金庫", "record_on": "2026-11-26", "lines": lines}


def paid(payer: str = OWN, payee: str = "北川商事") -> dict[str, Any]:
    return {
        "payer": {"name": payer},
        "payee": {"name": payee},
        "amount_yen": 400,
        "cause": "相殺",
        "paid_on": "2026-11-20",
    }


def accepted(kind: str, **asked: Any) -> dict[str, Any]:
    """The answer to another company that asked so."""
    line = {
        "answer": "accept",
        "partner_name": "みどり精機",
        "amount_yen": 1_000,
        "instruction": {"kind": kind},
        "asked": {"lines": [claim()], **asked},
    }
    return {"lines": [line]}


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
                        "instruction": {"kind": "accrual", "due_on": "2027-01-30"},
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
        (
            "guarantee",
            {"guarantor": {"name": "みどり精機"}, "lines": [claim()]},
            "青葉部品株式会社が、みどり精機に、北川商事の1,000円の支払い（支払期日 2027年1月29日（金））を"
            "保証するよう求めます。",
        ),
        (
            "change",
            {"lines": [claim()], **change(due_on="2027-02-27", restricted=True)},  # a Saturday
            "青葉部品株式会社が、北川商事に、1,000円の電子記録債権（T0000000100000000001）の"
            "支払期日を2027年1月29日（金）から2027年3月1日（月）へ、譲渡制限を無から有へ変更するよう求めます。",
        ),
        (
            "change",
            {"lines": [claim()], **change(delete=True)},
            "青葉部品株式会社が、北川商事に、1,000円の電子記録債権（T0000000100000000001）を"
            "削除するよう求めます。",
        ),
        (
            "payment_by_payer",
            {"lines": [claim()], **paid()},
            "青葉部品株式会社が北川商事へ2026年11月20日（金）に400円の支払等（相殺）をしたことを、"
            "1,000円の電子記録債権（T0000000100000000001）に記録するよう、青葉部品株式会社が求めます。",
        ),
        (
            "payment_by_payee",
            {"lines": [claim()], **paid("北川商事", OWN)},
            "北川商事が青葉部品株式会社へ2026年11月20日（金）に400円の支払等（相殺）をしたことを、"
            "1,000円の電子記録債権（T0000000100000000001）に記録するよう、青葉部品株式会社が求めます。",
        ),
        (
            "discount",
            financed(),
            "青葉部品株式会社が、一〇信用金庫に、合計1,300円（2件）の電子記録債権の割引を申し込みます。",
        ),
        (
            "collateral",
            {**financed(), "loan_yen": 900, "repay_on": "2027-02-26"},
            "青葉部品株式会社が、一〇信用金庫に、900円の借入（返済期日 2027年2月26日（金））を申し込み、"
            "合計1,300円（2件）の電子記録債権を担保として譲渡します。",
        ),
        (
            "withdrawal_financing",
            {"lines": [{"partner_name": "一〇信用金庫", "amount_yen": 500}]},
            "青葉部品株式会社が、一〇信用金庫への500円の融資申込を取り消します。",
        ),
        (
            "withdrawal_other",
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


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            accepted("guarantee"),
            [
                "青葉部品株式会社が、北川商事の1,000円の支払い（支払期日 2027年1月29日（金））を、"
                "みどり精機に対して保証することに承諾します。",
                "北川商事が支払わないときは、青葉部品株式会社が1,000円を支払います。",
                "債権が譲渡されたときは、そのときの債権者に対して保証します。",
            ],
        ),
        (
            accepted("change", **change(amount_yen=800)),
            [
                "青葉部品株式会社が、みどり精機との1,000円の電子記録債権（T0000000100000000001）の"
                "債権金額を1,000円から800円へ変更することに承諾します。"
            ],
        ),
        (
            accepted("change", **change(delete=True)),
            [
                "青葉部品株式会社が、みどり精機との1,000円の電子記録債権（T0000000100000000001）の"
                "削除に承諾します。",
                "承諾すると、この債権はなくなり、支払いは行われません。",
            ],
        ),
        (
            accepted("payment", **paid("みどり精機", OWN)),
            [
                "青葉部品株式会社が、みどり精機から2026年11月20日（金）に400円の支払等（相殺）を受けたことを"
                "認め、1,000円の電子記録債権（T0000000100000000001）への記録に承諾します。",
                "記録されると、青葉部品株式会社が受け取る残りは600円になります。",
            ],
        ),
    ],
)
def test_a_consent_says_exactly_to_what(content: dict[str, Any], said: list[str]) -> None:
    assert binding.sentences("answer_other", content, OWN) == said


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        ([["change"]], ["青葉部品株式会社が、みどり精機からの請求を、選んだ業務区分だけ受け付けます。"]),
        ([[]], ["青葉部品株式会社が、みどり精機からの請求の許可を取り消します。"]),
        (
            [["change"], ["payment"], []],
            [
                "青葉部品株式会社が、みどり精機からの請求を、選んだ業務区分だけ受け付けます。",
                "青葉部品株式会社が、みどり精機からの請求の許可を取り消します。",
            ],
        ),
    ],
)
def test_a_registration_of_senders_says_who_is_taken_and_who_no_more(
    areas: list[list[str]], said: list[str]
) -> None:
    content = {"lines": [{"name": "みどり精機", "areas": one} for one in areas]}
    assert binding.sentences("designation", content, OWN) == said


def test_a_denial_says_whose_demand_is_denied() -> None:
    content = accepted("guarantee")
    content["lines"][0]["answer"] = "deny"
    assert binding.sentences("answer_other", content, OWN) == [
        "青葉部品株式会社が、みどり精機からの1,000円の請求を否認します。"
    ]

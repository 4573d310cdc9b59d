"""仕訳データ of the accounting software beside what was given to it."""

import html
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from erec.exports.masters.comparing import Comparison, compare
from erec.formats import pca
from erec.journals.actions import exporting
from erec.journals.models import Entry, Export
from tests.erec.accounting.cast_accounting import entered
from tests.erec.claims.cast_claims import claim, party
from tests.erec.journals.cast_journals import Desk, desk, keeps_books, names_accounts, partner

pytestmark = pytest.mark.django_db

X = "X"


def given() -> tuple[Desk, list[str], bytes]:
    """Three claims of a company, and the file of their 仕訳 as it left."""
    own = desk()
    numbers = [claim(partner(), own.party, yen).record_number for yen in (1_000_000, 2_000_000, 3_000_000)]
    return own, numbers, bytes(own.exports().content)


def compared(own: Desk, content: bytes, format: str = X, profile: str = "quoted") -> Comparison:
    return compare(own.company_id, content, format=format, profile=profile)


def lines(content: bytes) -> list[str]:
    return content.decode("cp932").splitlines(keepends=True)


def file(*rows: str) -> bytes:
    return "".join(rows).encode("cp932")


def counts(found: Comparison) -> tuple[int, int, int, int]:
    return found.same, len(found.changed), len(found.missing), len(found.only_there)


def test_what_was_taken_over_as_it_was_agrees() -> None:
    own, _, content = given()
    found = compared(own, content)
    assert (counts(found), found.agrees, found.first, found.last) == (
        (3, 0, 0, 0),
        True,
        "20261120",
        "20261120",
    )


def test_a_line_that_is_not_there_a_changed_account_and_a_changed_amount_are_told() -> None:
    own, numbers, content = given()
    rows = {number: line for line in lines(content) for number in numbers if f'"{number}"' in line}
    found = compared(
        own,
        file(
            rows[numbers[0]].replace('"133"', '"134"'),
            rows[numbers[1]].replace("2000000", "2500000"),
        ),
    )
    assert counts(found) == (0, 2, 1, 0)
    told = [[tuple(one) for one in pair.differences] for pair in found.changed]
    assert told == [
        [("借方科目コード", "133", "134")],
        [("借方金額", "2000000", "2500000"), ("貸方金額", "2000000", "2500000")],
    ]
    assert [line.number_2 for line in found.missing] == [numbers[2]]
    assert not found.agrees


def test_a_line_twice_over_there_is_found_and_lines_without_a_record_number_are_left_alone() -> None:
    own, numbers, content = given()
    first = lines(content)[0]
    typed = first.replace(f'"{numbers[0]}"', "").replace(f" 記録番号{numbers[0]}", "")
    found = compared(own, content + file(first, typed))
    assert counts(found) == (3, 0, 0, 1)
    assert [line.number_2 for line in found.only_there] == [numbers[0]]


def test_voucher_number_and_summary_may_differ() -> None:
    own, _, content = given()
    other = [
        line.replace("20261120,", "20261120,9").replace("発生（債権者）", "電債") for line in lines(content)
    ]
    assert other[0].startswith("20261120,91,")
    assert counts(compared(own, file(*other))) == (3, 0, 0, 0)


def test_only_the_days_of_the_file_are_compared() -> None:
    own, _, content = given()
    later = [line.replace("20261120,", "20261121,") for line in lines(content)[:1]]
    found = compared(own, file(*later).replace(b'"', b""), profile="bare")
    assert counts(found) == (0, 0, 0, 1)  # of what left nothing is of that day
    earlier = lines(content)[0].replace("20261120,", "20261101,", 1)
    found = compared(own, content + file(earlier))
    assert (found.first, found.last) == ("20261101", "20261120")


def test_a_cancelled_export_is_not_asked_for_and_another_format_is_read_as_such() -> None:
    own, _, content = given()
    exporting.cancel(1, "やり直し", **own.who)
    found = compared(own, content)
    assert counts(found) == (0, 0, 0, 3)
    again = own.exports(format=Export.Format.EIGHT)
    assert counts(compared(own, content)) == (3, 0, 0, 0)  # given as 会計８, written back as X
    eight = compared(own, bytes(again.content), format=Export.Format.EIGHT)
    assert counts(eight) == (3, 0, 0, 0)


def test_a_file_with_a_wrong_line_is_not_compared() -> None:
    own, _, content = given()
    found = compared(own, content + b"x\r\n")
    assert counts(found) == (0, 0, 0, 0)
    assert [(one.line, one.message) for one in found.problems] == [
        (4, "列が足りません。42列のはずですが、1列です。")
    ]
    assert (compared(own, b"").first, compared(own, b"").agrees) == ("", False)


def test_another_companys_entries_are_not_asked_for() -> None:
    _, _, content = given()
    stranger = desk()
    found = compared(stranger, content)
    assert counts(found) == (0, 0, 0, 3)


def test_the_page_compares_and_keeps_nothing() -> None:
    who = entered()
    own = Desk(who.user, party(who.user.company))
    keeps_books(own.company_id)
    names_accounts(own.company_id)
    claim(partner(), own.party)
    number = claim(partner(), own.party).record_number
    content = bytes(own.exports().content)
    before = list(Entry.objects.order_by("pk").values_list())

    def sent(body: bytes, **more: str) -> Any:
        chosen = {"format": X, "profile": "quoted", "file": SimpleUploadedFile("仕訳.csv", body), **more}
        return who.client.post("/densai/accounting/compare", chosen)

    assert "出力した仕訳は、すべて会計ソフトに入っています。" in page(sent(content))
    part = sent(file(*(line for line in lines(content) if number not in line)))
    assert (part.status_code, "会計ソフトに入っていない仕訳" in page(part), number in page(part)) == (
        *(200, True, True),
    )
    wrong = sent(content + b"x\r\n")
    assert (wrong.status_code, "読み取れない行があるため、照合していません。" in page(wrong)) == (422, True)
    utf_8 = sent(content.decode("cp932").encode())
    assert (utf_8.status_code, "文字コードがUTF-8です。" in page(utf_8)) == (422, True)
    empty = sent(b"".join(pca.write(pca.find("仕訳データ"), [], header=True)))
    assert "ファイルに仕訳がありません。" in page(empty)
    assert list(Entry.objects.order_by("pk").values_list()) == before


def page(response: Any) -> str:
    return html.unescape(response.content.decode())

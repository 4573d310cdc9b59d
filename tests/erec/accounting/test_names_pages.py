"""印字名の確認, as the accountant meets it."""

import html
from typing import Any

import pytest

from erec.accounting.models import PrintedName
from tests.erec.accounting.cast_accounting import (
    UNKNOWN,
    WIDE,
    Accountant,
    beside,
    entered,
    knows,
    streamed,
)
from tests.erec.claims.cast_claims import claim, party
from tests.erec.members.cast_members import enter

pytestmark = pytest.mark.django_db

NAMES = "/densai/accounting/names"


def page(response: Any) -> str:
    return html.unescape(response.content.decode())


def look(who: Accountant) -> None:
    assert who.client.post(NAMES, {"step": "look"}).headers["Location"] == NAMES


def row(name: str) -> PrintedName:
    return PrintedName.objects.get(name=name)


def test_names_are_looked_through_shown_with_their_reasons_and_decided_in_one_go() -> None:
    who = entered()
    assert "まだ名前を調べていません。" in page(who.client.get(NAMES))
    for name in (WIDE, UNKNOWN, "青葉商事"):
        knows(who, name)
    look(who)
    shown = page(who.client.get(NAMES))
    assert "4件の名前を調べました。" in shown  # and the bank of the company's account
    assert "半角14文字（全角7文字）に対して、半角8文字分長すぎます。" in shown
    assert "「𠮷」は、会計ソフトの文字コード（Windows-31J）にありません。" in shown
    wide, unknown = row(WIDE), row(UNKNOWN)
    assert f'value="吉田商店㈱" id="id_choice-{unknown.pk}_0"' in shown.replace("required ", "")
    answer = who.client.post(
        NAMES,
        {
            "row": [wide.pk, unknown.pk],
            f"choice-{wide.pk}": "own",
            f"own-{wide.pk}": "北総開発",
            f"choice-{unknown.pk}": "吉田商店㈱",
        },
    )
    assert answer.headers["Location"] == NAMES
    assert (row(WIDE).printed, row(UNKNOWN).printed) == ("北総開発", "吉田商店㈱")
    done = page(who.client.get(NAMES))
    assert "2件の印字名を決めました。" in done
    assert "決まっていない印字名はありません。" in done


def test_a_text_that_does_not_fit_is_refused_at_its_field_and_what_was_typed_stays() -> None:
    who = entered()
    knows(who, WIDE)
    knows(who, UNKNOWN)
    look(who)
    wide, unknown = row(WIDE), row(UNKNOWN)
    typed = {
        "row": [wide.pk, unknown.pk],
        f"own-{wide.pk}": "北海道総合開発㈱",
        f"choice-{unknown.pk}": "own",
        f"own-{unknown.pk}": "吉田",
    }
    answer = who.client.post(NAMES, typed)
    assert answer.status_code == 422
    assert "半角14文字（全角7文字）に対して、半角2文字分長すぎます。" in page(answer)
    assert 'value="北海道総合開発㈱"' in page(answer)
    assert 'value="吉田"' in page(answer)
    assert (row(WIDE).printed, row(UNKNOWN).printed) == ("", "")
    answer = who.client.post(NAMES, {"row": [wide.pk], f"choice-{wide.pk}": "own"})
    assert (answer.status_code, "印字名を入力してください。" in page(answer)) == (422, True)
    answer = who.client.post(NAMES, {"row": [wide.pk], f"choice-{wide.pk}": "<script>"})
    assert (answer.status_code, "一覧の中から選んでください。" in page(answer)) == (422, True)


def test_what_is_left_empty_waits_on_and_a_colleague_who_was_first_is_told_of() -> None:
    who = entered()
    knows(who, WIDE)
    look(who)
    wide = row(WIDE)
    who.client.post(NAMES, {"row": [wide.pk]})
    assert "選んだ印字名はありません。何も変えていません。" in page(who.client.get(NAMES))
    colleague = beside(who)
    enter(colleague.person, colleague.user.member)
    typed = {"row": [wide.pk], f"own-{wide.pk}": "北総"}
    assert colleague.client.post(NAMES, typed).status_code == 302
    answer = who.client.post(NAMES, {"row": [wide.pk], f"own-{wide.pk}": "道総"})
    assert answer.status_code == 409
    assert "ほかの人が変更しました" in page(answer)
    assert 'value="道総"' in page(answer)
    assert row(WIDE).printed == "北総"


def test_one_name_is_changed_later_and_a_name_printed_alike_is_pointed_out() -> None:
    who = entered()
    knows(who, "青葉商事")
    knows(who, "青葉物産")
    look(who)
    first, second = row("青葉商事"), row("青葉物産")
    url = f"{NAMES}/{first.pk}"
    assert who.client.post(url, {}).status_code == 422
    typed = {f"own-{first.pk}": "青葉", f"choice-{first.pk}": "own", f"seen-{first.pk}": "青葉商事"}
    assert who.client.post(url, typed).headers["Location"] == f"{NAMES}/all"
    assert who.client.post(url, typed).status_code == 409  # it was changed meanwhile
    other = {f"own-{second.pk}": "青葉", f"choice-{second.pk}": "own", f"seen-{second.pk}": "青葉物産"}
    assert who.client.post(f"{NAMES}/{second.pk}", other).status_code == 302
    assert f"同じ印字名の相手がほかにもあります：青葉物産（{second.user_number}）" in page(
        who.client.get(url)
    )
    assert "青葉物産" in page(who.client.get(f"{NAMES}/all?q=物産"))
    assert "青葉商事" not in page(who.client.get(f"{NAMES}/all?q=物産"))


def test_another_companys_names_are_not_there() -> None:
    who, stranger = entered(), entered()
    claim(party(who.user.company), party())
    knows(who, WIDE)
    look(who)
    wide = row(WIDE)
    assert stranger.client.get(f"{NAMES}/{wide.pk}").status_code == 404
    assert WIDE not in page(stranger.client.get(f"{NAMES}/all"))
    stranger.client.post(NAMES, {"row": [wide.pk], f"own-{wide.pk}": "北総"})
    assert row(WIDE).printed == ""


def test_the_list_as_a_file_runs_no_formula() -> None:
    who = entered()
    knows(who, "=HYPERLINK(1)")
    look(who)
    file = streamed(who.client.get(f"{NAMES}/all?file=csv")).decode()
    assert "'=HYPERLINK(1)" in file
    assert row("=HYPERLINK(1)").printed == ""  # a person decides how it is printed


def test_a_proposal_and_another_text_at_once_could_mean_either() -> None:
    who = entered()
    knows(who, UNKNOWN)
    look(who)
    unknown = row(UNKNOWN)
    both = {"row": [unknown.pk], f"choice-{unknown.pk}": "吉田商店㈱", f"own-{unknown.pk}": "吉田"}
    answer = who.client.post(NAMES, both)
    assert answer.status_code == 422
    assert "［ほかの印字名を入力する］を選ぶか、ここの入力を消してください。" in page(answer)
    assert row(UNKNOWN).printed == ""
    url = f"{NAMES}/{unknown.pk}"
    assert "選んでください。" in page(who.client.post(url, {}))
    assert who.client.post(url, {f"own-{unknown.pk}": "よしだ"}).status_code == 302
    shown = page(who.client.get(url))
    assert 'value="よしだ"' in shown  # as it was typed, to be changed
    proposal = {f"choice-{unknown.pk}": "吉田商店㈱", f"own-{unknown.pk}": "よしだ"}
    assert who.client.post(url, {**proposal, f"seen-{unknown.pk}": "よしだ"}).status_code == 302
    assert row(UNKNOWN).printed == "吉田商店㈱"

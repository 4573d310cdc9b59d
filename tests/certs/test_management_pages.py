"""ユーザ管理業務 by the labels that its pages print: new users, changes, stops; bad input; replayed forms."""

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password

from accounts.models import User, UserSession
from tests import cast
from tests.portal import Office, Page, again, go, rows, told

pytestmark = pytest.mark.django_db

TYPED = {
    "ユーザID": "shinjin01",
    "ユーザ名": "新人 花子",
    "メールアドレス": "shinjin@example.com",
    "メールアドレス（確認）": "shinjin@example.com",
    "初回ログインパスワード": "hajimete12",
    "初回ログインパスワード（確認）": "hajimete12",
}


@pytest.fixture
def office() -> Office:
    return Office.open()


@pytest.fixture
def client(office: Office) -> cast.DoorClient:
    """A master's, logged in."""
    person = cast.fetched(office.master)
    assert person.log_in().status_code == 302
    return person.client


def form(client: cast.DoorClient) -> Page:
    """By the manual: サービス一覧 → ユーザ管理業務 → ユーザ管理 → ID新規作成."""
    page = go(client, "/services").follow("ユーザ管理業務")
    return page.follow("ユーザ管理").follow("ID新規作成")


def test_a_new_user_by_the_manuals_steps(client: cast.DoorClient, office: Office) -> None:
    page = form(client)
    assert 'aria-hidden="true">d-</span>' in page.html
    page = page.press("登録", TYPED)
    assert "この内容で登録しますか" in page.text
    assert "d-shinjin01" in page.text
    assert not User.objects.filter(login_id="d-shinjin01").exists()
    page = page.press("確定")
    assert "新人 花子さんを登録しました" in page.text
    user = User.objects.get(login_id="d-shinjin01")
    assert (user.company_id, user.kind, user.name) == (office.company.pk, "general", "新人 花子")
    assert user.mail == "shinjin@example.com"
    assert check_password("hajimete12", user.password)
    page = page.follow("メイン")
    assert "新人 花子（d-shinjin01）さんは、使える電子証明書がありません" in page.text


def test_the_initial_password_is_in_no_page_and_not_in_the_session(
    client: cast.DoorClient, office: Office
) -> None:
    wrong = form(client).press("登録", {**TYPED, "メールアドレス（確認）": "other@example.com"})
    confirm = wrong.press("登録", TYPED)
    kept = UserSession.objects.get(user=office.master).data
    back = confirm.follow("戻る")
    again_confirm = back.press("登録", TYPED)
    made = again_confirm.press("確定")
    for page in (wrong, confirm, back, again_confirm, made):
        assert "hajimete12" not in page.html
        assert "argon2" not in page.html
    from accounts.sessions import SessionStore

    content = SessionStore().decode(kept)["new_user"]["content"]
    assert sorted(content) == ["initial_hash", "kind", "login_id", "mail", "name"]
    assert content["initial_hash"].startswith("argon2")
    assert "hajimete12" not in str(content)


def test_going_back_keeps_everything_but_the_password(client: cast.DoorClient) -> None:
    back = form(client).press("登録", TYPED, choose="マスターユーザ").follow("戻る")
    sent = back.typed()
    assert (sent["login_id"], sent["name"], sent["mail"], sent["mail_again"]) == (
        "shinjin01",
        "新人 花子",
        "shinjin@example.com",
        "shinjin@example.com",
    )
    assert (sent["kind"], "initial_password" in sent) == ("master", False)


def test_a_second_master_is_made_where_the_institution_allows_several(client: cast.DoorClient) -> None:
    form(client).press("登録", TYPED, choose="マスターユーザ").press("確定")
    assert User.objects.get(login_id="d-shinjin01").is_master


def test_where_only_one_master_is_allowed_the_form_does_not_ask(
    client: cast.DoorClient, settings: Any
) -> None:
    settings.PARAMETERS = {**settings.PARAMETERS, "masters_max": 1}
    page = form(client)
    assert "区分" not in page.text
    page.press("登録", TYPED).press("確定")
    assert not User.objects.get(login_id="d-shinjin01").is_master


def test_a_replayed_confirmation_makes_nobody_twice_and_shows_the_result_again(
    client: cast.DoorClient,
) -> None:
    confirm = form(client).press("登録", TYPED)
    done = confirm.press("確定")
    before = rows()
    replayed = confirm.press("確定")
    assert (replayed.path, replayed.status) == (done.path, 200)
    assert go(client, done.path).status == 200
    assert rows() == before


def test_two_tabs_do_not_mix(client: cast.DoorClient) -> None:
    first = form(client).press("登録", TYPED)
    second = form(client).press("登録", {**TYPED, "ユーザID": "futarime2", "ユーザ名": "二人目"})
    before = rows()
    lost = first.press("確定")
    assert "この入力は残っていません" in lost.text
    assert rows() == before
    assert "二人目さんを登録しました" in second.press("確定").text
    assert not User.objects.filter(login_id="d-shinjin01").exists()


def test_an_id_that_was_given_meanwhile_is_refused_at_the_confirmation(
    client: cast.DoorClient, office: Office
) -> None:
    confirm = form(client).press("登録", TYPED)
    User.objects.filter(pk=office.general.pk).update(login_id="d-shinjin01")
    before = rows()
    page = confirm.press("確定")
    assert (page.status, "すでに使われています" in page.text) == (409, True)
    assert "何も変えていません" in page.text
    assert rows() == before


LONG = "あ" * 41
WRONG = [
    ("ユーザID", "", "入力してください"),
    ("ユーザID", "abc12", "6文字以上12文字以内"),
    ("ユーザID", "a" * 13, "6文字以上12文字以内"),
    ("ユーザID", "ｓｈｉｎｊｉｎ", "「ｓ」は使えません"),
    ("ユーザID", "shin-jin", "半角の英字と数字だけ"),
    ("ユーザID", "shin jin", "半角の英字と数字だけ"),
    ("ユーザID", "shinjin\x00", "目に見えない文字"),
    ("ユーザID", "'; DROP--", "半角の英字と数字だけ"),
    ("ユーザ名", "", "入力してください"),
    ("ユーザ名", "　 ", "入力してください"),
    ("ユーザ名", LONG, "40文字以内で入力してください。今は41文字です"),
    ("ユーザ名", "新人😀", "「😀」は使えません"),
    ("ユーザ名", "新\u200b人", "目に見えない文字（U+200B）"),
    ("ユーザ名", "外字\ue000", "外字（U+E000）は使えません"),
    ("メールアドレス", "", "入力してください"),
    ("メールアドレス", "shinjin", "メールアドレスの形"),
    ("メールアドレス", "a@b@example.com", "メールアドレスの形"),
    ("メールアドレス", "ａ@example.com", "「ａ」は使えません"),
    ("メールアドレス", "a@example.com\r\nBcc: x@example.com", "目に見えない文字"),
    ("メールアドレス", "a@" + "b" * 120 + ".example.com", "128文字以内"),
    ("メールアドレス（確認）", "other@example.com", "1回目の入力と違います"),
    ("初回ログインパスワード", "", "入力してください"),
    ("初回ログインパスワード", "abc12", "6文字以上"),
    ("初回ログインパスワード", "a1" * 6 + "b", "12文字以内"),
    ("初回ログインパスワード", "hajime te", "半角の英字と数字だけ"),
    ("初回ログインパスワード", "hajime!te1", "半角の英字と数字だけ"),
    ("初回ログインパスワード", "ｈａｊｉｍｅ", "全角の文字が入っています"),
    ("初回ログインパスワード", "shinjin01", "ログインIDと同じもの"),
    ("初回ログインパスワード（確認）", "hajimete13", "1回目の入力と違います"),
]


@pytest.mark.parametrize(("label", "typed", "sentence"), WRONG)
def test_bad_input_is_refused_in_a_sentence_and_nothing_is_kept(
    client: cast.DoorClient, office: Office, label: str, typed: str, sentence: str
) -> None:
    page = go(client, "/portal/users/new")
    before = rows()
    page = page.press("登録", {**TYPED, label: typed})
    assert (page.status, page.path) == (422, "/portal/users/new")
    assert sentence in page.text
    assert rows() == before
    assert "new_user" not in UserSession.objects.get(user=office.master).data


def test_a_taken_id_and_a_full_company_are_said_at_the_form(
    client: cast.DoorClient, office: Office, settings: Any
) -> None:
    taken = form(client).press("登録", {**TYPED, "ユーザID": office.general.login_id})
    assert (taken.status, "すでに使われています" in taken.text) == (422, True)
    settings.PARAMETERS = {**settings.PARAMETERS, "users_max": 4}
    full = form(client).press("登録", TYPED)
    assert (full.status, "1企業のユーザは4名までです" in full.text) == (422, True)


@pytest.mark.parametrize("kind", ["boss", "general master", "\x00"])
def test_an_unknown_kind_of_user_is_refused(client: cast.DoorClient, kind: str) -> None:
    page = form(client)
    sent = page.typed(**{page.inputs[page.labels[k]]["name"]: v for k, v in TYPED.items()}, kind=kind)
    assert go(client, page.path, sent).status == 422


def person(client: cast.DoorClient, user: User) -> Page:
    """ユーザ管理 → that person's page."""
    listed = go(client, "/portal").follow("ユーザ管理")
    return listed.follow(f"{user.name}（{user.login_id}）の詳細・変更")


def test_a_change_by_the_labels_is_confirmed_and_told(client: cast.DoorClient, office: Office) -> None:
    new = {
        "ユーザ名": "改姓 花子",
        "メールアドレス": "k@example.com",
        "メールアドレス（確認）": "k@example.com",
    }
    confirm = person(client, office.general).follow("変更").press("変更", new)
    assert again(office.general).name == office.general.name
    done = confirm.press("確定")
    assert "ユーザ情報を変更しました。" in done.text
    assert (again(office.general).name, again(office.general).mail) == ("改姓 花子", "k@example.com")
    assert office.general.mail in told("メールアドレスが変更されました")
    assert "変更しました" not in go(client, done.path).text  # told once


def test_a_change_without_a_change_and_bad_input_are_refused(client: cast.DoorClient, office: Office) -> None:
    page = person(client, office.general).follow("変更")
    before = rows()
    assert "変わるところがありません" in page.press("変更").text
    assert "1回目の入力と違います" in page.press("変更", {"メールアドレス": "k@example.com"}).text
    assert "「😀」は使えません" in page.press("変更", {"ユーザ名": "改姓😀"}).text
    assert page.press("変更", {"ユーザ名": ""}).status == 422
    assert rows() == before


def test_the_second_master_sees_what_the_first_did(client: cast.DoorClient, office: Office) -> None:
    confirm = person(client, office.general).follow("変更").press("変更", {"ユーザ名": "後の 変更"})
    User.objects.filter(pk=office.general.pk).update(name="先の 変更", mail="first@example.com")
    before = rows()
    page = confirm.press("確定")
    assert page.status == 409
    for words in (
        office.general.name,
        "先の 変更",
        office.general.mail,
        "first@example.com",
        "何も変えていません",
    ):
        assert words in page.text
    assert rows() == before
    assert "先の 変更さん" in page.follow("今の状態を見る").text


@pytest.mark.parametrize("seen", ["", "x", "\x00", "eyJuYW1lIjoieCJ9:1abcde:forged"])
def test_a_forged_seen_changes_nothing(client: cast.DoorClient, office: Office, seen: str) -> None:
    page = person(client, office.general).follow("変更")
    before = rows()
    page.hidden["seen"] = seen
    answer = page.press("変更", {"ユーザ名": "改姓"})
    if answer.status == 200:
        answer = answer.press("確定")
    assert answer.status in (409, 422)
    assert rows() == before


def test_a_replayed_change_is_done_once(client: cast.DoorClient, office: Office) -> None:
    confirm = person(client, office.general).follow("変更").press("変更", {"ユーザ名": "改姓"})
    confirm.press("確定")
    before = rows()
    assert confirm.press("確定").path == f"/portal/users/{office.general.login_id}"
    assert rows() == before


def test_one_persons_draft_is_not_another_persons(client: cast.DoorClient, office: Office) -> None:
    confirm = person(client, office.general).follow("変更").press("変更", {"ユーザ名": "改姓"})
    before = rows()
    go(client, f"/portal/users/{office.other_general.login_id}/change/confirm", confirm.typed())
    assert rows() == before


def test_a_reset_by_the_labels(client: cast.DoorClient, office: Office) -> None:
    twice = {"初回ログインパスワード": "shokika123", "初回ログインパスワード（確認）": "shokika123"}
    page = person(client, office.general).follow("初回ログインパスワードの再設定")
    before = rows()
    different = page.press("確定", {**twice, "初回ログインパスワード（確認）": "shokika124"})
    assert (different.status, "1回目の入力と違います" in different.text) == (422, True)
    same = page.press("確定", dict.fromkeys(twice, office.general.login_id[2:]))
    assert "ログインIDと同じもの" in same.text
    assert page.press("確定").status == 422
    assert rows() == before
    done = page.press("確定", twice)
    assert "再設定しました" in done.text
    assert "shokika123" not in done.html
    assert check_password("shokika123", again(office.general).password)
    replayed = page.press("確定", {k: "betsuno123" for k in twice})
    assert (replayed.status, "変更されました" in replayed.text) == (409, True)
    assert check_password("shokika123", again(office.general).password)


def test_a_stop_shows_what_it_ended_and_what_is_still_open(client: cast.DoorClient, office: Office) -> None:
    victim = cast.fetched(office.general)
    victim.log_in()
    page = person(client, office.general)
    assert "失効していない電子証明書 1枚" in page.text
    assert "ログイン中の画面 あり" in page.text
    page = page.follow("利用停止")
    assert page.press("利用停止").status == 422  # a reason is needed
    assert again(office.general).status == "active"
    page = page.press("利用停止", choose="紛失・盗難")
    assert "失効した電子証明書: 1枚" in page.text
    assert "終了したログイン: 1件" in page.text
    assert "失効していない電子証明書 0枚" in page.text
    assert "ログイン中の画面 なし" in page.text
    assert victim.client.get("/services").status_code == 403
    resumed = page.follow("利用再開").press("利用再開")
    assert "利用を再開しました" in resumed.text
    assert again(office.general).status == "active"


def test_a_deletion_takes_the_person_out_of_the_lists_and_a_replay_does_nothing(
    client: cast.DoorClient, office: Office
) -> None:
    page = person(client, office.general).follow("削除")
    done = page.press("削除", choose="異動・退職")
    assert "ユーザを削除しました。" in done.text
    assert "削除済み" in done.text
    assert done.buttons == []
    assert again(office.general).status == "deleted"
    for path in ("/portal", "/portal/users", "/portal/certificates/users"):
        assert office.general.login_id not in go(client, path).html
    before = rows()
    assert page.press("削除", choose="異動・退職").status == 409
    assert rows() == before


def test_an_unlock_by_the_labels(client: cast.DoorClient, office: Office) -> None:
    assert "ロック解除" not in person(client, office.general).links
    User.objects.filter(pk=office.general.pk).update(login_strikes=6, login_locked_at=cast.AT)
    page = person(client, office.general).follow("ロック解除")
    assert "ロックを解除しました" in page.press("ロック解除").text
    assert not again(office.general).is_locked
    assert page.press("ロック解除").status == 409  # there is no lock any more


@pytest.mark.parametrize("act", ["reset", "delete", "unlock", "resume"])
def test_a_master_does_on_himself_only_what_the_table_allows(
    client: cast.DoorClient, office: Office, act: str
) -> None:
    before = rows()
    path = f"/portal/users/{office.master.login_id}/{act}"
    for page in (go(client, path), go(client, path, {"reason": "superseded"})):
        assert (page.status, "何も変えていません" in page.text) == (403, True)
    assert rows() == before


def test_a_masters_own_page_offers_name_and_stop_and_leads_to_the_own_mail(
    client: cast.DoorClient, office: Office
) -> None:
    page = person(client, office.master)
    assert {"変更", "利用停止", "メールアドレス変更"} <= set(page.links)
    assert not {"削除", "初回ログインパスワードの再設定"} & set(page.links)
    change = page.follow("変更")
    assert sorted(change.labels) == ["ユーザ名"]
    change.press("変更", {"ユーザ名": "自分で改姓"}).press("確定")
    assert again(office.master).name == "自分で改姓"
    assert "自分の利用を停止しますか" in page.follow("利用停止").text

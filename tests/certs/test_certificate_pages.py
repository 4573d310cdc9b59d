"""電子証明書管理 by its labels, stopping oneself, the own mail, the hand-over page, and who is let in."""

import re
from typing import Any

import pytest

from accounts.models import User, UserSession
from accounts.sessions import SessionStore
from certs import access
from certs.actions import people
from certs.actions.issuing import issue
from certs.models import ClientCertificate, Issue
from tests import cast
from tests.portal import HERE, Office, Page, again, go, rows, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return Office.open()


@pytest.fixture
def client(office: Office) -> cast.DoorClient:
    person = cast.fetched(office.master)
    assert person.log_in().status_code == 302
    return person.client


def chosen(client: cast.DoorClient, user: User) -> Page:
    """By the manual: メイン → 電子証明書管理 (tab) → 電子証明書管理 → the user → 次へ."""
    page = go(client, "/portal").follow("電子証明書管理").follow("電子証明書管理")
    return page.press("次へ", choose=f"{user.name}（{user.login_id}）")


def code_on(page: Page) -> str:
    found = re.search(r'id="activation-code">([^<]+)<', page.html)
    return found[1] if found else ""


def fetch(user: User, code: str) -> Any:
    body = {
        "login_id": user.login_id,
        "password": cast.PASSWORD,
        "code": code,
        "csr": cast.csr_for(cast.new_key()),
    }
    return cast.entry().post_json("/api/certificates", body)


def test_a_first_certificate_by_the_manuals_steps(client: cast.DoorClient, office: Office) -> None:
    page = chosen(client, office.general)
    confirm = page.press("変更")  # the only choice is chosen
    assert "発行" in confirm.text
    assert not Issue.objects.filter(user=office.general).exists()
    done = confirm.press("確定")
    code = code_on(done)
    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}", code)
    assert 'data-copy="activation-code"' in done.html
    assert "電子証明書管理へ" in done.links
    assert done.follow("電子証明書管理へ").path == "/portal/certificates/users"
    assert fetch(office.general, code).status_code == 201
    assert office.company.contact_mail in told("電子証明書を取得できるようになりました")


def test_the_code_is_shown_once_and_a_replay_issues_nothing(client: cast.DoorClient, office: Office) -> None:
    confirm = chosen(client, office.general).press("変更")
    done = confirm.press("確定")
    code = code_on(done)
    before = rows()
    reloaded = go(client, done.path)
    assert (code_on(reloaded), code in reloaded.html) == ("", False)
    assert "もう一度は表示しません" in reloaded.text
    replayed = confirm.press("確定")
    assert (replayed.path, code_on(replayed)) == (done.path, "")
    assert rows() == before
    assert fetch(office.general, code).status_code == 201


def test_a_look_ahead_without_reading_does_not_use_up_the_code(
    client: cast.DoorClient, office: Office
) -> None:
    confirm = chosen(client, office.general).press("変更")
    location = client.post(confirm.path.partition("?")[0], confirm.typed()).headers["Location"]
    assert client.head(location).status_code == 200
    assert code_on(go(client, location)) != ""


def test_between_the_two_pages_the_database_alone_does_not_tell_the_code(
    client: cast.DoorClient, office: Office
) -> None:
    confirm = chosen(client, office.general).press("変更")
    location = client.post(confirm.path.partition("?")[0], confirm.typed()).headers["Location"]
    kept = SessionStore().decode(UserSession.objects.get(user=office.master).data)["certificate"]
    code = code_on(go(client, location))
    assert code
    assert code not in str(kept)
    assert "content" not in kept


def test_another_persons_address_does_not_show_the_code(client: cast.DoorClient, office: Office) -> None:
    confirm = chosen(client, office.general).press("変更")
    location = client.post(confirm.path.partition("?")[0], confirm.typed()).headers["Location"]
    other = go(client, location.replace(office.general.login_id, office.other_general.login_id))
    assert (other.path, code_on(other)) == (f"/portal/certificates/{office.other_general.login_id}", "")
    assert code_on(go(client, location)) != ""


def test_a_lost_code_is_remade_and_the_old_one_is_worth_nothing(
    client: cast.DoorClient, office: Office
) -> None:
    _, old = issue(office.general, acting_user=None, **HERE)
    done = chosen(client, office.general).press("変更", choose="取得コード再作成").press("確定")
    assert fetch(office.general, old).status_code == 403
    assert fetch(office.general, code_on(done)).status_code == 201


@pytest.mark.parametrize(
    ("label", "kind", "still"), [("追加発行", "additional", 1), ("再発行", "reissue", 0)]
)
def test_a_second_certificate_and_a_replacement(
    client: cast.DoorClient, office: Office, label: str, kind: str, still: int
) -> None:
    cast.fetched(office.general)
    page = chosen(client, office.general)
    assert page.press("変更").status == 422  # several choices: none is made for the person
    done = page.press("変更", choose=label).press("確定")
    right = access.open_issue(office.general)
    assert right is not None
    assert right.kind == kind
    assert ClientCertificate.objects.filter(user=office.general).count() == still
    assert fetch(office.general, code_on(done)).status_code == 201


def test_a_revocation_needs_a_reason_and_shows_no_code(client: cast.DoorClient, office: Office) -> None:
    person = cast.fetched(office.general)
    page = chosen(client, office.general)
    without = page.press("変更", choose="失効（")
    assert (without.status, "失効の理由を選んでください" in without.text) == (422, True)
    done = page.press("変更", choose="失効（|異動・退職").press("確定")
    assert "失効が済みました" in done.text
    assert code_on(done) == ""
    row = ClientCertificate.everyone.get(pk=person.certificate.pk)
    assert (row.revoked_at, row.revocation_reason) == (cast.AT, "affiliationChanged")


def test_what_another_master_did_meanwhile_is_not_done_again(client: cast.DoorClient, office: Office) -> None:
    confirm = chosen(client, office.general).press("変更")
    _, code = issue(office.general, acting_user=office.colleague, **HERE)
    before = rows()
    page = confirm.press("確定")
    assert (page.status, "何も変えていません" in page.text) == (409, True)
    assert rows() == before
    assert fetch(office.general, code).status_code == 201


def test_a_person_stopped_meanwhile_gets_no_certificate(client: cast.DoorClient, office: Office) -> None:
    confirm = chosen(client, office.general).press("変更")
    User.objects.filter(pk=office.general.pk).update(status=User.Status.SUSPENDED)
    before = rows()
    assert confirm.press("確定").status == 409
    assert "利用停止中のため" in go(client, f"/portal/certificates/{office.general.login_id}").text
    assert rows() == before


def test_other_masters_get_their_first_certificate_here_and_the_next_from_the_bank(
    client: cast.DoorClient, office: Office
) -> None:
    Issue.objects.filter(user=office.colleague).update(cancelled_at=cast.AT)
    done = chosen(client, office.colleague).press("変更").press("確定")
    assert fetch(office.colleague, code_on(done)).status_code == 201
    page = chosen(client, office.colleague)
    assert "失効（" in "".join(page.labels)
    assert not {"追加発行", "再発行"} & {label.partition("（")[0] for label in page.labels}
    own = chosen(client, office.master)
    assert "サービス一覧の［電子証明書］" in own.text
    assert own.buttons == []


@pytest.mark.parametrize("act", ["", "issue", "remake", "revoke:", "revoke:00", "delete", "\x00", "再発行"])
def test_an_act_that_is_not_offered_is_refused(client: cast.DoorClient, office: Office, act: str) -> None:
    cast.fetched(office.general)
    cast.fetched(office.general)
    cast.fetched(office.general)  # as many as allowed: no further one is offered
    before = rows()
    path = f"/portal/certificates/{office.general.login_id}"
    page = go(client, path, {"act": act, "reason": "keyCompromise"})
    assert (page.status, page.path) == (422, path)
    assert rows() == before


@pytest.mark.parametrize("reason", ["privilegeWithdrawn", "unknown", "\x00"])
def test_a_reason_that_is_not_a_masters_to_give_is_refused(
    client: cast.DoorClient, office: Office, reason: str
) -> None:
    person = cast.fetched(office.general)
    path = f"/portal/certificates/{office.general.login_id}"
    sent = {"act": f"revoke:{person.certificate.serial}", "reason": reason}
    assert go(client, path, sent).status == 422


@pytest.mark.parametrize("user", ["", "d-nobody01", "\x00", "d-' OR 1=1"])
def test_a_user_who_is_not_listed_is_not_chosen(client: cast.DoorClient, user: str) -> None:
    page = go(client, "/portal/certificates/users", {"user": user})
    assert (page.status, page.path) == (422, "/portal/certificates/users")


PAGES = (
    "/portal/users/{}",
    "/portal/users/{}/hand-over",
    "/portal/users/{}/change",
    "/portal/users/{}/change/confirm",
    "/portal/users/{}/reset",
    "/portal/users/{}/suspend",
    "/portal/users/{}/resume",
    "/portal/users/{}/unlock",
    "/portal/users/{}/delete",
    "/portal/certificates/{}",
    "/portal/certificates/{}/confirm",
    "/portal/certificates/{}/done",
)
WITHOUT_A_NAME = (
    "/portal",
    "/portal/users",
    "/portal/users/new",
    "/portal/users/new/confirm",
    "/portal/users/new/done",
    "/portal/certificates",
    "/portal/certificates/users",
)


@pytest.mark.parametrize("path", PAGES)
def test_another_companys_user_is_not_there(client: cast.DoorClient, path: str) -> None:
    stranger = cast.master().user
    before = rows()
    for login_id in (stranger.login_id, "d-nobody01", "x" * 300):
        for answer in (
            client.get(path.format(login_id)),
            client.post(path.format(login_id), {"reason": "x"}),
        ):
            assert answer.status_code in (404, 405)
            assert stranger.name not in answer.content.decode()
    assert client.get(path.format(stranger.login_id)).status_code == 404
    assert rows() == before


@pytest.mark.parametrize("path", [*PAGES, *WITHOUT_A_NAME])
def test_a_general_user_is_not_let_in(office: Office, path: str) -> None:
    person = cast.fetched(office.general)
    person.log_in()
    before = rows()
    for answer in (
        person.client.get(path.format(office.other_general.login_id)),
        person.client.post(path.format(office.other_general.login_id), {"reason": "superseded"}),
    ):
        assert answer.status_code == 403
    after = rows()
    assert {name for name in before if before[name] != after[name]} <= {"events"}


def test_the_sheet_to_hand_over_keeps_three_ways_apart_and_holds_no_secret(
    client: cast.DoorClient, office: Office
) -> None:
    done = chosen(client, office.general).press("変更").press("確定")
    page = done.follow("渡すものと渡し方")
    headings = re.findall(r"<h2>([^<]+)</h2>", page.html)
    assert headings[:3] == [
        "1. ログインIDと初回ログインパスワード",
        "2. 取得コード",
        "3. 初期承認パスワード（承認者になる人だけ）",
    ]
    assert "2027年2月8日" in page.text  # 80 days
    assert "data-print" in page.html
    assert code_on(done) not in page.html


@pytest.mark.parametrize(
    ("masters", "maximum", "minimum", "words"),
    [
        (1, 3, 1, "マスターユーザが1名だけです"),
        (2, 3, 1, ""),
        (1, 1, 1, ""),
        (1, 3, 2, "マスターユーザは2名以上必要です"),
        (2, 3, 2, ""),
    ],
)
def test_a_single_master_is_warned_of(
    masters: int, maximum: int, minimum: int, words: str, settings: Any
) -> None:
    settings.PARAMETERS = {**settings.PARAMETERS, "masters_max": 3, "masters_min": minimum}
    _, starters = cast.company(masters=masters)
    person = cast.fetched(starters[0].user)
    person.log_in()
    settings.PARAMETERS = {**settings.PARAMETERS, "masters_max": maximum}
    page = go(person.client, "/portal")
    assert words in page.text
    warned = "マスターユーザが1名だけ" in page.text or "マスターユーザが足りません" in page.text
    assert warned == bool(words)


def stop_page(person: cast.Person) -> Page:
    assert person.log_in().status_code == 302
    return go(person.client, "/services").follow("自分の利用を停止する")


@pytest.mark.parametrize("who", ["master", "general"])
def test_anybody_stops_himself_at_once(office: Office, who: str) -> None:
    person = cast.fetched(getattr(office, who))
    page = stop_page(person)
    assert again(person.user).status == "active"
    done = page.press("利用停止")
    assert (done.path, "利用を停止しました" in done.text) == ("/stopped-myself", True)
    assert again(person.user).status == "suspended"
    assert UserSession.objects.get(user=person.user).ended_because == "stopped"
    assert person.client.get("/services").status_code == 403


def test_the_last_master_is_warned_and_must_say_that_he_knows() -> None:
    person = cast.master()
    page = stop_page(person)
    assert "ただ一人のマスターユーザです" in page.text
    refused = page.press("利用停止")
    assert (refused.status, again(person.user).status) == (422, "active")
    page.press("利用停止", choose="マスターユーザがいなくなることを確認しました")
    assert again(person.user).status == "suspended"


def test_who_became_the_last_master_meanwhile_is_asked_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = stop_page(cast.fetched(office.master))
    real = people.suspend_user

    def colleague_goes_first(user: User, *args: Any, **options: Any) -> Any:
        User.objects.filter(pk=office.colleague.pk).update(status=User.Status.SUSPENDED)
        return real(user, *args, **options)

    monkeypatch.setattr("certs.views.own.suspend_user", colleague_goes_first)
    asked = page.press("利用停止")
    assert "ただ一人のマスターユーザです" in asked.text
    assert again(office.master).status == "active"


OWN = {
    "メールアドレス": "own@example.com",
    "メールアドレス（確認）": "own@example.com",
    "現ログインパスワード": cast.PASSWORD,
}


@pytest.mark.parametrize("who", ["master", "general"])
def test_everybody_changes_the_own_mail_from_the_list_of_services(office: Office, who: str) -> None:
    person = cast.fetched(getattr(office, who))
    person.log_in()
    done = go(person.client, "/services").follow("メールアドレス変更").press("変更", OWN)
    assert (done.path, "own@example.com" in done.text) == ("/mail/changed", True)
    assert again(person.user).mail == "own@example.com"
    assert person.user.mail in told("メールアドレスが変更されました")


@pytest.mark.parametrize(
    ("label", "typed", "sentence"),
    [
        ("メールアドレス", "", "入力してください"),
        ("メールアドレス", "own", "メールアドレスの形"),
        ("メールアドレス（確認）", "x@example.com", "1回目の入力と違います"),
        ("現ログインパスワード", "", "入力してください"),
        ("現ログインパスワード", "chigau123", "あと5回間違えるとロックされます"),
    ],
)
def test_a_wrong_own_mail_form_changes_no_mail(office: Office, label: str, typed: str, sentence: str) -> None:
    person = cast.fetched(office.general)
    person.log_in()
    mails = rows()["mails"]
    page = go(person.client, "/mail").press("変更", {**OWN, label: typed})
    assert (page.status, sentence in page.text) == (422, True)
    assert again(person.user).mail == office.general.mail
    assert rows()["mails"] == mails

"""The bank's commands and the two sheets."""

import re
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Company, User
from certs.models import ClientCertificate, Issue
from erec.trail.models import Entry
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words: object) -> str:
    out = StringIO()
    call_command("institution", "--operator", "窓口 一子", *map(str, words), stdout=out)
    return out.getvalue()


REGISTER = {
    "--user-number": "ab2c3d4e5",
    "--name": "株式会社髙﨑製作所",
    "--contact-mail": "keiri@example.com",
    "--account": "9999-101-2-0123456",
    "--master": "d-Tanaka01,田中 一郎,tanaka@example.com",
}


def register(folder: Path, **changes: str) -> str:
    options = {**REGISTER, **{f"--{k.replace('_', '-')}": v for k, v in changes.items()}}
    return run("register", "--sheets", folder, *(word for pair in options.items() for word in pair))


def secret(text: str, after: str) -> str:
    found = re.search(rf"{after}　　(\S+)", text)
    assert found is not None
    return found[1]


def test_a_registration_gives_two_sheets_that_each_keep_the_others_secret(tmp_path: Path) -> None:
    register(tmp_path / "sheets")
    password_sheet = (tmp_path / "sheets" / "d-tanaka01-password.txt").read_text()
    code_sheet = (tmp_path / "sheets" / "d-tanaka01-code.txt").read_text()
    password = secret(password_sheet, "初回ログインパスワード")
    code = secret(code_sheet, "取得コード")
    assert code not in password_sheet
    assert password not in code_sheet
    assert "d-tanaka01" not in code_sheet  # found alone, it does not even say whose
    for path in (tmp_path / "sheets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    body = {"login_id": "d-tanaka01", "password": password, "code": code, "csr": cast.csr_for(cast.new_key())}
    assert Company.objects.get().user_number == "AB2C3D4E5"
    assert cast.entry().post_json("/api/certificates", body).status_code == 201


WRONG = [
    ({"user_number": "ABCDEFGHI"}, "利用者番号"),
    ({"user_number": "A1"}, "利用者番号"),
    ({"name": "会社😀"}, "企業名"),
    ({"contact_mail": "ａ@example.com"}, "連絡先メールアドレス"),
    ({"account": "9999-101-3-0123456"}, "口座は"),
    ({"account": "999-101-2-0123456"}, "金融機関コード"),
    ({"master": "tanaka,田中,t@example.com"}, "ログインID"),
    ({"master": "d-tanaka01,田中"}, "マスターユーザは"),
]


@pytest.mark.parametrize(("changes", "sentence"), WRONG)
def test_a_wrong_value_is_refused_by_name_and_nothing_is_registered(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        register(tmp_path, **changes)
    assert (Company.objects.count(), User.objects.count(), Issue.objects.count()) == (0, 0, 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "利用者番号はすでに使われています"),
        ({"user_number": "AAAA22222"}, "口座はすでに使われています"),
        ({"user_number": "AAAA22222", "account": "9999-101-2-9999999"}, "ログインIDはすでに使われています"),
    ],
)
def test_what_exists_is_not_given_twice(tmp_path: Path, changes: dict[str, str], sentence: str) -> None:
    register(tmp_path / "first")
    with pytest.raises(CommandError, match=sentence):
        register(tmp_path / "second", **changes)
    assert (Company.objects.count(), User.objects.count()) == (1, 1)


def test_a_deleted_users_login_id_is_never_given_again(tmp_path: Path) -> None:
    register(tmp_path / "first")
    User.objects.update(status=User.Status.DELETED)
    with pytest.raises(CommandError, match="ログインIDはすでに使われています"):
        register(tmp_path / "second", user_number="AAAA22222", account="9999-101-2-9999999")


def test_a_locked_master_gets_a_new_initial_password_and_the_lock_is_gone(tmp_path: Path) -> None:
    person = cast.master()
    User.objects.update(login_strikes=6, login_locked_at=cast.AT)
    run("reset", person.user.login_id, "--sheets", tmp_path)
    initial = secret(
        (tmp_path / f"{person.user.login_id}-password.txt").read_text(), "初回ログインパスワード"
    )
    assert person.log_in().status_code == 422  # the old one
    assert person.log_in(initial).headers["Location"] == "/services"
    assert person.client.get("/services").headers["Location"] == "/password/first"


def test_unlock_keeps_the_password() -> None:
    person = cast.master()
    User.objects.update(login_strikes=6, login_locked_at=cast.AT)
    assert "ロックを解除しました" in run("unlock", person.user.login_id)
    assert person.log_in().status_code == 302


def test_stop_and_resume_a_company() -> None:
    person = cast.master()
    person.log_in()
    run("stop-company", person.user.company.user_number, "--because", "ご契約の終了")
    assert "ご契約の利用を停止しています" in person.client.get("/services").content.decode()
    run("resume-company", person.user.company.user_number)
    assert person.client.get("/login").status_code == 200


def test_revoke_and_reissue(tmp_path: Path) -> None:
    person = cast.master()
    run("revoke", person.certificate.serial, "--reason", "keyCompromise")
    assert ClientCertificate.everyone.get().revocation_reason == "keyCompromise"
    run("issue", person.user.login_id, "--reissue", "--sheets", tmp_path)
    assert Issue.objects.get(fetched_at=None, cancelled_at=None).kind == "reissue"
    with pytest.raises(CommandError, match="何も変わっていません"):
        run("revoke", person.certificate.serial, "--reason", "keyCompromise")


def test_the_trail_names_the_clerk() -> None:
    person = cast.master()
    run("stop-user", person.user.login_id, "--reason", "privilegeWithdrawn")
    entry = Entry.objects.filter(event="user.suspended").get()
    assert (entry.user_name, entry.door, entry.target) == ("窓口 一子", "command", person.user.login_id)


def test_an_unknown_number_is_one_sentence() -> None:
    with pytest.raises(CommandError, match="登録されていません"):
        run("unlock", "d-nobody01")

"""institution VERB …: what the bank does, over the same actions as its console will use."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django import forms
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import access as accounts
from accounts.actions import companies, users
from accounts.errors import AccountsError, AlreadyThere, LimitReached
from accounts.models import Company, User
from accounts.origin import Origin
from certs import sheets
from certs.actions import issuing, people, registration, revocation
from certs.errors import CertsError
from certs.models import ClientCertificate, Issue, RevocationReason
from erec.fields import DigitsField, LoginIdField, MailField, NameField, UserNumberField

FIELDS = {"user_number": "利用者番号", "login_id": "ログインID", "account": "口座"}


class Command(BaseCommand):
    help = "金融機関の手続き（企業の登録、マスターユーザの支援、証明書の再発行・失効、停止）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--operator", required=True, help="手続きをする職員の名前（証跡に残る）")
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        for name, (_, description, arguments) in VERBS.items():
            verb = verbs.add_parser(name, help=description)
            for argument, options in arguments:
                verb.add_argument(argument, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        origin = Origin(door="command", environment=_checked(NameField(), options["operator"], "職員の名前"))
        action, _, _ = VERBS[options["verb"]]
        try:
            for line in action(options, origin):
                self.stdout.write(line)
        except (Company.DoesNotExist, User.DoesNotExist, ClientCertificate.DoesNotExist) as error:
            raise CommandError("その利用者番号・ログインID・シリアル番号は登録されていません。") from error
        except AlreadyThere as error:
            raise CommandError(
                f"{FIELDS[error.field]}はすでに使われています。何も登録していません。"
            ) from error
        except LimitReached as error:
            raise CommandError(f"{error.sentence}何も登録していません。") from error
        except (AccountsError, CertsError) as error:
            raise CommandError(
                f"今の状態ではできません（{type(error).__name__}）。何も変わっていません。"
            ) from error
        except FileExistsError as error:
            raise CommandError(f"書類がすでにあります: {error.filename}") from error


def _checked(field: forms.Field, text: str, name: str) -> Any:
    try:
        return field.clean(text)
    except forms.ValidationError as error:
        raise CommandError(f"{name}: {' '.join(error.messages)}") from error


def _account(text: str) -> companies.AccountNumber:
    parts = text.split("-")
    if len(parts) != 4 or parts[2] not in ("1", "2", "9"):
        raise CommandError("口座は「金融機関4-支店3-種別(1普通 2当座 9その他)-番号7」で指定してください。")
    bank, branch, kind, number = parts
    return companies.AccountNumber(
        _checked(DigitsField(digits=4), bank, "金融機関コード"),
        _checked(DigitsField(digits=3), branch, "支店コード"),
        kind,
        _checked(DigitsField(digits=7), number, "口座番号"),
    )


def _master(text: str) -> users.NewUser:
    parts = text.split(",")
    if len(parts) != 3:
        raise CommandError("マスターユーザは「ログインID,名前,メールアドレス」で指定してください。")
    return users.NewUser(
        login_id=_checked(LoginIdField(), parts[0], "ログインID"),
        name=_checked(NameField(), parts[1], "ユーザ名"),
        mail=_checked(MailField(), parts[2], "メールアドレス"),
    )


def _password_sheet(folder: Path, user: User, initial: str) -> str:
    path = sheets.write(folder, f"{user.login_id}-password.txt", sheets.password_sheet(user, initial))
    return f"ご利用開始のお知らせ: {path}"


def _code_sheet(folder: Path, issue: Issue, code: str) -> str:
    text = sheets.code_sheet(issue.user, code, issue.fetch_until)
    return f"取得コードのお知らせ: {sheets.write(folder, f'{issue.user.login_id}-code.txt', text)}"


def register(options: dict[str, Any], origin: Origin) -> list[str]:
    company, starters = registration.register(
        user_number=_checked(UserNumberField(), options["user_number"], "利用者番号"),
        name=_checked(NameField(longest=60), options["name"], "企業名"),
        contact_mail=_checked(MailField(), options["contact_mail"], "連絡先メールアドレス"),
        accounts=[_account(text) for text in options["account"]],
        masters=[_master(text) for text in options["master"]],
        at=timezone.now(),
        origin=origin,
    )
    lines = [f"登録しました: {company.name}（{company.user_number}）"]
    for starter in starters:
        lines.append(_password_sheet(options["sheets"], starter.user, starter.initial_password))
        lines.append(_code_sheet(options["sheets"], starter.issue, starter.code))
    return lines


def reset(options: dict[str, Any], origin: Origin) -> list[str]:
    user = accounts.user_by_login_id(options["login_id"])
    initial = users.reset_password(user, acting_user=None, at=timezone.now(), origin=origin)
    return [_password_sheet(options["sheets"], user, initial)]


def unlock(options: dict[str, Any], origin: Origin) -> list[str]:
    user = accounts.user_by_login_id(options["login_id"])
    users.unlock_user(user, acting_user=None, at=timezone.now(), origin=origin)
    return ["ロックを解除しました。パスワードは変わっていません。"]


def issue(options: dict[str, Any], origin: Origin) -> list[str]:
    user = accounts.user_by_login_id(options["login_id"])
    made, code = issuing.issue(
        user, acting_user=None, at=timezone.now(), origin=origin, reissue=options["reissue"]
    )
    return [_code_sheet(options["sheets"], made, code)]


def remake_code(options: dict[str, Any], origin: Origin) -> list[str]:
    user = accounts.user_by_login_id(options["login_id"])
    made, code = issuing.remake_code(user, acting_user=None, at=timezone.now(), origin=origin)
    return [_code_sheet(options["sheets"], made, code)]


def revoke(options: dict[str, Any], origin: Origin) -> list[str]:
    row = ClientCertificate.everyone.get(serial=options["serial"].lower())
    reason = RevocationReason(options["reason"])
    revocation.revoke(row, reason, acting_user=None, at=timezone.now(), origin=origin)
    return ["失効しました。"]


def stop_user(options: dict[str, Any], origin: Origin) -> list[str]:
    user = accounts.user_by_login_id(options["login_id"])
    reason = RevocationReason(options["reason"])
    ended = people.suspend_user(user, reason, acting_user=None, at=timezone.now(), origin=origin)
    return [f"利用を停止し、証明書を{ended.certificates}枚失効しました。"]


def resume_user(options: dict[str, Any], origin: Origin) -> list[str]:
    user = accounts.user_by_login_id(options["login_id"])
    people.resume_user(user, acting_user=None, at=timezone.now(), origin=origin)
    return ["利用を再開しました。証明書は再発行してください。"]


def stop_company(options: dict[str, Any], origin: Origin) -> list[str]:
    company = accounts.company_by_number(options["user_number"])
    because = _checked(NameField(longest=200), options["because"], "理由")
    ended = companies.stop_company(company, because=because, at=timezone.now(), origin=origin)
    return [f"企業の利用を停止しました。終了したセッション: {ended}"]


def resume_company(options: dict[str, Any], origin: Origin) -> list[str]:
    company = accounts.company_by_number(options["user_number"])
    companies.resume_company(company, at=timezone.now(), origin=origin)
    return ["企業の利用を再開しました。"]


def change_contact(options: dict[str, Any], origin: Origin) -> list[str]:
    company = accounts.company_by_number(options["user_number"])
    mail = _checked(MailField(), options["contact_mail"], "連絡先メールアドレス")
    companies.change_contact(company, contact_mail=mail, at=timezone.now(), origin=origin)
    return ["連絡先を変更しました。"]


_LOGIN_ID = ("login_id", {"metavar": "ログインID"})
_USER_NUMBER = ("user_number", {"metavar": "利用者番号"})
_SHEETS = ("--sheets", {"type": Path, "required": True, "metavar": "書類を置くフォルダ"})
_REASON = ("--reason", {"choices": RevocationReason.values, "required": True})

Action = Callable[[dict[str, Any], Origin], list[str]]
VERBS: dict[str, tuple[Action, str, list[tuple[str, dict[str, Any]]]]] = {
    "register": (
        register,
        "企業と決済口座とマスターユーザを登録し、2枚の書類を作る",
        [
            ("--user-number", {"required": True}),
            ("--name", {"required": True}),
            ("--contact-mail", {"required": True}),
            ("--account", {"action": "append", "required": True, "metavar": "銀行4-支店3-種別-番号7"}),
            ("--master", {"action": "append", "required": True, "metavar": "ID,名前,メール"}),
            _SHEETS,
        ],
    ),
    "reset": (reset, "新しい初回ログインパスワードの書類を作る（ロックも解ける）", [_LOGIN_ID, _SHEETS]),
    "unlock": (unlock, "ログインパスワードのロックを解く", [_LOGIN_ID]),
    "issue": (
        issue,
        "証明書をもう1枚取得できるようにする",
        [_LOGIN_ID, ("--reissue", {"action": "store_true", "help": "今の証明書を失効して再発行"}), _SHEETS],
    ),
    "remake-code": (remake_code, "取得コードを作り直す", [_LOGIN_ID, _SHEETS]),
    "revoke": (revoke, "証明書を失効する", [("serial", {"metavar": "シリアル番号"}), _REASON]),
    "stop-user": (stop_user, "ユーザの利用を停止する", [_LOGIN_ID, _REASON]),
    "resume-user": (resume_user, "ユーザの利用を再開する", [_LOGIN_ID]),
    "stop-company": (
        stop_company,
        "企業の利用を停止する",
        [_USER_NUMBER, ("--because", {"required": True})],
    ),
    "resume-company": (resume_company, "企業の利用を再開する", [_USER_NUMBER]),
    "change-contact": (
        change_contact,
        "企業の連絡先メールアドレスを変える",
        [_USER_NUMBER, ("--contact-mail", {"required": True})],
    ),
}

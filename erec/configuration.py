"""What the environment may set: one table, read once, every bad value told at once.

Pure: neither Django nor the database is imported, so the supervisor, the settings module and the
tests read the same table. `.env.example` is held against it by a test.
"""

import os
import re
import secrets
import urllib.parse
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from erec.parameters.table import PARAMETERS

PROJECT = Path(__file__).resolve().parent.parent


class BadSettings(Exception):
    """The environment holds values that the service refuses; `.problems` has a sentence for each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("設定の値が正しくありません。\n" + "\n".join(f"  - {p}" for p in problems))
        self.problems = problems


@dataclass(frozen=True)
class Setting:
    """One environment variable: its parser raises ValueError with what would have been right."""

    name: str
    parse: Callable[[str], Any]
    default: str
    meaning: str


def _integer(minimum: int, maximum: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not minimum <= int(text) <= maximum:
            raise ValueError(f"{minimum}から{maximum}までの整数")
        return int(text)

    return parse


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("0か1")
    return text == "1"


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError("か".join(f"「{c}」" for c in choices))
        return text

    return parse


def _text(maximum: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if len(text) > maximum or not text.replace("\u3000", "").isprintable():
            raise ValueError(f"制御文字のない{maximum}文字以内")
        return text

    return parse


def _address(text: str) -> str:
    """What can be a mail's To: one plain address. Looked at now, or the day's run would fail on it."""
    if not text.isascii() or not re.fullmatch(r"[^@\s<>,;]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text):
        raise ValueError("メールアドレス1つ")
    return text


def _shaped(pattern: str, shape: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(shape)
        return text

    return parse


def _dates(text: str) -> frozenset[date]:
    try:
        return frozenset(date.fromisoformat(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise ValueError("「2027-05-06,2027-12-30」のようにコンマで区切った日付") from error


def _secret(text: str) -> str:
    if text and len(text) < 32:
        raise ValueError("32文字以上（空なら生成したファイルを使います）")
    return text


def _directory(text: str) -> Path:
    if not text or "\0" in text:
        raise ValueError("フォルダのパス")
    return (PROJECT / Path(text).expanduser()).resolve()


def _origin(text: str) -> str:
    """A door's address: https, a host, and nothing after the slash."""
    if not text:
        return ""
    parts = urllib.parse.urlsplit(text)
    try:
        plain = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        plain = False
    if not plain or parts.path != "/" or parts.query or parts.fragment or parts.username:
        raise ValueError("「https://ホスト名[:ポート]/」の形")
    return text


def _database(text: str) -> dict[str, str]:
    """A libpq address, taken apart by libpq itself; empty means the embedded server."""
    if not text:
        return {}
    if not text.startswith(("postgresql://", "postgres://")):
        raise ValueError("「postgresql://…」の形")
    try:
        parts = conninfo_to_dict(text)
    except psycopg.ProgrammingError as error:
        raise ValueError("「postgresql://…」の形") from error
    if not parts.get("dbname"):
        raise ValueError("データベース名のある「postgresql://…/名前」の形")
    return {key: str(value) for key, value in parts.items()}


def _broker(text: str) -> str:
    if text and not text.startswith(("redis://", "rediss://", "redis+socket://")):
        raise ValueError("「redis://…」「rediss://…」「redis+socket://…」のいずれか")
    return text


def _mail(text: str) -> str:
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in ("file", "smtp", "smtps"):
        raise ValueError("「file:」または「smtp(s)://[利用者:パスワード@]ホスト[:ポート]」")
    if parts.scheme != "file" and not parts.hostname:
        raise ValueError("ホスト名のある「smtp(s)://…」")
    return text


SETTINGS: tuple[Setting, ...] = (
    Setting("EREC_VAR", _directory, "var", "状態を置くフォルダ（データベース、鍵、メール、ログ）"),
    Setting("EREC_PORT", _integer(1, 65535), "8443", "入口（証明書を求めない）のポート"),
    Setting("EREC_CERT_PORT", _integer(1, 65535), "8444", "証明書ログインの入口のポート"),
    Setting("EREC_ENTRY_URL", _origin, "", "入口のアドレス（空なら https://localhost:EREC_PORT/）"),
    Setting(
        "EREC_CERT_URL", _origin, "", "証明書ログインのアドレス（空なら https://localhost:EREC_CERT_PORT/）"
    ),
    Setting("EREC_DEMO", _flag, "1", "デモの企業を用意するか"),
    Setting("DATABASE_URL", _database, "", "データベース（空なら組込みのPostgreSQL）"),
    Setting(
        "DATABASE_OWNER_URL", _database, "", "同じデータベースの持主（移行だけが使う。空ならDATABASE_URL）"
    ),
    Setting("BROKER_URL", _broker, "", "ブローカー（空なら組込みのValkey）"),
    Setting("EREC_SECRET_KEY", _secret, "", "署名の鍵（空なら生成したファイル）"),
    Setting("EREC_CA_PASSPHRASE", _secret, "", "認証局の鍵のパスフレーズ（空なら生成したファイル）"),
    Setting(
        "EREC_CERT_HEADER",
        _one_of("nginx", "rfc9440", "none"),
        "nginx",
        "前段のプロキシが証明書を渡す形",
    ),
    Setting("EREC_MAIL_URL", _mail, "file:", "メールの送り先（file: ならEREC_VAR/mailのファイル）"),
    Setting("EREC_MAIL_FROM", _text(128), "erec@localhost.localdomain", "メールの差出人"),
    Setting(
        "EREC_PASSWORD_POLICY",
        _one_of("manual", "modern"),
        "manual",
        "パスワードの規則（manual: 初期設定編の規則、modern: 12文字以上・組合せ不問）",
    ),
    Setting("EREC_BRAND", _text(20), "", "「電子記録債権サービス」の前に付くブランド名"),
    Setting("EREC_INSTITUTION", _text(40), "一〇信用金庫", "金融機関の名前"),
    Setting(
        "EREC_INSTITUTION_MAIL",
        _address,
        "institution@localhost.localdomain",
        "金融機関のメールアドレス（支払不能の通知、融資の申込みなどの宛先）",
    ),
    Setting(
        "EREC_INSTITUTION_NUMBER",
        _shaped(r"[0-9A-HJ-NP-Y]{9}", "英大文字（I・O・Zを除く）と数字の9桁"),
        "9999SHNK1",
        "金融機関自身の利用者番号（割引・譲渡担保の譲受人）",
    ),
    Setting(
        "EREC_INSTITUTION_ACCOUNT",
        _shaped(r"[0-9]{4}-[0-9]{3}-[129]-[0-9]{7}", "「9999-100-9-0000001」の形"),
        "9999-100-9-0000001",
        "金融機関自身の決済口座",
    ),
    Setting("EREC_CLOSED_DAYS", _dates, "", "法定の休業日のほかに銀行が休む日（コンマ区切りの日付）"),
    Setting("EREC_WEB_WORKERS", _integer(1, 64), "2", "gunicornのプロセス数"),
    Setting("EREC_WEB_THREADS", _integer(1, 64), "8", "gunicornの1プロセスあたりのスレッド数"),
    *(
        Setting(
            p.variable,
            _integer(p.minimum, p.maximum),
            str(p.default),
            f"{p.meaning}（{p.unit}）",
        )
        for p in PARAMETERS
    ),
)


def load(environ: Mapping[str, str]) -> dict[str, Any]:
    """Read every setting. Raises BadSettings naming all wrong values, and unknown EREC_ names, at once."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for setting in SETTINGS:
        text = environ.get(setting.name, "").strip() or setting.default
        try:
            values[setting.name] = setting.parse(text)
        except ValueError as error:
            shown = "（値は表示しません）" if setting.parse in (_secret, _database) else f"「{text}」"
            problems.append(f"{setting.name} は{error}にしてください。今の値: {shown}")
    if not problems:
        problems += _together(values)
    known = {s.name for s in SETTINGS}
    problems += [
        f"{name} という設定はありません。つづりを確かめてください（一覧は .env.example）。"
        for name in sorted(environ)
        if name.startswith("EREC_") and name not in known and not name.startswith("EREC_TEST_")
    ]
    if problems:
        raise BadSettings(problems)
    values["EREC_ENTRY_URL"] = values["EREC_ENTRY_URL"] or f"https://localhost:{values['EREC_PORT']}/"
    values["EREC_CERT_URL"] = values["EREC_CERT_URL"] or f"https://localhost:{values['EREC_CERT_PORT']}/"
    return values


def _together(values: Mapping[str, Any]) -> list[str]:
    """Values that are right alone and wrong together."""
    problems = []
    if values["EREC_PORT"] == values["EREC_CERT_PORT"]:
        problems.append("EREC_PORT と EREC_CERT_PORT は別のポートにしてください。")
    if values["EREC_ENTRY_URL"] and values["EREC_ENTRY_URL"] == values["EREC_CERT_URL"]:
        problems.append("EREC_ENTRY_URL と EREC_CERT_URL は別のアドレスにしてください。")
    return problems


def adopt_env_file(environ: MutableMapping[str, str], path: Path = PROJECT / ".env") -> None:
    """Take NAME=value lines of `.env` into `environ`; what is set there already wins.

    Comments are whole lines, values are taken as they stand. Raises BadSettings with the line number.
    """
    if not path.exists():
        return
    problems = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        name, equals, value = line.strip().partition("=")
        if not name or name.startswith("#"):
            continue
        if not equals or not name.isidentifier():
            problems.append(f"{path} の{number}行目は「名前=値」の形にしてください。")
        else:
            environ.setdefault(name, value)
    if problems:
        raise BadSettings(problems)


def kept_secret(path: Path) -> str:
    """The secret in `path`, made there (mode 0600) by whoever asks first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(made, path)  # fails if another process was first: then its secret is the one
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text().strip()

"""The one table of settings: bad values, all at once; `.env` and `.env.example`."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from erec.configuration import PROJECT, SETTINGS, BadSettings, adopt_env_file, kept_secret, load

EXAMPLE_HEAD = """\
# Copy to .env; `make run` and manage.py read it, and what the environment sets wins.
# One NAME=value a line, taken as it stands. Every setting is here with its default.
"""


def refused(**environ: str) -> list[str]:
    with pytest.raises(BadSettings) as refusal:
        load(environ)
    return refusal.value.problems


def test_the_example_is_the_table() -> None:
    rows = [f"\n# {s.meaning}\n#{s.name}={s.default}\n" for s in SETTINGS]
    assert (PROJECT / ".env.example").read_text() == EXAMPLE_HEAD + "".join(rows)


def test_nothing_set_gives_the_defaults() -> None:
    values = load({})
    assert values["EREC_VAR"] == PROJECT / "var"
    assert (values["EREC_PORT"], values["EREC_CERT_PORT"], values["EREC_DEMO"]) == (8443, 8444, True)
    assert values["EREC_ENTRY_URL"] == "https://localhost:8443/"
    assert values["EREC_CERT_URL"] == "https://localhost:8444/"
    assert values["DATABASE_URL"] == {}


def test_all_bad_values_are_told_at_once() -> None:
    problems = refused(
        EREC_PORT="0",
        EREC_DEMO="yes",
        EREC_ENTRY_URL="http://bank.example/",
        DATABASE_URL="mysql://x/y",
        EREC_SECRET_KEY="short",
        EREC_LOGIN_STRIKES_MAX="100",
        EREC_PROT="8443",
    )
    assert problems == [
        "EREC_PORT は1から65535までの整数にしてください。今の値: 「0」",
        "EREC_ENTRY_URL は「https://ホスト名[:ポート]/」の形にしてください。今の値: 「http://bank.example/」",
        "EREC_DEMO は0か1にしてください。今の値: 「yes」",
        "DATABASE_URL は「postgresql://…」の形にしてください。今の値: （値は表示しません）",
        "EREC_SECRET_KEY は32文字以上（空なら生成したファイルを使います）にしてください。"
        "今の値: （値は表示しません）",
        "EREC_LOGIN_STRIKES_MAX は3から10までの整数にしてください。今の値: 「100」",
        "EREC_PROT という設定はありません。つづりを確かめてください（一覧は .env.example）。",
    ]


@pytest.mark.parametrize("text", ["bank", "bank@localhost", "a@b.example,c@d.example", "名@bank.example"])
def test_the_institutions_mail_address_is_one_that_a_mail_can_go_to(text: str) -> None:
    assert refused(EREC_INSTITUTION_MAIL=text) == [
        f"EREC_INSTITUTION_MAIL はメールアドレス1つにしてください。今の値: 「{text}」"
    ]
    assert load({"EREC_INSTITUTION_MAIL": "k@bank.example"})["EREC_INSTITUTION_MAIL"] == "k@bank.example"


@pytest.mark.parametrize(
    "url",
    [
        "https://bank.example",
        "https://bank.example/path/",
        "https://user@bank.example/",
        "https://bank.example/?q",
        "https://bank.example:99999/",
        "https:///",
    ],
)
def test_a_door_is_a_plain_https_origin(url: str) -> None:
    (problem,) = refused(EREC_CERT_URL=url)
    assert problem.startswith("EREC_CERT_URL は「https://ホスト名[:ポート]/」の形")


def test_the_doors_are_two() -> None:
    assert refused(EREC_PORT="9000", EREC_CERT_PORT="9000") == [
        "EREC_PORT と EREC_CERT_PORT は別のポートにしてください。"
    ]
    same = {"EREC_ENTRY_URL": "https://bank.example/", "EREC_CERT_URL": "https://bank.example/"}
    assert refused(**same) == ["EREC_ENTRY_URL と EREC_CERT_URL は別のアドレスにしてください。"]


def test_a_database_address_is_taken_apart_by_libpq() -> None:
    assert load({"DATABASE_URL": "postgresql://app:p%40ss@db.example:5433/erec?sslmode=verify-full"})[
        "DATABASE_URL"
    ] == {
        "user": "app",
        "password": "p@ss",
        "host": "db.example",
        "port": "5433",
        "dbname": "erec",
        "sslmode": "verify-full",
    }
    assert refused(DATABASE_URL="postgresql://db.example/") == [
        "DATABASE_URL はデータベース名のある「postgresql://…/名前」の形にしてください。"
        "今の値: （値は表示しません）"
    ]


def test_closed_days_are_dates_between_commas() -> None:
    assert load({})["EREC_CLOSED_DAYS"] == frozenset()
    days = load({"EREC_CLOSED_DAYS": "2027-05-06, 2027-12-30,"})["EREC_CLOSED_DAYS"]
    assert days == {date(2027, 5, 6), date(2027, 12, 30)}
    assert refused(EREC_CLOSED_DAYS="2027-02-29") == [
        "EREC_CLOSED_DAYS は「2027-05-06,2027-12-30」のようにコンマで区切った日付にしてください。"
        "今の値: 「2027-02-29」"
    ]


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# 入口\nEREC_PORT=7002\n\n  EREC_BRAND=しんきん = 一番 # ではない\n")
    environ = {"EREC_PORT": "7001"}
    adopt_env_file(environ, file)
    assert environ == {"EREC_PORT": "7001", "EREC_BRAND": "しんきん = 一番 # ではない"}


def test_a_line_of_the_file_without_a_name_is_told_with_its_number(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("EREC_BRAND=a\nexport EREC_DEMO=0\nEREC_DEMO\n")
    with pytest.raises(BadSettings) as refusal:
        adopt_env_file({}, file)
    assert refusal.value.problems == [
        f"{file} の2行目は「名前=値」の形にしてください。",
        f"{file} の3行目は「名前=値」の形にしてください。",
    ]


def test_no_file_is_no_setting(tmp_path: Path) -> None:
    environ = {"EREC_PORT": "7001"}
    adopt_env_file(environ, tmp_path / ".env")
    assert environ == {"EREC_PORT": "7001"}


def test_whoever_asks_first_makes_the_secret_and_all_get_it(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "key"
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _: kept_secret(path), range(32)))
    (secret,) = answers
    assert len(secret) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]

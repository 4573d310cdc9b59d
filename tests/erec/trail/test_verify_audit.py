"""The command over the real tables, tampered with by one who may switch off every trigger."""

import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Company
from erec.trail import heads, sealing
from erec.trail.chain import COLUMNS, Link
from erec.trail.models import Entry
from tests.erec.trail.cast import BEGUN, record_a_trail, record_one
from tests.erec.trail.test_verification import relinked

pytestmark = pytest.mark.django_db(transaction=True)

Cursor = psycopg.Cursor[Any]


@pytest.fixture
def attacker(superuser_cursor: Cursor) -> Cursor:
    """A sealed trail, and one who may do anything with the tables."""
    record_a_trail()
    sealing.write(at=BEGUN)
    return superuser_cursor


def verdict(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the command says of a broken trail."""
    with pytest.raises(SystemExit) as end:
        call_command("verify_audit", *arguments)
    assert end.value.code == 1
    return capsys.readouterr().out.strip()


def store(attacker: Cursor, links: list[Link]) -> None:
    """Replace a whole chain and its head row, as a forger with the database would."""
    chain = links[0].chain
    attacker.execute("DELETE FROM trail_entry WHERE chain = %s", [chain])
    Entry.objects.bulk_create([Entry(**{name: getattr(link, name) for name in COLUMNS}) for link in links])
    attacker.execute(
        "UPDATE trail_chain_head SET position = %s, hash = %s WHERE chain = %s",
        [len(links), links[-1].hash, chain],
    )


def chain_7() -> list[Link]:
    return [Link(*row) for row in Entry.objects.filter(chain=7).order_by("position").values_list(*COLUMNS)]


def test_a_whole_trail_is_counted(attacker: Cursor, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit")
    assert capsys.readouterr().out == "異常はありません。鎖3本、記録13件、外の控え3行を確かめました。\n"


def test_an_empty_trail_holds_and_no_key_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit")
    assert capsys.readouterr().out == "異常はありません。鎖0本、記録0件、外の控え0行を確かめました。\n"
    assert not sealing.key_file().exists()


@pytest.mark.parametrize(
    ("statement", "where", "says"),
    [
        (
            "UPDATE trail_entry SET user_name = '別人' WHERE chain = 7 AND position = 4",
            4,
            "内容がハッシュと合いません",
        ),
        (
            "UPDATE trail_entry SET recorded_at = recorded_at + interval '1 microsecond'"
            " WHERE chain = 7 AND position = 2",
            2,
            "内容がハッシュと合いません",
        ),
        (
            'UPDATE trail_entry SET detail = detail || \'{"reason": ""}\' WHERE chain = 7 AND position = 6',
            6,
            "内容がハッシュと合いません",
        ),
        (
            "UPDATE trail_entry SET recorded_at = 'infinity' WHERE chain = 7 AND position = 5",
            5,
            "読めない値",
        ),
        (
            "UPDATE trail_entry SET detail = ('{\"n\":' || repeat('9', 5000) || '}')::jsonb"
            " WHERE chain = 7 AND position = 5",
            5,
            "読めない値",
        ),
        ("UPDATE trail_entry SET position = 0 WHERE chain = 7 AND position = 6", 0, "挿し込みの疑い"),
        ("DELETE FROM trail_entry WHERE chain = 7 AND position = 3", 3, "削除の疑い"),
        (
            "UPDATE trail_entry SET position = CASE position WHEN 2 THEN -1 WHEN 3 THEN -2 ELSE position END"
            " WHERE chain = 7;"
            "UPDATE trail_entry SET position = position + 4 WHERE chain = 7 AND position < 0",
            2,
            "つながっていません",
        ),
        (
            "INSERT INTO trail_entry SELECT version, chain, 7, hash, event, recorded_at, company_id, user_id,"
            " login_id, user_name, address, door, target, detail, hash FROM trail_entry"
            " WHERE chain = 7 AND position = 6",
            7,
            "内容がハッシュと合いません",
        ),
        ("DELETE FROM trail_entry WHERE chain = 7 AND position > 4", 5, "末尾が切られた疑い"),
        (
            "DELETE FROM trail_entry WHERE chain = 7 AND position > 4; UPDATE trail_chain_head h"
            " SET position = 4, hash = e.hash FROM trail_entry e"
            " WHERE h.chain = 7 AND e.chain = 7 AND e.position = 4",
            6,
            "末尾が切られた疑い",
        ),
        (
            "DELETE FROM trail_entry WHERE chain = 7; DELETE FROM trail_chain_head WHERE chain = 7",
            6,
            "末尾が切られた疑い",
        ),
        ("DELETE FROM trail_chain_head WHERE chain = 7", 6, "先頭の行がありません"),
        ("UPDATE trail_chain_head SET position = 5 WHERE chain = 7", 6, "先頭より後ろ"),
    ],
)
def test_a_tampered_table_is_named_by_chain_and_position(
    attacker: Cursor, capsys: pytest.CaptureFixture[str], statement: str, where: int, says: str
) -> None:
    attacker.execute("ALTER TABLE trail_entry DROP CONSTRAINT trail_entry_position")
    try:
        for part in statement.split(";"):
            attacker.execute(part)
    finally:
        attacker.execute(
            "ALTER TABLE trail_entry ADD CONSTRAINT trail_entry_position CHECK (position >= 1) NOT VALID"
        )
    said = verdict(capsys)
    assert said.startswith(f"異常があります。企業 7の鎖（鎖 7）の位置 {where}: ")
    assert says in said


def test_a_rewritten_history_shows_by_the_heads_outside_only(
    attacker: Cursor, capsys: pytest.CaptureFixture[str]
) -> None:
    links = chain_7()
    links[1] = Link(**{name: getattr(links[1], name) for name in COLUMNS} | {"user_name": "別人"})
    store(attacker, relinked(links, 1))
    assert "（鎖 7）の位置 6: 外に控えた先頭とハッシュが合いません" in verdict(capsys)
    shutil.rmtree(settings.TRAIL_HEADS)
    attacker.execute("DELETE FROM trail_sealed_head")
    call_command("verify_audit")


def test_a_tampered_event_of_no_company_is_named_by_its_shard(
    attacker: Cursor, capsys: pytest.CaptureFixture[str]
) -> None:
    attacker.execute("UPDATE trail_entry SET address = '192.0.2.77' WHERE chain < 0")
    shard = Entry.objects.get(chain__lt=0).chain
    assert verdict(capsys).startswith(
        f"異常があります。企業によらない記録の鎖{-shard}（鎖 {shard}）の位置 1: 記録の内容が"
    )


def test_a_removed_folder_of_heads_is_told(attacker: Cursor, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(settings.TRAIL_HEADS)
    assert verdict(capsys) == (
        "異常があります。外の控えの1行目: ここから先の行がありません（末尾が切られた疑い）。"
    )


def test_a_lost_key_is_told(attacker: Cursor, capsys: pytest.CaptureFixture[str]) -> None:
    sealing.key_file().unlink()
    said = verdict(capsys)
    assert said.startswith("異常があります。外の控え: 署名の鍵 ")
    assert said.endswith("が読めません。バックアップから戻してください。")


def test_heads_written_after_the_first_look_are_not_held_against_it(
    attacker: Cursor, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    known, files = sealing.tail(), heads.files(Path(settings.TRAIL_HEADS))
    record_one(7, 9)
    sealing.write(at=BEGUN)
    monkeypatch.setattr(sealing, "tail", lambda: known)
    monkeypatch.setattr(heads, "files", lambda folder: files)
    call_command("verify_audit")
    assert "記録14件、外の控え3行" in capsys.readouterr().out


@pytest.fixture
def company() -> Company:
    return Company.objects.create(
        pk=7,
        user_number="ABC123456",
        name="大空商事",
        contact_mail="a@example.jp",
        registered_at=timezone.now(),
    )


def test_one_company_is_checked_alone(
    attacker: Cursor, company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    attacker.execute("UPDATE trail_entry SET target = '別' WHERE chain = 12 AND position = 2")
    call_command("verify_audit", "--company", "ABC123456")
    assert capsys.readouterr().out == "異常はありません。鎖1本、記録6件、外の控え3行を確かめました。\n"


def test_a_broken_company_is_named_by_its_user_number(
    attacker: Cursor, company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    attacker.execute("UPDATE trail_entry SET target = '別' WHERE chain = 7 AND position = 2")
    assert verdict(capsys, "--company", "ABC123456").startswith(
        "異常があります。企業 ABC123456の鎖（鎖 7）の位置 2: 記録の内容が"
    )


def test_an_unknown_user_number_is_told_in_one_sentence(attacker: Cursor) -> None:
    with pytest.raises(
        CommandError, match=r"^利用者番号 XXX999999 の企業はありません。番号を確かめてください。$"
    ):
        call_command("verify_audit", "--company", "XXX999999")

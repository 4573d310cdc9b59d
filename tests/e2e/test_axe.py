"""axe finds nothing on any screen, at a desk's and a phone's width, light and dark; none scrolls sideways.

The screens are those of the URL resolver: a new URL without a row in WALK fails. States that no GET shows
(errors, refusals, steps inside a page) are the functions below the walk.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver
from playwright.sync_api import Browser, Page, expect

from erec.doors import URLCONFS
from tests.e2e.axe import faults
from tests.e2e.begun import begun
from tests.e2e.claims import a_claim
from tests.e2e.conftest import Visit
from tests.e2e.people import OWN_PASSWORD, Person, fetch, settled
from tests.e2e.service import Service
from tests.e2e.visitor import PHONE, SCHEMES, Visitor, button, field, fill, link, picture

APPROVAL = "shounin2026"
NO_SCREEN = ""  # a file or JSON, for programs

# Door and name of each URL → the path that a logged-in master opens. What takes only POST shows a page too.
WALK = {
    "entry welcome": "/",
    "entry fetch": "/certificate/",
    "entry fetch-api": NO_SCREEN,
    "entry environment": "/environment/",
    "entry guide-import": "/guide/import/",
    "entry guide-command-line": "/guide/command-line/",
    "entry ca-pem": NO_SCREEN,
    "entry ca-der": NO_SCREEN,
    "entry crl": NO_SCREEN,
    "entry ocsp": "/pki/ocsp",
    "entry ocsp-get": NO_SCREEN,
    "entry healthz": NO_SCREEN,
    "entry readyz": NO_SCREEN,
    "cert home": "/",
    "cert login": "/login",
    "cert logout": "/logout",
    "cert logged-out": "/logged-out",
    "cert services": "/services",
    "cert session-extend": "/session/extend",
    "cert first-password": "/password/first",
    "cert password": "/password",
    "cert login-history": "/history/logins?of=company",
    "cert certificates": "/certificates",
    "cert renewal": "/certificates/renew",
    "cert certificate-stop": "/certificates/{serial}/stop",
    "cert mail": "/mail",
    "cert mail-changed": "/mail/changed",
    "cert stop-myself": "/stop-myself",
    "cert stopped-myself": "/stopped-myself",
    "cert portal": "/portal",
    "cert portal-users": "/portal/users",
    "cert portal-user-new": "/portal/users/new",
    "cert portal-user-confirm": "/portal/users/new/confirm",
    "cert portal-user-made": "/portal/users/new/done",
    "cert portal-user": "/portal/users/{other}",
    "cert portal-user-hand-over": "/portal/users/{other}/hand-over",
    "cert portal-user-change": "/portal/users/{other}/change",
    "cert portal-user-change-confirm": "/portal/users/{other}/change/confirm",
    "cert portal-user-reset": "/portal/users/{other}/reset",
    "cert portal-user-suspend": "/portal/users/{other}/suspend",
    "cert portal-user-delete": "/portal/users/{other}/delete",
    "cert portal-user-resume": "/portal/users/{other}/resume",
    "cert portal-user-unlock": "/portal/users/{other}/unlock",
    "cert portal-certificates": "/portal/certificates",
    "cert portal-certificate-list": "/portal/certificates/users",
    "cert portal-certificate": "/portal/certificates/{other}",
    "cert portal-certificate-confirm": "/portal/certificates/{other}/confirm",
    "cert portal-certificate-done": "/portal/certificates/{other}/done",
    "cert densai-enter": "/densai/enter",
    "cert densai-top": "/densai",
    "cert densai-leave": "/densai/leave",
    "cert densai-left": "/densai/left",
    "cert approval-first": "/densai/approval-password/first",
    "cert approval-change": "/densai/approval-password",
    "cert approval-done": "/densai/approval-password/done",
    "cert administration": "/densai/administration",
    "cert business": "/densai/business/batch",
    "cert members": "/densai/members",
    "cert history": "/densai/history",
    "cert request-new": "/densai/requests/new/accrual_by_obligor",
    "cert request-entry": "/densai/requests/entry/{token}",
    "cert request-partners": "/densai/requests/entry/{token}/partners",
    "cert request-claims": "/densai/requests/entry/{claims_token}/claims",
    "cert request-discard": "/densai/requests/entry/{token}/discard",
    "cert request-confirm": "/densai/requests/confirm/{token}",
    "cert request-edit": "/densai/requests/{mending}/edit",
    "cert request-withdraw": "/densai/requests/{asked}/withdraw/1",
    "cert batch-file": "/densai/batch/file",
    "cert batch-template": NO_SCREEN,
    "cert demands": "/densai/demands",
    "cert demand": "/densai/demands/{demand_no}",
    "cert demand-answer": "/densai/demands/{demand_no}/accept",
    "cert requests": "/densai/requests?state=open",
    "cert requests-awaiting": "/densai/requests/awaiting",
    "cert requests-mending": "/densai/requests/mending",
    "cert requests-approve": "/densai/requests/approve",
    "cert request": "/densai/requests/20261120000001",
    "cert request-approve": "/densai/requests/20261120000001/approve",
    "cert request-send-back": "/densai/requests/20261120000001/send-back",
    "cert request-pull-back": "/densai/requests/20261120000001/pull-back",
    "cert request-delete": "/densai/requests/20261120000001/delete",
    "cert company": "/densai/company",
    "cert company-change": "/densai/company/change",
    "cert deputies": "/densai/deputies",
    "cert deputy-new": "/densai/deputies/new",
    "cert deputy-end": NO_SCREEN,
    "cert company-second-master": "/densai/company/second-master",
    "cert company-fees": "/densai/company/fees",
    "cert company-fees-change": "/densai/company/fees/change",
    "cert designations": "/densai/designations",
    "cert designations-change": "/densai/designations/change",
    "cert masters-ask": "/densai/masters/ask",
    "cert masters-code": "/densai/masters/20261120000001/code",
    "cert claims": "/densai/claims?state=all",
    "cert claim": "/densai/claims/{record_number}",
    "cert trades": "/densai/trades",
    "cert disclosure": "/densai/claims/disclosure",
    "cert schedule": "/densai/schedule?side=in",
    "cert overview": "/densai/overview",
    "cert accounting": "/densai/accounting",
    "cert accounting-layouts": "/densai/accounting/layouts?q=記録番号",
    "cert accounting-layout": "/densai/accounting/layouts/17",
    "cert ledger": "/densai/accounting/ledger?table=電子記録債権&basis=残高",
    "cert ledger-file": NO_SCREEN,
    "cert jobs": "/densai/accounting/jobs",
    "cert job": "/densai/accounting/jobs/{job_no}",
    "cert job-state": NO_SCREEN,
    "cert job-cancel": NO_SCREEN,
    "cert job-file": NO_SCREEN,
    "cert accounting-masters": "/densai/accounting/masters",
    "cert accounting-import": "/densai/accounting/masters/import",
    "cert accounting-import-preview": "/densai/accounting/masters/import/preview",
    "cert accounting-master": "/densai/accounting/masters/sub_accounts",
    "cert accounting-names": "/densai/accounting/names",
    "cert accounting-all-names": "/densai/accounting/names/all",
    "cert accounting-name": "/densai/accounting/names/990001",
    "cert accounting-codes": "/densai/accounting/codes",
    "cert accounting-range": "/densai/accounting/codes/range",
    "cert accounting-code": "/densai/accounting/codes/A23456789",
    "cert journals-compare": "/densai/accounting/compare",
    "cert output-masters": "/densai/accounting/output",
    "cert output-master": "/densai/accounting/output/payees",
    "cert journals": "/densai/accounting/journals",
    "cert journal-settings": "/densai/accounting/journals/settings",
    "cert journal-months": "/densai/accounting/journals/months",
    "cert journal-export": "/densai/accounting/journals/export",
    "cert journal-exports": "/densai/accounting/journals/exports",
    "cert journal-export-one": "/densai/accounting/journals/exports/1",
    "cert journal-export-file": NO_SCREEN,
    "cert journal-export-cancel": NO_SCREEN,
    "cert bills": "/densai/accounting/bills?kind=held",
    "cert bills-new": "/densai/accounting/bills/new",
    "cert bills-one": "/densai/accounting/bills/990001",
    "cert bills-change": "/densai/accounting/bills/990001/change",
    "cert bills-delete": "/densai/accounting/bills/990001/delete",
    "cert bills-switch": "/densai/accounting/bills/990001/switch",
    "cert bills-import": "/densai/accounting/bills/import",
    "cert bills-import-preview": "/densai/accounting/bills/import/preview",
    "cert bills-import-template": NO_SCREEN,
    "cert bills-report": "/densai/accounting/bills/report?kind=held&form=PCA会計８形式",
    "cert financings": "/densai/financing?kind=discount",
    "cert financing": "/densai/financing/F20261120-AXE000",
    "cert notices": "/densai/notices",
    "cert notices-read-all": "/densai/notices/read",
    "cert notice": "/densai/notices/axe0000000000000",
    "cert mail-choices": "/densai/mail-choices",
    "cert partners": "/densai/partners",
    "cert partners-new": "/densai/partners/new",
    "cert partners-one": "/densai/partners/990001",
    "cert partners-change": "/densai/partners/990001/change",
    "cert partners-delete": "/densai/partners/990001/delete",
    "cert partners-groups": "/densai/partners/groups",
    "cert partners-group-new": "/densai/partners/groups/new",
    "cert partners-group": "/densai/partners/groups/990001",
    "cert partners-group-delete": "/densai/partners/groups/990001/delete",
    "cert partners-import": "/densai/partners/import",
    "cert partners-import-preview": "/densai/partners/import/preview",
    "cert partners-import-template": NO_SCREEN,
    "cert refresh": "/densai/refresh",
    "cert refresh-confirm": "/densai/refresh/confirm",
    "cert refresh-done": "/densai/refresh/done",
    "cert users-menu": "/densai/users",
    "cert users": "/densai/users/list",
    "cert rights": "/densai/users/{login_id}/rights",
    "cert rights-initial": "/densai/users/{login_id}/rights/initial",
    "cert rights-confirm": "/densai/users/{login_id}/rights/confirm",
    "cert rights-result": "/densai/users/{login_id}/rights/result",
    "cert approval-reset": "/densai/users/{login_id}/approval-reset",
}
# Screens of both doors that have no URL of their own, and pages that nginx serves when nothing else can.
MORE = {
    "entry not found": "/nowhere",
    "cert not found": "/certificates/{serial}0/stop",
    "cert menu": "/densai/business/accrual",
    "cert assignment": "/densai/requests/entry/{claims_token}",
    "cert cancellation": "/densai/requests/new/cancel_accrual",
    "cert guarantee": "/densai/requests/new/guarantee?claims={record_number}",
    "cert change": "/densai/requests/new/change?claims={record_number}",
    "cert payment": "/densai/requests/new/payment_by_payee?claims={record_number}",
    "entry too large": "/static/erec/errors/413.html",
    "entry too many": "/static/erec/errors/429.html",
    "entry not now": "/static/erec/errors/503.html",
}
SCREENS = {name: path for name, path in (WALK | MORE).items() if path is not NO_SCREEN}


# Nobody in the company may do 債権発生請求, so that the master is told.
A_NOTICE = """
    INSERT INTO notices_notice (company_id, code, key, what, importance, business, subject, body, request_no,
        record_number, demand_no, created_at)
    SELECT company_id, 'axe0000000000000', 'axe', 'denied', '高', 'accrual', '相手先が否認しました',
        E'請求番号: 1\n文です。', '', '', '', now()
    FROM accounts_user WHERE login_id = %s
"""


# The master may keep the 取引先 and 指定許可, has one in a group, and a file that waits with a wrong line.
PARTNERS = """
    WITH person AS (SELECT id, company_id FROM accounts_user WHERE login_id = %s),
    may AS (
        INSERT INTO members_businessright (member_id, business, tick)
        SELECT m.id, 'partners', '利用' FROM members_member m JOIN person ON m.user_id = person.id
        UNION SELECT m.id, 'designated', '担当者' FROM members_member m JOIN person ON m.user_id = person.id
    ),
    chooses AS (
        INSERT INTO partners_designationcontract (company_id, started_on) SELECT company_id, now() FROM person
    ),
    allowed AS (
        INSERT INTO partners_designation (company_id, user_number, bank_code, branch_code, kind, number, name,
            sought, sort_name, changed_at, areas)
        SELECT person.company_id, c.user_number, a.bank_code, a.branch_code, a.kind, a.number, c.name, c.name,
            c.name, now(), ARRAY['accrual_by_obligor', 'accrual_by_obligee', 'assignment', 'guarantee']
        FROM person, accounts_settlementaccount a JOIN accounts_company c ON c.id = a.company_id
        WHERE c.id <> person.company_id
    ),
    partner AS (
        INSERT INTO partners_partner (id, company_id, user_number, bank_code, branch_code, kind, number, name,
            sought, registered_name, memo, is_small_contractor, sort_name, checked_at, changed_at, version)
        SELECT 990001, company_id, 'A23456789', '9999', '101', '2', '0000009', '見本株式会社', '見本', '見本',
            '', true, '見本', now(), now(), 1 FROM person RETURNING company_id
    ),
    file AS (
        INSERT INTO partners_partnerupload (company_id, user_id, token, file_name, lines, made_at)
        SELECT company_id, id, 'axe', '取引先.csv', '[[2, {"user_number": "A23456789", "bank_code": "9999",
            "branch_code": "101", "kind": "当座", "number": "9"}]]', now() FROM person
    )
    INSERT INTO partners_partnergroup (id, company_id, name, changed_at, version)
    SELECT 990001, company_id, '毎月', now(), 1 FROM partner
"""
IN_GROUP = """
    INSERT INTO partners_groupmember (company_id, group_id, partner_id, amount_yen)
    SELECT company_id, id, id, 1000000 FROM partners_partner WHERE id = 990001
"""

# 会計データ: names that wait and one that is decided, a master, and a file that waits with a wrong line.
MASTERS = """
    WITH person AS (SELECT id, company_id FROM accounts_user WHERE login_id = %s),
    named AS (
        INSERT INTO accounting_printedname (id, company_id, user_number, name, printed, decided_by_id, at)
        SELECT 990001, company_id, 'A23456789', '見本株式会社', '見本', id, now() FROM person
        UNION ALL
        SELECT 990002, company_id, 'A23456780', '𠮷田総合エネルギー開発株式会社', '', NULL, now() FROM person
    ),
    known AS (
        INSERT INTO accounting_subaccount (company_id, account_code, code, name, full_name, kana, read_at,
            cells)
        SELECT company_id, '135', '1001', '見本', '見本株式会社', 'ﾐﾎﾝ', now(),
            ARRAY['135', '債権', '1001', '見本', 'ﾐﾎﾝ', '見本株式会社'] || array_fill(''::text, ARRAY[15])
        FROM person
    )
    INSERT INTO accounting_masterupload (company_id, user_id, token, kind, mode, profile, file_name, made_at,
        content)
    SELECT company_id, id, 'axe', 'departments', 'replace', 'bare', '部門.csv', now(),
        convert_to(E'1,総務部,ｿｳﾑ,1\\r\\n2,,,9\\r\\n', 'SJIS')
    FROM person
"""


# A bill in hand that could be switched, if its debtor's account could be used; a file with a wrong line.
BILLS = """
    WITH person AS (SELECT id, company_id FROM accounts_user WHERE login_id = %s),
    bill AS (
        INSERT INTO bills_bill (id, company_id, kind, number, due_on, voucher_on, party, party_printed,
            drawer, user_number, bank, bank_printed, reason, amount_yen, note, changed_at, version)
        SELECT 990001, company_id, 'held', 'AB123456', now() + interval '90 days', now(), '見本株式会社',
            '見本', '', '', '見本銀行', '見本銀行', '', 1234567, '部品代', now(), 1 FROM person
    )
    INSERT INTO bills_billupload (company_id, user_id, token, file_name, lines, made_at)
    SELECT company_id, id, 'axe', '手形.csv', '[[2, {"kind": "受取手形", "number": "1", "due_on": "x",
        "party": "見本", "amount_yen": "1"}]]', now() FROM person
"""


# 仕訳: settings with one account, an entry that is still open, and an export.
JOURNALS = """
    WITH person AS (SELECT id, company_id FROM accounts_user WHERE login_id = %s),
    settings AS (
        INSERT INTO journals_journalsettings (company_id, method, calendar, starts_on, voucher_first,
            voucher_last, other_partners, version, changed_at)
        SELECT company_id, 'contra', 'gregorian', '2026-01-01', 1, 99999, ARRAY[]::varchar[], 1, now()
        FROM person
    ),
    entry AS (
        INSERT INTO journals_entry (company_id, source, moment, part, "on", happened_on, record_number,
            due_on, partner_number, partner_name, account, memo, total_yen, made_at)
        SELECT company_id, 'axe', 'settled_in', 0, '2026-11-20', '2026-11-20', '', '2026-11-20', 'A23456789',
            '見本株式会社', '', '決済', 1000000, now() FROM person RETURNING id, company_id
    ),
    line AS (
        INSERT INTO journals_entryline (entry_id, company_id, position, debit, debit_number, debit_name,
            debit_yen, credit, credit_number, credit_name, credit_yen, is_increase)
        SELECT id, company_id, 1, 'bank', '', '', 1000000, 'receivable', '', '', 1000000, false FROM entry
    )
    INSERT INTO journals_export (company_id, number, format, profile, first_on, last_on, entries_count,
        lines_count, total_yen, content, sha256, made_by_id, made_at, cancelled_because)
    SELECT company_id, 1, 'X', 'quoted', '2026-11-01', '2026-11-20', 1, 1, 1000, '', repeat('0', 64), id,
        now(), '' FROM person
"""

# An application that the institution has answered in part; and the right to look at it.
APPLICATION = """
    WITH person AS (SELECT id, company_id FROM accounts_user WHERE login_id = %s),
    may AS (
        INSERT INTO members_businessright (member_id, business, tick)
        SELECT m.id, 'financing_inquiry', '利用' FROM members_member m JOIN person ON m.user_id = person.id
    ),
    asked AS (
        INSERT INTO financing_application (company_id, application_no, request_no, kind, state, wished_on,
            account, amount_yen, remarks, applied_at, answer_until, because, rate, granted_yen, paid_yen,
            paid_on, owed_yen)
        SELECT company_id, 'F20261120-AXE000', '20261120000099', 'discount', 'executed', '2026-11-26',
            '9999-101-2-0000009', 3000000, '連絡です。', now(), now(), '', 1.25, 1000000, 990000,
            '2026-11-26', 0
        FROM person RETURNING id, company_id
    ),
    lines AS (
        INSERT INTO financing_applicationline (application_id, company_id, number, state, asked_number,
            record_number, obligor_name, due_on, amount_yen, granted_yen, proceeds_yen, error)
        SELECT id, company_id, n, state, 'T0000000000000000001', 'T0000000000000000001', '見本株式会社',
            '2027-01-29', 1000000, granted, proceeds, reason
        FROM asked, (VALUES (1, 'assigned', 1000000, 990000, ''), (2, 'declined', 0, 0, '審査の結果'))
            AS line (n, state, granted, proceeds, reason)
    )
    INSERT INTO financing_step (application_id, company_id, what, amount_yen, note, at)
    SELECT id, company_id, 'executed', 990000, '明細1', now() FROM asked
"""


@pytest.fixture(scope="module")
def walker(browser: Browser, service: Service, master: Person) -> Iterator[Visitor]:
    """A master who has logged in, entered 電子記録債権サービス and set the approval password there."""
    visitor = Visitor(browser, service, master.pem)
    log_in(visitor.cert("login"), master.password)
    with visitor.page.expect_popup() as opened:
        button(visitor.page, "電子記録債権サービス").click()
    set_approval_password(opened.value)
    opened.value.close()
    service.sql(A_NOTICE, master.login_id)
    service.sql(PARTNERS, master.login_id)
    service.sql(IN_GROUP)
    service.sql(MASTERS, master.login_id)
    service.sql(BILLS, master.login_id)
    service.sql(JOURNALS, master.login_id)
    service.sql(APPLICATION, master.login_id)
    yield visitor
    visitor.close()


@pytest.fixture(scope="module")
def record_number(walker: Visitor, service: Service, master: Person) -> str:
    return a_claim(service, master)


@pytest.fixture(scope="module")
def numbers(service: Service, master: Person, record_number: str) -> dict[str, str]:
    return {"record_number": record_number, **begun(service, master, record_number)}


def log_in(page: Page, password: str) -> None:
    field(page, "ログインパスワード").fill(password)
    button(page, "ログイン").click()


def set_approval_password(page: Page) -> None:
    fill(page, **{"新しい承認パスワード": APPROVAL, "新しい承認パスワード（確認）": APPROVAL})
    button(page, "実行").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("承認パスワードを設定しました")


def names(urlconf: str) -> Iterator[str]:
    """The names of a door's URLs."""
    for pattern in get_resolver(urlconf).url_patterns:
        assert isinstance(pattern, URLPattern), "walk through includes too"
        yield str(pattern.name)


def test_every_url_of_both_doors_is_walked() -> None:
    assert sorted(WALK) == sorted(f"{door} {name}" for door in URLCONFS for name in names(URLCONFS[door]))


def colleague(master: Person) -> str:
    """Another master of the same company, one who has not fetched yet."""
    return f"{master.login_id[:-2]}15"


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_of_the_walk_has_no_fault(
    walker: Visitor, master: Person, numbers: dict[str, str], name: str
) -> None:
    """At a phone's width, every second screen dark: all of them share one stylesheet's colours. The screens
    of the other tests here are judged at a desk too.
    """
    look = (PHONE, SCHEMES[list(SCREENS).index(name) % len(SCHEMES)])
    walker.said.clear()
    door, path = (
        name.split()[0],
        SCREENS[name].format(
            serial=master.serial,
            login_id=master.login_id,
            other=colleague(master),
            **numbers,
        ),
    )
    base = walker.service.entry_url if door == "entry" else walker.service.cert_url
    walker.page.goto(base.rstrip("/") + path)
    expect(walker.page.get_by_role("heading", level=1)).to_have_count(1)
    assert faults(walker.page, [look]) == []
    assert walker.said == []


def test_a_sheet_of_disclosure_has_no_fault(walker: Visitor, record_number: str) -> None:
    walker.said.clear()
    page = walker.cert(f"densai/claims/{record_number}")
    button(page, "開示する（印刷用）").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("記録事項の開示（1件）")
    picture(page, "60-disclosure")
    assert faults(page) == []
    assert walker.said == []


def test_the_steps_of_the_fetch_have_no_fault(visit: Visit, service: Service, tmp_path: Path) -> None:
    page, newcomer = visit().entry("certificate/"), service.newcomer()
    button(page, "取得").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert faults(page) == []
    words = {"ログインID（お客様ID）": newcomer.login_id, "取得コード": newcomer.code}
    fill(page, **words, ログインパスワード="machigai123")
    button(page, "取得").click()
    expect(page.get_by_role("alert")).to_contain_text("証明書は発行されていません。")
    picture(page, "30-fetch-refused")
    assert faults(page) == []
    fill(page, **words, ログインパスワード=newcomer.password)
    button(page, "取得").click()
    expect(page.get_by_role("heading", name="2. ファイルに保存する")).to_be_focused()
    page.get_by_text("取り込めないときは").click()
    fill(page, **{"パスフレーズ": "short", "パスフレーズ（確認）": "short"})
    button(page, "ダウンロード").click()
    expect(page.get_by_role("alert")).to_be_focused()
    picture(page, "31-save-errors")
    assert faults(page) == []
    fill(page, **{"パスフレーズ": "long enough 1", "パスフレーズ（確認）": "long enough 1"})
    with page.expect_download() as waiting:
        button(page, "ダウンロード").click()
    waiting.value.save_as(tmp_path / "saved.p12")
    expect(page.get_by_role("heading", name="3. 端末に取り込む")).to_be_focused()
    assert faults(page) == []


def test_the_login_and_its_errors_have_no_fault(visit: Visit, service: Service, tmp_path: Path) -> None:
    newcomer = fetch(service, service.newcomer(), tmp_path)
    visitor = visit(newcomer.pem)
    page = visitor.cert("login?ended=idle")
    expect(page.get_by_role("status")).to_contain_text("一定時間操作がなかったため")
    picture(page, "32-login-after-idleness")
    assert faults(page) == []
    button(page, "ログイン").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert faults(page) == []
    log_in(page, newcomer.password)
    expect(page).to_have_url(f"{service.cert_url}password/first")
    assert faults(page) == []
    button(page, "変更").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert faults(page) == []
    button(page, "ログアウト").click()
    expect(page).to_have_url(f"{service.cert_url}logged-out")
    button(page, "閉じる").click()
    expect(page.get_by_role("status")).to_contain_text("×印")
    assert faults(page) == []
    visitor.cert("login")
    log_in(page, newcomer.password)
    expect(page.get_by_role("alert")).to_contain_text("すでに1回使われています")
    picture(page, "33-login-initial-password-spent")
    assert faults(page) == []


def test_an_outdated_form_has_no_fault(visit: Visit) -> None:
    page = visit().entry()
    page.evaluate(
        """() => { const form = document.createElement('form'); form.method = 'post';
        document.body.append(form); form.submit(); }"""
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("画面が古くなっています")
    picture(page, "34-outdated-form")
    assert faults(page) == []


def test_the_page_without_a_certificate_has_no_fault(visit: Visit) -> None:
    page = visit().cert("services")
    expect(page.get_by_role("heading", level=1)).to_have_text("電子証明書が選ばれていません")
    picture(page, "35-no-certificate")
    assert faults(page) == []


@pytest.fixture
def person(service: Service, tmp_path: Path) -> Person:
    return settled(service, tmp_path)


def near_its_end(service: Service, person: Person) -> None:
    service.sql(
        "UPDATE certs_clientcertificate SET not_after = now() + interval '9 days' WHERE serial = %s",
        person.serial,
    )


def test_a_renewal_in_its_window_has_no_fault_and_gives_a_second_certificate(
    visit: Visit, service: Service, person: Person, tmp_path: Path
) -> None:
    near_its_end(service, person)
    page = visit(person.pem).cert("login")
    log_in(page, OWN_PASSWORD)
    expect(page.get_by_role("main")).to_contain_text("証明書更新")
    picture(page, "36-services-near-the-end")
    assert faults(page) == []
    page.get_by_role("link", name="証明書更新", exact=True).click()
    picture(page, "37-renewal")
    assert faults(page) == []
    button(page, "取得").click()
    expect(page.get_by_role("heading", name="2. ファイルに保存する")).to_be_focused()
    fill(page, **{"パスフレーズ": "long enough 1", "パスフレーズ（確認）": "long enough 1"})
    with page.expect_download() as waiting:
        button(page, "ダウンロード").click()
    waiting.value.save_as(tmp_path / "renewed.p12")
    page.goto(f"{service.cert_url}certificates")
    states = page.locator("tbody").get_by_role("row").locator(".tag")
    expect(states).to_have_text(["有効", "更新済み"])
    picture(page, "38-two-certificates")
    assert faults(page) == []


def test_stopping_the_own_certificate_ends_in_its_refusal_page(visit: Visit, person: Person) -> None:
    page = visit(person.pem).cert("login")
    log_in(page, OWN_PASSWORD)
    page.goto(page.url.replace("/services", f"/certificates/{person.serial}/stop"))
    picture(page, "39-stop")
    page.get_by_role("main").get_by_role("button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("電子証明書は失効しています")
    picture(page, "40-revoked")
    assert faults(page) == []


def test_what_the_service_refuses_has_no_fault(visit: Visit, person: Person) -> None:
    page = visit(person.pem).cert("login")
    log_in(page, OWN_PASSWORD)
    with page.expect_popup() as opened:
        button(page, "電子記録債権サービス").click()
    page = opened.value
    fill(page, **{"新しい承認パスワード": "abc", "新しい承認パスワード（確認）": "abd"})
    button(page, "実行").click()
    expect(page.get_by_role("alert")).to_be_focused()
    picture(page, "70-approval-password-errors")
    assert faults(page) == []
    set_approval_password(page)
    page.goto(page.url.replace("approval-password/done", f"users/{person.login_id}/rights"))
    page.get_by_role("checkbox").first.check()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_role("cell", name="○")).to_have_count(1)
    link(page, "権限の選択へ戻る").click()
    for column in ("全て 利用", "全て 承認者", "全ての口座"):
        button(page, column).click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(14)
    picture(page, "71-rights-columns-filled")
    assert faults(page) == []
    button(page, "変更内容の確認へ").click()
    field(page, "承認パスワード").fill(OWN_PASSWORD)
    button(page, "変更の実行").click()
    expect(page.get_by_role("alert")).to_contain_text("ログインパスワードではなく、承認パスワードを")
    picture(page, "72-login-password-typed")
    assert faults(page) == []
    page.goto(page.url.replace(f"users/{person.login_id}/rights/confirm", "history?event=nothing"))
    expect(page.get_by_role("alert")).to_be_focused()
    picture(page, "73-history-unknown-event")
    assert faults(page) == []
    page.goto(page.url.partition("history")[0] + "business/accrual")
    expect(page.get_by_role("heading", level=1)).to_have_text("このページを開く権限がありません")
    picture(page, "74-no-right")
    assert faults(page) == []

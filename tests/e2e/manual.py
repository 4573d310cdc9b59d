"""The seed manual 初期設定編 from its first step to its last, as a script over any pair of hands.

Everything pressed, typed and ticked is what the manual prints; only 取得コード and パスフレーズ are ours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from erec.members.catalogue import CATALOGUE, Tab
from tests.e2e.hands import Hands
from tests.e2e.people import pem_of_p12
from tests.e2e.service import Newcomer
from tests.e2e.visitor import Visitor

SERVICE = "電子記録債権サービス"
PASSPHRASE = "Sakura-no-ki 7"
RIGHTS = tuple(f"{business.name} {tick}" for business in CATALOGUE for tick in business.ticks)
TABS = tuple(str(tab) for tab in Tab)

Open = Callable[[Path | None], Visitor]


@dataclass(frozen=True)
class Secrets:
    """What a person chooses; `initial_approval` is what the master chose for him."""

    login: str
    approval: str
    initial_approval: str = ""


MASTER = Secrets("hanami2026", "shounin2026")
GENERAL = Secrets("yuyake2026", "kakunin2026", "kariban12")
USER_NAME, USER_MAIL, USER_INITIAL = "山田 花子", "hanako@example.com", "hajimete12"


class Manual:
    """One company's way through the manual. `accounts`: the labels of all its accounts."""

    def __init__(self, hands: Hands, open_browser: Open, folder: Path, accounts: tuple[str, ...]) -> None:
        self.hands, self.open, self.folder, self.accounts = hands, open_browser, folder, accounts
        self.press, self.type, self.tick, self.arrive = hands.press, hands.type, hands.tick, hands.arrive

    def follow(self, master: Newcomer, user_id: str) -> None:
        """Chapters 2 to 5: the master alone, a general user, and his own first login."""
        page = self.first_login(master, MASTER)
        service = self.enter(page, "承認パスワード設定")
        self.approval_password(service, MASTER)
        self.own_rights(service, master.login_id)
        code = self.general_user(page, user_id)
        self.refresh(service)
        self.rights_of_the_user(service)
        self.log_out(page, service)
        newcomer = Newcomer(f"d-{user_id}", USER_INITIAL, code)
        page = self.first_login(newcomer, GENERAL)
        service = self.enter(page, "承認パスワード変更")
        self.approval_password(service, GENERAL)
        tabs = service.get_by_role("navigation", name="業務").get_by_role("link").all_inner_texts()
        assert tuple(tabs) == TABS
        self.log_out(page, service)

    def first_login(self, who: Newcomer, chosen: Secrets) -> Page:
        """電子証明書を取得する, ログインする, ログインパスワードを設定する."""
        page = self.open(self.fetch(who)).entry()
        self.press(page, "電子証明書ログイン", "電子証明書ログイン")
        self.type(page, ログインパスワード=who.password)
        self.press(page, "ログイン", "ログインパスワード変更")
        self.type(page, 現ログインパスワード=who.password, 新ログインパスワード=chosen.login)
        self.type(page, **{"新ログインパスワード（確認）": chosen.login})
        self.press(page, "変更", "サービス一覧")
        return page

    def fetch(self, who: Newcomer) -> Path:
        """In the page, up to the file that the browser's computer takes in."""
        page = self.open(None).entry()
        self.press(page, "電子証明書取得", "電子証明書取得")
        fields = {"ログインID（お客様ID）": who.login_id, "ログインパスワード": who.password}
        self.type(page, **fields, 取得コード=who.code)
        self.press(page, "取得")
        expect(page.get_by_role("heading", name="2. ファイルに保存する")).to_be_focused()
        self.type(page, **{"パスフレーズ": PASSPHRASE, "パスフレーズ（確認）": PASSPHRASE})
        with page.expect_download() as waiting:
            self.press(page, "ダウンロード")
        file = self.folder / waiting.value.suggested_filename
        waiting.value.save_as(file)
        return pem_of_p12(file, PASSPHRASE)

    def enter(self, page: Page, heading: str) -> Page:
        """The service opens in a tab of its own."""
        with page.expect_popup() as opened:
            self.press(page, SERVICE)
        self.arrive(opened.value, heading)
        return opened.value

    def approval_password(self, page: Page, chosen: Secrets) -> None:
        """承認用パスワードを設定する: who has an initial one types it first."""
        if chosen.initial_approval:
            self.type(page, 現在の承認パスワード=chosen.initial_approval)
        self.type(page, 新しい承認パスワード=chosen.approval)
        self.type(page, **{"新しい承認パスワード（確認）": chosen.approval})
        self.press(page, "実行", "承認パスワードを設定しました")
        self.press(page, "トップへ", "さん、準備")

    def user_information(self, page: Page) -> None:
        self.press(page, "管理業務", "管理業務")
        self.press(page, "ユーザ情報管理", "企業ユーザ管理メニュー")

    def choose_rights(self, page: Page, row: str) -> None:
        """Everything of the 権限リスト and every account."""
        self.user_information(page)
        self.press(page, "変更", "権限を変更するユーザを選んでください")
        self.press(page, "変更", "さんの権限", row=row)
        self.tick(page, *RIGHTS, *self.accounts)

    def carry_out(self, page: Page) -> None:
        self.type(page, 承認パスワード=MASTER.approval)
        self.press(page, "変更の実行", "さんの権限は、次のとおりです")
        cells = page.get_by_role("cell").all_inner_texts()
        assert cells == ["○"] * len(RIGHTS)
        for account in self.accounts:
            expect(page.get_by_role("main")).to_contain_text(account)
        self.press(page, "トップへ戻る", "さん、準備")

    def own_rights(self, page: Page, login_id: str) -> None:
        """マスターユーザの取引権限を設定する."""
        self.choose_rights(page, login_id)
        self.press(page, "変更内容の確認へ", "次のとおり変更します")
        self.carry_out(page)

    def general_user(self, page: Page, user_id: str) -> str:
        """新しく一般ユーザを作成する, 電子証明書を発行する; the code for him."""
        self.press(page, "ユーザ管理業務", "のユーザ")
        self.new_user(page, user_id)
        self.press(page, "メイン", "のユーザ")
        self.press(page, "電子証明書管理", "電子証明書の管理")
        self.press(page, "電子証明書管理", "電子証明書管理")
        self.tick(page, f"{USER_NAME}（d-{user_id}）")
        self.press(page, "次へ", "さんの電子証明書")
        code = self.issue(page)
        self.press(page, "電子証明書管理へ", "電子証明書管理")
        return code

    def new_user(self, page: Page, user_id: str) -> None:
        self.press(page, "ユーザ管理", "ユーザ管理")
        self.press(page, "ID新規作成", "ID新規作成")
        self.type(page, ユーザID=user_id, ユーザ名=USER_NAME)
        self.type(page, **{"メールアドレス": USER_MAIL, "メールアドレス（確認）": USER_MAIL})
        self.type(page, 初回ログインパスワード=USER_INITIAL)
        self.type(page, **{"初回ログインパスワード（確認）": USER_INITIAL})
        self.press(page, "登録", "この内容で登録しますか")
        self.press(page, "確定", "さんを登録しました")

    def issue(self, page: Page) -> str:
        self.press(page, "変更", "この手続きをしますか")
        self.press(page, "確定", "が済みました")
        return page.locator("#activation-code").inner_text()

    def refresh(self, page: Page) -> None:
        """一般ユーザを最新の状態にする; the search stays empty."""
        self.user_information(page)
        self.press(page, "追加・更新", "ユーザ更新")
        self.carry_out_refresh(page)
        self.press(page, "トップへ戻る", "さん、準備")

    def carry_out_refresh(self, page: Page) -> None:
        self.press(page, "ユーザ更新の確認へ", "次のとおり更新します")
        expect(page.get_by_role("main")).to_contain_text(USER_NAME)
        self.type(page, 承認パスワード=MASTER.approval)
        self.press(page, "ユーザ更新の実行", "ユーザ情報は最新です")

    def rights_of_the_user(self, page: Page) -> None:
        """一般ユーザの取引権限を設定する: a checker gets an initial approval password."""
        self.choose_rights(page, USER_NAME)
        self.initial_approval_password(page)
        self.carry_out(page)

    def initial_approval_password(self, page: Page) -> None:
        self.press(page, "変更内容の確認へ", "さんの初期承認パスワード")
        initial = GENERAL.initial_approval
        self.type(page, **{"初期承認パスワード": initial, "初期承認パスワード（確認）": initial})
        self.press(page, "変更内容の確認へ", "次のとおり変更します")

    def log_out(self, page: Page, service: Page) -> None:
        """5 ログアウト: of the service, then of the portal."""
        self.press(service, "ログアウト", "を終了しますか")
        self.press(service, "OK", "を終了しました")
        self.hands.close(service)
        self.press(page, "ログアウト", "ログアウトしました")
        self.press(page, "閉じる")


class Checklists(Manual):
    """The same end without the manual: what the pages offer as the next thing, and all ticks at once."""

    def follow(self, master: Newcomer, user_id: str) -> None:
        page = self.first_login(master, MASTER)
        service = self.enter(page, "承認パスワード設定")
        self.approval_password(service, MASTER)
        self.press(service, "あなたには、まだ取引の権限がありません：設定する", "さんの権限")
        self.everything(service)
        self.press(service, "変更内容の確認へ", "次のとおり変更します")
        self.type(service, 承認パスワード=MASTER.approval)
        self.press(service, "変更の実行", "さんの権限は、次のとおりです")
        self.press(service, "ユーザ管理業務", "のユーザ")
        self.new_user(service, user_id)
        self.press(service, "このユーザの発行へ進む", "さんの電子証明書")
        code = self.issue(service)
        self.press(service, "サービス一覧へ戻る", "サービス一覧")
        self.press(service, SERVICE, "さん、準備")
        self.press(service, f"{USER_NAME}さんの追加が、まだ反映されていません：ユーザ更新へ", "ユーザ更新")
        self.carry_out_refresh(service)
        self.press(service, "権限を設定する", "権限を変更するユーザを選んでください")
        self.press(service, "変更", "さんの権限", row=USER_NAME)
        self.everything(service)
        self.initial_approval_password(service)
        self.type(service, 承認パスワード=MASTER.approval)
        self.press(service, "変更の実行", "さんの権限は、次のとおりです")
        self.leave(service)
        page = self.first_login(Newcomer(f"d-{user_id}", USER_INITIAL, code), GENERAL)
        service = self.enter(page, "承認パスワード変更")
        self.approval_password(service, GENERAL)
        self.leave(service)

    def everything(self, page: Page) -> None:
        for column in ("全て 利用", "全て 担当者", "全て 承認者", "全ての口座"):
            self.press(page, column)
        ticks = len(RIGHTS) + len(self.accounts)
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(ticks)

    def leave(self, page: Page) -> None:
        self.press(page, "ログアウト", "を終了しますか")
        self.press(page, "すべてログアウト", "ログアウトしました")

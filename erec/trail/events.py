"""The closed list of what can happen. A new action adds one line here; no migration is needed.

The value goes into the hash chain, so a value once used is never changed or reused. The label is what
the history screens show.
"""

from django.db import models


class Event(models.TextChoices):
    """One name per action: what it was about, a dot, what was done."""

    COMPANY_REGISTERED = "company.registered", "企業の登録"
    COMPANY_STOPPED = "company.stopped", "企業の利用停止"
    COMPANY_RESUMED = "company.resumed", "企業の利用再開"
    COMPANY_CONTACT_CHANGED = "company.contact_changed", "企業の連絡先の変更"

    USER_CREATED = "user.created", "ユーザの登録"
    USER_CHANGED = "user.changed", "ユーザ情報の変更"
    USER_SUSPENDED = "user.suspended", "ユーザの利用停止"
    USER_RESUMED = "user.resumed", "ユーザの利用再開"
    USER_DELETED = "user.deleted", "ユーザの削除"

    LOGIN_ACCEPTED = "login.accepted", "ログイン"
    LOGIN_REFUSED = "login.refused", "ログインの拒否"
    LOGIN_LOCKED = "login.locked", "ログインパスワードのロック"
    LOGIN_UNLOCKED = "login.unlocked", "ログインパスワードのロック解除"
    LOGIN_PASSWORD_CHANGED = "login.password_changed", "ログインパスワードの変更"
    LOGIN_PASSWORD_RESET = "login.password_reset", "ログインパスワードの初期化"
    LOGGED_OUT = "session.logged_out", "ログアウト"
    SESSION_ENDED = "session.ended", "セッションの終了"
    DENSAI_ENTERED = "densai.entered", "電子記録債権サービスの開始"
    DENSAI_LEFT = "densai.left", "電子記録債権サービスの終了"

    CERTIFICATE_PREPARED = "certificate.prepared", "電子証明書の発行準備"  # detail kind: 新規, 追加, 再発行
    CERTIFICATE_CODE_REMADE = "certificate.code_remade", "取得コードの再作成"
    CERTIFICATE_FETCHED = "certificate.fetched", "電子証明書の取得"
    CERTIFICATE_FETCH_REFUSED = "certificate.fetch_refused", "電子証明書の取得の拒否"
    CERTIFICATE_RENEWED = "certificate.renewed", "電子証明書の更新"
    CERTIFICATE_REVOKED = "certificate.revoked", "電子証明書の失効"
    CERTIFICATE_REFUSED = "certificate.refused", "電子証明書の拒否"
    CERTIFICATE_WINDOW_OVER = "certificate.window_over", "電子証明書の取得期限切れ"
    CERTIFICATE_REMINDER_SENT = "certificate.reminder_sent", "電子証明書の期限のお知らせ"

    USERS_REFRESHED = "members.refreshed", "ユーザ更新"
    RIGHTS_CHANGED = "members.rights_changed", "権限変更"
    DEPUTY_APPOINTED = "members.deputy_appointed", "承認の代理の登録"
    DEPUTY_ENDED = "members.deputy_ended", "承認の代理の終了"
    APPROVAL_PASSWORD_CHANGED = "approval_password.changed", "承認パスワードの設定・変更"
    APPROVAL_PASSWORD_RESET = "approval_password.reset", "承認パスワードの初期化"
    APPROVAL_PASSWORD_LOCKED = "approval_password.locked", "承認パスワードのロック"
    APPROVAL_PASSWORD_WRONG = "approval_password.wrong", "承認パスワードの誤り"

    MAIL_CHOICES_CHANGED = "notices.mail_choices_changed", "メール通知の設定の変更"

    REQUEST_SAVED = "request.saved", "請求の一時保存"
    REQUEST_SUBMITTED = "request.submitted", "請求の仮登録"
    REQUEST_PULLED_BACK = "request.pulled_back", "請求の引戻し"
    REQUEST_SENT_BACK = "request.sent_back", "請求の差戻し"
    REQUEST_DELETED = "request.deleted", "請求の削除"
    REQUEST_APPROVED = "request.approved", "請求の承認"
    REQUEST_CHECK_FAILED = "request.check_failed", "承認時のエラー"
    REQUEST_LAPSED = "request.lapsed", "請求の期限切れ"
    CONTROLS_CHANGED = "controls.changed", "企業情報の変更"
    TRANSFER_HALTED = "transfer.halted", "口座間送金決済の中止"
    HALT_ENDED = "transfer.halt_ended", "口座間送金決済の中止の終了"
    CLAIM_DISCLOSED = "claim.disclosed", "記録事項の開示"
    BUSINESS_DAY_RUN = "business_day.run", "業務日付の処理"

    FINANCING_ACCEPTED = "financing.accepted", "融資申込の承諾"
    FINANCING_DECLINED = "financing.declined", "融資申込の否認"
    FINANCING_REPAID = "financing.repaid", "融資の返済"

    RIGHT_DENIED = "right.denied", "権限のない操作の拒否"

    PARTNER_ADDED = "partner.added", "取引先の登録"
    PARTNER_CHANGED = "partner.changed", "取引先の変更"
    PARTNER_DELETED = "partner.deleted", "取引先の削除"
    PARTNERS_IMPORTED = "partner.imported", "取引先のファイル取込"
    PARTNER_GROUP_SAVED = "partner_group.saved", "取引先グループの登録・変更"
    PARTNER_GROUP_DELETED = "partner_group.deleted", "取引先グループの削除"
    DESIGNATION_CONTRACT_CHANGED = "designation.contract_changed", "指定許可機能の利用開始・終了"
    GUARANTEE_CONTRACT_CHANGED = "guarantee.contract_changed", "保証利用限定特約の開始・終了"
    FEES_CHANGED = "fees.changed", "手数料の変更"

    MASTERS_IMPORTED = "accounting.masters_imported", "会計ソフトの台帳の取込"
    PRINTED_NAMES_DECIDED = "accounting.printed_names_decided", "印字名の決定"
    PARTNER_CODES_SET = "accounting.partner_codes_set", "取引先の補助科目コードの登録"

    JOURNAL_SETTINGS_CHANGED = "journals.settings_changed", "仕訳の設定の変更"
    JOURNALS_EXPORTED = "journals.exported", "仕訳データの出力"
    JOURNALS_FETCHED = "journals.fetched", "仕訳データのファイルの保存"
    JOURNALS_EXPORT_CANCELLED = "journals.export_cancelled", "仕訳データの出力の取消"
    JOURNAL_MONTH_CLOSED = "journals.month_closed", "仕訳の月の締め"
    JOURNAL_MONTH_REOPENED = "journals.month_reopened", "仕訳の月の締めの解除"

    JOB_STARTED = "job.started", "出力の受付"
    JOB_DONE = "job.done", "出力の完了"
    JOB_FAILED = "job.failed", "出力の失敗"
    JOB_CANCELLED = "job.cancelled", "出力の取消"
    JOB_FETCHED = "job.fetched", "出力したファイルの保存"

    BILL_ADDED = "bill.added", "手形の登録"
    BILL_CHANGED = "bill.changed", "手形の変更"
    BILL_DELETED = "bill.deleted", "手形の削除"
    BILLS_IMPORTED = "bill.imported", "手形のファイル取込"
    BILL_SWITCH_BEGUN = "bill.switch_begun", "手形のでんさいへの切替の開始"
    BILL_REPORT_SAVED = "bill.report_saved", "手形期日管理帳票の出力"

"""What differs from bank to bank: one row a number, with its unit, bounds, default and source.

Pure data. The institution sets a value through the environment (`EREC_` + name in capitals); screens
and rules read it with `value("…")`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """A whole number that an institution may choose between `minimum` and `maximum`."""

    name: str
    default: int
    minimum: int
    maximum: int
    unit: str
    meaning: str
    source: str

    @property
    def variable(self) -> str:
        return f"EREC_{self.name.upper()}"


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("masters_max", 3, 1, 20, "名", "1企業のマスターユーザの上限", "機関により1名または複数"),
    Parameter("users_max", 20, 1, 1000, "名", "1企業のユーザの上限", "清水銀行FAQ: 1契約20名まで"),
    Parameter("login_strikes_max", 6, 3, 10, "回", "パスワードの誤入力でロックする回数", "初期設定編: 6回"),
    Parameter(
        "session_idle_minutes", 15, 1, 120, "分", "操作がないときにログアウトするまで", "（推定）10〜15分"
    ),
    Parameter(
        "session_warning_seconds", 120, 10, 600, "秒", "自動ログアウトの何秒前に知らせるか", "（推定）"
    ),
    Parameter("session_absolute_minutes", 600, 10, 1440, "分", "続けて使える上限", "（推定）1営業日"),
    Parameter("fetch_window_days", 80, 1, 365, "日", "証明書を取得できる期間", "但陽・上越信金: 80日"),
    Parameter("certificate_validity_days", 365, 30, 825, "日", "証明書の有効期間", "但陽信金: 1年"),
    Parameter("renewal_window_days", 30, 1, 90, "日", "満了の何日前から更新できるか", "但陽信金: 30日前"),
    Parameter(
        "certificates_per_user_max", 3, 1, 10, "枚", "1ユーザが同時に持てる証明書", "（推定）PCとノートと予備"
    ),
    Parameter(
        "approval_wait_hours", 24, 0, 168, "時間", "追加・再発行の証明書で承認できるまで", "設計の決定"
    ),
    Parameter(
        "approval_strikes_max",
        6,
        3,
        10,
        "回",
        "承認パスワードの誤入力でロックする回数",
        "（推定）ログインと同じ",
    ),
    Parameter(
        "approval_validity_days", 90, 0, 730, "日", "承認パスワードの有効期間（0は無期限）", "（推定）3か月"
    ),
    Parameter(
        "approval_reminder_days", 14, 1, 60, "日", "承認パスワードの期限の何日前から知らせるか", "（推定）"
    ),
    Parameter(
        "approval_history", 3, 1, 10, "回", "同じ承認パスワードを使えない直近の回数", "（推定）1回以上"
    ),
    Parameter("masters_min", 1, 1, 2, "名", "業務に必要なマスターユーザの数", "設計の決定"),
    Parameter("trail_heads_minutes", 10, 1, 1440, "分", "証跡の先頭を署名して外へ書く間隔", "設計の決定"),
    Parameter(
        "fetch_requests_per_minute", 30, 5, 600, "回", "同じ接続元からの証明書取得の試行", "設計の決定"
    ),
    Parameter("cut_off_minutes", 900, 0, 1440, "分", "当日分の締切（0時から）", "北國銀行FAQ: 15時"),
    Parameter(
        "due_latest_months",
        12,
        1,
        120,
        "月",
        "支払期日の上限（電子記録年月日から）",
        "十六銀行: 1年後の応当日",
    ),
    Parameter("accrual_lines_max", 500, 1, 500, "件", "発生請求1件の明細の上限", "みなと銀行: 500件"),
    Parameter("assignment_lines_max", 200, 1, 200, "件", "譲渡請求1件の明細の上限", "清水銀行: 200件"),
    Parameter("batch_lines_max", 500, 1, 500, "件", "一括請求1件の明細の上限", "（推定）発生請求と同じ"),
    Parameter(
        "financing_answer_days", 1, 1, 5, "営業日", "融資申込に希望日の何営業日前まで答えるか", "設計の決定"
    ),
    Parameter(
        "financing_lead_days",
        3,
        0,
        30,
        "営業日",
        "融資申込を希望日の何営業日前までに勧めるか",
        "商工中金: 3営業日前まで",
    ),
    Parameter("drafts_max", 10, 1, 100, "件", "1担当者の一時保存の上限", "みなと・清水銀行: 10件"),
    Parameter(
        "notice_debit_days",
        2,
        0,
        10,
        "営業日",
        "支払期日の何営業日前に債務者へ知らせるか",
        "鳥取銀行FAQ: 2営業日前",
    ),
    Parameter("notice_unread_days", 90, 1, 400, "日", "通知を未読として数える期間", "（推定）四半期"),
    Parameter(
        "payment_record_days",
        3,
        0,
        10,
        "営業日",
        "支払期日の何営業日後に支払等記録をするか",
        "（推定）規程の周辺の日数: 3営業日",
    ),
    Parameter(
        "unapproved_keep_days",
        70,
        1,
        400,
        "日",
        "動きのない未承認の請求を残す期間",
        "（推定）秋田銀行の法人IB: 70日",
    ),
    Parameter(
        "expiring_soon_minutes", 60, 0, 600, "分", "承認の締切の何分前に承認者へ知らせるか", "（推定）"
    ),
    Parameter(
        "debtor_current_account_only",
        0,
        0,
        1,
        "0か1",
        "債務者の決済口座を当座預金に限るか",
        "桐生・湊信金: 当座のみ。承認されれば普通も",
    ),
    Parameter(
        "demo_balance_yen",
        50_000_000_000,
        0,
        1_000_000_000_000,
        "円",
        "デモの決済口座の最初の残高",
        "設計の決定",
    ),
    Parameter(
        "download_rows_max",
        100_000,
        100,
        1_000_000,
        "件",
        "1つのCSV・Excelファイルに保存できる件数",
        "設計の決定。Excelの上限は1,048,576行",
    ),
    Parameter("jobs_per_user_max", 3, 1, 20, "件", "1人が同時に受け付けられる出力ジョブ", "設計の決定"),
    Parameter("job_rows_min", 20_000, 0, 1_000_000, "件", "この件数を超える出力はジョブにする", "設計の決定"),
    Parameter("job_keep_days", 7, 1, 90, "日", "出力したファイルを残す期間", "設計の決定"),
)

_BY_NAME = {p.name: p for p in PARAMETERS}


def value(name: str) -> int:
    """The institution's value of one parameter, as the settings read it at start."""
    from django.conf import settings  # pure data until somebody asks

    number: int = settings.PARAMETERS[_BY_NAME[name].name]
    return number

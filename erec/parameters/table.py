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
)

_BY_NAME = {p.name: p for p in PARAMETERS}


def value(name: str) -> int:
    """The institution's value of one parameter, as the settings read it at start."""
    from django.conf import settings  # pure data until somebody asks

    number: int = settings.PARAMETERS[_BY_NAME[name].name]
    return number

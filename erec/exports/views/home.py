"""会計データ: what leaves for the accounting software, and what is kept for it."""

from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.members.catalogue import Tick
from erec.members.gate import densai

RIGHT = ("accounting", Tick.USE)


class Subject(NamedTuple):
    url: str
    name: str
    purpose: str


# What is done every month comes first, then what is set up once.
SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "ledger",
        "期日管理帳票",
        "電子記録債権・電子記録債務・割引・裏書を、支払期日の範囲や残高で出力します。",
    ),
    Subject("journals", "仕訳", "記録と決済から仕訳を作り、会計ソフトの仕訳データとして出力します。"),
    Subject("bills", "手形", "手元の手形を登録し、期日管理帳票の出力と、でんさいへの切替をします。"),
    Subject(
        "output-masters", "台帳の出力", "補助科目・振込先・会社口座・システムユーザーのファイルを作ります。"
    ),
    Subject(
        "journals-compare",
        "会計ソフトとの照合",
        "出力した仕訳が、会計ソフトにそのまま入っているかを確かめます。",
    ),
    Subject("accounting-names", "印字名の確認", "会計ソフトに印字できない名前を調べ、印字名を決めます。"),
    Subject("accounting-codes", "取引先の補助科目コード", "取引先ごとに、会計ソフトのコードを決めます。"),
    Subject(
        "accounting-masters", "会計ソフトの台帳", "勘定科目・補助科目・部門・会社口座・振込先を取り込みます。"
    ),
    Subject("jobs", "出力ジョブ", "時間のかかる出力の進み具合を確かめ、出力したファイルを保存します。"),
    Subject(
        "accounting-layouts", "レイアウト一覧", "会計ソフトの汎用データで使うファイルの項目を確かめます。"
    ),
)


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def accounting(request: Any) -> HttpResponse:
    return render(request, "exports/home.html", {"subjects": SUBJECTS})

"""What the company's own settings will refuse at 承認 in any case: told at 仮登録, and before it."""

from erec.parameters.business_day import Today
from erec.workflow import access, limits, newcomers
from erec.workflow.errors import OverLimit, Problem
from erec.workflow.models import Controls
from erec.workflow.types.base import Content, RequestType


def problems(company_id: int, typ: RequestType, content: Content, today: Today) -> list[Problem]:
    """Of a checked content without other problems."""
    controls = access.controls_of(company_id)
    try:
        limits.check_request(controls, limits.counted_yen(typ.code, content))
    except OverLimit as over:
        return [Problem(0, "", over.sentence.replace("何も変わっていません。", ""))]
    if controls.new_partner != Controls.NewPartner.NEXT_DAY:
        return []
    found = newcomers.newcomers_in(company_id, typ.code, content, today.date)
    if not found or typ.approve_until(content) > newcomers.begins(today.date):
        return []
    from_on = newcomers.first_day(today.date)
    return [
        Problem(
            0,
            "record_on",
            f"{found[0].sentence}承認できるのは、仮登録の翌営業日（{from_on.month}月{from_on.day}日）からで、"
            "この請求の承認の期限を過ぎてしまいます。日付を直すか、マスターユーザに相談してください。",
        )
    ]

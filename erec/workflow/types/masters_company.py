"""What masters decide for the whole company, as acts that wait (types.masters_acts has those on people)."""

from collections.abc import Sequence
from typing import Any

from accounts.second import Kind
from erec.workflow import access
from erec.workflow.actions import second_master
from erec.workflow.types.base import Row
from erec.workflow.types.masters_acts import ALREADY, CHANGED, Case, MastersAct, Shown


class SwitchOff(MastersAct):
    kind = Kind.SWITCH_OFF
    name = "マスターユーザの操作の承認をやめる"
    effect = "これからは、マスターユーザ1人の操作が、ほかのマスターユーザの承認なしに行われます。"

    def shown(self, case: Case) -> Shown:
        return Shown()

    def problems(self, case: Case) -> Sequence[str]:
        return [] if access.controls_of(case.company.pk).second_master else [ALREADY]

    def do(self, case: Case, **how: Any) -> None:
        second_master.switch(on=False, **how)


class ChangeControls(MastersAct):
    """The settings know the business types, so they are imported when they are asked."""

    kind = Kind.CONTROLS
    name = "企業情報の変更"
    effect = "次の承認から、下の「変更後」のとおりになります。"

    def shown(self, case: Case) -> Shown:
        from erec.workflow.actions import controls

        company_id = case.company.pk
        before = controls.words(controls.controls_now(company_id), company_id)
        after = controls.words(controls.from_json(case.wanted), company_id)
        rows = [(label, before[label], after[label]) for label in before if before[label] != after[label]]
        columns = ("設定", "変更前", "変更後")
        return Shown((), columns, tuple(Row(n, cells) for n, cells in enumerate(rows, start=1)))

    def problems(self, case: Case) -> Sequence[str]:
        same = access.controls_of(case.company.pk).version == case.wanted["version"]
        return [] if same else [CHANGED]

    def do(self, case: Case, **how: Any) -> None:
        from erec.workflow.actions import controls

        controls.change_controls(controls.from_json(case.wanted), version=case.wanted["version"], **how)

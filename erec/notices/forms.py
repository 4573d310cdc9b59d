"""What a list of notices is searched by, and which kinds come by mail."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from erec.fields import ChoiceField
from erec.notices.models import Notice
from erec.notices.what import Importance, What

ALL = ("", "すべて")


class SearchForm(forms.Form):
    """Every condition may stay empty."""

    UNREAD: ClassVar = "unread"

    show = ChoiceField(label="表示", required=False, choices=[ALL, (UNREAD, "未読だけ")])
    importance = ChoiceField(
        label="重要度", required=False, choices=[ALL, *((i.value, i.value) for i in Importance)]
    )
    what = ChoiceField(label="種類", required=False)

    def __init__(self, kinds: Iterable[What], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [ALL, *((w.value, w.label) for w in kinds)]  # type: ignore[attr-defined]

    def applied_to(self, notices: QuerySet[Notice]) -> QuerySet[Notice]:
        """`notices` carry `unread` (access.with_unread)."""
        if not self.is_valid():
            return notices.none()
        wanted = {name: self.cleaned_data[name] for name in ("importance", "what") if self.cleaned_data[name]}
        if self.cleaned_data["show"] == self.UNREAD:
            wanted["unread"] = True
        return notices.filter(**wanted)


class MailChoicesForm(forms.Form):
    """One box a kind."""

    what = forms.MultipleChoiceField(
        label="メールで受け取る通知",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": "選べない項目が含まれています。画面を開き直して、もう一度選んでください。"
        },
    )

    def __init__(self, choices: Mapping[What, bool], data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"what": [what.value for what, wanted in choices.items() if wanted]})
        self.kinds = list(choices)
        self.fields["what"].choices = [(w.value, w.label) for w in self.kinds]  # type: ignore[attr-defined]

    def rows(self) -> list[tuple[What, bool]]:
        """As the page shows them, also after a refusal: nothing that was ticked is lost."""
        ticked = self["what"].value() or []
        return [(what, what.value in ticked) for what in self.kinds]

    def wanted(self) -> dict[What, bool]:
        return {what: what.value in self.cleaned_data["what"] for what in self.kinds}

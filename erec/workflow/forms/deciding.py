"""What a checker types: a comment to the maker, and which version of which requests he saw."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import RegexValidator

from erec.fields import TickField
from erec.members.forms import ConfirmForm
from erec.workflow.forms.fields import CommentField
from erec.workflow.models import COMMENT_MAX

GONE = "画面が古くなっています。一覧から開き直してください。"
VERSION_MAX = 2**31 - 1


class VersionForm(forms.Form):
    """The version that the page showed."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=1,
        max_value=VERSION_MAX,
        error_messages={"required": GONE, "invalid": GONE, "min_value": GONE, "max_value": GONE},
    )


class SendBackForm(VersionForm):
    """差戻し."""

    comment = CommentField(
        label="コメント", longest=COMMENT_MAX, help_text=f"担当者に伝えます。{COMMENT_MAX}文字以内。"
    )


class ApproveForm(SendBackForm, ConfirmForm):
    """承認, confirmed by the approval password."""

    field_order = ("version", "comment", "approval_password")


class SureForm(VersionForm):
    """引戻し and 削除: no password, but a look."""

    sure = TickField(label="内容を確認しました")


class TicksForm(forms.Form):
    """まとめて承認: a tick is 「20261120000017:2」, number and version."""

    item = forms.Field(
        widget=forms.MultipleHiddenInput, error_messages={"required": "承認する請求を選んでください。"}
    )

    def __init__(self, data: Any, *, most: int) -> None:
        super().__init__(data)
        self.most = most

    def clean_item(self) -> list[tuple[str, int]]:
        ticked = list(dict.fromkeys(self.cleaned_data["item"]))
        if len(ticked) > self.most:
            raise forms.ValidationError(f"一度に承認できるのは{self.most}件までです。選び直してください。")
        for item in ticked:
            _SHAPE(item)
        return [(number, int(version)) for number, _, version in (item.partition(":") for item in ticked)]


_SHAPE = RegexValidator(r"^[0-9]{14}:[1-9][0-9]{0,8}\Z", GONE)


def ticks(items: Sequence[tuple[str, int]]) -> list[str]:
    """As the pages write them."""
    return [f"{number}:{version}" for number, version in items]

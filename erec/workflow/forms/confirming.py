"""The last look before 仮登録: a word to the checker, and that the maker has read what he enters."""

from django import forms

from erec.fields import TickField
from erec.workflow.forms.fields import CommentField
from erec.workflow.models import COMMENT_MAX


class ConfirmEntryForm(forms.Form):
    """コメント（任意） and 「内容を確認しました」 (domain facts §2.1, §2.4)."""

    comment = CommentField(
        label="コメント", longest=COMMENT_MAX, help_text=f"承認者へ伝えること。{COMMENT_MAX}文字以内。"
    )
    seen = TickField(label="内容を確認しました")

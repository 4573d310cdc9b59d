"""What a form holds when it is opened: nothing yet, a past request, a draft, a request to be mended."""

from dataclasses import dataclass

from django.http import Http404, QueryDict

from erec.partners import access as partners
from erec.partners.forms import whole_numbers
from erec.partners.suggestions import group_lines, key_of
from erec.workflow.forms.base import EntryForm, Setting, Texts
from erec.workflow.forms.partners import PARTNER, from_text, texts_of
from erec.workflow.models import Request
from erec.workflow.states import State


@dataclass(frozen=True)
class Start:
    """`request_no` and `version`: the draft or request that will be entered again; else a new one is made."""

    texts: Texts
    request_no: str = ""
    version: int | None = None


def reused(of: Request, form_class: type[EntryForm], setting: Setting) -> Start:
    """再利用 of any request, or the draft itself goes on. Raises Http404 for another type's."""
    if of.type != form_class.code:
        raise Http404
    content = of.versions.get(number=of.version).content
    texts = form_class.texts_kept_in(content)
    if of.state == State.DRAFT:
        return Start(texts, of.request_no, of.version)
    return Start(form_class.renewed(texts, setting))


def mended(of: Request, form_class: type[EntryForm]) -> Start:
    content = of.versions.get(number=of.version).content
    return Start(form_class.texts_kept_in(content), of.request_no, of.version)


def fresh(asked: QueryDict, form_class: type[EntryForm], setting: Setting) -> Start:
    """Empty, or with what the page before chose: claims, partners or a group. Raises Http404."""
    texts = form_class.empty(setting)
    claims = [number for number in asked.get("claims", "").split(",") if number]
    add_lines(form_class, texts, [{"record_number": number[:20]} for number in claims])
    add_partners(form_class, texts, _partners(asked, form_class, setting))
    return Start(texts)


def _partners(asked: QueryDict, form_class: type[EntryForm], setting: Setting) -> list[dict[str, str]]:
    if "group" in asked:
        return group_texts(asked.get("group", ""), setting)
    numbers = whole_numbers(asked.get("partners", "").split(","), most=form_class.lines_max())
    rows = partners.partners_of(setting.company.pk).filter(pk__in=numbers)
    return [texts_of(key_of(row)) for row in rows.order_by("sort_name", "pk")]


def group_texts(group_id: str, setting: Setting) -> list[dict[str, str]]:
    """A group's partners with their amounts. Raises Http404, also for another company's group."""
    known = group_id.isascii() and group_id.isdecimal() and len(group_id) < 19
    if not known or not partners.groups_of(setting.company.pk).filter(pk=group_id).exists():
        raise Http404
    lines = group_lines(setting.company.pk, int(group_id))
    return [
        {
            **texts_of(key_of(line.partner)),
            "amount_yen": f"{line.amount_yen:,}" if line.amount_yen else "",
        }
        for line in lines
    ]


def chosen_partners(values: list[str]) -> list[dict[str, str]]:
    return [texts for texts in map(from_text, values) if texts is not None]


def add_partners(form_class: type[EntryForm], texts: Texts, found: list[dict[str, str]]) -> None:
    """A line each; where a request has one partner for all lines, the first is that one."""
    fields = form_class.Line.base_fields
    if "user_number" in fields:
        # A group's amounts are left out where a line has none.
        known = [{name: text for name, text in one.items() if name in fields} for one in found]
        add_lines(form_class, texts, known)
    elif found:
        texts.shared.update({name: found[0][name] for name in PARTNER})


def add_lines(form_class: type[EntryForm], texts: Texts, found: list[dict[str, str]]) -> None:
    """Behind the lines that hold something, as far as there is room."""
    if not found or not found[0].keys() <= form_class.Line.base_fields.keys():
        return
    filled = [line for line in texts.lines if not form_class.is_blank(line)]
    texts.lines = [*filled, *({**form_class.blank(), **one} for one in found)][: form_class.lines_max()]

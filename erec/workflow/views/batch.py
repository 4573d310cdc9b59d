"""債権一括請求: a file becomes the rows of a form; テスト checks it and keeps nothing (facts §4.10)."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from erec.audience import Audience, for_
from erec.lists.downloads import Column, File, csv_response, excel_response
from erec.members.catalogue import Tick
from erec.members.gate import densai
from erec.parameters import table
from erec.partners.errors import Unreadable
from erec.partners.forms import UploadForm
from erec.partners.policy import IMPORT_BYTES_MAX
from erec.partners.sheets import read
from erec.workflow.actions import keeping
from erec.workflow.forms import tokens
from erec.workflow.forms.base import Texts
from erec.workflow.forms.batch import LABELS, BatchEntry, as_text
from erec.workflow.types.base import Context
from erec.workflow.views.common import setting_of, tab_of

MAKER = ("batch", Tick.MAKER)
TEMPLATE: tuple[Column[Any], ...] = tuple(
    Column(label, lambda row: None, width=16) for label in LABELS.values()
)


@for_(Audience.USER)
@require_http_methods(["GET", "HEAD", "POST"])
@densai(right=MAKER)
def batch_file(request: Any) -> HttpResponse:
    """A file is read and becomes a form; or it is only tested."""
    upload = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if not upload.is_valid():
        return _page(request, upload)
    file = upload.cleaned_data["file"]
    try:
        rows = as_text(read(file.read(IMPORT_BYTES_MAX + 1)))
    except Unreadable as why:
        upload.add_error("file", why.sentence)
        return _page(request, upload)
    texts = Texts({"file_name": file.name.replace("\0", "\ufffd")[-100:], "rows": rows}, [])
    if request.POST.get("go") == "test":
        return _page(request, upload, tested=texts.shared["file_name"], form=_tested(request, texts))
    token = tokens.new(request.member)
    keeping.keep(
        token,
        BatchEntry.code,
        texts.to_json(),
        request_no="",
        version=None,
        acting_user=request.user,
        at=request.at,
    )
    return HttpResponseRedirect(reverse("request-confirm", args=[token]))


def _page(request: Any, upload: UploadForm, **context: Any) -> HttpResponse:
    upload.fields["file"].help_text = "CSVまたはExcel（.xlsx）。1MBまで。"
    shown = {
        "upload": upload,
        "labels": LABELS.values(),
        "most": table.value("batch_lines_max"),
        "tab": tab_of(BatchEntry.code),
        **context,
    }
    status = 422 if upload.errors else 200
    return render(request, "workflow/batch_file.html", shown, status=status)


def _tested(request: Any, texts: Texts) -> BatchEntry:
    """What the form and the check say; nothing is kept."""
    setting = setting_of(request)
    form = BatchEntry(texts, setting, judged=True)
    if form.is_valid():
        accounts = frozenset(account.pk for account in setting.accounts)
        context = Context(setting.company, setting.today, accounts)
        form.take(form.request_type().check(form.content(), context).problems)
    return form


@for_(Audience.USER)
@require_safe
@densai(right=MAKER)
def batch_template(request: Any) -> HttpResponseBase:
    """雛形: the headings."""
    as_excel = request.GET.get("file", "") == File.EXCEL
    answer = (excel_response if as_excel else csv_response)(TEMPLATE, iter([]))
    name = "一括請求の雛形.xlsx" if as_excel else "一括請求の雛形.csv"
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return answer

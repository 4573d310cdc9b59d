"""会計ソフトの台帳, at the cert door."""

from django.urls import path

from erec.accounting.views import codes, imports, masters, names

urlpatterns = [
    path("densai/accounting/masters", masters.index, name="accounting-masters"),
    path("densai/accounting/masters/import", imports.upload, name="accounting-import"),
    path("densai/accounting/masters/import/preview", imports.preview, name="accounting-import-preview"),
    path("densai/accounting/masters/<slug:master_kind>", masters.one, name="accounting-master"),
    path("densai/accounting/names", names.waiting, name="accounting-names"),
    path("densai/accounting/names/all", names.every, name="accounting-all-names"),
    path("densai/accounting/names/<int:printed_name>", names.one, name="accounting-name"),
    path("densai/accounting/codes", codes.index, name="accounting-codes"),
    path("densai/accounting/codes/range", codes.span, name="accounting-range"),
    path("densai/accounting/codes/<slug:party>", codes.one, name="accounting-code"),
]

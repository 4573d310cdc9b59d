"""手形, at the cert door."""

from django.urls import path

from erec.bills.views import bills, imports, switching

urlpatterns = [
    path("densai/accounting/bills", bills.index, name="bills"),
    path("densai/accounting/bills/new", bills.new, name="bills-new"),
    path("densai/accounting/bills/import", imports.upload, name="bills-import"),
    path("densai/accounting/bills/import/preview", imports.preview, name="bills-import-preview"),
    path("densai/accounting/bills/import/template", imports.template, name="bills-import-template"),
    path("densai/accounting/bills/<int:bill>", bills.one, name="bills-one"),
    path("densai/accounting/bills/<int:bill>/change", bills.change, name="bills-change"),
    path("densai/accounting/bills/<int:bill>/delete", bills.delete, name="bills-delete"),
    path("densai/accounting/bills/<int:bill>/switch", switching.switch, name="bills-switch"),
]

"""仕訳, at the cert door."""

from django.urls import path

from erec.journals.views import entries, exports, settings

urlpatterns = [
    path("densai/accounting/journals", entries.entries, name="journals"),
    path("densai/accounting/journals/settings", settings.settings, name="journal-settings"),
    path("densai/accounting/journals/months", entries.months, name="journal-months"),
    path("densai/accounting/journals/export", exports.export, name="journal-export"),
    path("densai/accounting/journals/exports", exports.exports, name="journal-exports"),
    path("densai/accounting/journals/exports/<int:export_number>", exports.one, name="journal-export-one"),
    path(
        "densai/accounting/journals/exports/<int:export_number>/file",
        exports.file,
        name="journal-export-file",
    ),
    path(
        "densai/accounting/journals/exports/<int:export_number>/cancel",
        exports.cancel,
        name="journal-export-cancel",
    ),
]

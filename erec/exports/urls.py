"""会計データ, at the cert door."""

from django.urls import path

from erec.exports.views import bills, home, jobs, layouts, ledger, masters

urlpatterns = [
    path("densai/accounting", home.accounting, name="accounting"),
    path("densai/accounting/ledger", ledger.ledger, name="ledger"),
    path("densai/accounting/ledger/file", ledger.file, name="ledger-file"),
    path("densai/accounting/jobs", jobs.jobs, name="jobs"),
    path("densai/accounting/jobs/<slug:job_no>", jobs.job, name="job"),
    path("densai/accounting/jobs/<slug:job_no>/state", jobs.state, name="job-state"),
    path("densai/accounting/jobs/<slug:job_no>/cancel", jobs.cancel, name="job-cancel"),
    path("densai/accounting/jobs/<slug:job_no>/file", jobs.file, name="job-file"),
    path("densai/accounting/compare", masters.compare, name="journals-compare"),
    path("densai/accounting/output", masters.index, name="output-masters"),
    path("densai/accounting/output/<slug:master>", masters.one, name="output-master"),
    path("densai/accounting/bills/report", bills.report, name="bills-report"),
    path("densai/accounting/layouts", layouts.every, name="accounting-layouts"),
    path("densai/accounting/layouts/<int:layout>", layouts.one, name="accounting-layout"),
]

"""The cert door: the browser shows a client certificate while it connects."""

from django.urls import path

from accounts import views as accounts
from certs import urls as certs
from certs.views import login, own
from erec.accounting import urls as accounting
from erec.bills import urls as bills
from erec.claims.views import claims, disclosure, schedule, trades
from erec.exports import urls as exports
from erec.financing import urls as financing
from erec.journals import urls as journals
from erec.members.views import deputies, entering, history, refresh, rights, top
from erec.notices import views as notices
from erec.partners import urls as partners
from erec.workflow.views import (
    approving,
    batch,
    choosing,
    consents,
    controls,
    designations,
    fees,
    lists,
    masters,
    menus,
    overview,
)
from erec.workflow.views import entering as making
from erec.workflow.views import request as detail
from erec.workflow.views import top as queue

urlpatterns = [
    path("", login.home, name="home"),
    path("login", login.login, name="login"),
    path("logout", login.logout, name="logout"),
    path("logged-out", login.logged_out, name="logged-out"),
    path("services", login.services, name="services"),
    path("session/extend", accounts.extend_session, name="session-extend"),
    path("password/first", accounts.first_password, name="first-password"),
    path("password", accounts.password, name="password"),
    path("mail", accounts.mail, name="mail"),
    path("mail/changed", accounts.mail_changed, name="mail-changed"),
    path("history/logins", accounts.login_history, name="login-history"),
    path("certificates", own.certificates, name="certificates"),
    path("certificates/renew", own.renewal, name="renewal"),
    path("certificates/<slug:serial>/stop", own.stop, name="certificate-stop"),
    *certs.urlpatterns,
    path("densai/enter", entering.enter, name="densai-enter"),
    path("densai", queue.top, name="densai-top"),
    path("densai/overview", overview.overview, name="overview"),
    path("densai/leave", entering.leave, name="densai-leave"),
    path("densai/left", entering.left, name="densai-left"),
    path("densai/approval-password/first", entering.first, name="approval-first"),
    path("densai/approval-password", entering.change, name="approval-change"),
    path("densai/approval-password/done", entering.done, name="approval-done"),
    path("densai/administration", top.administration, name="administration"),
    path("densai/business/<slug:name>", menus.business, name="business"),
    path("densai/requests/new/<slug:type>", making.new, name="request-new"),
    path("densai/requests/entry/<slug:token>", making.entry, name="request-entry"),
    path("densai/requests/entry/<slug:token>/partners", choosing.partners, name="request-partners"),
    path("densai/requests/entry/<slug:token>/claims", choosing.claims, name="request-claims"),
    path("densai/requests/entry/<slug:token>/discard", making.discard, name="request-discard"),
    path("densai/requests/confirm/<slug:token>", making.confirm, name="request-confirm"),
    path("densai/requests/<slug:request_no>/edit", making.edit, name="request-edit"),
    path("densai/requests/<slug:request_no>/withdraw/<int:line>", consents.withdraw, name="request-withdraw"),
    path("densai/batch/file", batch.batch_file, name="batch-file"),
    path("densai/batch/template", batch.batch_template, name="batch-template"),
    path("densai/demands", consents.demands, name="demands"),
    path("densai/demands/<slug:demand_no>", consents.demand, name="demand"),
    path("densai/demands/<slug:demand_no>/<slug:answer>", consents.answer, name="demand-answer"),
    path("densai/members", top.members, name="members"),
    path("densai/claims", claims.claims, name="claims"),
    path("densai/claims/disclosure", disclosure.sheets, name="disclosure"),
    path("densai/schedule", schedule.planned, name="schedule"),
    path("densai/claims/<slug:record_number>", claims.claim, name="claim"),
    path("densai/trades", trades.records, name="trades"),
    path("densai/requests", lists.requests, name="requests"),
    path("densai/requests/awaiting", lists.awaiting, name="requests-awaiting"),
    path("densai/requests/mending", lists.mending, name="requests-mending"),
    path("densai/requests/approve", approving.approve_many, name="requests-approve"),
    path("densai/requests/<slug:request_no>", detail.detail, name="request"),
    path("densai/requests/<slug:request_no>/approve", approving.approve, name="request-approve"),
    path("densai/requests/<slug:request_no>/send-back", approving.send_back, name="request-send-back"),
    path("densai/requests/<slug:request_no>/pull-back", detail.pull_back, name="request-pull-back"),
    path("densai/requests/<slug:request_no>/delete", detail.delete, name="request-delete"),
    path("densai/designations", designations.designations, name="designations"),
    path("densai/designations/change", designations.change, name="designations-change"),
    path("densai/company", controls.company, name="company"),
    path("densai/company/change", controls.change, name="company-change"),
    path("densai/company/fees", fees.company_fees, name="company-fees"),
    path("densai/company/fees/change", fees.change, name="company-fees-change"),
    path("densai/company/second-master", masters.switch, name="company-second-master"),
    path("densai/masters/ask", masters.ask, name="masters-ask"),
    path("densai/masters/<slug:request_no>/code", masters.code, name="masters-code"),
    path("densai/history", history.history, name="history"),
    path("densai/notices", notices.notices, name="notices"),
    path("densai/notices/read", notices.read_all, name="notices-read-all"),
    path("densai/notices/<slug:notice>", notices.notice, name="notice"),
    path("densai/mail-choices", notices.mail_choices, name="mail-choices"),
    path("densai/deputies", deputies.deputies, name="deputies"),
    path("densai/deputies/new", deputies.new, name="deputy-new"),
    path("densai/deputies/<int:deputy>/end", deputies.end, name="deputy-end"),
    path("densai/refresh", refresh.search, name="refresh"),
    path("densai/refresh/confirm", refresh.confirm, name="refresh-confirm"),
    path("densai/refresh/done", refresh.done, name="refresh-done"),
    path("densai/users", rights.menu, name="users-menu"),
    path("densai/users/list", rights.users, name="users"),
    path("densai/users/<slug:login_id>/rights", rights.change, name="rights"),
    path("densai/users/<slug:login_id>/rights/initial", rights.initial, name="rights-initial"),
    path("densai/users/<slug:login_id>/rights/confirm", rights.confirm, name="rights-confirm"),
    path("densai/users/<slug:login_id>/rights/result", rights.result, name="rights-result"),
    path("densai/users/<slug:login_id>/approval-reset", rights.reset, name="approval-reset"),
    *financing.urlpatterns,
    *accounting.urlpatterns,
    *journals.urlpatterns,
    *bills.urlpatterns,
    *exports.urlpatterns,
    *partners.urlpatterns,
]

handler400 = "erec.errors.bad_request"
handler403 = "erec.errors.permission_denied"
handler404 = "erec.errors.page_not_found"
handler500 = "erec.errors.server_error"

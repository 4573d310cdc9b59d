"""The entry door: no client certificate is asked for."""

from django.urls import path

from certs.views import fetch, pki, welcome
from erec import health, views

urlpatterns = [
    path("", welcome.welcome, name="welcome"),
    path("certificate/", fetch.page, name="fetch"),
    path("api/certificates", fetch.api, name="fetch-api"),
    path("environment/", views.environment, name="environment"),
    path("guide/import/", views.guide_import, name="guide-import"),
    path("guide/command-line/", views.guide_command_line, name="guide-command-line"),
    path("pki/ca.pem", pki.ca_pem, name="ca-pem"),
    path("pki/ca.der", pki.issuer_der, name="ca-der"),
    path("pki/crl.der", pki.revocation_list, name="crl"),
    path("pki/ocsp", pki.ocsp_answer, name="ocsp"),
    path("pki/ocsp/<path:encoded>", pki.ocsp_get, name="ocsp-get"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "erec.errors.bad_request"
handler403 = "erec.errors.permission_denied"
handler404 = "erec.errors.page_not_found"
handler500 = "erec.errors.server_error"

"""会計データ, at the cert door."""

from django.urls import path

from erec.exports.views import home

urlpatterns = [
    path("densai/accounting", home.accounting, name="accounting"),
]

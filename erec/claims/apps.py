from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """The record book."""

    name = "erec.claims"
    label = "claims"
    verbose_name = "記録原簿"

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """What the company and its people are told."""

    name = "erec.notices"
    verbose_name = "通知情報"

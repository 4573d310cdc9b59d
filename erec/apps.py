from django.apps import AppConfig


class ErecConfig(AppConfig):
    """Templates, static files and template tags that every subject uses."""

    name = "erec"
    verbose_name = "共通"

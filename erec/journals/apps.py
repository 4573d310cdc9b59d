from django.apps import AppConfig


class JournalsConfig(AppConfig):
    """仕訳: made from record events and settlements, given out once."""

    name = "erec.journals"
    label = "journals"
    verbose_name = "仕訳"

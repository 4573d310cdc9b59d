from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Long work: who asked, how far it is, what came of it."""

    name = "erec.jobs"
    label = "jobs"
    verbose_name = "時間のかかる処理"

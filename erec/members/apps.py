from django.apps import AppConfig


class MembersConfig(AppConfig):
    """The densai side of a user."""

    name = "erec.members"
    verbose_name = "利用者"

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The portal side: companies, users, login passwords, sessions."""

    name = "accounts"
    verbose_name = "ご契約とユーザ"

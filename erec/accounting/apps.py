from django.apps import AppConfig


class AccountingConfig(AppConfig):
    """What a company's accounting software knows: its accounts, partners' short names, masters."""

    name = "erec.accounting"
    label = "accounting"
    verbose_name = "会計ソフトの台帳"

from django.apps import AppConfig


class BillsConfig(AppConfig):
    """Paper bills that a company still holds, until they end in 2027."""

    name = "erec.bills"
    label = "bills"
    verbose_name = "手形"

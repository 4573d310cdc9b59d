from django.apps import AppConfig


class FinancingConfig(AppConfig):
    """割引 and 譲渡担保."""

    name = "erec.financing"
    label = "financing"
    verbose_name = "融資"

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    """What differs from bank to bank, the dated rules, and the business date."""

    name = "erec.parameters"
    label = "parameters"
    verbose_name = "業務日付と規則"

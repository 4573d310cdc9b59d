from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """A company's own address book of companies, and the directory of all that can be one."""

    name = "erec.partners"
    verbose_name = "取引先"

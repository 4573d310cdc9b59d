from django.apps import AppConfig


class CertsConfig(AppConfig):
    """Client certificates: their life, and the login that rests on them."""

    name = "certs"
    verbose_name = "電子証明書"

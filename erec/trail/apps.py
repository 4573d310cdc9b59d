from django.apps import AppConfig


class TrailConfig(AppConfig):
    """The audit trail and the outbox."""

    name = "erec.trail"
    label = "trail"
    verbose_name = "証跡"

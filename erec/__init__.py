"""電子記録債権: the service's settings, its doors, and one app per subject."""

from erec.celery import app as celery_app

__all__ = ["celery_app"]

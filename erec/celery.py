"""The Celery application. Messages carry ids only; the truth is in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erec.settings")

app = Celery("erec")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

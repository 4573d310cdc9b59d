"""The WSGI application that gunicorn serves to both doors."""

import os

import django

from erec.handler import Handler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erec.settings")
django.setup()

application = Handler()

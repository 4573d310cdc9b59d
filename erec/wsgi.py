"""The WSGI application that gunicorn serves to both doors."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "erec.settings")

application = get_wsgi_application()

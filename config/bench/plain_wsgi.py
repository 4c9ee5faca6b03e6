"""The plain yardstick as an application for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "config.bench.plain_settings"
application = get_wsgi_application()

"""The web process's entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = get_wsgi_application()

# What is loaded stays until the end. Looking through it for what nobody needs any more
# takes a tenth of a second, which some request would wait for.
gc.collect()
gc.freeze()

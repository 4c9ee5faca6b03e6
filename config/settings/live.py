"""Settings of the real web, worker and beat that a test starts on a real broker.

The test gives them DATABASE_URL, REDIS_URL and CLOCK_FILE (tests/conftest.py,
`process_environment`).
"""

import os

from config.settings import base
from config.settings.test import *  # noqa: F403

REDIS_URL = base.REDIS_URL
CACHES = base.CACHES
CELERY_BROKER_URL = base.CELERY_BROKER_URL
# What a killed worker held comes back while the test is still looking.
CELERY_BROKER_TRANSPORT_OPTIONS = base.CELERY_BROKER_TRANSPORT_OPTIONS | {
    "visibility_timeout": 5
}

# Where a test counts what was really sent, each mail is a file in a folder of its own.
if EMAIL_FILE_PATH := os.environ.get("EMAIL_FILE_PATH", ""):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"

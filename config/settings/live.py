"""Settings of the real web, worker and beat that a test starts on a real broker.

The test gives them DATABASE_URL, REDIS_URL and CLOCK_FILE (tests/conftest.py,
`process_environment`).
"""

from config.settings import base
from config.settings.test import *  # noqa: F403

REDIS_URL = base.REDIS_URL
CACHES = base.CACHES
CELERY_BROKER_URL = base.CELERY_BROKER_URL
# What a killed worker held comes back while the test is still looking.
CELERY_BROKER_TRANSPORT_OPTIONS = base.CELERY_BROKER_TRANSPORT_OPTIONS | {
    "visibility_timeout": 5
}

"""Settings of the tests: no network, fast passwords, a clock that can be moved.

tests/conftest.py points DATABASES at a throwaway cluster. Processes that a test starts
use `config.settings.live` instead, which speaks to a real broker.
"""

import os
import tempfile

from config import env
from config.settings.base import *  # noqa: F403

SECRET_KEY = "signs-nothing-outside-the-tests"  # noqa: S105
ERASURE_KEY = "marks-nothing-outside-the-tests"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", ".localhost"]
VOUCH_DEMO = env.flag("VOUCH_DEMO")
# As in the demo; a test about another place, or about none, says so.
DEFAULT_PLACE = env.text("DEFAULT_PLACE") or "wexcombe"
CLOCK_FILE = env.text("CLOCK_FILE") or os.path.join(
    tempfile.gettempdir(), f"vouch-clock-{os.getpid()}"
)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
# Each client of a test is a server of its own, which would look through all files.
WHITENOISE_AUTOREFRESH = True

REDIS_URL = ""
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}

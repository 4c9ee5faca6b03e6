"""Settings of ``make bench-assurance``: everything of an installation but its cache,
which is in memory, and its mail, which stays rows."""

from config.settings.base import *  # noqa: F403

SECRET_KEY = "only-for-the-benchmark-of-assurance"  # noqa: S105
ERASURE_KEY = SECRET_KEY
ALLOWED_HOSTS = ["*"]
PUBLIC_URL = "https://bench.example"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
WHITENOISE_USE_FINDERS = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

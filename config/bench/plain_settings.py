"""Settings of the plain yardstick: Vouch's models and database, and nothing around."""

from config.settings.base import *  # noqa: F403

SECRET_KEY = "only-for-the-benchmark"  # noqa: S105
ERASURE_KEY = SECRET_KEY
ALLOWED_HOSTS = ["*"]
MIDDLEWARE = []
ROOT_URLCONF = "config.bench.plain"

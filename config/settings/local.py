"""Settings of `make run` and of a developer's own commands.

What the environment does not say is taken from the place that `make run` keeps in this
clone, so that `manage.py harvest …` typed beside it works on the same database.
"""

import os

from config.local import paths

os.environ.update(
    {
        name: value
        for name, value in paths.remembered_environment().items()
        if not os.environ.get(name)
    }
)

from config import env
from config.settings.base import *  # noqa: F403

SECRET_KEY = env.text("SECRET_KEY") or "only-for-commands-that-never-sign-anything"
ERASURE_KEY = env.text("ERASURE_KEY") or SECRET_KEY
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS") or ["127.0.0.1", ".localhost", "[::1]"]
VOUCH_DEMO = env.flag("VOUCH_DEMO")
CLOCK_FILE = env.text("CLOCK_FILE")

# Nothing leaves the machine: messages stay rows that a page shows.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# Static files are served from where they lie; nothing has to be collected first.
WHITENOISE_USE_FINDERS = True

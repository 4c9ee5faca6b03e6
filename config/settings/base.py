"""What every installation shares; `local`, `test` and `production` build on it."""

import logging
from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF

from config import env, logs

# Annotations such as `ModelForm[Listing]` are evaluated when a module is imported.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent.parent

DEBUG = False
SECRET_KEY = env.text("SECRET_KEY")
ERASURE_KEY = env.text("ERASURE_KEY")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS")
PUBLIC_URL = env.text("PUBLIC_URL")

# --- Vouch's own settings -------------------------------------------------------------

DEFAULT_PLACE = env.text("DEFAULT_PLACE")
VOUCH_DEMO = False
# Only test and demo settings name a file; see common/clock.py.
CLOCK_FILE = ""
HARVEST_PRIVATE_NETWORKS = env.flag("HARVEST_PRIVATE_NETWORKS")
ORUK_STRICT_PROFILE = env.flag("ORUK_STRICT_PROFILE")

# --- Applications ---------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.VouchConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "django_fsm",
    "django_htmx",
    "guardian",
    "rest_framework",
    "common",
    "accounts",
    "directory",
    "workflow",
    "publishing",
]

MIDDLEWARE = [
    # First what every answer carries, refusals of later ones and files included.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "common.middleware.ContentPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.middleware.RequestIdMiddleware",
    # The open data knows nobody: what follows is for people.
    "publishing.api.middleware.OpenDataMiddleware",
    "common.middleware.LettersMiddleware",
    "common.middleware.ReadingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.places.PlaceMiddleware",
    "accounts.guard.PermissionDeclaredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "workflow.context.page",
            ],
        },
    },
]
# Form fields are drawn by our own templates.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Storage --------------------------------------------------------------------------


def database(url: str) -> dict[str, object]:
    """The connection to PostgreSQL, of which each thread keeps one of its own."""
    options: dict[str, object] = {
        "connect_timeout": 5,
        # Only common/prepared.py prepares anything: Django's own cursors never do.
        "prepare_threshold": 5,
    }
    return env.database(url, options) | {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,  # actions open their own transactions
    }


DATABASES = {"default": database(env.text("DATABASE_URL") or "postgresql:///vouch")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "vouch",
        # Pages ask it, and go on without it.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

# --- People ---------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "workflow:home"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 2  # seconds; the mail says two hours

# Nobody signed in has no row of its own and so can hold no grant.
ANONYMOUS_USER_NAME = None

# After five wrong passwords this name cannot sign in from this address for a while.
# Locking the name alone would let anybody lock anybody out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "config.lockout.typed_name"
AXES_CLIENT_IP_CALLABLE = "config.lockout.client_address"
# Who signed in from where, when it went well, is nobody's business.
AXES_DISABLE_ACCESS_LOG = True
PROXY_COUNT = env.number("PROXY_COUNT")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12  # a working day
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# --- What a browser may do ------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# --- Words and times ------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# --- Static files ---------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}

# --- Mail: rows in the database, delivered by a task ----------------------------------

EMAIL_BACKEND = env.text("EMAIL_BACKEND")
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT")
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL")

# --- Work in the background -----------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_DEFAULT_QUEUE = "vouch"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# A task is taken off the queue when it has finished, so that a killed worker loses
# none. Whatever a dead worker held comes back after the visibility timeout, which
# therefore has to be longer than any task may run: a job that was handed out again
# while it runs would keep every worker from publishing. Nobody waits for it: beat
# sends each task anew in its time.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Publishing lets everything else go first (9 is last in Redis): where much waits to be
# published, its runs would take every free process, and no mail would go for minutes.
CELERY_TASK_ROUTES = {"publishing.consume_outbox": {"priority": 9}}
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_TASK_TIME_LIMIT = 110
# Seconds for a job that goes through whole places, at half a million records.
LONGEST_JOB = 60 * 60
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": LONGEST_JOB + 10 * 60,
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    "socket_keepalive": True,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "config.beat.Scheduler"

# --- The API's writing side -----------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication"
    ],
}

LOGGING = logs.settings(env.text("LOG_LEVEL"))
# A warning of a library is a line like every other.
logging.captureWarnings(True)

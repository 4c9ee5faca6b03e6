"""Settings of an installation that real people use; it refuses to start half set up."""

from django.core.exceptions import ImproperlyConfigured

from config import env
from config.settings import base
from config.settings.base import *  # noqa: F403

_NEEDED = ("SECRET_KEY", "ERASURE_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL")


def refusals() -> list[str]:
    """Every reason why these settings must not serve anybody, as sentences."""
    found = []
    if env.flag("VOUCH_DEMO"):
        found.append(
            "VOUCH_DEMO is on: demo mode shows passwords to everybody. Unset it."
        )
    if env.text("CLOCK_FILE"):
        found.append(
            "CLOCK_FILE is set: the clock of an installation cannot be moved. Unset it."
        )
    for name in _NEEDED:
        try:
            env.required(name)
        except env.EnvironmentFault as missing:
            found.append(str(missing))
    for name in ("SECRET_KEY", "ERASURE_KEY"):
        key = env.text(name)
        if key and (len(key) < 50 or len(set(key)) < 5):
            found.append(f"{name} is too short: give it at least 50 random characters.")
    if "*" in env.items("ALLOWED_HOSTS"):
        found.append("ALLOWED_HOSTS must name the host names, not “*”.")
    if not env.text("PUBLIC_URL").startswith("https://"):
        found.append("PUBLIC_URL must be the https:// address that people use.")
    return found


if _refusals := refusals():
    raise ImproperlyConfigured(
        "Vouch does not start with these settings:\n- " + "\n- ".join(_refusals)
    )

SECURE_SSL_REDIRECT = True
# The container's own health check speaks plain HTTP to the web process.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS")
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if base.PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_TRUSTED_ORIGINS = [env.text("PUBLIC_URL")]

STATIC_ROOT = base.BASE_DIR / "staticfiles"
STORAGES = base.STORAGES | {
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}

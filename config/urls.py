"""Every address. Each view declares who may open it (accounts/guard.py)."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.guard import public
from common import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", public(health.healthz), name="healthz"),
    path("", include("accounts.urls")),
    path("", include("workflow.urls")),
    path("", include("publishing.urls")),
]

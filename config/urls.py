"""Every address. Each view declares who may open it (accounts/guard.py)."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.guard import public
from workflow.views.healthz import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", public(healthz), name="healthz"),
    # Tried in this order: what strangers and their machines ask for most comes first.
    path("", include("publishing.urls")),
    path("", include("accounts.urls")),
    path("", include("workflow.urls")),
]

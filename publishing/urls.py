"""Addresses of the public side: the finder, and the API under ``/oruk/v3/``."""

from django.urls import include, path

from publishing import views
from publishing.api import urls as oruk
from publishing.api.views import about

app_name = "publishing"
urlpatterns = [
    path("", views.front, name="front"),
    path("services/<uuid:service_id>/", views.service, name="service"),
    path("oruk/v3", about),
    path("oruk/v3/", include(oruk)),
]

"""Addresses of the public side: the finder, and the API under ``/oruk/v3/``."""

from django.urls import include, path

from publishing import dictionary, views
from publishing.api import urls as oruk
from publishing.api.views import about

app_name = "publishing"
urlpatterns = [
    path("", views.front, name="front"),
    path("services/<uuid:service_id>/", views.service, name="service"),
    path("data-dictionary/", dictionary.page, name="data-dictionary"),
    path("data-dictionary.csv", dictionary.as_csv, name="data-dictionary-csv"),
    path("data-dictionary.json", dictionary.as_json, name="data-dictionary-json"),
    path("oruk/v3", about),
    path("oruk/v3/", include(oruk)),
]

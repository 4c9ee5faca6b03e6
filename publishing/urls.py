"""Addresses of the public side: the finder, and the API under ``/oruk/v3/``."""

from django.urls import include, path

from publishing import dictionary
from publishing.api import urls as oruk
from publishing.api.views import about
from publishing.views import about as pages
from publishing.views import finding, organization, reporting, service, shortlist

app_name = "publishing"
urlpatterns = [
    path("oruk/v3/", include(oruk)),
    path("oruk/v3", about),
    path("data-dictionary/", dictionary.page, name="data-dictionary"),
    path("data-dictionary.csv", dictionary.as_csv, name="data-dictionary-csv"),
    path("data-dictionary.json", dictionary.as_json, name="data-dictionary-json"),
    path("", finding.front, name="front"),
    path("services/<uuid:service_id>/", service.service, name="service"),
    path("services/<uuid:service_id>/times.ics", service.times, name="times"),
    path("run-by/<uuid:organization_id>/", organization.run_by, name="run-by"),
    path("services/<uuid:service_id>/report/", reporting.report, name="report"),
    path("reports/<str:token>/", reporting.answer, name="report-answer"),
    path("my-list/", shortlist.my_list, name="my-list"),
    path("my-list/clear/", shortlist.clear, name="my-list-clear"),
    path("my-list/<uuid:service_id>/add/", shortlist.add, name="my-list-add"),
    path("my-list/<uuid:service_id>/off/", shortlist.take_off, name="my-list-off"),
    path("about-the-data/", pages.about_the_data, name="about-the-data"),
    path("developers/", pages.developers, name="developers"),
]

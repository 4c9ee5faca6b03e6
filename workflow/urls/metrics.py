"""Addresses of the metrics dictionary."""

from django.urls import URLPattern, path

from workflow.views import metrics

urlpatterns: list[URLPattern] = [
    path("metrics-dictionary/", metrics.page, name="metrics"),
    path("metrics-dictionary.csv", metrics.as_csv, name="metrics-csv"),
    path("metrics-dictionary.json", metrics.as_json, name="metrics-json"),
]

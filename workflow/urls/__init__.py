"""Addresses of the workflow's pages, grouped as the views are."""

from workflow.urls import (
    answering,
    bodies,
    contracts,
    deciding,
    keeping,
    leading,
    metrics,
)

app_name = "workflow"
urlpatterns = [
    *answering.urlpatterns,
    *keeping.urlpatterns,
    *bodies.urlpatterns,
    *contracts.urlpatterns,
    *deciding.urlpatterns,
    *leading.urlpatterns,
    *metrics.urlpatterns,
]

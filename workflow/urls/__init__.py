"""Addresses of the workflow's pages, grouped as the views are."""

from workflow.urls import bodies, deciding, keeping, leading

app_name = "workflow"
urlpatterns = [
    *keeping.urlpatterns,
    *bodies.urlpatterns,
    *deciding.urlpatterns,
    *leading.urlpatterns,
]

"""Addresses of the workflow's pages, grouped as the views are."""

from workflow.urls import deciding, keeping, leading

app_name = "workflow"
urlpatterns = [
    *keeping.urlpatterns,
    *deciding.urlpatterns,
    *leading.urlpatterns,
]

"""Addresses of the workflow's pages, grouped as the views are."""

from workflow.urls import answering, bodies, deciding, keeping, leading

app_name = "workflow"
urlpatterns = [
    *answering.urlpatterns,
    *keeping.urlpatterns,
    *bodies.urlpatterns,
    *deciding.urlpatterns,
    *leading.urlpatterns,
]

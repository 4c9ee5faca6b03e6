"""Addresses of the ORUK 3.0 API, each with and without a slash at its end."""

from django.urls import URLPattern, path, re_path

from publishing.api import lists, views
from publishing.api.answers import View


def _both(many: str, one: str, shelf: lists.Shelf, view: View) -> list[URLPattern]:
    """A list, and one of it by its id."""
    by_id = rf"^{many}/(?P<record_id>[^/]+)/?$"
    return [
        re_path(rf"^{many}/?$", lists.listed(shelf), name=f"oruk-{many}"),
        re_path(by_id, view, name=f"oruk-{one}"),
    ]


urlpatterns = [
    path("", views.about, name="oruk-about"),
    path("openapi.json", views.described, name="oruk-openapi"),
    *_both("services", "service", lists.SERVICES, views.service),
    *_both("service_at_locations", "service_at_location", lists.PLACES, views.place),
    *_both("organizations", "organization", lists.ORGANIZATIONS, views.organization),
    *_both("taxonomies", "taxonomy", lists.TAXONOMIES, views.taxonomy),
    *_both("taxonomy_terms", "taxonomy_term", lists.TERMS, views.term),
    re_path(r"", views.nothing),
]

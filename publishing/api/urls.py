"""Addresses of the ORUK 3.0 API, each with and without a slash at its end.

The standard's other endpoints answer 404 until they exist, as does all else: optional
ones that are missing do not count against a feed (digest 3.5).
"""

from django.urls import path, re_path

from publishing.api import views

urlpatterns = [
    path("", views.about, name="oruk-about"),
    path("openapi.json", views.described, name="oruk-openapi"),
    re_path(r"^services/?$", views.services, name="oruk-services"),
    re_path(r"^services/(?P<service_id>[^/]+)/?$", views.service, name="oruk-service"),
    re_path(r"", views.nothing),
]

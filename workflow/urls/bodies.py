"""Addresses of organizations and places."""

from django.urls import URLPattern, path

from directory.choices import Kind
from workflow.views import bodies, bodies_changing, bodies_places, notes

_WHERE = ((Kind.ORGANIZATION, "organisations"), (Kind.LOCATION, "places"))

_RECORDS: list[URLPattern] = [
    entry
    for kind, plural in _WHERE
    for entry in (
        path(f"{plural}/", bodies.find, {"kind": str(kind)}, name=f"{kind}s"),
        path(
            f"{plural}/<uuid:record_id>/", bodies.page, {"kind": str(kind)},
            name=str(kind),
        ),
        path(
            f"{plural}/<uuid:record_id>/change/<slug:slug>/",
            bodies_changing.change, {"kind": str(kind)}, name=f"{kind}-change",
        ),
        path(
            f"{plural}/<uuid:record_id>/correct/", bodies_changing.correct,
            {"kind": str(kind)}, name=f"{kind}-correct",
        ),
        path(
            f"{plural}/<uuid:record_id>/note/", notes.add_to_record,
            {"kind": str(kind)}, name=f"{kind}-add-note",
        ),
        path(
            f"{plural}/<uuid:record_id>/history/", bodies.history,
            {"kind": str(kind)}, name=f"{kind}-history",
        ),
    )
]  # fmt: skip

urlpatterns: list[URLPattern] = [
    *_RECORDS,
    path("places/<uuid:record_id>/split/", bodies_places.split, name="location-split"),
    path("places/<uuid:record_id>/same-as/", bodies_places.same, name="location-same"),
]

"""Addresses of those who answer what we asked, without an account."""

from django.urls import URLPattern, path

from workflow.views import answering, answering_changes

_ONE = "answer/<str:key>/<uuid:listing_id>/"

urlpatterns: list[URLPattern] = [
    path("answer/", answering.code, name="answer-code"),
    path("answer/<str:key>/", answering.answer, name="answer"),
    path("answer/<str:key>/stop/", answering.stop, name="answer-stop"),
    path("answer/<str:key>/new-link/", answering.new_link, name="answer-new-link"),
    path(_ONE, answering_changes.different, name="answer-different"),
    path(f"{_ONE}undo/", answering.undo, name="answer-undo"),
    path(f"{_ONE}closed/", answering_changes.closed, name="answer-closed"),
    path(f"{_ONE}<slug:slug>/", answering_changes.section, name="answer-section"),
]

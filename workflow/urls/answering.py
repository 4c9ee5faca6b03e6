"""Addresses of those who answer what we asked, and of those who ask."""

from django.urls import URLPattern, path

from workflow.views import answering, answering_changes, asking, asking_all

_KEPT = "listings/<uuid:listing_id>/"
_ONE = "answer/<str:key>/<uuid:listing_id>/"

urlpatterns: list[URLPattern] = [
    path("my-services/nothing-has-changed/", asking_all.all_right, name="all-right"),
    path(f"{_KEPT}whom-to-ask/", asking.whom, name="whom-to-ask"),
    path(
        f"{_KEPT}whom-to-ask/<int:position>/start-again/",
        asking.start_again,
        name="start-asking-again",
    ),
    path(f"{_KEPT}ask-now/<slug:channel>/", asking.ask_now, name="ask-now"),
    path(f"{_KEPT}asked/<uuid:ask_id>/", asking.words, name="ask-words"),
    path(f"{_KEPT}asked/<uuid:ask_id>/end/", asking.end_link, name="end-link"),
    path("answer/", answering.code, name="answer-code"),
    path("answer/<str:key>/", answering.answer, name="answer"),
    path("answer/<str:key>/stop/", answering.stop, name="answer-stop"),
    path("answer/<str:key>/stop/undo/", answering.stop_undo, name="answer-stop-undo"),
    path("answer/<str:key>/new-link/", answering.new_link, name="answer-new-link"),
    path(_ONE, answering_changes.different, name="answer-different"),
    path(f"{_ONE}undo/", answering.undo, name="answer-undo"),
    path(f"{_ONE}closed/", answering_changes.closed, name="answer-closed"),
    path(
        f"{_ONE}about/<uuid:record_id>/<slug:slug>/",
        answering_changes.section,
        name="answer-shared",
    ),
    path(f"{_ONE}<slug:slug>/", answering_changes.section, name="answer-section"),
]

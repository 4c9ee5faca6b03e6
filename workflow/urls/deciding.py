from django.urls import URLPattern, path

from workflow.views import (
    covering,
    deciding,
    deciding_checks,
    deciding_clock,
    deciding_doubles,
    deciding_page,
    deciding_reviews,
    deciding_together,
    dividing,
    notes,
    phoning,
    records,
    switching,
)
from workflow.views.deciding_acts import BY_SLUG

urlpatterns: list[URLPattern] = [
    path("work/place/", switching.switch, name="switch-place"),
    path("work/", deciding.queue, name="queue"),
    path("work/phone/", phoning.phone_list, name="phone-list"),
    path("work/phone/<uuid:contact_id>/", phoning.call, name="call"),
    path("work/phone/<uuid:contact_id>/done/", phoning.record, name="call-done"),
    path("work/phone/calls/<uuid:call_id>/undo/", phoning.undo, name="call-undo"),
    path("work/standing-in/", covering.covers, name="covers"),
    path("work/standing-in/<uuid:remit_id>/", covering.cover, name="cover"),
    path(
        "work/standing-in/<uuid:remit_id>/<uuid:cover_id>/end/",
        covering.end,
        name="cover-end",
    ),
    path("work/proposals/<uuid:proposal_id>/", deciding_page.proposal, name="proposal"),
    path("work/proposals/<uuid:proposal_id>/start/", deciding.start, name="start"),
    path("work/proposals/<uuid:proposal_id>/stop/", deciding.stop, name="stop"),
    path("work/decisions/<uuid:decision_id>/undo/", deciding.undo, name="undo"),
    path(
        "work/proposals/<uuid:proposal_id>/wait/",
        deciding_clock.wait,
        name="clock-waits",
    ),
    path(
        "work/proposals/<uuid:proposal_id>/go-on/",
        deciding_clock.go_on,
        name="clock-goes-on",
    ),
    path(
        "work/checks/<uuid:assurance_id>/undo/",
        deciding_checks.undo,
        name="undo-check",
    ),
    path("work/together/", deciding_together.choose, name="together-choose"),
    path("work/together/<uuid:batch_id>/", deciding_together.together, name="together"),
    path(
        "work/together/<uuid:batch_id>/undo/",
        deciding_together.undo,
        name="together-undo",
    ),
    path(
        "work/reviews/<uuid:organization_id>/", deciding_reviews.review, name="review"
    ),
    path("records/<uuid:listing_id>/", records.record, name="record"),
    path("records/<uuid:listing_id>/history/", records.history, name="history"),
    path("records/<uuid:listing_id>/preview/", records.preview, name="preview"),
    path("records/<uuid:listing_id>/check/", deciding_checks.check, name="check"),
    path(
        "records/<uuid:listing_id>/check/start/",
        deciding_checks.start,
        name="start-check",
    ),
    path(
        "records/<uuid:listing_id>/check/stop/",
        deciding_checks.stop,
        name="stop-check",
    ),
    path("records/<uuid:listing_id>/correct/", deciding_checks.correct, name="correct"),
    path("records/<uuid:listing_id>/note/", notes.add, name="add-note"),
    path("records/notes/<uuid:note_id>/strike/", notes.strike, name="strike-note"),
    path(
        "records/<uuid:listing_id>/same-as/", deciding_doubles.replace, name="replace"
    ),
    path("records/<uuid:listing_id>/two/", dividing.split, name="divide"),
    *(
        path(
            f"records/<uuid:listing_id>/{slug}/",
            records.do,
            {"slug": slug},
            name=slug,
        )
        for slug in BY_SLUG
    ),
]

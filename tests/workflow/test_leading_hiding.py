"""Answering a run that stopped, and hiding single lapsed records."""

import datetime as dt
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from accounts.models import AuditEvent
from common import clock
from directory.choices import Visibility
from tests import world
from tests.workflow.leading import lapsed, listing, signed_in
from tests.workflow.pages import text
from workflow.choices import Stage
from workflow.models import HidingStop, Listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


def stopped(place: world.Place, *listings: Listing) -> HidingStop:
    return HidingStop.objects.create(
        partnership=place.partnership, scope="the whole place", out_of=10,
        listing_ids=sorted(str(one.pk) for one in listings),
    )  # fmt: skip


def send(place: world.Place, stop: HidingStop, **typed: str) -> HttpResponse:
    url = reverse("workflow:hiding-stop", args=[stop.pk])
    return signed_in(place.lead).post(url, typed)  # type: ignore[return-value]


def stages(*listings: Listing) -> list[str]:
    return [world.fresh(one).stage for one in listings]


# --- a run that stopped ---------------------------------------------------------------


def test_stop_lists_what_would_be_hidden(place: world.Place) -> None:
    first, second = lapsed(place), lapsed(place)
    lapsed(place)
    stop = stopped(place, first, second)

    answer = signed_in(place.lead).get(reverse("workflow:hiding-stop", args=[stop.pk]))

    shown = {row[0]["text"] for row in answer.context["rows"]}
    assert shown == {first.title, second.title}
    assert "2 records would be hidden at once" in text(answer)


def test_stop_hides_those_that_are_still_lapsed(place: world.Place) -> None:
    first, checked = lapsed(place), lapsed(place)
    stop = stopped(place, first, checked)
    Listing.objects.filter(pk=checked.pk).update(due_on=clock.today())

    answer = send(place, stop, hide="yes", reason="They had three months.")

    assert (answer.status_code, answer["Location"]) == (302, "/lead/")
    assert stages(first, checked) == [Stage.UNPUBLISHED, Stage.PUBLISHED]
    stop.refresh_from_db()
    assert (stop.hide, stop.reason) == (True, "They had three months.")
    assert AuditEvent.objects.get(verb="hiding_decided").actor_id == place.lead.pk
    said = signed_in(place.lead).get("/lead/")
    assert said.context["stop"] is None


def test_stop_keeps_them(place: world.Place) -> None:
    one = lapsed(place)
    stop = stopped(place, one)

    send(place, stop, hide="no", reason="We ring them this week.")

    stop.refresh_from_db()
    assert (stages(one), stop.hide) == ([Stage.PUBLISHED], False)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"hide": "yes", "reason": " "}, "reason",
         "Give a reason; others will read it."),
        ({"reason": "Because."}, "hide", "Choose whether they are hidden or kept."),
    ],
)  # fmt: skip
def test_stop_says_beside_the_field_what_is_missing(
    place: world.Place, typed: dict[str, str], field: str, sentence: str
) -> None:
    one = lapsed(place)
    stop = stopped(place, one)

    answer = send(place, stop, **typed)

    assert answer.status_code == 200
    form = answer.context["form"]  # type: ignore[attr-defined]
    assert form.errors == {field: [sentence]}
    assert form["reason"].value() == typed["reason"]
    assert stages(one) == [Stage.PUBLISHED]


def test_stop_that_somebody_decided_meanwhile_loses_no_word(
    place: world.Place,
) -> None:
    one = lapsed(place)
    stop = stopped(place, one)
    HidingStop.objects.update(
        decided_at=clock.now(), decided_by_label="Lou Lead", hide=False, reason="No."
    )

    answer = send(place, stop, hide="yes", reason="My long reason.")

    assert answer.status_code == 409
    form = answer.context["form"]  # type: ignore[attr-defined]
    assert form.non_field_errors() == ["Lou Lead has decided this already."]
    assert form["reason"].value() == "My long reason."
    assert stages(one) == [Stage.PUBLISHED]


def test_stop_that_is_decided_offers_no_form(place: world.Place) -> None:
    stop = stopped(place, lapsed(place))
    send(place, stop, hide="no", reason="Not yet.")

    page = signed_in(place.lead).get(reverse("workflow:hiding-stop", args=[stop.pk]))

    assert "keep them public. “Not yet.”" in text(page)
    assert b"<textarea" not in page.content


def test_stop_is_the_leads_of_its_place(place: world.Place) -> None:
    other = world.make_place("Elsewhere")
    stop = stopped(place, one := lapsed(place))
    url = reverse("workflow:hiding-stop", args=[stop.pk])
    typed = {"hide": "yes", "reason": "Because."}

    answers = [
        signed_in(who).post(url, typed).status_code
        for who in (other.lead, place.assurer, place.publisher)
    ]

    assert (answers, stages(one)) == ([404, 403, 403], [Stage.PUBLISHED])


# --- one lapsed record ----------------------------------------------------------------


def hide(place: world.Place, one: Listing, reason: str) -> HttpResponse:
    url = reverse("workflow:lapsed", args=[one.pk])
    return signed_in(place.lead).post(url, {"reason": reason})  # type: ignore[return-value]


def test_lapsed_record_is_hidden_with_a_reason(place: world.Place) -> None:
    one = lapsed(place, critical=True)

    answer = hide(place, one, "Nobody answers.")

    assert (answer.status_code, answer["Location"]) == (302, "/lead/")
    gone = world.fresh(one)
    assert (gone.stage, gone.hidden_because) == (Stage.UNPUBLISHED, ["lapsed"])


def test_lapsed_record_asks_for_a_reason(place: world.Place) -> None:
    one = lapsed(place, critical=True)

    answer = hide(place, one, "  ")

    form = answer.context["form"]  # type: ignore[attr-defined]
    assert form.errors == {"reason": ["Give a reason; others will read it."]}
    assert stages(one) == [Stage.PUBLISHED]


def test_lapsed_record_that_was_checked_meanwhile_stays(place: world.Place) -> None:
    one = lapsed(place, critical=True)
    Listing.objects.update(due_on=clock.today() + dt.timedelta(days=90))

    answer = hide(place, one, "Nobody answers.")

    assert answer.status_code == 409
    form = answer.context["form"]  # type: ignore[attr-defined]
    assert form.non_field_errors() == [
        "It has been checked since and is not lapsed any more."
    ]
    assert form["reason"].value() == "Nobody answers."
    assert stages(one) == [Stage.PUBLISHED]


def test_lapsed_record_is_the_leads_of_its_place(place: world.Place) -> None:
    other, one = world.make_place("Elsewhere"), lapsed(place, critical=True)
    secret = listing(place, stage=Stage.ASSURED, visibility=Visibility.INTERNAL)
    url = reverse("workflow:lapsed", args=[one.pk])

    answers = [
        signed_in(who).post(url, {"reason": "x"}).status_code
        for who in (other.lead, place.assurer)
    ]

    assert (answers, stages(one)) == ([404, 403], [Stage.PUBLISHED])
    hidden = reverse("workflow:lapsed", args=[secret.pk])
    assert signed_in(place.lead).get(hidden).status_code == 404

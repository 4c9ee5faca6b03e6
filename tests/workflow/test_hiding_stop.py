"""More than 5 % at once: the run stops and asks the lead (PRODUCT.md section 5)."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import AuditEvent, Message
from accounts.roles import Role
from common.errors import InvalidInput, InvalidState
from directory.templatetags.when import moment
from tests import world
from tests.workflow.ageing import LONG, TODAY, at, run, stages
from tests.workflow.deciding import signed_in
from tests.workflow.pages import text
from tests.workflow.town import many
from workflow.actions import place as places
from workflow.choices import Stage
from workflow.letters import page
from workflow.models import HidingStop, Listing

# --- too much at once -----------------------------------------------------------------


@pytest.mark.parametrize(("lapsed", "asked"), [(5, False), (6, True)])
def test_more_than_5_percent_of_the_place_asks_the_lead(
    place: world.Place, lapsed: int, asked: bool
) -> None:
    made = many(place, lapsed, due_on=TODAY - dt.timedelta(days=40))
    many(place, 100 - lapsed, due_on=LONG)

    run()

    assert set(stages(*made)) == {Stage.PUBLISHED if asked else Stage.UNPUBLISHED}
    stops = HidingStop.objects.values_list("scope", "out_of")
    assert list(stops) == ([("the whole place", 100)] if asked else [])


@pytest.mark.parametrize("what", ["a service type", "an area"])
@pytest.mark.parametrize(("lapsed", "total", "asked"), [
    (1, 10, False), (2, 40, False), (2, 39, True), (3, 40, True),
])  # fmt: skip
def test_more_than_5_percent_of_a_type_or_an_area_asks_the_lead(
    place: world.Place, what: str, lapsed: int, total: int, asked: bool
) -> None:
    term = world.term()
    columns: dict[str, Any] = (
        {"term_ids": [term.pk]} if what == "a service type" else {"area": "BA12"}
    )
    made = many(place, lapsed, due_on=TODAY - dt.timedelta(days=40), **columns)
    many(place, total - lapsed, due_on=LONG, **columns)
    many(place, 100, due_on=LONG)

    run()

    assert set(stages(*made)) == {Stage.PUBLISHED if asked else Stage.UNPUBLISHED}
    assert list(HidingStop.objects.values_list("scope", flat=True)) == (
        [what] if asked else []
    )


def test_the_question_names_what_would_go_and_reaches_the_leads(
    place: world.Place,
) -> None:
    made = many(place, 2, due_on=TODAY - dt.timedelta(days=40))
    many(place, 8, due_on=LONG)

    run()
    run()

    (stop,) = HidingStop.objects.all()
    assert stop.listing_ids == sorted(str(x.pk) for x in made)
    (message,) = Message.objects.filter(kind="hiding_stopped")
    assert message.to == place.lead.email
    assert message.subject == "Testham: 2 records would be hidden at once"
    assert message.text.splitlines()[4:6] == [
        "See them, and decide:", f"  {page(place.partnership, 'hiding-stop', stop.pk)}",
    ]  # fmt: skip
    assert AuditEvent.objects.filter(verb="hiding_stopped").count() == 1


def test_the_question_follows_what_lapses_meanwhile(place: world.Place) -> None:
    first = many(place, 2, due_on=TODAY - dt.timedelta(days=40))
    second = many(place, 1, due_on=TODAY - dt.timedelta(days=27))
    many(place, 7, due_on=LONG)

    run()
    run(TODAY + dt.timedelta(days=1))

    (stop,) = HidingStop.objects.all()
    assert stop.listing_ids == sorted(str(x.pk) for x in (*first, *second))


def test_the_lead_says_hide(place: world.Place) -> None:
    made = many(place, 3, due_on=TODAY - dt.timedelta(days=40))
    many(place, 7, due_on=LONG)
    run()
    checked, critical, gone = made
    Listing.objects.filter(pk=checked.pk).update(due_on=LONG)
    Listing.objects.filter(pk=critical.pk).update(critical=True)

    with at(TODAY):
        hidden = places.decide_stop(
            by=place.lead, stop_id=HidingStop.objects.get().pk, hide=True,
            reason="They are gone.",
        )  # fmt: skip

    assert hidden == 1
    assert stages(*made) == [Stage.PUBLISHED, Stage.PUBLISHED, Stage.UNPUBLISHED]
    assert world.fresh(gone).hidden_words == "They are gone."


def test_the_lead_says_keep_and_is_asked_again_after_a_fortnight(
    place: world.Place,
) -> None:
    made = many(place, 2, due_on=TODAY - dt.timedelta(days=40))
    many(place, 8, due_on=LONG)
    run()
    with at(TODAY):
        places.decide_stop(
            by=place.lead, stop_id=HidingStop.objects.get().pk, hide=False,
            reason="We ring them all.",
        )  # fmt: skip

    run(TODAY + dt.timedelta(days=13))
    assert HidingStop.objects.count() == 1
    run(TODAY + dt.timedelta(days=15))

    assert set(stages(*made)) == {Stage.PUBLISHED}
    assert HidingStop.objects.filter(decided_at=None).count() == 1


def test_the_lead_decides_once_and_with_a_reason(place: world.Place) -> None:
    many(place, 2, due_on=TODAY - dt.timedelta(days=40))
    run()
    stop = HidingStop.objects.get()
    answer: dict[str, Any] = {"by": place.lead, "stop_id": stop.pk, "hide": False}

    with pytest.raises(InvalidInput):
        places.decide_stop(**answer, reason=" ")
    places.decide_stop(**answer, reason="We ring them.")
    with pytest.raises(InvalidState) as refused:
        places.decide_stop(**answer, reason="Again.")

    assert refused.value.sentence == "Lena Lead has decided this already."


def test_a_question_that_checks_have_answered_is_taken_back(
    place: world.Place,
) -> None:
    made = many(place, 2, due_on=TODAY - dt.timedelta(days=40))
    many(place, 38, due_on=LONG)
    Listing.objects.filter(pk__in=[x.pk for x in made]).update(area="BA12")
    run()
    assert HidingStop.objects.filter(decided_at=None).count() == 1
    Listing.objects.filter(pk=made[0].pk).update(due_on=LONG)

    run()

    stop = HidingStop.objects.get()
    assert (stop.decided_by_label, stop.hide) == ("Vouch", None)
    assert stages(*made) == [Stage.PUBLISHED, Stage.UNPUBLISHED]


def test_one_places_question_does_not_hold_up_another(place: world.Place) -> None:
    many(place, 2, due_on=TODAY - dt.timedelta(days=40))
    other = world.make_place("Otherham")
    made = many(other, 1, due_on=TODAY - dt.timedelta(days=40))
    many(other, 60, due_on=LONG)

    run()

    assert stages(*made) == [Stage.UNPUBLISHED]


def test_administrator_reads_that_hiding_stopped_and_why(place: world.Place) -> None:
    many(place, 2, due_on=TODAY - dt.timedelta(days=40))
    many(place, 8, due_on=LONG)
    run()
    admin = world.give(world.person("Ada Admin"), Role.ADMINISTRATOR, None)

    said = text(signed_in(admin).get("/administration/jobs/"))

    stop = HidingStop.objects.get()
    assert (
        f"Hiding stopped in Testham on {moment(stop.created_at)}: 2 records of 10 were "
        "not checked in time, more than is hidden of the whole place without "
        "asking. They stay public until its lead decides."
    ) in said
    assert "there was nothing to do" not in said.split("Ask providers")[0]

"""Correct and check: one act of an assurer who asked, marked and counted."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from common import clock
from common.errors import InvalidInput
from tests import world
from tests.workflow.town import ACCEPT, REJECT, Town, decide, line, now, suggest
from workflow.actions import checking, proposals
from workflow.actions import place as places
from workflow.actions.choosing import Choice, Informant
from workflow.choices import (
    Evidence,
    Method,
)
from workflow.models import Assurance, Decision, Proposal

JO = Informant("Jo, the treasurer", Method.CALL, clock.today())


# --- correct and check ----------------------------------------------------------------


def _correct(town: Town, by: User | None = None, **more: Any) -> Assurance:
    edits = more.pop("edits", {str(town.listing.record_id): {"fees": "£2"}})
    return checking.correct_and_check(
        by=by or town.place.assurer, listing_id=town.listing.pk, edits=edits,
        informant=more.pop("informant", JO), method=Method.CALL, **more,
    )  # fmt: skip


def test_correct_and_check_is_one_act_and_marked(town: Town) -> None:
    assurance = _correct(town, note="She had the new leaflet.")

    decision = Decision.objects.order_by("created_at").last()
    assert decision is not None
    (change,) = decision.changes.all()
    assert (change.path, change.accepted_value) == ("fees", "£2")
    assert (change.informant, change.informed_on, change.informed_by) == (
        "Jo, the treasurer", clock.today(), Method.CALL,
    )  # fmt: skip
    assert (decision.single_handed, assurance.single_handed) == (True, True)
    assert assurance.revision.number == 2
    assert assurance.note == "She had the new leaflet."
    assert now(town.listing.record)["fees"] == "£2"


def test_correct_and_check_only_if_the_policy_allows(town: Town) -> None:
    places.save_policy(
        by=town.place.lead, place=town.place.partnership,
        values={"correct_and_check": False},
    )  # fmt: skip
    before = Proposal.objects.count()

    with pytest.raises(PermissionDenied):
        _correct(town)

    assert Proposal.objects.count() == before
    assert now(town.listing.record)["fees"] == "Free"


@pytest.mark.parametrize(
    ("informant", "field"),
    [
        (Informant(" J ", Method.CALL, clock.today()), "informant"),
        (Informant("Jo, treasurer", "gossip", clock.today()), "informed_by"),
        (Informant("Jo, treasurer", Method.DECISION, clock.today()), "informed_by"),
        (
            Informant("Jo, cook", Method.CALL, clock.today() + dt.timedelta(days=2)),
            "informed_on",
        ),
        (
            Informant("Jo, cook", Method.CALL, clock.today() - dt.timedelta(days=33)),
            "informed_on",
        ),
    ],
)
def test_the_informant_is_named_with_role_date_and_method(
    town: Town, informant: Informant, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _correct(town, informant=informant)

    assert list(refused.value.errors) == [field]


def test_a_hall_is_corrected_by_its_own_homes_assurers(town: Town) -> None:
    nextham = world.make_place("Nextham")
    guest = world.published(nextham, at=town.hall, name="Visiting choir")
    edits = {str(town.hall.pk): {"transportation": "Bus 9"}}

    with pytest.raises(PermissionDenied) as refused:
        checking.correct_and_check(
            by=nextham.assurer, listing_id=guest.pk, edits=edits, informant=JO,
            method=Method.CALL,
        )  # fmt: skip
    _correct(town, edits=edits)

    assert str(refused.value) == (
        "“Testham Hall” is kept by Sharedham. Suggest the change to them."
    )
    assert now(town.hall)["transportation"] == "Bus 9"


def test_filling_in_while_deciding_follows_the_same_rules(town: Town) -> None:
    nextham = world.make_place("Nextham")
    guest = world.published(nextham, at=town.hall, name="Visiting choir")
    proposal = proposals.propose_edit(
        by=nextham.contributor, listing_id=guest.pk, evidence=Evidence.VISITED,
        edits={str(guest.record_id): {"fees": "£1"}}, bases={str(guest.record_id): 1},
    )  # fmt: skip
    found_out = {str(town.hall.pk): {"transportation": "Bus 9"}}

    with pytest.raises(PermissionDenied):
        decide(
            town, proposal, by=nextham.assurer, choices={"fees": ACCEPT},
            fill=found_out, informant=JO,
        )  # fmt: skip

    assert "transportation" not in now(town.hall)


def test_filling_in_while_deciding_is_marked_and_not_told_as_theirs(
    town: Town,
) -> None:
    proposal = suggest(town, {"fees": "£2"})

    decision = decide(
        town, proposal, choices={"fees": ACCEPT}, informant=JO,
        fill={str(town.listing.record_id): {"alert": "Closed on 1 May"}},
    )  # fmt: skip

    assert decision.single_handed is True
    assert line(proposal, "alert").informant == "Jo, the treasurer"
    assert now(town.listing.record)["alert"] == "Closed on 1 May"


def test_filling_in_needs_an_informant(town: Town) -> None:
    proposal = suggest(town, {"fees": "£2"})

    with pytest.raises(InvalidInput) as refused:
        decide(
            town, proposal, choices={"fees": ACCEPT},
            fill={str(town.listing.record_id): {"alert": "Closed"}},
        )  # fmt: skip

    assert list(refused.value.errors) == ["informant"]


@pytest.mark.parametrize("choice", [None, REJECT, ACCEPT])
def test_filling_in_never_overwrites_what_somebody_suggested(
    town: Town, choice: Choice | None
) -> None:
    proposal = suggest(town, {"fees": "£2", "alert": "Closed"})
    choices = {"alert": ACCEPT} | ({"fees": choice} if choice else {})
    key = str(town.listing.record_id)

    with pytest.raises(InvalidInput) as refused:
        decide(
            town, proposal, choices=choices, fill={key: {"fees": "£7"}}, informant=JO
        )

    assert list(refused.value.errors) == [f"{key}:fees"]
    assert line(proposal, "fees").value == "£2"
    assert line(proposal, "fees").proposed_by == town.place.contributor


def test_correcting_needs_something_different(town: Town) -> None:
    with pytest.raises(InvalidInput) as refused:
        _correct(town, edits={str(town.listing.record_id): {"fees": "Free"}})

    assert refused.value.errors == {
        "": "Nothing is different. Use “Check” if all is right."
    }


def test_a_trusted_editor_does_not_correct_at_once(town: Town) -> None:
    editor = world.make_editor(town.listing)
    world.trust(town.place, town.listing)

    with pytest.raises(PermissionDenied):
        _correct(town, by=editor)

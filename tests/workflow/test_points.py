"""A place's point follows its postcode in every version that is made of it."""

from typing import Any

import pytest
from django.db import transaction

from accounts.models import AuditEvent
from common import clock
from directory.models import Location, Postcode
from tests import world
from tests.workflow.deciding import choice, page, send, text
from tests.workflow.town import ACCEPT, REJECT, Town, decide, line, now, suggest
from workflow import areas, queries
from workflow.actions import bodies, decisions, erasure, new_places, records
from workflow.actions.areas import write_areas
from workflow.actions.choosing import Choice, Informant
from workflow.actions.main_areas import declare_main
from workflow.choices import AreaKind, Method, Verdict
from workflow.importing.outlines import AreaRead
from workflow.models import Area, Record, Remit, Revision

pytestmark = pytest.mark.django_db

OLD, NEW, NOWHERE = "BA12 9AA", "BA13 8ZZ", "BA12 9XX"
AT_OLD, AT_NEW, BY_HAND = (51.2, -2.1), (51.25, -2.18), (51.2123, -2.1123)


@pytest.fixture(autouse=True)
def known(db: None) -> None:
    """Where two postcodes are."""
    for code, (latitude, longitude) in ((OLD, AT_OLD), (NEW, AT_NEW)):
        Postcode.objects.create(
            code=code.replace(" ", ""), latitude=latitude, longitude=longitude
        )


def address(record: Record, postcode: str) -> dict[str, Any]:
    """The address of a place with another postcode, as a value at its path."""
    [was] = now(record)["addresses"]
    return {f"addresses/{was['id']}": {**was, "postal_code": postcode}}


def correct(town: Town, values: dict[str, Any]) -> None:
    """An assurer rang and puts the hall right."""
    bodies.correct_record(
        by=town.place.assurer, record_id=town.hall.pk, values=values,
        informant=Informant("Jo, the caretaker", Method.CALL, clock.today()),
    )  # fmt: skip
    town.hall = Record.objects.select_related("revision").get(pk=town.hall.pk)


def set_point(town: Town, point: tuple[float, float] | None) -> None:
    names = ("latitude", "longitude")
    correct(town, dict(zip(names, point or (None, None), strict=True)))


def point_of(record: Record) -> tuple[Any, Any]:
    """Its point, which its tables have as its newest version has it."""
    payload, row = now(record), Location.objects.get(pk=record.pk)
    said = (payload.get("latitude"), payload.get("longitude"))
    stored = (row.latitude, row.longitude)  # type: ignore[attr-defined]
    assert tuple(float(v) if v is not None else None for v in stored) == said
    return said


# --- another postcode -----------------------------------------------------------------


def test_accepted_postcode_moves_the_point_as_a_part_of_that_version(
    town: Town,
) -> None:
    [path] = values = address(town.hall, NEW)
    proposal = suggest(town, values, record=town.hall)

    decision = decide(town, proposal, choices={path: ACCEPT})

    assert point_of(town.hall) == AT_NEW
    revision = Revision.objects.get(decision=decision)
    assert sorted(revision.paths) == sorted(["latitude", "longitude", path])
    told = AuditEvent.objects.get(
        verb="revision_made", object_id=town.hall.pk, after__has_key=path,
        before__latitude=51.2,
    )  # fmt: skip
    assert told.after is not None
    assert told.after["latitude"] == 51.25
    accepted = proposal.changes.get()
    assert accepted.accepted_value == values[path]


def test_who_decides_reads_that_the_point_moves(town: Town) -> None:
    proposal = suggest(town, address(town.hall, NEW), record=town.hall)

    shown = page(town.place.assurer, "proposal", proposal.pk)

    assert f"Its point on the map becomes that of {NEW}." in text(shown)


def test_who_decides_reads_that_the_point_goes(town: Town) -> None:
    proposal = suggest(town, address(town.hall, NOWHERE), record=town.hall)

    shown = page(town.place.assurer, "proposal", proposal.pk)

    assert "Its point on the map goes: it was that of the old postcode" in text(shown)


def test_who_decides_reads_nothing_of_a_point_that_stays(town: Town) -> None:
    [was] = now(town.hall)["addresses"]
    changed = {f"addresses/{was['id']}": {**was, "address_1": "3 High Street"}}
    proposal = suggest(town, changed, record=town.hall)

    shown = page(town.place.assurer, "proposal", proposal.pk)

    assert "point on the map" not in text(shown)


def test_history_says_that_nobody_suggested_the_point(town: Town) -> None:
    [path] = values = address(town.hall, NEW)
    changed = suggest(town, address(town.hall, NOWHERE), record=town.hall)
    other = Choice(Verdict.CHANGED, values[path], words="We rang them.")
    decide(town, changed, choices={path: other})

    newest, first = queries.path_history(town.hall, "latitude")
    shown = text(page(town.place.assurer, "history", town.listing.pk))

    assert (newest.value, newest.supplied_by) == (51.25, "its postcode")
    assert first.supplied_by == "Cora Contributor"
    assert shown.count("Nobody suggested this: it goes with the postcode.") == 2
    assert "Changed and accepted by Asha Assurer" in shown, "all that was suggested"


def test_point_that_is_said_with_the_postcode_is_taken_as_it_is(town: Town) -> None:
    point = {"latitude": BY_HAND[0], "longitude": BY_HAND[1]}
    correct(town, {**address(town.hall, NEW), **point})

    assert point_of(town.hall) == BY_HAND


def test_rejected_point_is_that_of_the_accepted_postcode(town: Town) -> None:
    [path] = values = address(town.hall, NEW)
    point = {"latitude": BY_HAND[0], "longitude": BY_HAND[1]}
    proposal = suggest(town, {**values, **point}, record=town.hall)

    decide(
        town, proposal,
        choices={path: ACCEPT, "latitude": REJECT, "longitude": REJECT},
    )  # fmt: skip

    assert point_of(town.hall) == AT_NEW
    assert line(proposal, "latitude").verdict == Verdict.REJECTED


def test_waiting_suggestion_of_a_point_is_shown_as_overtaken(town: Town) -> None:
    waiting = suggest(town, {"latitude": BY_HAND[0]}, record=town.hall)

    correct(town, address(town.hall, NEW))

    change = line(waiting, "latitude")
    assert change.verdict == Verdict.PENDING
    assert queries.moved_on(change, town.hall)


def test_who_looked_before_the_point_moved_has_to_look_again(town: Town) -> None:
    waiting = suggest(town, {"latitude": BY_HAND[0]}, record=town.hall)
    correct(town, address(town.hall, NEW))

    sent = choice(line(waiting, "latitude"), "accept") | {f"seen-{town.hall.pk}": "1"}
    answer = send(town.place.assurer, "proposal", waiting.pk, **sent)

    assert "“Latitude” was changed by" in text(answer)


def test_set_point_moves_with_the_postcode(town: Town) -> None:
    set_point(town, BY_HAND)

    correct(town, address(town.hall, NEW))

    assert point_of(town.hall) == AT_NEW


@pytest.mark.parametrize("values", [{"transportation": "Bus 7."}, {"name": "Barn"}])
def test_set_point_stays_while_the_postcode_does(
    town: Town, values: dict[str, Any]
) -> None:
    set_point(town, BY_HAND)

    correct(town, values)

    assert point_of(town.hall) == BY_HAND
    assert town.hall.revision is not None
    assert town.hall.revision.paths == list(values)


def test_unknown_postcode_takes_away_the_point_of_the_old_one(town: Town) -> None:
    correct(town, address(town.hall, NOWHERE))

    assert point_of(town.hall) == (None, None)


def test_unknown_postcode_leaves_a_point_that_somebody_set(town: Town) -> None:
    set_point(town, BY_HAND)

    correct(town, address(town.hall, NOWHERE))

    assert point_of(town.hall) == BY_HAND


def test_undo_puts_back_the_very_point_that_was(town: Town) -> None:
    set_point(town, BY_HAND)
    [path] = values = address(town.hall, NOWHERE)
    proposal = suggest(town, values, record=town.hall)
    decision = decide(town, proposal, choices={path: ACCEPT})

    decisions.undo_decision(by=town.place.assurer, decision_id=decision.pk)

    assert point_of(town.hall) == BY_HAND
    assert now(town.hall)["addresses"][0]["postal_code"] == OLD


def test_undo_of_a_move_puts_back_both(town: Town) -> None:
    before = now(town.hall)
    [path] = values = address(town.hall, NEW)
    proposal = suggest(town, values, record=town.hall)
    decision = decide(town, proposal, choices={path: ACCEPT})

    decisions.undo_decision(by=town.place.assurer, decision_id=decision.pk)

    assert now(town.hall) == before


# --- what goes by the point -----------------------------------------------------------


def test_ward_and_area_of_work_follow_the_corrected_postcode(town: Town) -> None:
    place = town.place
    around = [(latitude - 0.01, longitude - 0.01) for latitude, longitude in
              (AT_OLD, AT_NEW)]  # fmt: skip
    wards = [
        AreaRead(name, AreaKind.WARD, name, (_square(*corner),))
        for name, corner in zip(("East", "West"), around, strict=True)
    ]
    with transaction.atomic():
        write_areas(place.partnership, wards, by="test")
    remits = {
        ward.name: Remit.objects.create(
            partnership=place.partnership, partner=place.council, name=ward.name,
            lead=place.assurer, area_ids=[ward.pk],
        )
        for ward in Area.objects.all()
    }  # fmt: skip
    declare_main(by=place.assurer, listing_id=town.listing.pk, place_id=town.hall.pk)
    before = (_ward(town), world.fresh(town.listing).remit)

    correct(town, address(town.hall, NEW))

    assert before == ("East", remits["East"])
    after = world.fresh(town.listing)
    assert (_ward(town), after.remit, after.area) == ("West", remits["West"], "BA13")


def _square(south: float, west: float) -> tuple[tuple[float, float], ...]:
    east, north = west + 0.02, south + 0.02
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


def _ward(town: Town) -> str:
    found = areas.areas_of_locations([town.hall.pk], town.place.partnership)
    return str(found[town.hall.pk].name)


# --- none yet -------------------------------------------------------------------------


def without_point() -> dict[str, Any]:
    hall = world.hall()
    del hall["latitude"], hall["longitude"]
    return hall


def test_accepted_draft_gives_its_place_a_point(town: Town) -> None:
    made = world.published(town.place, name="Lunch", in_hall=without_point())

    assert point_of(Record.objects.get(pk=made.location_ids[0])) == AT_OLD


def test_suggested_place_gets_a_point_when_it_is_accepted(town: Town) -> None:
    key = "00000000-0000-4000-8000-000000000001"
    proposal = new_places.propose_place(
        by=town.place.contributor, listing_id=town.listing.pk,
        location={**without_point(), "id": key, "name": "The mill"},
        evidence="visited",
    )  # fmt: skip
    decisions.decide(
        by=town.place.assurer, proposal_id=proposal.pk,
        choices=world.accept_all(proposal),
    )  # fmt: skip

    assert point_of(Record.objects.get(pk=key)) == AT_OLD


def test_emptied_point_is_that_of_the_postcode(town: Town) -> None:
    set_point(town, BY_HAND)

    set_point(town, None)

    assert point_of(town.hall) == AT_OLD


def test_place_of_before_gets_its_point_with_the_next_version(town: Town) -> None:
    Postcode.objects.filter(code="BA138ZZ").update(code="BA138ZY")
    correct(town, address(town.hall, NEW))
    Postcode.objects.filter(code="BA138ZY").update(code="BA138ZZ")
    assert point_of(town.hall) == (None, None)

    correct(town, {"transportation": "Bus 7."})

    assert point_of(town.hall) == AT_NEW


def test_place_of_its_own_gets_a_point_where_the_shared_one_had_none(
    town: Town,
) -> None:
    correct(town, address(town.hall, NOWHERE))
    Postcode.objects.create(code="BA129XX", latitude=51.3, longitude=-2.3)

    own = records.split_location(
        by=town.place.assurer, listing_id=town.listing.pk, location_id=town.hall.pk
    )

    assert (point_of(own), point_of(town.hall)) == ((51.3, -2.3), (None, None))


def test_secret_place_moves_too_and_lies_in_no_ward(town: Town) -> None:
    correct(town, {"sensitive": True})

    correct(town, address(town.hall, NEW))

    assert point_of(town.hall) == AT_NEW
    assert areas.areas_of_locations([town.hall.pk], town.place.partnership) == {}


def test_erased_point_does_not_come_back(town: Town) -> None:
    Postcode.objects.filter(code="BA129AA").update(latitude=51.234567)
    set_point(town, (51.234567, -2.1))
    erasure.erase_value(
        by=town.place.officer, place=town.place.partnership, value="51.234567",
        reason="She lives there.",
    )  # fmt: skip

    correct(town, {"transportation": "Bus 7."})

    assert point_of(town.hall) == (None, None)

"""Places with a postcode and no point are put on the map, as their history says."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import AuditEvent
from directory.models import Location, Postcode
from publishing.actions import consume_outbox
from tests import world
from tests.workflow.deciding import page, text
from workflow.actions import pointing, revising
from workflow.models import JobRun, Listing, OutboxEvent, Record, Revision

pytestmark = pytest.mark.django_db

CODE, POINT = "BA13 8ZZ", (51.25, -2.18)


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


def listing_in(place: world.Place, **hall: Any) -> Listing:
    """A public service at a place whose postcode nobody knew when it was accepted."""
    given = world.hall(**hall)
    for name in ("latitude", "longitude"):
        given.pop(name, None)
    given["addresses"][0]["postal_code"] = CODE
    return world.published(place, in_hall=given)


@pytest.fixture
def listing(place: world.Place) -> Listing:
    return listing_in(place)


def know() -> None:
    """Where the postcode is, is known now."""
    latitude, longitude = POINT
    code = CODE.replace(" ", "")
    Postcode.objects.create(code=code, latitude=latitude, longitude=longitude)


def hall_of(listing: Listing) -> Record:
    rows = Record.objects.select_related("revision")
    return rows.get(pk=listing.location_ids[0])


def point_of(listing: Listing) -> tuple[Any, Any]:
    """Its point, which its tables have as its newest version has it."""
    record = hall_of(listing)
    assert record.revision
    row: Any = Location.objects.get(pk=record.pk)
    said = tuple(record.revision.payload.get(n) for n in ("latitude", "longitude"))
    stored = (row.latitude, row.longitude)
    assert tuple(float(v) if v is not None else None for v in stored) == said
    return said


def run() -> str:
    told = StringIO()
    call_command("set_points", stdout=told)
    return told.getvalue().strip()


def test_place_is_put_where_its_postcode_is_by_a_version_that_says_so(
    place: world.Place, listing: Listing
) -> None:
    consume_outbox()
    before = hall_of(listing).revision
    assert before
    assert point_of(listing) == (None, None)
    know()

    assert run() == "Put on the map: 1 place."

    made = hall_of(listing).revision
    assert made
    assert point_of(listing) == POINT
    assert (made.number, made.paths) == (
        before.number + 1, ["latitude", "longitude"],
    )  # fmt: skip
    assert (made.made_by_id, made.made_by_label, made.method) == (
        None, "Vouch", "postcode",
    )  # fmt: skip
    event = AuditEvent.objects.filter(object_id=made.record_id).latest("id")
    assert (event.verb, event.actor_label, event.reason) == (
        "revision_made", "Vouch", pointing.REASON,
    )  # fmt: skip
    assert event.after == {"latitude": POINT[0], "longitude": POINT[1]}
    assert event.partnership_id == place.partnership.pk


def test_it_is_published_and_its_check_stands(listing: Listing) -> None:
    assert listing.assurance
    consume_outbox()
    know()

    run()
    consume_outbox()

    told = Client().get(f"/oruk/v3/services/{listing.record_id}").json()
    [where] = told["service_at_locations"]
    said = where["location"]
    assert (said["latitude"], said["longitude"]) == POINT
    after = world.fresh(listing)
    assert (after.assured_on, after.due_on) == (listing.assured_on, listing.due_on)


def test_history_of_the_place_says_how_it_came_to_its_point(
    place: world.Place, listing: Listing
) -> None:
    know()
    run()

    shown = text(page(place.assurer, "location-history", listing.location_ids[0]))

    assert "Vouch" in shown
    assert "put where its postcode is" in shown


def test_nothing_is_done_twice(listing: Listing) -> None:
    know()
    run()
    versions = Revision.objects.count()
    OutboxEvent.objects.all().delete()

    assert run() == "Put on the map: no places."
    assert Revision.objects.count() == versions
    assert not OutboxEvent.objects.exists()


def test_place_with_an_unknown_postcode_stays_as_it_is(listing: Listing) -> None:
    versions = Revision.objects.count()

    assert run() == "Put on the map: no places."
    assert Revision.objects.count() == versions


def test_point_that_is_there_stays(place: world.Place) -> None:
    there = world.published(place, name="Choir", in_hall=world.hall(name="Mill"))
    before = point_of(there)
    assert None not in before
    Postcode.objects.create(code="BA129AA", latitude=POINT[0], longitude=POINT[1])

    run()

    assert point_of(there) == before


def test_place_found_to_be_another_one_gets_none(
    listing: Listing, place: world.Place
) -> None:
    other = world.published(place, name="Choir", in_hall=world.hall(name="Mill"))
    gone = hall_of(listing)
    gone.replaced_by_id = other.location_ids[0]
    gone.save(update_fields=["replaced_by"])
    know()

    assert run() == "Put on the map: no places."


def test_secret_place_gives_nothing_away(place: world.Place) -> None:
    refuge = listing_in(place, name="Refuge", sensitive=True)
    know()

    run()
    consume_outbox()

    answer = Client().get(f"/oruk/v3/services/{refuge.record_id}")
    assert point_of(refuge) == POINT
    assert str(POINT[0]) not in answer.content.decode()
    assert str(POINT[0]) not in Client().get(
        f"/services/{refuge.record_id}/"
    ).content.decode()  # fmt: skip


def test_place_that_cannot_be_written_stops_no_other(
    place: world.Place, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = listing_in(place, name="Broken")
    know()
    real = revising.write_revision

    def write(record: Record, *args: Any, **values: Any) -> Any:
        if record.pk == broken.location_ids[0]:
            raise RuntimeError("This one is broken.")
        return real(record, *args, **values)

    monkeypatch.setattr("workflow.actions.pointing.write_revision", write)

    with pytest.raises(CommandError, match="1 could not be written"):
        run()

    assert point_of(listing) == POINT
    done = JobRun.objects.get(name="set_points")
    assert (done.done, done.failed, done.error) == (1, 1, "RuntimeError")

"""“I checked the wrong record”: a check is undone within ten minutes."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from common import clock
from common.errors import InvalidState
from tests import world
from tests.publishing import sample
from tests.workflow.deciding import edit
from tests.workflow.pages import text
from workflow import figures
from workflow.actions import checking, listings
from workflow.actions.choosing import Informant
from workflow.actions.place import hide_lapsed
from workflow.choices import Hidden, Method, Stage
from workflow.models import Assurance, Listing, Source

pytestmark = pytest.mark.django_db

LATER = dt.timedelta(days=40)


@pytest.fixture
def place() -> world.Place:
    return world.make_place("Backham")


def check(place: world.Place, listing: Listing) -> Assurance:
    return checking.check_listing(
        by=place.assurer, listing_id=listing.pk, method=Method.CALL
    )


def dates(listing: Listing) -> tuple[dt.date | None, dt.date | None]:
    now = world.fresh(listing)
    return now.assured_on, now.due_on


def test_undo_brings_back_the_dates_of_the_check_before(place: world.Place) -> None:
    listing = world.published(place)
    first, before = world.fresh(listing).assurance, dates(listing)

    with clock.at(clock.now() + LATER):
        wrong = check(place, listing)
        moved = dates(listing)
        checking.undo_check(by=place.assurer, assurance_id=wrong.pk)

    assert moved != before
    assert dates(listing) == before
    assert world.fresh(listing).assurance == first


def test_button_pressed_twice_is_one_check_and_one_undo(place: world.Place) -> None:
    listing = world.published(place)
    before = dates(listing)

    with clock.at(clock.now() + LATER):
        first, second = check(place, listing), check(place, listing)
        checking.undo_check(by=place.assurer, assurance_id=second.pk)
    with clock.at(clock.now() + LATER + dt.timedelta(hours=1)):
        later = check(place, listing)

    assert first == second
    assert later != first
    assert Assurance.objects.filter(listing=listing, decision=None).count() == 2
    assert dates(listing) != before


def test_check_after_a_change_is_another_one(place: world.Place) -> None:
    listing = world.published(place)
    first = check(place, listing)
    sample.amend(listing.location_ids[0], description="With a ramp.")

    assert check(place, listing) != first


def test_undone_check_stays_in_the_history_with_its_undo(place: world.Place) -> None:
    listing = world.published(place)
    wrong = check(place, listing)

    checking.undo_check(by=place.assurer, assurance_id=wrong.pk)

    verbs = AuditEvent.objects.filter(object_id=listing.pk).order_by("-id")
    assert list(verbs.values_list("verb", flat=True)[:2]) == [
        "check_undone", "listing_assured",
    ]  # fmt: skip
    assert Assurance.objects.get(pk=wrong.pk).undone_at is not None


def test_undo_hides_again_what_had_lapsed(place: world.Place) -> None:
    listing = world.published(place)
    with clock.at(clock.now() + dt.timedelta(days=200)):
        hide_lapsed(by=place.lead, listing_id=listing.pk, reason="Nobody answers.")
        lapsed = world.fresh(listing)
        wrong = check(place, listing)
        back = world.fresh(listing)
        checking.undo_check(by=place.assurer, assurance_id=wrong.pk)

    assert (lapsed.stage, back.stage) == (Stage.UNPUBLISHED, Stage.PUBLISHED)
    again = world.fresh(listing)
    assert (again.stage, again.hidden_because) == (Stage.UNPUBLISHED, [Hidden.LAPSED])


def test_undo_leaves_what_was_carried_over_as_it_was(place: world.Place) -> None:
    listing = world.submitted(place)
    Listing.objects.filter(pk=listing.pk).update(source=_source(place))
    until = clock.today() + dt.timedelta(days=60)
    refused = listings.carry_over_listings(
        by=place.lead, listing_ids=[listing.pk], until=until, reason="Switched off."
    )
    wrong = check(place, listing)

    checking.undo_check(by=place.assurer, assurance_id=wrong.pk)

    now = world.fresh(listing)
    assert refused == {}
    assert (now.stage, now.carried_over_until) == (Stage.PUBLISHED, until)
    assert dates(listing) == (None, None)


def _source(place: world.Place) -> Source:
    return Source.objects.create(
        partner=place.council, name="Old", address="https://old.example/"
    )


def test_undo_of_an_earlier_check_leaves_a_later_one(place: world.Place) -> None:
    listing = world.published(place)
    mine = check(place, listing)
    world.check(place, listing, by=place.second_assurer)
    theirs = world.fresh(listing).assurance

    checking.undo_check(by=place.assurer, assurance_id=mine.pk)

    assert world.fresh(listing).assurance == theirs


def test_undo_is_for_who_checked_it(place: world.Place) -> None:
    wrong = check(place, world.published(place))

    with pytest.raises(PermissionDenied):
        checking.undo_check(by=place.second_assurer, assurance_id=wrong.pk)


def test_undo_ends_after_ten_minutes(place: world.Place) -> None:
    wrong = check(place, world.published(place))

    late = clock.now() + dt.timedelta(minutes=10, seconds=1)
    with clock.at(late), pytest.raises(InvalidState, match="Ten minutes"):
        checking.undo_check(by=place.assurer, assurance_id=wrong.pk)


def test_assurance_of_a_new_service_is_not_undone(place: world.Place) -> None:
    first = world.fresh(world.published(place)).assurance
    assert first is not None

    with pytest.raises(InvalidState, match="new service"):
        checking.undo_check(by=place.assurer, assurance_id=first.pk)


def test_check_is_undone_once(place: world.Place) -> None:
    wrong = check(place, world.published(place))
    checking.undo_check(by=place.assurer, assurance_id=wrong.pk)

    with pytest.raises(InvalidState, match="already"):
        checking.undo_check(by=place.assurer, assurance_id=wrong.pk)


def test_correction_stays_when_its_check_is_undone(place: world.Place) -> None:
    listing = world.published(place)
    before = dates(listing)
    with clock.at(clock.now() + LATER):
        wrong = checking.correct_and_check(
            by=place.assurer, listing_id=listing.pk, method=Method.CALL,
            informant=Informant("Jo, the caretaker", Method.CALL, clock.today()),
            edits={str(listing.record_id): {"fees": "£4"}},
        )  # fmt: skip
        checking.undo_check(by=place.assurer, assurance_id=wrong.pk)

    now = world.fresh(listing)
    assert now.record.revision is not None
    assert now.record.revision.payload["fees"] == "£4"
    assert dates(listing) == before


def test_undone_single_handed_check_is_not_counted(place: world.Place) -> None:
    listing = world.published(place)
    world.own_body(place.council, listing)
    wrong = check(place, listing)
    counted = figures.counts(place.policy, clock.now())["single-handed-checks"]

    checking.undo_check(by=place.assurer, assurance_id=wrong.pk)

    now = figures.counts(place.policy, clock.now())["single-handed-checks"]
    assert (counted, now) == (1, 0)


# --- the pages ------------------------------------------------------------------------


def test_queue_offers_the_undo_after_a_check(place: world.Place) -> None:
    listing = world.published(place)
    client = Client()
    client.force_login(place.assurer)

    page = client.post(
        reverse("workflow:check", args=[listing.pk]), {"method": "call", "note": ""},
        follow=True,
    )  # fmt: skip
    (undo,) = page.context["undos"]
    after = client.post(undo["undo_url"], follow=True)

    assert "is checked. The next check falls due on" in text(page)
    assert f"Your check of “{listing.title}” is undone." in text(after)
    assert after.context["undos"] == []


def test_a_check_says_what_came_in_meanwhile_and_waits(place: world.Place) -> None:
    listing, quiet = world.published(place), world.published(place, name="Quiet hour")
    client = Client()
    client.force_login(place.assurer)
    edit(place, listing, fees="£1")

    found = []
    for one in (quiet, listing):
        address = reverse("workflow:check", args=[one.pk])
        page = client.post(address, {"method": "call", "note": ""}, follow=True)
        found.append(page.context["undos"][0]["next_url"])

    assert found == ["", reverse("workflow:record", args=[listing.pk])]


def test_undo_of_somebody_elses_check_is_not_there(place: world.Place) -> None:
    wrong = check(place, world.published(place))
    client = Client()
    client.force_login(place.second_assurer)

    response = client.post(reverse("workflow:undo-check", args=[wrong.pk]))

    assert response.status_code == 404
    assert Assurance.objects.get(pk=wrong.pk).undone_at is None

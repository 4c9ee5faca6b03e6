"""From the outbox to what is public: what is written, when, and what goes away."""

import datetime as dt
import io
from typing import Any

import orjson
import pytest
from django.core.management import CommandError, call_command

from common import clock
from common.outcome import Outcome
from directory.choices import Visibility
from publishing import actions, tasks
from publishing.choices import GONE_SENTENCES, GoneReason
from publishing.models import Endpoint, Gone, PublishedService
from publishing.render import instant
from tests import world
from tests.publishing import sample
from workflow import queries
from workflow.actions import checking, listings, proposals
from workflow.actions import place as places
from workflow.actions.revising import announce
from workflow.choices import Hidden, Method, WhenLapsed, WhenOverdue
from workflow.models import Listing, OutboxEvent, Record

pytestmark = pytest.mark.django_db

NOON = sample.instant("2026-09-14T12:00:00.123456")


@pytest.fixture
def place(stocked_place: world.Place, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = stocked_place.partnership.slug
    return stocked_place


def published(place: world.Place, **options: Any) -> Listing:
    """A listing that is public and on the read side."""
    listing = world.published(place, **options)
    actions.consume_outbox()
    return listing


def row_of(listing: Listing) -> PublishedService:
    return PublishedService.objects.get(service_id=listing.record_id)


def document(listing: Listing) -> Any:
    return orjson.loads(bytes(row_of(listing).full))


def neighbours(place: world.Place, listing: Listing, *names: str) -> list[Listing]:
    """Further services of the same organization in the same hall."""
    hall = sample.record(listing.location_ids[0])
    body = sample.record(listing.organization_id)
    return [world.published(place, at=hall, run_by=body, name=n) for n in names]


# --- writing --------------------------------------------------------------------------


def test_published_listing_is_written_with_what_queries_need(
    place: world.Place,
) -> None:
    term = world.term("Company")
    with clock.at(NOON):
        listing = published(
            place,
            name="Café “Élan”",
            minimum_age=18,
            attributes=[{"taxonomy_term_id": str(term.pk)}],
            schedules=[{"freq": "WEEKLY", "byday": "TU", "opens_at": "10:00",
                        "closes_at": "12:00"}],
        )  # fmt: skip
    row = row_of(listing)

    assert row.endpoint == Endpoint.objects.get(partnership=place.partnership)
    assert (row.title, row.sort_key) == ("Café “Élan”", "cafe elan")
    assert row.listing_id == listing.pk
    assert row.organization_id == listing.organization_id
    assert row.location_ids == listing.location_ids
    assert row.term_ids == [term.pk]
    assert (row.minimum_age, row.maximum_age) == (18, None)
    assert [(r.lower, r.upper) for r in row.open_minutes] == [(2040, 2160)]
    assert row.area == "BA12"
    held = row.places.get()
    assert (held.latitude, held.longitude) == (51.2, -2.1)
    assert held.location_id == listing.location_ids[0]
    assert (row.assured_on, row.due_on) == (dt.date(2026, 9, 14), dt.date(2026, 12, 14))
    assert (row.overdue_on, row.lapsed_on) == (
        dt.date(2026, 12, 28),
        dt.date(2027, 1, 11),
    )
    assert row.ranks_last_on is None
    assert (row.body_label, row.body_mailbox) == (
        "Testham Council",
        "services@testham.example",
    )
    assert row.last_modified == NOON.replace(microsecond=123000)


def test_bytes_are_the_public_document(place: world.Place) -> None:
    listing = published(place)
    row = row_of(listing)
    full, item = orjson.loads(bytes(row.full)), orjson.loads(bytes(row.item))
    strict = orjson.loads(bytes(row.strict_full))

    assert full["id"] == str(listing.record_id)
    assert full["assurer_email"] == "services@testham.example"
    assert full["last_modified"] == instant(row.last_modified)
    assert item == {
        name: full[name]
        for name in (
            "id", "organization_id", "name", "description", "url", "status",
            "assured_date", "assurer_email", "last_modified",
        )
    } | {"organization": full["organization"]}  # fmt: skip
    assert strict == {name: full[name] for name in full if name != "phones"}


@pytest.mark.parametrize("kind", ["draft", "submitted"])
def test_listing_on_its_way_is_not_written(place: world.Place, kind: str) -> None:
    listing = getattr(world, kind)(place)
    announce(listing.record_id)
    actions.consume_outbox()

    written = PublishedService.objects.filter(service_id=listing.record_id)
    assert list(written) == []
    assert list(Gone.objects.all()) == []


def test_each_place_has_an_endpoint_of_its_own(place: world.Place) -> None:
    other = world.make_place("Elsewhere")
    here, there = published(place), published(other)

    assert row_of(here).endpoint.partnership == place.partnership
    assert row_of(there).endpoint.partnership == other.partnership
    assert Endpoint.objects.count() == 2


def test_last_modified_moves_only_when_bytes_change(place: world.Place) -> None:
    with clock.at(NOON):
        listing = published(place)
    before = row_of(listing)
    with clock.at(NOON + dt.timedelta(hours=1)):
        announce(listing.record_id)
        actions.consume_outbox()
        untouched = row_of(listing)
        checking.check_listing(
            by=place.assurer, listing_id=listing.pk, method=Method.CALL
        )
        actions.consume_outbox()
        checked_the_same_day = row_of(listing)
    with clock.at(NOON + dt.timedelta(days=1)):
        checking.check_listing(
            by=place.assurer, listing_id=listing.pk, method=Method.CALL
        )
        actions.consume_outbox()
        checked_the_next_day = row_of(listing)

    for same in (untouched, checked_the_same_day):
        assert same.last_modified == before.last_modified
        assert same.version == before.version
        assert bytes(same.full) == bytes(before.full)
    assert checked_the_next_day.version != before.version
    assert checked_the_next_day.last_modified == (
        before.last_modified + dt.timedelta(days=1)
    )


def test_last_modified_moves_on_when_the_clock_stands_still(
    place: world.Place,
) -> None:
    with clock.at(NOON):
        listing = published(place)
        before = row_of(listing).last_modified
        sample.amend(listing.record_id, fees="£1")
        actions.consume_outbox()

    assert row_of(listing).last_modified == before + dt.timedelta(milliseconds=1)


def test_confirmation_is_shown_and_moves_nothing_else(place: world.Place) -> None:
    listing = published(place)
    editor = world.make_editor(listing)
    before = row_of(listing)
    with clock.at(clock.now() + dt.timedelta(days=2)):
        proposals.say_still_right(by=editor, listing_id=listing.pk)
        actions.consume_outbox()
        today = clock.today()
    after = row_of(listing)

    assert (after.confirmed_on, after.seen_on) == (today, None)
    assert after.assured_on == before.assured_on
    assert after.last_modified == before.last_modified


def test_changed_policy_changes_what_is_said_of_every_record(
    place: world.Place,
) -> None:
    listing = published(place)
    places.save_policy(
        by=place.lead,
        place=place.partnership,
        values={"overdue_days": 7, "when_lapsed": WhenLapsed.RANK_LAST},
    )
    actions.consume_outbox()
    row = row_of(listing)

    assert row.due_on is not None
    assert row.overdue_on == row.due_on + dt.timedelta(days=7)
    assert row.ranks_last_on == row.lapsed_on
    assert row.ranks_lower_on == row.overdue_on


def test_policy_may_leave_what_is_overdue_in_its_place_and_give_grace(
    place: world.Place,
) -> None:
    listing = published(place)
    places.save_policy(
        by=place.lead,
        place=place.partnership,
        values={
            "when_overdue": WhenOverdue.WARN,
            "when_lapsed": WhenLapsed.RANK_LAST,
            "grace_days": 5,
        },
    )
    actions.consume_outbox()
    row = row_of(listing)

    assert row.lapsed_on is not None
    assert row.ranks_lower_on is None
    assert row.ranks_last_on == row.lapsed_on + dt.timedelta(days=5)


# --- shared records -------------------------------------------------------------------


def test_halls_change_is_shown_by_every_service_in_it(place: world.Place) -> None:
    first = published(place)
    others = neighbours(place, first, "Chess", "Yoga")
    elsewhere = world.published(place, name="Far away")
    actions.consume_outbox()
    untouched = row_of(elsewhere).last_modified

    sample.amend(first.location_ids[0], name="The New Hall")
    actions.consume_outbox()

    names = [
        document(listing)["service_at_locations"][0]["location"]["name"]
        for listing in (first, *others, elsewhere)
    ]
    assert names == ["The New Hall", "The New Hall", "The New Hall", "Testham Hall"]
    assert row_of(elsewhere).last_modified == untouched


def test_organizations_change_is_shown_by_every_service_it_runs(
    place: world.Place,
) -> None:
    first = published(place)
    (other,) = neighbours(place, first, "Chess")
    actions.consume_outbox()

    sample.amend(first.organization_id, name="New Friends")
    actions.consume_outbox()

    for listing in (first, other):
        assert document(listing)["organization"]["name"] == "New Friends"


def test_terms_change_is_shown_by_every_service_that_has_it(
    place: world.Place,
) -> None:
    term = world.term("Company")
    listing = published(place, attributes=[{"taxonomy_term_id": str(term.pk)}])
    term.name = "Being together"
    term.save()
    announce(term.pk)
    actions.consume_outbox()

    (attribute,) = document(listing)["attributes"]
    assert attribute["taxonomy_term"]["name"] == "Being together"


def test_place_that_becomes_secret_disappears_from_every_service_in_it(
    place: world.Place,
) -> None:
    first = published(place)
    (other,) = neighbours(place, first, "Chess")
    actions.consume_outbox()

    sample.amend(first.location_ids[0], sensitive=True)
    actions.consume_outbox()

    for listing in (first, other):
        row = row_of(listing)
        assert "service_at_locations" not in document(listing)
        assert (row.location_ids, row.area) == ([], "")
        assert list(row.places.all()) == []


def test_secret_of_a_place_is_cut_from_every_service_of_who_uses_it(
    place: world.Place,
) -> None:
    refuge = published(place)
    body = sample.record(refuge.organization_id)
    other = world.published(
        place,
        run_by=body,
        name="Helpline",
        description="Not at 1 High Street, but on the phone.",
        in_hall=world.hall(name="Office", addresses=[]),
    )
    actions.consume_outbox()
    assert document(other)["description"] == "Not at 1 High Street, but on the phone."

    sample.amend(refuge.location_ids[0], sensitive=True)
    actions.consume_outbox()
    assert document(other)["description"] == "Not at [held back], but on the phone."

    sample.amend(refuge.location_ids[0], sensitive=None)
    actions.consume_outbox()
    assert document(other)["description"] == "Not at 1 High Street, but on the phone."


def test_service_that_moves_to_a_secret_place_has_it_cut_from_all_the_others(
    place: world.Place,
) -> None:
    helpline = published(place, description="Not at 77 Hidden Row, but on the phone.")
    body = sample.record(helpline.organization_id)
    mover = world.published(place, run_by=body, name="Mover", in_hall=world.hall())
    address = {**world.hall()["addresses"][0], "address_1": "77 Hidden Row"}
    refuge = world.published(
        place,
        name="Elsewhere",
        in_hall=world.hall(sensitive=True, addresses=[address]),
    )
    actions.consume_outbox()
    before = document(helpline)["description"]

    sample.amend(
        mover.record_id,
        service_at_locations=[{"location_id": str(refuge.location_ids[0])}],
    )
    actions.consume_outbox()

    assert before == "Not at 77 Hidden Row, but on the phone."
    assert document(helpline)["description"] == "Not at [held back], but on the phone."


def test_place_that_is_for_partners_alone_is_left_out(place: world.Place) -> None:
    listing = published(place)
    hall = listing.location_ids[0]
    Record.objects.filter(pk=hall).update(visibility=Visibility.PARTNERS)
    announce(hall)
    actions.consume_outbox()

    assert str(hall).encode() not in bytes(row_of(listing).full)


def test_service_of_an_organization_for_partners_alone_goes_away(
    place: world.Place,
) -> None:
    listing = published(place)
    body = listing.organization_id
    Record.objects.filter(pk__in=[body]).update(visibility=Visibility.PARTNERS)
    announce(body)
    actions.consume_outbox()

    assert list(PublishedService.objects.all()) == []
    assert Gone.objects.get().reason == GoneReason.NOT_OPEN


# --- going away and coming back -------------------------------------------------------


def test_hidden_listing_leaves_a_reason_and_a_date(place: world.Place) -> None:
    listing = published(place)
    with clock.at(NOON + dt.timedelta(days=400)):
        listings.hide_listing(
            by=place.publisher,
            listing_id=listing.pk,
            because=Hidden.WITHDRAWN,
            reason="Jo Bloggs asked on the phone.",
        )
    actions.consume_outbox()
    gone = Gone.objects.get()

    assert list(PublishedService.objects.all()) == []
    assert (gone.service_id, gone.reason) == (listing.record_id, GoneReason.WITHDRAWN)
    assert gone.since == NOON + dt.timedelta(days=400)
    assert gone.sentence == "It has been withdrawn from the directory."


def test_second_reason_does_not_move_the_date(place: world.Place) -> None:
    listing = published(place)
    for days, because in ((1, Hidden.PERSONAL_DATA), (9, Hidden.CLOSED)):
        with clock.at(NOON + dt.timedelta(days=400 + days)):
            listings.hide_listing(
                by=place.publisher,
                listing_id=listing.pk,
                because=because,
                reason="Because.",
            )
        actions.consume_outbox()
    gone = Gone.objects.get()

    assert gone.reason == GoneReason.CLOSED
    assert gone.since == NOON + dt.timedelta(days=401)


def test_lapsed_listing_comes_back_when_it_is_checked(place: world.Place) -> None:
    with clock.at(NOON):
        listing = published(place)
    before = row_of(listing).last_modified
    with clock.at(NOON + dt.timedelta(days=150)):
        places.hide_lapsed(by=place.lead, listing_id=listing.pk, reason="Not checked.")
        actions.consume_outbox()
        reasons = list(Gone.objects.values_list("reason", flat=True))
        checking.check_listing(
            by=place.assurer, listing_id=listing.pk, method=Method.CALL
        )
        actions.consume_outbox()

    assert reasons == [GoneReason.LAPSED]
    assert list(Gone.objects.all()) == []
    assert row_of(listing).last_modified > before


def test_name_that_is_held_back_takes_the_service_from_the_public(
    place: world.Place,
) -> None:
    listing = published(place)
    sample.amend(listing.record_id, name="Ring 07700 900123 for coffee")
    assert queries.public_parts(queries.whole(world.fresh(listing))).stops != ()
    actions.consume_outbox()

    assert list(PublishedService.objects.all()) == []
    assert Gone.objects.get().reason == GoneReason.PERSONAL_DATA


def test_record_that_is_no_longer_open_goes_away(place: world.Place) -> None:
    listing = published(place)
    Record.objects.filter(pk=listing.record_id).update(visibility=Visibility.PARTNERS)
    announce(listing.record_id)
    actions.consume_outbox()

    assert list(PublishedService.objects.all()) == []
    assert Gone.objects.get().reason == GoneReason.NOT_OPEN


def test_service_that_lost_its_status_goes_away(place: world.Place) -> None:
    listing = published(place)
    revision = listing.record.revision
    assert revision is not None
    broken = {k: v for k, v in revision.payload.items() if k != "status"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "current", lambda record: dict(broken)
                      if record.pk == listing.record_id
                      else dict(record.revision.payload))  # fmt: skip
        announce(listing.record_id)
        actions.consume_outbox()

    assert list(PublishedService.objects.all()) == []
    assert Gone.objects.get().reason == GoneReason.INCOMPLETE


def test_every_reason_has_its_sentence() -> None:
    assert set(GONE_SENTENCES) == set(GoneReason)


# --- the outbox -----------------------------------------------------------------------


def test_task_sees_to_everything_that_is_due(place: world.Place) -> None:
    listing = world.published(place)
    tasks.consume_outbox()

    assert row_of(listing).title == "Tuesday coffee morning"
    assert OutboxEvent.objects.filter(done_at=None).count() == 0


def test_events_about_one_service_are_answered_by_one_look(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = published(place)
    announce(listing.record_id)
    announce(listing.record_id)
    announce(listing.record_id)
    looks: list[Any] = []
    publish = actions._publish

    def noted(listing: Listing) -> None:
        looks.append(listing)
        publish(listing)

    monkeypatch.setattr(actions, "_publish", noted)

    assert actions.consume_outbox() == Outcome(done=1, failed=0)
    assert len(looks) == 1
    assert OutboxEvent.objects.filter(done_at=None).count() == 0


def break_one(monkeypatch: pytest.MonkeyPatch, broken: Listing) -> None:
    """Let one service be impossible to write."""
    write = actions._write

    def written(endpoint: Endpoint, listing: Listing) -> Any:
        if listing.pk == broken.pk:
            raise ValueError("joan.marsh@home.example cannot be written")
        return write(endpoint, listing)

    monkeypatch.setattr(actions, "_write", written)


def test_one_bad_row_never_stops_the_rest(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = published(place)
    second, third = neighbours(place, first, "Chess", "Yoga")
    actions.consume_outbox()
    with monkeypatch.context() as patch, clock.at(NOON):
        break_one(patch, second)
        sample.amend(first.location_ids[0], name="The New Hall")
        outcome = actions.consume_outbox()
    names = [
        document(listing)["service_at_locations"][0]["location"]["name"]
        for listing in (first, second, third)
    ]
    waiting = OutboxEvent.objects.get(done_at=None)

    assert outcome == Outcome(done=3, failed=1)
    assert names == ["The New Hall", "Testham Hall", "The New Hall"]
    assert (waiting.record_id, waiting.failures) == (second.record_id, 1)
    assert waiting.retry_at == NOON + dt.timedelta(seconds=5)
    assert waiting.error.startswith("ValueError in written, line ")


def test_what_failed_is_tried_again_ever_more_seldom(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = published(place)
    waits = []
    now = NOON
    with monkeypatch.context() as patch:
        break_one(patch, listing)
        announce(listing.record_id)
        for _ in range(12):
            with clock.at(now):
                assert actions.consume_outbox() == Outcome(done=0, failed=1)
                assert actions.consume_outbox() == Outcome(done=0, failed=0)
            waiting = OutboxEvent.objects.get(done_at=None)
            assert waiting.retry_at is not None
            waits.append(int((waiting.retry_at - now).total_seconds()))
            now = waiting.retry_at
    with clock.at(now):
        assert actions.consume_outbox() == Outcome(done=1, failed=0)

    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-3:] == [2560, 3600, 3600]
    assert list(OutboxEvent.objects.filter(done_at=None)) == []


def test_later_success_answers_what_failed_before(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = published(place)
    with monkeypatch.context() as patch:
        break_one(patch, listing)
        announce(listing.record_id)
        actions.consume_outbox()
    announce(listing.record_id)
    actions.consume_outbox()

    assert list(OutboxEvent.objects.filter(done_at=None)) == []


def test_run_ends_when_its_time_is_over(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = world.published(place)
    monkeypatch.setattr(actions, "TIME_FOR_ONE_RUN", 0.0)

    assert actions.consume_outbox() == Outcome(done=0, failed=0)
    assert not PublishedService.objects.filter(service_id=listing.record_id).exists()


# --- rebuilding -----------------------------------------------------------------------


def test_rebuild_makes_again_what_was_lost(place: world.Place) -> None:
    shown, hidden = published(place), published(place)
    with clock.at(NOON + dt.timedelta(days=400)):
        listings.hide_listing(
            by=place.publisher,
            listing_id=hidden.pk,
            because=Hidden.CLOSED,
            reason="It has closed.",
        )
    actions.consume_outbox()
    before = row_of(shown).version
    Endpoint.objects.all().delete()

    call_command("rebuild_published", stdout=io.StringIO())

    assert row_of(shown).version == before
    gone = Gone.objects.get()
    assert (gone.service_id, gone.reason) == (hidden.record_id, GoneReason.CLOSED)
    assert gone.since == NOON + dt.timedelta(days=400)


def test_rebuild_changes_nothing_that_is_right(place: world.Place) -> None:
    listing = published(place)
    before = row_of(listing)

    assert actions.rebuild() == Outcome(done=1, failed=0)
    after = row_of(listing)
    assert after.pk == before.pk
    assert after.last_modified == before.last_modified
    assert bytes(after.full) == bytes(before.full)


def test_rebuild_takes_away_what_nobody_has_any_more(
    place: world.Place, endpoint: Endpoint
) -> None:
    kept = world.published(place)
    sample.shelve(endpoint, "Left over")

    assert actions.rebuild() == Outcome(done=2, failed=0)
    assert list(PublishedService.objects.all()) == [row_of(kept)]


def test_rebuild_goes_on_past_a_bad_row_and_says_so(
    place: world.Place, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    bad, good = published(place), published(place)
    PublishedService.objects.all().delete()
    break_one(monkeypatch, bad)

    with pytest.raises(CommandError) as stopped:
        call_command("rebuild_published")

    assert str(stopped.value) == "1 failed and stay as they were; the log says where."
    assert capsys.readouterr().out == "1 services brought up to date.\n"
    assert [r.service_id for r in PublishedService.objects.all()] == [good.record_id]

"""Lapsing and coming back by itself (PRODUCT.md section 5)."""

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from django.db import connection

from accounts.models import AuditEvent
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import freshness
from tests import world
from tests.workflow.ageing import LONG, TODAY, at, run, stages
from tests.workflow.town import many
from workflow import access
from workflow.actions import jobs, listings, passes, periodic, public
from workflow.actions import place as places
from workflow.choices import Hidden, Stage, WhenLapsed
from workflow.models import JobRun, Listing, OutboxEvent


@pytest.fixture
def crowd(place: world.Place) -> list[Listing]:
    """Sixty public records that are in date, so that one more is never 5 %."""
    return many(place, 60, due_on=LONG)


# --- when -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_on", "grade", "hidden"),
    [
        (TODAY + dt.timedelta(days=16), "current", False),
        (TODAY + dt.timedelta(days=15), "due_soon", False),
        (TODAY + dt.timedelta(days=1), "due_soon", False),
        (TODAY, "due", False),
        (TODAY - dt.timedelta(days=13), "due", False),
        (TODAY - dt.timedelta(days=14), "overdue", False),
        (TODAY - dt.timedelta(days=27), "overdue", False),
        (TODAY - dt.timedelta(days=28), "lapsed", True),
        (TODAY - dt.timedelta(days=300), "lapsed", True),
    ],
)
def test_a_record_is_hidden_on_the_day_it_lapses(
    place: world.Place, crowd: list[Listing], due_on: dt.date, grade: str, hidden: bool
) -> None:
    (listing,) = many(place, 1, due_on=due_on)

    run()

    assert freshness.grade(due_on, TODAY) == grade
    assert access.is_lapsed(listing, TODAY) is hidden
    expected = (Stage.UNPUBLISHED, [Hidden.LAPSED]) if hidden else (Stage.PUBLISHED, [])
    listing = world.fresh(listing)
    assert (listing.stage, listing.hidden_because) == expected


def test_lapsing_is_said_audited_and_announced(
    place: world.Place, crowd: list[Listing]
) -> None:
    (listing,) = many(place, 1, due_on=TODAY - dt.timedelta(days=28))

    job = run()

    (event,) = AuditEvent.objects.filter(object_id=listing.pk)
    assert (event.verb, event.actor_label, event.after) == (
        "listing_hidden", "Vouch", ["lapsed"],
    )  # fmt: skip
    assert world.fresh(listing).hidden_words == "Nobody has checked it in time."
    assert OutboxEvent.objects.filter(record_id=listing.record_id).count() == 1
    assert (job.done, job.failed, job.error) == (1, 0, "")
    assert job.finished_at is not None


def test_midnight_in_london_is_when_it_lapses(
    place: world.Place, crowd: list[Listing]
) -> None:
    """In summer that is an hour before midnight in UTC."""
    (listing,) = many(place, 1, due_on=TODAY - dt.timedelta(days=27))
    for minute, stage in ((59, Stage.PUBLISHED), (60, Stage.UNPUBLISHED)):
        instant = dt.datetime(2026, 6, 1, 22, tzinfo=dt.UTC)
        with clock.at(instant + dt.timedelta(minutes=minute)):
            periodic.run_job("freshen", periodic.freshen)
        assert world.fresh(listing).stage == stage


def test_running_again_does_nothing(place: world.Place, crowd: list[Listing]) -> None:
    many(place, 1, due_on=TODAY - dt.timedelta(days=40))
    run()
    before = AuditEvent.objects.count()

    again = run()

    assert (again.done, AuditEvent.objects.count()) == (0, before)


def test_the_policys_days_count(place: world.Place, crowd: list[Listing]) -> None:
    (listing,) = many(place, 1, due_on=TODAY - dt.timedelta(days=10))
    run()
    assert stages(listing) == [Stage.PUBLISHED]

    places.save_policy(
        by=place.lead, place=place.partnership,
        values={"overdue_days": 5, "lapsed_days": 10},
    )  # fmt: skip
    run()
    assert stages(listing) == [Stage.UNPUBLISHED]

    places.save_policy(
        by=place.lead, place=place.partnership, values={"lapsed_days": 11}
    )
    run()
    assert stages(listing) == [Stage.PUBLISHED]


@pytest.mark.parametrize("instead", [WhenLapsed.RANK_LAST, WhenLapsed.WARN])
def test_a_policy_may_keep_what_lapsed(
    place: world.Place, crowd: list[Listing], instead: str
) -> None:
    (listing,) = many(place, 1, due_on=TODAY - dt.timedelta(days=40))
    places.save_policy(
        by=place.lead, place=place.partnership, values={"when_lapsed": instead}
    )
    run()
    assert stages(listing) == [Stage.PUBLISHED]

    places.save_policy(
        by=place.lead, place=place.partnership, values={"when_lapsed": WhenLapsed.HIDE}
    )
    run()
    assert stages(listing) == [Stage.UNPUBLISHED]

    places.save_policy(
        by=place.lead, place=place.partnership, values={"when_lapsed": instead}
    )
    run()
    assert stages(listing) == [Stage.PUBLISHED]


# --- what no machine hides ------------------------------------------------------------


def test_a_critical_service_is_hidden_by_a_person_only(
    place: world.Place, crowd: list[Listing]
) -> None:
    (listing,) = many(place, 1, due_on=TODAY - dt.timedelta(days=40))
    places.set_critical(
        by=place.lead, listing_id=listing.pk, critical=True, reason="Statutory."
    )
    run()
    assert stages(listing) == [Stage.PUBLISHED]

    with at(TODAY):
        places.hide_lapsed(
            by=place.lead, listing_id=listing.pk, reason="They have gone."
        )

    gone = world.fresh(listing)
    assert (gone.stage, gone.hidden_words) == (Stage.UNPUBLISHED, "They have gone.")


def test_a_person_hides_only_what_has_lapsed(place: world.Place) -> None:
    (listing,) = many(place, 1, due_on=TODAY - dt.timedelta(days=27))

    with at(TODAY), pytest.raises(InvalidState):
        places.hide_lapsed(by=place.lead, listing_id=listing.pk, reason="Old.")

    assert stages(listing) == [Stage.PUBLISHED]


def test_the_only_one_of_its_kind_in_an_area_stays(
    place: world.Place, crowd: list[Listing]
) -> None:
    choir, swimming = world.term("Choirs"), world.term("Swimming")
    lapsed = {"due_on": TODAY - dt.timedelta(days=40)}
    only, gone, elsewhere, both = (
        *many(place, 1, term_ids=[choir.pk], area="BA12", **lapsed),
        *many(place, 1, term_ids=[swimming.pk], area="BA12", **lapsed),
        *many(place, 1, term_ids=[choir.pk], area="SP1", **lapsed),
        *many(place, 1, term_ids=[choir.pk, swimming.pk], area="SP2", **lapsed),
    )
    many(place, 25, term_ids=[swimming.pk], area="BA12", due_on=LONG)

    run()

    assert stages(only, gone, elsewhere, both) == [
        Stage.PUBLISHED, Stage.UNPUBLISHED, Stage.PUBLISHED, Stage.PUBLISHED,
    ]  # fmt: skip


def test_when_all_of_a_kind_lapse_the_one_checked_last_stays(
    place: world.Place, crowd: list[Listing]
) -> None:
    choir = world.term("Choirs")
    kind: dict[str, Any] = {"term_ids": [choir.pk], "area": "BA12"}
    older, newer = (
        *many(place, 1, due_on=TODAY - dt.timedelta(days=60), **kind),
        *many(place, 1, due_on=TODAY - dt.timedelta(days=50), **kind),
    )

    run()
    run()

    assert stages(older, newer) == [Stage.UNPUBLISHED, Stage.PUBLISHED]


def test_what_carries_the_old_term_and_the_new_are_of_one_kind(
    place: world.Place, crowd: list[Listing]
) -> None:
    new, old = world.term("Lunch clubs"), world.term("Dinner clubs")
    old.retired_on, old.replaced_by = TODAY, new
    old.save()
    fresh = many(place, 1, due_on=LONG, term_ids=[new.pk], area="BA12")
    (late,) = many(place, 1, due_on=TODAY - dt.timedelta(days=40),
                   term_ids=[old.pk], area="BA12")  # fmt: skip

    run()

    assert world.fresh(late).hidden_because == [Hidden.LAPSED]
    assert world.fresh(fresh[0]).stage == Stage.PUBLISHED


def test_a_record_that_was_never_checked_does_not_lapse(
    place: world.Place, crowd: list[Listing]
) -> None:
    (listing,) = many(place, 1)
    Listing.objects.filter(pk=listing.pk).update(due_on=None, assured_on=None)

    run()

    assert stages(listing) == [Stage.PUBLISHED]


# --- coming back ----------------------------------------------------------------------


def test_a_check_brings_it_back_at_once(place: world.Place) -> None:
    listing = world.published(place)
    late = clock.now() + dt.timedelta(days=200)
    many(place, 60, due_on=late.date() + dt.timedelta(days=90))
    with clock.at(late):
        periodic.run_job("freshen", periodic.freshen)
        assert stages(listing) == [Stage.UNPUBLISHED]
        announced = OutboxEvent.objects.filter(record_id=listing.record_id).count()

        world.check(place, listing)

    back = world.fresh(listing)
    assert (back.stage, back.hidden_because, back.hidden_words) == (
        Stage.PUBLISHED, [], "",
    )  # fmt: skip
    assert OutboxEvent.objects.filter(record_id=listing.record_id).count() > announced
    last = AuditEvent.objects.filter(object_id=listing.pk).order_by("pk").last()
    assert last is not None
    assert (last.verb, last.reason) == (
        "listing_published", f"checked on {clock.london_day(late):%-d %B %Y}",
    )  # fmt: skip


def test_a_check_lifts_lapsed_alone(place: world.Place) -> None:
    listing = world.published(place)
    late = clock.now() + dt.timedelta(days=200)
    with clock.at(late):
        places.hide_lapsed(by=place.lead, listing_id=listing.pk, reason="Old.")
        listings.hide_listing(
            by=place.assurer, listing_id=listing.pk, because=Hidden.CLOSED,
            reason="Shut.",
        )  # fmt: skip
        world.check(place, listing)

    left = world.fresh(listing)
    assert (left.stage, left.hidden_because) == (Stage.UNPUBLISHED, [Hidden.CLOSED])
    assert left.assured_on == late.astimezone(clock.LONDON).date()


def test_a_check_stands_though_the_gate_stops_it(place: world.Place) -> None:
    listing = world.published(place)
    late = clock.now() + dt.timedelta(days=200)
    with clock.at(late):
        places.hide_lapsed(by=place.lead, listing_id=listing.pk, reason="Old.")
        with mock.patch(
            "workflow.actions.public.check_gate", side_effect=InvalidInput("No.")
        ):
            world.check(place, listing)
            assert stages(listing) == [Stage.UNPUBLISHED]
            periodic.run_job("freshen", periodic.freshen)
            assert stages(listing) == [Stage.UNPUBLISHED]
        periodic.run_job("freshen", periodic.freshen)

    assert stages(listing) == [Stage.PUBLISHED]


# --- one bad row, a killed worker -----------------------------------------------------


def poison(listing: Listing) -> None:
    """From now on the database refuses any change of this row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE division_by_zero; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER poisoned BEFORE UPDATE ON workflow_listing FOR EACH ROW "
            f"WHEN (OLD.id = '{listing.pk}') EXECUTE FUNCTION refuse()"
        )


def cure() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER poisoned ON workflow_listing")


def test_one_bad_row_never_stops_the_rest(
    place: world.Place, crowd: list[Listing]
) -> None:
    many(place, 100, due_on=LONG)
    made = many(place, 7, due_on=TODAY - dt.timedelta(days=40))
    poison(made[4])

    job = run()

    assert stages(*made) == [
        Stage.PUBLISHED if each == made[4] else Stage.UNPUBLISHED for each in made
    ]
    assert (job.done, job.failed, job.error) == (6, 1, "DataError")
    assert AuditEvent.objects.filter(verb="listing_hidden").count() == 6
    cure()
    assert run().done == 1
    assert stages(made[4]) == [Stage.UNPUBLISHED]


def test_one_bad_row_never_stops_the_rest_from_coming_back(
    place: world.Place, crowd: list[Listing]
) -> None:
    made = [world.published(place, name=f"Group {n}") for n in range(5)]
    Listing.objects.filter(pk__in=[x.pk for x in made]).update(
        stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED]
    )
    poison(made[1])

    job = periodic.run_job("freshen", periodic.freshen)

    assert stages(*made) == [
        Stage.UNPUBLISHED if each == made[1] else Stage.PUBLISHED for each in made
    ]
    assert (job.done, job.failed, job.error) == (4, 1, "DataError")


def test_one_bad_place_never_stops_the_rest(place: world.Place) -> None:
    many(place, 2, due_on=TODAY - dt.timedelta(days=40))
    other = world.make_place("Otherham")
    made = many(other, 1, due_on=TODAY - dt.timedelta(days=40))
    many(other, 60, due_on=LONG)

    with (
        mock.patch.object(periodic, "_ask_the_lead", side_effect=ValueError),
        pytest.raises(periodic.PlacesFailed),
    ):
        run()

    assert stages(*made) == [Stage.UNPUBLISHED]
    job = JobRun.objects.latest("pk")
    assert (job.done, job.failed, job.places_failed) == (1, 0, 1)
    assert jobs.broke_off(job)


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    place: world.Place, crowd: list[Listing], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was done is committed pass by pass; the next run does the rest."""
    monkeypatch.setattr(passes, "A_PASS", 1)
    made = many(place, 3, due_on=TODAY - dt.timedelta(days=40))
    take, calls = public.take_many_from_public, []

    def die(listings: list[Listing], *args: Any, **more: Any) -> int:
        calls.append(listings)
        done = take(listings, *args, **more)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return done

    with (
        mock.patch.object(periodic, "take_many_from_public", die),
        pytest.raises(KeyboardInterrupt),
    ):
        run()
    assert sorted(stages(*made)) == [
        Stage.PUBLISHED, Stage.PUBLISHED, Stage.UNPUBLISHED,
    ]  # fmt: skip

    run()

    assert set(stages(*made)) == {Stage.UNPUBLISHED}
    events = AuditEvent.objects.filter(verb="listing_hidden")
    assert sorted(events.values_list("object_id", flat=True)) == sorted(
        x.pk for x in made
    )


def test_a_run_that_fails_is_kept_with_its_fault(db: None) -> None:
    def fail(run: JobRun) -> None:
        raise LookupError("secret words")

    with pytest.raises(LookupError):
        periodic.run_job("freshen", fail)

    job = JobRun.objects.get()
    assert (job.error, job.finished_at is not None) == ("LookupError", True)


# --- whose policy ---------------------------------------------------------------------


def test_trust_does_not_keep_a_record_from_lapsing(
    place: world.Place, crowd: list[Listing]
) -> None:
    listing = world.published(place)
    world.trust(place, listing)
    Listing.objects.filter(pk=listing.pk).update(
        assured_on=TODAY - dt.timedelta(days=140),
        due_on=freshness.due_on(TODAY - dt.timedelta(days=140), 3),
    )

    run()

    assert stages(listing) == [Stage.UNPUBLISHED]

"""What the database keeps counted is what one would count, whatever happened."""

import datetime as dt
import random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from common import clock
from directory.choices import Visibility
from tests import world
from tests.workflow import town
from tests.workflow.test_leading_figures import made_up
from tests.workflow.threads import while_holding
from workflow import figures, listing_counts
from workflow.actions import checking
from workflow.choices import Hidden, Method, Stage
from workflow.models import Listing, ListingCount, Record

pytestmark = pytest.mark.django_db


def conditions(place: world.Place) -> dict[str, Q]:
    """Those of all figures that ask for nothing but what is counted by."""
    today = clock.today()
    every = {f.slug: f.where(place.policy, today) for f in figures.FIGURES if f.where}
    return {slug: q for slug, q in every.items() if listing_counts.answers(q)}


def both(place: world.Place) -> tuple[dict[str, int], dict[str, int]]:
    """Every figure as it is kept, and as the listings say."""
    asked = conditions(place)
    kept = listing_counts.counted(place.policy, asked)
    looked = figures.listings(place.policy).aggregate(
        **{slug: Count("pk", filter=q) for slug, q in asked.items()}
    )
    return kept, looked


def agree(place: world.Place) -> None:
    kept, looked = both(place)
    assert kept == looked


def test_kept_counts_follow_everything_that_is_written() -> None:
    place, dice = world.make_place(), random.Random(4)
    made = made_up(place, dice, 120)
    agree(place)
    assert both(place)[0]["published"] > 0

    public = Listing.objects.filter(stage=Stage.PUBLISHED)
    public.update(due_on=clock.today() - dt.timedelta(days=200))
    agree(place)
    half = [one.pk for one in made[::2]]
    Listing.objects.filter(pk__in=half).update(
        stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED, Hidden.WITHDRAWN],
        remit=None, critical=True,
    )  # fmt: skip
    agree(place)
    Listing.objects.filter(pk__in=half[:9]).delete()
    agree(place)


def test_what_is_taken_back_was_never_counted() -> None:
    place = world.make_place()
    town.many(place, 3)
    before = both(place)[0]
    with transaction.atomic():
        town.many(place, 5)
        Listing.objects.update(due_on=None)
        transaction.set_rollback(True)
    assert both(place)[0] == before
    agree(place)


def test_actions_and_other_places_are_counted_apart() -> None:
    place, other = world.make_place(), world.make_place("Otherham")
    listing = world.published(place)
    world.published(other)
    with clock.at(clock.now() + dt.timedelta(days=200)):
        agree(place)
        assert both(place)[0]["behind"] == 1
        checking.check_listing(
            by=place.assurer, listing_id=listing.pk, method=Method.CALL
        )
        agree(place)
        assert both(place)[0]["behind"] == 0
        assert both(other)[0]["behind"] == 1


def test_a_listing_is_open_as_its_record_is_whoever_saves_it() -> None:
    place = world.make_place()
    listing = world.published(place)
    assert Listing.objects.get().open_to_all is True

    Record.objects.filter(pk=listing.record_id).update(visibility=Visibility.PARTNERS)
    assert Listing.objects.get().open_to_all is False
    listing.save()  # read when it was open
    assert Listing.objects.get().open_to_all is False
    agree(place)
    assert both(place)[0]["partners-only"] == 1
    closed = Record.objects.filter(
        pk=OuterRef("record_id"), visibility=Visibility.PARTNERS
    )
    assert not Listing.objects.filter(~Exists(closed), open_to_all=False).exists()


def test_folding_keeps_the_sums_and_rebuilding_mends_them() -> None:
    place = world.make_place()
    for number in range(3):
        town.many(place, 2, due_on=clock.today() + dt.timedelta(days=number))
    before = both(place)[0]
    assert listing_counts.fold() is False
    standing = ListingCount.objects.values("partnership_id").first()
    wrong: dict[str, Any] = {
        "stage": Stage.PUBLISHED, "open_to_all": True, "critical": False,
        "hidden_because": [], "tied_remit_ids": [],
    }  # fmt: skip
    assert standing
    ListingCount.objects.bulk_create(
        ListingCount(**standing, **wrong, number=n)
        for n in [1, -1] * listing_counts.MANY
    )
    assert listing_counts.fold() is True
    assert both(place)[0] == before
    assert ListingCount.objects.count() == 3

    ListingCount.objects.update(number=7)
    call_command("rebuild_counts", stdout=None)
    assert both(place)[0] == before


@pytest.mark.django_db(transaction=True)
def test_who_counts_at_the_same_time_does_not_wait() -> None:
    place = world.make_place()
    while_holding(lambda: town.many(place, 2), lambda: town.many(place, 3))
    agree(place)
    assert both(place)[0]["published"] == 5

"""Every field can say who told it: to those who keep the record, and to nobody else."""

import datetime as dt

import pytest

from common import clock
from publishing.actions import consume_outbox
from publishing.models import PublishedService
from tests import world
from tests.workflow.deciding import page, text
from tests.workflow.town import Town, make_town
from workflow import queries
from workflow.actions.checking import correct_and_check
from workflow.actions.choosing import Informant
from workflow.choices import Method

pytestmark = pytest.mark.django_db

WHO = "Zq Treasurer, runs the tea table"


@pytest.fixture
def town() -> Town:
    town = make_town(world.make_place())
    on = clock.today() - dt.timedelta(days=2)
    record = town.listing.record
    correct_and_check(
        by=town.place.assurer, listing_id=town.listing.pk,
        edits={str(record.pk): {"fees": "£3"}},
        method=Method.CALL,
        informant=Informant(WHO, Method.CALL, on),
    )  # fmt: skip
    return town


def words() -> str:
    day = clock.today() - dt.timedelta(days=2)
    return f"Told by {WHO} on {day:%-d %B %Y}: phone call."


def test_life_of_a_field_names_who_told_it(town: Town) -> None:
    record = world.fresh(town.listing).record

    newest, first = queries.path_history(record, "fees")

    assert newest.told is not None
    assert (newest.value, newest.told.words) == ("£3", words())
    assert (first.value, first.told) == ("Free", None)
    assert [e.told for e in queries.path_history(record, "alert")] == [None]


def test_history_names_them_to_those_who_keep_it(town: Town) -> None:
    editor = world.make_editor(town.listing)
    keepers = (town.place.assurer, town.place.second_assurer, editor)

    said = [text(page(who, "history", town.listing.pk)) for who in keepers]

    assert [words() in one for one in said] == [True, True, True]


def test_nobody_else_is_told(town: Town) -> None:
    consume_outbox()
    readers = (town.place.reader, town.place.contributor, town.place.lead)

    said = [
        text(page(who, name, town.listing.pk))
        for who in readers
        for name in ("record", "history", "preview")
    ]
    said += [bytes(row.full).decode() for row in PublishedService.objects.all()]

    assert [one for one in said if "Zq Treasurer" in one] == []

"""A figure divided: every part counts exactly the records that its list shows."""

import csv
import datetime as dt
import io
import random
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from accounts.roles import Role
from common import clock
from directory.choices import Kind, Visibility
from directory.models import Location
from tests import world
from tests.workflow.deciding import edit, page, query_count, report, signed_in
from tests.workflow.leading import listing
from tests.workflow.pages import text
from tests.workflow.test_areas import EAST, WEST, at, feature, load
from workflow import divided, figures, splits
from workflow.choices import Stage
from workflow.models import Area, Listing, Record, Remit, Revision
from workflow.views import leading_figures
from workflow.views.leading_rows import UNNAMED

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(settings: Any) -> world.Place:
    made = world.make_place()
    settings.DEFAULT_PLACE = made.partnership.slug
    return made


def test_replaced_kind_counts_once_with_what_replaced_it(place: world.Place) -> None:
    now = world.term("Crafts")
    between = world.term("Making", retired_on=clock.today(), replaced_by=now)
    old = world.term("Handiwork", retired_on=clock.today(), replaced_by=between)
    for keys in ([old.pk], [between.pk, now.pk], [now.pk]):
        one = world.published(place)
        Listing.objects.filter(pk=one.pk).update(term_ids=keys)
    found = Listing.objects.all()
    split = splits.BY_SLUG["type"]
    told = divided.parts(split, found, place.lead, place.partnership)
    listed = splits.narrow(split, found, str(now.pk), place.lead, place.partnership)

    assert [(part.name, part.number) for part in told] == [("Crafts", 3)]
    assert listed.count() == 3


def test_parts_are_the_largest_first(place: world.Place) -> None:
    for area in ("WX1", "WX2", "WX2", ""):
        listing(place, stage=Stage.PUBLISHED, area=area)

    answer = page(place.lead, "figure", "published", by="area")

    assert [[cell["text"] for cell in row] for row in answer.context["parts"]] == [
        ["WX2", "2"], ["WX1", "1"], ["No address", "1"],
    ]  # fmt: skip


def test_part_shows_its_own_records_and_no_others(place: world.Place) -> None:
    one = listing(place, stage=Stage.PUBLISHED, area="WX1")
    listing(place, stage=Stage.PUBLISHED, area="WX2")

    answer = page(place.lead, "figure", "published", by="area", of="WX1")

    assert [row[0]["text"] for row in answer.context["rows"]] == [one.title]
    assert "1 record, as at" in text(answer)


@pytest.mark.parametrize("query", [
    {"by": "horoscope"}, {"by": "remit", "of": "nonsense"},
    {"by": "remit", "of": str(uuid.UUID(int=1))}, {"by": "area", "of": "\x00"},
])  # fmt: skip
def test_part_that_there_is_not_is_not_found(
    place: world.Place, query: dict[str, str]
) -> None:
    assert page(place.lead, "figure", "published", **query).status_code == 404


# --- wards ----------------------------------------------------------------------------


@pytest.fixture
def mapped(place: world.Place, tmp_path: Path) -> world.Place:
    """A place with two wards on its map."""
    load(place, tmp_path, feature("West", "W1", WEST), feature("East", "W2", EAST))
    return place


def test_wards_are_offered_where_there_is_a_map(
    place: world.Place, tmp_path: Path
) -> None:
    before = [split.slug for split in splits.offered(place.partnership, Listing)]
    load(place, tmp_path, feature("West", "W1", WEST))

    after = [split.slug for split in splits.offered(place.partnership, Listing)]
    assert (before[-1], after[-1]) == ("area", "ward")
    assert len(before) == len(after) == 6


def test_ward_counts_and_lists_what_has_a_place_in_it(mapped: world.Place) -> None:
    one, two, far = at(-2.19, 51.1), at(-2.05, 51.1), at(0.1, 51.1)
    both = listing(mapped, stage=Stage.PUBLISHED, location_ids=[one.pk, two.pk, far.pk])
    west = listing(mapped, stage=Stage.PUBLISHED, location_ids=[one.pk, one.pk])
    listing(mapped, stage=Stage.PUBLISHED, location_ids=[far.pk])

    answer = page(mapped.lead, "figure", "published", by="ward")

    rows = answer.context["parts"]
    assert [[cell["text"] for cell in row] for row in rows] == [
        ["West", "2"], ["East", "1"], ["In no ward of the map", "1"],
    ]  # fmt: skip
    key = str(Area.objects.get(name="West").pk)
    shown = page(mapped.lead, "figure", "published", by="ward", of=key)
    assert sorted(row[0]["text"] for row in shown.context["rows"]) == sorted(
        [both.title, west.title]
    )


def test_wards_of_every_figure_are_those_of_its_records(mapped: world.Place) -> None:
    """One by one, from where each place lies: the sum of the parts may be more than
    the figure, for a service may be in two."""
    wards = {at(-2.19, 51.1).pk: "West", at(-2.05, 51.1).pk: "East"}
    keys = [*wards, at(0.1, 51.1).pk]
    dice = random.Random(5)
    made = [
        listing(mapped, stage=Stage.PUBLISHED, location_ids=dice.choices(keys, k=n))
        for n in (0, 1, 1, 2, 2, 3, 4)
    ]
    expected: Counter[str] = Counter()
    for one in made:
        found = {wards[key] for key in one.location_ids if key in wards}
        expected.update(found or {"In no ward of the map"})

    split = splits.BY_SLUG["ward"]
    every = figures.members(figures.BY_SLUG["published"], mapped.policy, clock.now())
    parts = divided.parts(split, every, mapped.lead, mapped.partnership)

    assert {part.name: part.number for part in parts} == dict(expected)


def test_only_the_largest_of_many_parts_are_listed(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading_figures, "PARTS_LISTED", 2)
    for area, number in (("WX1", 3), ("WX2", 1), ("WX3", 2)):
        for _ in range(number):
            listing(place, stage=Stage.PUBLISHED, area=area)

    context = page(place.lead, "figure", "published", by="area").context

    assert [[cell["text"] for cell in row] for row in context["parts"]] == [
        ["WX1", "3"], ["WX3", "2"],
    ]  # fmt: skip
    assert context["parts_left_out"] == 1


def test_only_the_largest_of_many_providers_are_listed(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading_figures, "PARTS_LISTED", 2)
    for name, number in (("Choir", 1), ("Friends", 3), ("Guild", 2), ("Hall", 1)):
        keeper = Record.objects.create(
            kind=Kind.ORGANIZATION, home=place.partnership, label=name
        )
        for _ in range(number):
            listing(place, stage=Stage.PUBLISHED, organization_id=keeper.pk)
    listing(place, stage=Stage.PUBLISHED)

    context = page(place.lead, "figure", "published", by="provider").context

    assert [[cell["text"] for cell in row] for row in context["parts"]] == [
        ["Friends", "3"], ["Guild", "2"],
    ]  # fmt: skip
    assert context["parts_left_out"] == 3


# --- people ---------------------------------------------------------------------------


def test_lead_without_a_team_sees_no_names(place: world.Place) -> None:
    world.published(place)

    answer = page(place.lead, "figure", "checks", by="assurer")

    assert [[c["text"] for c in row] for row in answer.context["parts"]] == [
        ["People of other bodies", "1"]
    ]


def test_own_team_is_named_in_the_order_of_the_alphabet(place: world.Place) -> None:
    world.give(place.lead, Role.READER, place.council)
    zoe = world.give(world.person("Zoe"), Role.ASSURER, place.council)
    abe = world.give(world.person("Abe"), Role.ASSURER, place.council)
    far = world.give(world.person("Far"), Role.ASSURER, place.health)
    Remit.objects.filter(pk=place.remit.pk).update(partner=place.council)
    one = world.published(place)
    world.check(place, one, by=abe)
    for days in (2, 1):
        with clock.at(clock.now() - dt.timedelta(days=days)):
            world.check(place, one, by=zoe)
    Remit.objects.filter(pk=place.remit.pk).update(partner=place.health)
    world.check(place, one, by=far)

    answer = page(place.lead, "figure", "checks", by="assurer")

    rows = [[c["text"] for c in row] for row in answer.context["parts"]]
    assert rows == [
        ["Abe", "1"], [place.assurer.name, "1"], ["Zoe", "2"],
        ["People of other bodies", "1"],
    ]  # fmt: skip
    hidden = page(place.lead, "figure", "checks", by="assurer", of=str(far.pk))
    assert hidden.status_code == 404


# --- what not everybody is told of ----------------------------------------------------


def test_where_a_secret_place_lies_is_not_found_by_dividing(place: world.Place) -> None:
    made = world.published(place)
    Listing.objects.filter(pk=made.pk).update(area="WX9")
    hall = Record.objects.get(pk=made.location_ids[0])
    assert hall.revision is not None
    hidden = Revision.objects.create(
        record=hall, number=2, payload=hall.revision.payload | {"sensitive": True},
        method="call", made_by_label="Asha",
    )  # fmt: skip
    Record.objects.filter(pk=hall.pk).update(revision=hidden)
    Location.objects.filter(pk=hall.pk).update(sensitive=True)

    answer = page(place.lead, "figure", "published", by="area")

    assert [row[0]["text"] for row in answer.context["parts"]] == [splits.UNTOLD]
    guessed = page(place.lead, "figure", "published", by="area", of="WX9")
    assert guessed.context["rows"] == []
    assert "WX9" not in text(answer)


def test_organization_for_fewer_people_has_no_name(place: world.Place) -> None:
    made = world.published(place)
    Record.objects.filter(pk=str(made.organization_id)).update(
        visibility=Visibility.INTERNAL, label="Hidden House"
    )

    answer = page(place.lead, "figure", "published", by="provider")

    assert "Hidden House" not in text(answer)


# --- the download ---------------------------------------------------------------------


def downloaded(place: world.Place, slug: str, **query: str) -> list[list[str]]:
    url = reverse("workflow:figure-records", args=[slug])
    answer: Any = signed_in(place.lead).get(url, query)
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body, newline="")))


def test_download_holds_exactly_the_records(place: world.Place) -> None:
    for area in ("WX1", "WX1", "WX2"):
        listing(place, stage=Stage.PUBLISHED, area=area)

    every, part = (
        downloaded(place, "published"),
        downloaded(place, "published", by="area", of="WX1"),
    )

    assert every[0] == [
        "Service", "Run by", "Area of work", "How it stands", "Checked", "Due",
    ]  # fmt: skip
    assert (len(every) - 1, len(part) - 1) == (3, 2)
    assert every[1][3:] == ["Not yet checked", "Never", "Not yet"]


def test_download_carries_nothing_out_and_names_nothing_unreadable(
    place: world.Place,
) -> None:
    one = listing(place, stage=Stage.ASSURED)
    two = listing(place, stage=Stage.ASSURED, visibility=Visibility.INTERNAL)
    Listing.objects.filter(pk=one.pk).update(title="=HYPERLINK(1)")

    names = [row[0] for row in downloaded(place, "to-publish")[1:]]

    assert sorted(names) == ["'=HYPERLINK(1)", UNNAMED]
    assert two.title not in names


@pytest.mark.parametrize("slug", ["waiting", "checks"])
def test_download_of_other_things_than_records(place: world.Place, slug: str) -> None:
    made = world.published(place)
    edit(place, made, fees="Free")
    report(place, made)

    rows = downloaded(place, slug)

    found = figures.members(figures.BY_SLUG[slug], place.policy, clock.now())
    assert len(rows) - 1 == found.count()


def test_download_is_for_the_lead_alone(place: world.Place) -> None:
    url = reverse("workflow:figure-records", args=["published"])

    for other in (place.assurer, place.publisher, place.reader):
        assert signed_in(other).get(url).status_code == 403


# --- cost -----------------------------------------------------------------------------


DIVIDED = [
    ("received" if split is splits.FROM else
     "checks" if split is splits.PEOPLE else "published", split)
    for split in splits.SPLITS
]  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "split"), DIVIDED, ids=[split.slug for _, split in DIVIDED]
)
def test_dividing_costs_the_same_with_one_and_three(
    place: world.Place, slug: str, split: splits.Split
) -> None:
    address = reverse("workflow:figure", args=[slug]) + f"?by={split.slug}"
    term = world.term()

    def add(area: str) -> None:
        made = world.published(place, name=area)
        edit(place, made, fees="Free")
        Listing.objects.filter(pk=made.pk).update(area=area, term_ids=[term.pk])

    add("WX1")
    one = query_count(place.lead, address)
    add("WX2")
    add("WX3")

    assert query_count(place.lead, address) == one


@pytest.mark.parametrize(
    ("slug", "split"), [("published", splits.FROM), ("asked", splits.PEOPLE)]
)
def test_nothing_is_divided_by_what_it_does_not_have(
    place: world.Place, slug: str, split: splits.Split
) -> None:
    for name in ("figure", "figure-records"):
        url = reverse(f"workflow:{name}", args=[slug])
        answer = signed_in(place.lead).get(url, {"by": split.slug})
        assert answer.status_code == 404


def test_no_part_of_another_place_is_named(place: world.Place) -> None:
    elsewhere = world.make_place("Elsewhere")
    theirs = world.published(elsewhere)
    keys = {
        "remit": elsewhere.remit.pk, "partner": elsewhere.council.pk,
        "provider": theirs.organization_id,
    }  # fmt: skip
    for lead, answers in ((place.lead, 404), (elsewhere.lead, 200)):
        for slug, key in keys.items():
            url = reverse("workflow:figure", args=["published"])
            shown = signed_in(lead).get(url, {"by": slug, "of": str(key)})
            assert (slug, shown.status_code) == (slug, answers)

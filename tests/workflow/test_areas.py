"""The wards of a place: read from a file, put on the map, asked for."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from directory.models import Location
from tests import world
from tests.workflow.leading import listing, signed_in
from tests.workflow.pages import text
from workflow import areas
from workflow.choices import Stage
from workflow.importing.outlines import CannotRead, read_areas
from workflow.models import Area, AreaOutline, LocationArea
from workflow.views import leading_areas

pytestmark = pytest.mark.django_db

WEST = [[-2.2, 51.0], [-2.1, 51.0], [-2.1, 51.2], [-2.2, 51.2], [-2.2, 51.0]]
EAST = [[-2.1, 51.0], [-2.0, 51.0], [-2.0, 51.2], [-2.1, 51.2], [-2.1, 51.0]]
TOWN = [[-2.16, 51.08], [-2.14, 51.08], [-2.14, 51.1], [-2.16, 51.1], [-2.16, 51.08]]


def feature(name: str, code: str, *corners: Any, **more: Any) -> dict[str, Any]:
    """A feature whose geometry has one piece for each ring of corners."""
    return {
        "type": "Feature",
        "properties": {"name": name, "code": code, "kind": "ward", **more},
        "geometry": {"type": "MultiPolygon", "coordinates": [[c] for c in corners]},
    }


def collection(*features: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def read(*features: Any) -> list[Any]:
    return read_areas(collection(*features))


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def load(place: world.Place, folder: Path, *features: Any, **options: Any) -> None:
    file = folder / "wards.geojson"
    file.write_text(collection(*features))
    call_command(
        "load_areas", str(file), place=place.partnership.slug, verbosity=0, **options
    )


def at(longitude: float | None, latitude: float | None, **more: Any) -> Location:
    return Location.objects.create(
        name="Hall", longitude=longitude, latitude=latitude, **more
    )


def ward_of(place: world.Place, location: Location) -> str | None:
    found = areas.areas_of_locations([location.pk], place.partnership)
    return found[location.pk].name if location.pk in found else None


# --- reading --------------------------------------------------------------------------


def test_plain_properties_are_read() -> None:
    assert [(a.name, a.kind, a.code, len(a.outlines)) for a in read(
        feature("West", "W1", WEST), feature("Isles", "W2", EAST, TOWN)
    )] == [("West", "ward", "W1", 1), ("Isles", "ward", "W2", 2)]  # fmt: skip


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [("WD24", "ward"), ("PARNCP23", "parish"), ("PAR22", "parish"),
     ("LAD24", "district")],
)  # fmt: skip
def test_properties_of_the_ons_are_read(prefix: str, kind: str) -> None:
    given = feature("", "", WEST)
    given["properties"] = {f"{prefix}NM": "West", f"{prefix}CD": "E05000001", "FID": 1}

    (area,) = read(given)

    assert (area.name, area.kind, area.code) == ("West", kind, "E05000001")


def turned(corners: list[list[float]]) -> list[list[float]]:
    return [[y, x] for x, y in corners]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (feature("", "W1", WEST),
         "It has no name. Call the property “name” or, say, “WD24NM”."),
        (feature("West", "", WEST),
         "West has no code. Call the property “code” or “WD24CD”."),
        (feature("West", "W1", WEST, kind="shire"),
         ("What kind of area is West? Say so in a property “kind” (ward, parish, "
          "district), or for the whole file with --kind.")),
        (feature("West", "W1"),
         "West has no outline: a Polygon or MultiPolygon."),
        (feature("West", "W1", WEST[:2]), "The outline of West is broken."),
        (feature("West", "W1", [[0, "x"]] * 5), "The outline of West is broken."),
        (feature("West", "W1", turned(WEST)),
         "West has latitude before longitude. GeoJSON has it the other way round."),
        (feature("West", "W1", [[10 + x, y] for x, y in WEST]),
         "West does not lie in Great Britain."),
        (feature("West", "W1", [[390000, 170000]] * 5),
         ("West is in metres of the National Grid. Export it in degrees (WGS 84, "
          "EPSG:4326).")),
        ("West", "It has no name. Call the property “name” or, say, “WD24NM”."),
    ],
)  # fmt: skip
def test_mistake_of_a_feature_is_named(given: Any, sentence: str) -> None:
    with pytest.raises(CannotRead) as refusal:
        read(feature("East", "W0", EAST), given)

    assert refusal.value.sentences == [f"Feature 2: {sentence}"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ward;code", "It is not JSON, so it cannot be GeoJSON."),
        ("[]", "It is no FeatureCollection: export the layer as GeoJSON."),
        ('{"type": "Feature", "features": []}',
         "It is no FeatureCollection: export the layer as GeoJSON."),
        (collection(), "There are no features in it."),
    ],
)  # fmt: skip
def test_mistake_of_a_file_is_named(text: str, sentence: str) -> None:
    with pytest.raises(CannotRead) as refusal:
        read_areas(text)

    assert refusal.value.sentences == [sentence]


@pytest.mark.parametrize("geometry", ["x", 7, [1], {}, {"coordinates": "NaN"}])
def test_outline_that_is_none_is_said(geometry: Any) -> None:
    with pytest.raises(CannotRead) as refusal:
        read({**feature("Brook", "B1"), "geometry": geometry})

    assert len(refusal.value.sentences) == 1


def test_what_is_not_seen_is_left_out_of_names() -> None:
    (area,) = read(feature("\u202eBro\x00ok\u2066", "\x00B1", WEST))

    assert (area.name, area.code) == ("Brook", "B1")


def test_code_that_comes_twice_is_named() -> None:
    with pytest.raises(CannotRead) as refusal:
        read(feature("West", "W1", WEST), feature("East", "W1", EAST))

    assert refusal.value.sentences == [
        "Feature 2: East has the code W1, which feature 1 has already."
    ]


def test_many_mistakes_are_not_all_named() -> None:
    with pytest.raises(CannotRead) as refusal:
        read(*[feature("", "", WEST)] * 20)

    assert refusal.value.sentences[12:] == ["And 8 more."]


# --- loading --------------------------------------------------------------------------


def test_loading_again_puts_right_and_doubles_nothing(
    place: world.Place, tmp_path: Path
) -> None:
    load(
        place, tmp_path, feature("West", "W1", WEST, TOWN), feature("East", "W2", EAST)
    )
    load(place, tmp_path, feature("West Side", "W1", WEST))

    assert list(Area.objects.values_list("name", "code")) == [
        ("East", "W2"), ("West Side", "W1"),
    ]  # fmt: skip
    assert AreaOutline.objects.count() == 2
    (first, second) = AuditEvent.objects.filter(verb="areas_loaded").order_by("id")
    assert first.after == {"new": 2, "changed": 0, "removed": 0}
    assert second.after == {"new": 0, "changed": 1, "removed": 0}


def test_whole_file_removes_others_of_its_kind_only(
    place: world.Place, tmp_path: Path
) -> None:
    other = world.make_place("Otherham")
    load(other, tmp_path, feature("Theirs", "W1", WEST))
    load(place, tmp_path, feature("Old", "W1", WEST), feature("P", "P1", EAST,
         kind="parish"))  # fmt: skip

    load(place, tmp_path, feature("New", "W2", WEST), whole=True)

    assert sorted(Area.objects.values_list("name", flat=True)) == ["New", "P", "Theirs"]


def test_kind_may_be_said_for_the_file(place: world.Place, tmp_path: Path) -> None:
    load(place, tmp_path, feature("P", "P1", WEST, kind=""), kind="parish")

    assert Area.objects.get().kind == "parish"


def test_unusable_file_changes_nothing(place: world.Place, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nothing was changed"):
        load(place, tmp_path, feature("West", "W1", WEST), feature("", "W2", EAST))

    assert Area.objects.count() == 0


def test_unknown_place_and_missing_file_are_said(
    place: world.Place, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="There are: testham"):
        call_command("load_areas", str(tmp_path / "x"), place="Nowhere")
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("load_areas", str(tmp_path / "x"), place="Testham")


# --- asking ---------------------------------------------------------------------------


@pytest.fixture
def wards(place: world.Place, tmp_path: Path) -> world.Place:
    load(place, tmp_path, feature("West", "W1", WEST), feature("East", "W2", EAST),
         feature("Town", "W3", TOWN), feature("All", "D1", WEST, EAST,
         kind="district"))  # fmt: skip
    return place


@pytest.mark.parametrize(
    ("longitude", "latitude", "ward"),
    [
        (-2.19, 51.1, "West"),
        (-2.05, 51.1, "East"),
        (-2.15, 51.09, "Town"),  # in the west too, which is larger
        (-2.1, 51.1, "West"),  # on the border of two of one size: the first code
        (-2.5, 51.1, None),
        (None, None, None),
    ],
)
def test_location_lies_in_the_smallest_ward(
    wards: world.Place, longitude: float, latitude: float, ward: str | None
) -> None:
    found = ward_of(wards, at(longitude, latitude))

    assert found == ward


def test_secret_location_lies_in_no_ward(wards: world.Place) -> None:
    assert ward_of(wards, at(-2.19, 51.1, sensitive=True)) is None


def test_location_lies_in_areas_of_the_asked_place_only(wards: world.Place) -> None:
    assert ward_of(world.make_place("Otherham"), at(-2.19, 51.1)) is None


def test_listing_lies_where_its_places_do(wards: world.Place) -> None:
    one, two, far = at(-2.19, 51.1), at(-2.05, 51.1), at(0.1, 51.1)
    made = listing(wards, stage=Stage.PUBLISHED, location_ids=[one.pk, two.pk, far.pk])
    listing(wards, stage=Stage.PUBLISHED, location_ids=[far.pk])

    found = areas.areas_of_listing(made)

    assert [area.name for area in found] == ["East", "West"]
    assert [list(areas.listings_in_any([area.pk])) for area in found] == [
        [made],
        [made],
    ]


def test_wards_of_many_locations_take_two_queries(wards: world.Place) -> None:
    many = [at(-2.19, 51 + number / 100).pk for number in range(1, 20)]

    with CaptureQueriesContext(connection) as asked:
        found = areas.areas_of_locations(many, wards.partnership)

    assert (len(asked), {area.name for area in found.values()}) == (2, {"West"})


def test_counts_are_of_public_services_and_their_places(wards: world.Place) -> None:
    hall, other = at(-2.19, 51.1).pk, at(-2.18, 51.1).pk
    refuge = at(-2.05, 51.1, sensitive=True).pk
    for ids in ([hall, other], [hall], [refuge]):
        listing(wards, stage=Stage.PUBLISHED, location_ids=ids)
    listing(wards, stage=Stage.SUBMITTED, location_ids=[hall])

    place = wards.partnership
    counts = [
        (one.area.name, one.services, one.places)
        for one in areas.counted(place, areas.numbers(place))
    ]

    assert counts == [("East", 0, 0), ("Town", 0, 0), ("West", 2, 2), ("All", 2, 2)]


# --- the pages ------------------------------------------------------------------------


def test_lead_sees_the_areas_and_what_is_in_one(
    wards: world.Place, settings: Any
) -> None:
    settings.DEFAULT_PLACE = wards.partnership.slug
    made = listing(wards, stage=Stage.PUBLISHED, location_ids=[at(-2.19, 51.1).pk])
    client = signed_in(wards.lead)

    page = client.get("/lead/wards/")
    west = Area.objects.get(name="West")
    inside = client.get(f"/lead/wards/{west.pk}/")

    assert [
        (table["title"], [[cell["text"] for cell in row] for row in table["rows"]])
        for table in page.context["tables"]
    ] == [
        ("Wards", [["East", "0", "0"], ["Town", "0", "0"], ["West", "1", "1"]]),
        ("Districts", [["All", "1", "1"]]),
    ]
    assert list(inside.context["page"].object_list) == [made]


def test_ward_of_a_home_is_told_as_little_as_where_a_figure_is_divided(
    wards: world.Place, settings: Any
) -> None:
    settings.DEFAULT_PLACE = wards.partnership.slug
    where = {"latitude": 51.1, "longitude": -2.19}
    open_to_all = world.published(wards, in_hall=world.hall(**where))
    world.published(wards, name="Acorns", in_hall=world.hall(**where, home=True))
    client = signed_in(wards.lead)

    (table, _) = client.get("/lead/wards/").context["tables"]
    west = Area.objects.get(name="West")
    inside = client.get(f"/lead/wards/{west.pk}/").context["page"]
    divided = client.get("/lead/published/?by=ward").context["parts"]

    assert [cell["text"] for cell in table["rows"][-1]] == ["West", "1", "1"]
    assert list(inside.object_list) == [open_to_all]
    assert [cell["text"] for cell in divided[0]] == ["West", "1"]


def test_areas_are_found_by_name_and_what_is_in_no_ward_has_a_line(
    wards: world.Place, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEFAULT_PLACE = wards.partnership.slug
    monkeypatch.setattr(leading_areas, "FEW", 2)
    listing(wards, stage=Stage.PUBLISHED, location_ids=[at(-2.19, 51.1).pk])
    nowhere = listing(wards, stage=Stage.PUBLISHED, location_ids=[])
    client = signed_in(wards.lead)

    every = client.get("/lead/wards/")
    found = client.get("/lead/wards/?q=wEs")
    none = client.get("/lead/wards/?q=Nowhere")
    in_none = every.context["in_none"]
    there = client.get(in_none["url"].split("#")[0])

    assert [table["title"] for table in found.context["tables"]] == ["Wards"]
    assert [row[0]["text"] for row in found.context["tables"][0]["rows"]] == ["West"]
    assert "1 area with “wEs” in the name" in text(found)
    assert "None is called so" in text(none)
    assert (in_none["number"], "1 public service in no ward" in text(every)) == (
        1, True,
    )  # fmt: skip
    assert list(there.context["page"].object_list) == [nowhere]


def test_areas_of_another_place_are_not_found(
    wards: world.Place, settings: Any
) -> None:
    other = world.make_place("Otherham")
    west = Area.objects.get(name="West")

    assert signed_in(other.lead).get(f"/lead/wards/{west.pk}/").status_code == 404
    assert signed_in(wards.assurer).get("/lead/wards/").status_code == 403


def test_queries_of_the_pages_do_not_grow(wards: world.Place, settings: Any) -> None:
    settings.DEFAULT_PLACE = wards.partnership.slug
    client = signed_in(wards.lead)
    west = Area.objects.get(name="West")

    def asked() -> list[int]:
        counts = []
        for address in ("/lead/wards/", f"/lead/wards/{west.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
        return counts

    listing(wards, stage=Stage.PUBLISHED, location_ids=[at(-2.19, 51.1).pk])
    first = asked()
    for _ in range(3):
        listing(wards, stage=Stage.PUBLISHED, location_ids=[at(-2.19, 51.1).pk])

    assert asked() == first


# --- what is kept of it ---------------------------------------------------------------


def kept() -> set[tuple[Any, str, str]]:
    rows = LocationArea.objects.values_list("location_id", "kind", "area__name")
    return set(rows)


def test_where_a_place_lies_is_kept_as_the_map_and_the_place_change(
    wards: world.Place,
) -> None:
    """After each change the triggers have kept what the map answers when it is asked
    about everything anew."""
    hall, club = at(-2.19, 51.1), at(-2.05, 51.1)
    west, first = Area.objects.get(name="West"), hall.pk

    def move() -> None:
        Location.objects.filter(pk=hall.pk).update(longitude=-2.05)

    def hide() -> None:
        Location.objects.filter(pk=club.pk).update(sensitive=True)

    def show() -> None:
        Location.objects.filter(pk=club.pk).update(sensitive=False, longitude=-2.19)

    def grow() -> None:
        corners = ((-2.3, 51.0), (-2.0, 51.0), (-2.0, 51.2), (-2.3, 51.2))
        AreaOutline.objects.filter(area=west).update(corners=corners)

    def swell() -> None:
        Area.objects.filter(pk=west.pk).update(size=99)

    def rename() -> None:
        Area.objects.filter(pk=west.pk).update(kind="parish")

    def cut() -> None:
        west.delete()

    def close() -> None:
        hall.delete()

    seen = [kept()]
    for change in (move, hide, show, grow, swell, rename, cut, close):
        change()
        seen.append(kept())
        areas.lay_again()
        assert (change.__name__, kept()) == (change.__name__, seen[-1])

    assert all(before != after for before, after in itertools.pairwise(seen) if after)
    assert (first, "ward", "West") in seen[0]
    assert {name for _, _, name in seen[-1]} & {"West"} == set()

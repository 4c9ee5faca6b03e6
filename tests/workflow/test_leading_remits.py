"""The lead's pages of areas of work: seen as a preview first, then confirmed."""

import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from accounts.roles import Role
from directory.models import Organization
from tests import world
from tests.workflow.leading import signed_in
from tests.workflow.pages import filled_in, text
from workflow.actions import listings
from workflow.actions.remits import Parts, create_remit
from workflow.models import Listing, Proposal, Remit
from workflow.views import leading_place

pytestmark = pytest.mark.django_db

SQUARE = [[-1.0, 51.0], [-0.9, 51.0], [-0.9, 51.1], [-1.0, 51.1], [-1.0, 51.0]]
NO_OUTLINE = (
    "This is no outline. Paste or choose a GeoJSON file with a polygon, in longitude "
    "and latitude, of 400 kB at most."
)


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


def named(listing: Listing) -> str:
    return str(Organization.objects.get(pk=str(listing.organization_id)))


def remit_of(place: world.Place, name: str, **parts: Any) -> Remit:
    return create_remit(
        by=place.lead, partner=place.council, name=name, lead=place.assurer,
        parts=Parts(**parts),
    )  # fmt: skip


def tied(place: world.Place) -> tuple[Listing, list[Remit]]:
    """A service that two areas of work take equally."""
    one = world.published(place)
    keys = (one.organization_id,)
    pair = [remit_of(place, name, organization_ids=keys) for name in ("One", "Two")]
    return world.fresh(one), pair


def sent_by(answer: Any) -> dict[str, Any]:
    """What the preview would send when it is confirmed."""
    data: dict[str, Any] = {"step": "save"}
    for name, value in answer.context["sent"]:
        data.setdefault(name, []).append(value)
    return data


def texts(answer: Any) -> list[list[str]]:
    return [[cell["text"] for cell in row] for row in answer.context["rows"]]


def test_preview_says_what_would_move_and_saves_nothing(place: world.Place) -> None:
    one = world.published(place)
    mine = remit_of(place, "Friends")
    client, url = signed_in(place.lead), f"/lead/areas/{mine.pk}/"
    typed = {**client.get(url).context["form"].initial, "organizations": named(one)}

    answer = client.post(url, typed)

    assert texts(answer) == [["All of Testham", "Friends", "1"]]
    assert world.fresh(one).remit == place.remit
    assert Remit.objects.get(pk=mine.pk).organization_ids == []
    assert not AuditEvent.objects.filter(verb="remit_changed").exists()

    done = client.post(url, sent_by(answer))

    assert (done.status_code, done["Location"]) == (302, "/lead/areas/")
    assert world.fresh(one).remit == mine


def test_preview_of_ending_the_rest_counts_as_the_list_of_what_is_nobodys(
    place: world.Place,
) -> None:
    world.published(place)
    gone = world.published(place, name="Hidden")
    listings.hide_listing(
        by=place.assurer, listing_id=gone.pk, because="withdrawn", reason="Asked for."
    )
    client, url = signed_in(place.lead), f"/lead/areas/{place.remit.pk}/end/"
    typed = {**client.get(url).context["form"].initial, "reason": "We share anew."}

    seen = client.post(url, typed)
    client.post(url, sent_by(seen))
    listed = client.get("/lead/areas/nobodys/").context["page"].paginator.count

    assert texts(seen) == [
        ["All of Testham", "Nobody’s", "1"],
        ["All of Testham", "Nobody’s, as drafts or hidden records", "1"],
    ]
    assert listed == 1


def test_confirming_is_refused_when_somebody_changed_it(place: world.Place) -> None:
    mine = remit_of(place, "Friends")
    client, url = signed_in(place.lead), f"/lead/areas/{mine.pk}/"
    seen = client.post(url, {**client.get(url).context["form"].initial, "name": "A"})
    Remit.objects.filter(pk=mine.pk).update(name="Meanwhile")

    answer = client.post(url, sent_by(seen))

    assert answer.status_code == 409
    assert answer.context["form"].errors == {
        "__all__": ["Somebody changed “Meanwhile” just now. Look again."]
    }
    assert Remit.objects.get(pk=mine.pk).name == "Meanwhile"


def test_uploaded_outline_goes_through_the_preview(place: world.Place) -> None:
    mine = remit_of(place, "River")
    client, url = signed_in(place.lead), f"/lead/areas/{mine.pk}/"
    drawn = json.dumps({"type": "Polygon", "coordinates": [SQUARE]}).encode()
    file = SimpleUploadedFile("river.geojson", drawn)

    seen = client.post(
        url, {**client.get(url).context["form"].initial, "outline_file": file}
    )
    client.post(url, sent_by(seen))

    assert mine.outlines.count() == 1
    again = json.loads(client.get(url).context["form"].initial["drawn"])
    assert again == {"type": "MultiPolygon", "coordinates": [[SQUARE]]}


@pytest.mark.parametrize("drawn", ["{}", "no", "[1]", '{"type":"Polygon"}'])
def test_what_is_no_outline_is_said_beside_it(place: world.Place, drawn: str) -> None:
    mine = remit_of(place, "River")
    client, url = signed_in(place.lead), f"/lead/areas/{mine.pk}/"

    answer = client.post(url, {"name": "River", "drawn": drawn})

    assert answer.context["form"].errors == {"drawn": [NO_OUTLINE]}


def test_what_is_gone_stays_named(place: world.Place) -> None:
    mine = remit_of(place, "River")
    gone = str(uuid.uuid4())
    Remit.objects.filter(pk=mine.pk).update(area_ids=[gone], organization_ids=[gone])
    client, url = signed_in(place.lead), f"/lead/areas/{mine.pk}/"
    seen = client.post(url, {**client.get(url).context["form"].initial, "name": "R"})

    client.post(url, sent_by(seen))

    after = Remit.objects.get(pk=mine.pk)
    assert (after.name, list(map(str, after.area_ids))) == ("R", [gone])
    assert list(map(str, after.organization_ids)) == [gone]


def test_ending_gives_its_records_to_the_others(place: world.Place) -> None:
    one = world.published(place)
    mine = remit_of(place, "Friends", organization_ids=(one.organization_id,))
    held = world.fresh(one)
    assert held.remit == mine
    Listing.objects.filter(pk=one.pk).update(remit_handed_over=True)
    client, url = signed_in(place.lead), f"/lead/areas/{mine.pk}/end/"
    base = client.get(url).context["form"].initial["base"]

    seen = client.post(url, {"base": base, "reason": "Merged."})

    assert texts(seen) == [["Friends", "All of Testham", "1"]]
    assert world.fresh(one).remit == mine

    client.post(url, sent_by(seen))

    after = world.fresh(one)
    assert (after.remit, after.remit_handed_over) == (place.remit, False)
    assert not Remit.objects.filter(pk=mine.pk).exists()
    event = AuditEvent.objects.get(verb="remit_ended")
    assert event.before is not None
    assert (event.reason, event.before["name"]) == ("Merged.", "Friends")


def test_ending_needs_a_reason(place: world.Place) -> None:
    mine = remit_of(place, "Friends")
    client, url = signed_in(place.lead), f"/lead/areas/{mine.pk}/end/"
    base = client.get(url).context["form"].initial["base"]

    answer = client.post(url, {"base": base, "reason": " ", "step": "save"})

    assert answer.context["form"].errors == {
        "reason": ["Give a reason; others will read it."]
    }
    assert Remit.objects.filter(pk=mine.pk).exists()


def test_tie_is_counted_and_listed_with_its_candidates(place: world.Place) -> None:
    one, pair = tied(place)
    client = signed_in(place.lead)

    overview = client.get("/lead/areas/").context
    page = client.get("/lead/areas/nobodys/")
    (row,) = page.context["rows"]

    assert (overview["unowned"], overview["ties"]) == (1, 1)
    lead = "1 record, because several areas of work fit equally well."
    assert f'<p class="v-lead">{lead}</p>' in page.content.decode()
    assert row["listing"] == one
    assert sorted(row["fits"]) == sorted((r.pk, r.name) for r in pair)


def test_one_click_gives_a_tie_away(place: world.Place) -> None:
    one, (first, _) = tied(place)

    answer = signed_in(place.lead).post(
        "/lead/areas/nobodys/", {"one": f"{one.pk} {first.pk}"}
    )

    assert answer.status_code == 302
    after = world.fresh(one)
    assert (after.remit, after.remit_handed_over) == (first, True)
    assert after.tied_remit_ids == []


def test_several_ticked_are_given_away_together(place: world.Place) -> None:
    one, (first, _) = tied(place)
    other = world.published(place)
    Listing.objects.filter(pk=other.pk).update(remit=None)

    signed_in(place.lead).post(
        "/lead/areas/nobodys/",
        {"listing": [one.pk, other.pk], "remit": first.pk, "reason": "Near."},
    )

    assert [world.fresh(x).remit for x in (one, other)] == [first, first]


def test_giving_away_says_what_is_missing(place: world.Place) -> None:
    tied(place)

    answer = signed_in(place.lead).post("/lead/areas/nobodys/", {"reason": "x"})

    assert answer.context["form"].errors == {
        "listing": ["Tick the records that you give away."],
        "remit": ["Choose the area of work that takes them."],
    }


def test_records_of_another_place_cannot_be_given_away(place: world.Place) -> None:
    other = world.make_place("Elsewhere")
    foreign = world.published(other)

    answer = signed_in(place.lead).post(
        "/lead/areas/nobodys/", {"one": f"{foreign.pk} {place.remit.pk}"}
    )

    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"listing"}
    assert world.fresh(foreign).remit == other.remit


def test_lists_ask_as_much_for_three_as_for_one(place: world.Place) -> None:
    client = signed_in(place.lead)
    addresses = ("/lead/areas/", "/lead/areas/nobodys/")
    tied(place)
    one = [queries(client, address) for address in addresses]
    for name in ("Three", "Four"):
        world.published(place)
        remit_of(place, name, districts=("WX1",))
    Listing.objects.update(remit=None)

    assert [queries(client, address) for address in addresses] == one


def queries(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


# --- handing over a whole area of work ------------------------------------------------


def handed(place: world.Place, url: str, to: str) -> tuple[Any, Any]:
    """What the preview says of handing all over, and what came of confirming it."""
    client = signed_in(place.lead)
    base = client.get(url).context["form"].initial["base"]
    seen = client.post(url, {"base": base, "to": to, "reason": "They merged."})
    return seen, client.post(url, sent_by(seen))


def test_all_records_are_handed_over_and_back_to_the_rules(place: world.Place) -> None:
    one, two = world.published(place), world.published(place)
    new = remit_of(place, "North")
    url, back = (f"/lead/areas/{key}/hand-over/" for key in (place.remit.pk, new.pk))

    seen, done = handed(place, url, str(new.pk))

    assert texts(seen) == [["All of Testham", "North", "2"]]
    assert done.status_code == 302
    assert [world.fresh(each).remit for each in (one, two)] == [new, new]
    events = AuditEvent.objects.filter(
        verb="listing_handed_over", reason="They merged."
    )
    assert {event.object_id for event in events} == {one.pk, two.pk}
    assert AuditEvent.objects.get(verb="remit_handed_over").after == {"records": 2}

    handed(place, back, "rules")

    assert [world.fresh(each).remit for each in (one, two)] == [place.remit] * 2
    assert not Listing.objects.filter(remit_handed_over=True).exists()


def test_records_that_came_since_the_preview_stop_the_hand_over(
    place: world.Place,
) -> None:
    one, new = world.published(place), remit_of(place, "North")
    client, url = signed_in(place.lead), f"/lead/areas/{place.remit.pk}/hand-over/"
    base = client.get(url).context["form"].initial["base"]
    seen = client.post(url, {"base": base, "to": str(new.pk), "reason": "They merged."})
    world.published(place)

    answer = client.post(url, sent_by(seen))

    assert answer.status_code == 409
    (sentence,) = answer.context["form"].non_field_errors()
    assert sentence == (
        "Records of “All of Testham” have come or gone since you looked, or it was "
        "changed. Look again; nothing was handed over."
    )
    assert world.fresh(one).remit == place.remit


def test_open_decision_says_who_has_it_after_its_area_was_handed_over(
    place: world.Place,
) -> None:
    one = world.published(place)
    said = Proposal.objects.create(
        kind="report", partnership=place.partnership, listing=one, title=one.title,
        proposer=place.contributor, proposer_label="Cora", evidence="visited",
    )  # fmt: skip
    url, client = f"/work/proposals/{said.pk}/", signed_in(place.assurer)
    before = client.get(url).status_code
    health = world.give(world.person("Hal"), Role.ASSURER, place.health)
    north = create_remit(
        by=place.lead, partner=place.health, name="North", lead=health
    )  # fmt: skip
    Listing.objects.filter(pk=one.pk).update(remit=north, remit_handed_over=True)

    answer = client.get(url)

    assert (before, answer.status_code) == (200, 409)
    assert answer.context["sentence"] == (
        f"“{one.title}” is in another area of work now: “North”. Testham Health "
        "decides about it."
    )
    assert signed_in(world.make_place("Farham").assurer).get(url).status_code == 404


def test_all_that_is_nobodys_is_given_away_at_once(place: world.Place) -> None:
    one, _ = tied(place)
    client, url = signed_in(place.lead), "/lead/areas/nobodys/all/"
    said = {"remit": str(place.remit.pk), "reason": "They know them all."}

    unsaid = client.post(url, {"seen": "1"})
    late = client.post(url, {**said, "seen": "2"})
    before = world.fresh(one).remit
    done = client.post(url, filled_in(late), follow=True)

    assert (unsaid.status_code, late.status_code, before) == (200, 409, None)
    assert unsaid.context["form"].errors.keys() == {"remit"}
    assert "All of it is in" in text(done)
    assert "Everything is somebody’s" in text(done)
    assert "Everything is somebody’s" in text(client.get(url))
    kept = world.fresh(one)
    assert (kept.remit, kept.remit_handed_over, kept.tied_remit_ids) == (
        place.remit, True, [],
    )  # fmt: skip
    event = AuditEvent.objects.get(verb="listing_handed_over")
    assert (event.object_id, event.reason) == (one.pk, "They know them all.")


def test_areas_of_work_are_paged_and_found_by_name_partner_or_lead(
    place: world.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading_place, "ON_A_PAGE", 2)
    for name in ("Crafts in the north", "Choirs", "Sports in the north"):
        Remit.objects.create(
            partnership=place.partnership, partner=place.health, name=name,
            lead=place.assurer,
        )  # fmt: skip
    client = signed_in(place.lead)

    def shown(**asked: Any) -> list[str]:
        cards = client.get("/lead/areas/", asked).context["cards"]
        return [card["title"] for card in cards]

    everything = [place.remit.name, "Choirs", "Crafts in the north"]
    assert shown() == everything[:2]
    assert shown(page=2) == ["Crafts in the north", "Sports in the north"]
    assert shown(q="north sports") == ["Sports in the north"]
    assert shown(q=f"{place.health.name} choirs") == ["Choirs"]
    assert shown(q=place.assurer.name.split()[0], page=2) == shown(page=2)
    assert shown(q="nothing") == []

"""What a neighbour shows under an agreement, and that nothing else crosses."""

import datetime as dt
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Partnership
from common import clock
from directory.choices import Visibility
from publishing import actions, queries
from publishing.choices import GoneReason
from publishing.models import Endpoint, Gone, PublishedService
from tests import world
from tests.publishing import sample
from tests.workflow.pages import text
from workflow.actions import checking, erasure, listings, records
from workflow.actions import place as places
from workflow.actions.revising import announce
from workflow.actions.sharing import accept_sharing, end_sharing, propose_sharing
from workflow.choices import Hidden, Method
from workflow.models import Listing, OutboxEvent, Record, SharingAgreement

pytestmark = pytest.mark.django_db

LATER = dt.timedelta(days=2)
FIELDS = (
    "listing_id", "full", "item", "strict_full", "strict_item", "version",
    "last_modified", "title", "sort_key", "organization_id", "location_ids",
    "term_ids", "area", "assured_on", "due_on", "overdue_on",
    "lapsed_on", "ranks_lower_on", "ranks_last_on", "confirmed_on", "seen_on",
    "being_checked", "body_label", "body_mailbox",
)  # fmt: skip


@pytest.fixture
def home(place: world.Place) -> world.Place:
    """The neighbour, which keeps services; ``place`` is where they are shown."""
    return world.make_place("Nextford")


def agree(home: world.Place, shown_by: world.Place) -> SharingAgreement:
    made = propose_sharing(
        by=home.lead, place=home.partnership, home=home.partnership,
        shown_by=shown_by.partnership,
    )  # fmt: skip
    return accept_sharing(by=shown_by.lead, agreement_id=made.pk)


def end(agreement: SharingAgreement, by: world.Place) -> None:
    end_sharing(
        by=by.lead, place=by.partnership, agreement_id=agreement.pk, reason="It is."
    )
    actions.consume_outbox()


def shared(home: world.Place, place: world.Place, **values: Any) -> Listing:
    """A service of the home, shown over the border."""
    agree(home, place)
    listing = world.published(home, **values)
    actions.consume_outbox()
    return listing


def row_at(place: world.Place, listing: Listing) -> PublishedService | None:
    return PublishedService.objects.filter(
        endpoint__partnership=place.partnership, service_id=listing.record_id
    ).first()


def gone_at(place: world.Place, listing: Listing) -> Gone | None:
    return Gone.objects.filter(
        endpoint__partnership=place.partnership, service_id=listing.record_id
    ).first()


def kept(row: PublishedService | None) -> dict[str, Any]:
    assert row is not None
    values = {name: getattr(row, name) for name in FIELDS}
    places = row.places.order_by("pk")
    values["places"] = list(places.values_list("link_id", "latitude", "version"))
    return {k: bytes(v) if isinstance(v, memoryview) else v for k, v in values.items()}


def addresses(listing: Listing) -> tuple[str, str]:
    key = listing.record_id
    return f"/services/{key}/", f"/oruk/v3/services/{key}"


def statuses(client: Client, listing: Listing) -> list[int]:
    """What the place that answers says of a service: its page, its document."""
    return [client.get(path).status_code for path in addresses(listing)]


# --- coming ---------------------------------------------------------------------------


def test_front_page_says_how_many_a_neighbour_shares(
    place: world.Place, home: world.Place, client: Client
) -> None:
    world.published(place)
    actions.consume_outbox()
    before = text(client.get("/"))
    shared(home, place)
    after = text(client.get("/"))
    asked = text(client.get("/?q=coffee"))

    said = "Of these, 1 service is shared by a neighbour of this place, who keeps it."
    assert ("2 services" in after, said in after) == (True, True)
    assert "shared by a neighbour" not in before
    assert "shared by a neighbour" not in asked


def test_without_agreement_nothing_crosses(
    place: world.Place, home: world.Place, client: Client
) -> None:
    listing = world.published(home)
    propose_sharing(
        by=home.lead, place=home.partnership, home=home.partnership,
        shown_by=place.partnership,
    )  # fmt: skip
    actions.consume_outbox()

    assert row_at(place, listing) is None
    assert statuses(client, listing) == [404, 404]


def test_what_was_published_before_comes_with_the_agreement(
    place: world.Place, home: world.Place, client: Client
) -> None:
    listing = world.published(home)
    hidden = world.published(home, name="Closed before")
    listings.hide_listing(
        by=home.assurer, listing_id=hidden.pk, because=Hidden.CLOSED, reason="Shut."
    )
    actions.consume_outbox()
    moment = clock.now() + LATER
    with clock.at(moment):
        agree(home, place)
        actions.consume_outbox()
    here, there = row_at(home, listing), row_at(place, listing)

    assert kept(here) == kept(there)
    assert here is not None
    assert there is not None
    assert (here.kept_by, here.here_since) == (None, None)
    assert (there.kept_by, there.here_since) == (home.partnership, moment)
    assert statuses(client, listing) == [200, 200]
    assert statuses(client, hidden) == [404, 404]
    assert queries.changed_at(there.endpoint, clock.today()) == moment


@pytest.mark.parametrize("kind", ["draft", "submitted"])
def test_what_was_never_public_does_not_cross(
    place: world.Place, home: world.Place, client: Client, kind: str
) -> None:
    agree(home, place)
    listing = getattr(world, kind)(home)
    announce(listing.record_id)
    outcome = actions.consume_outbox()

    assert outcome.failed == 0
    assert statuses(client, listing) == [404, 404]


def test_only_the_agreed_direction_crosses(
    place: world.Place, home: world.Place
) -> None:
    own = world.published(place)
    shared(home, place)

    assert row_at(home, own) is None
    assert PublishedService.objects.count() == 3


def test_what_is_published_later_comes_too(
    place: world.Place, home: world.Place
) -> None:
    listing = shared(home, place)

    assert kept(row_at(home, listing)) == kept(row_at(place, listing))


def test_page_and_document_say_whose_it_is(
    place: world.Place, home: world.Place, client: Client
) -> None:
    listing = shared(home, place)
    own = world.published(place, name="Yoga here")
    actions.consume_outbox()
    page, document = (client.get(path) for path in addresses(listing))
    cards = {c["title"]: c["facts"] for c in client.get("/").context["cards"]}

    assert "It comes from Nextford, a neighbour of Testham" in page.content.decode()
    assert "directory@nextford.example" in page.content.decode()
    at_the_foot = client.get("/").content.count(b"directory@testham.example")
    assert page.content.count(b"directory@testham.example") == at_the_foot
    assert "It comes from" not in client.get(addresses(own)[0]).content.decode()
    assert document.json()["assurer_email"] == "services@nextford.example"
    fact = {"label": "Kept by", "value": "Nextford"}
    assert [f for f in cards["Tuesday coffee morning"] if f == fact] == [fact]
    assert [f for f in cards["Yoga here"] if f["label"] == "Kept by"] == []


def test_no_service_is_listed_twice_at_one_address(
    place: world.Place, home: world.Place, client: Client, settings: Any
) -> None:
    own = world.published(place, name="Yoga here")
    listing = shared(home, place)
    agree(place, home)
    actions.consume_outbox()
    both = sorted([str(own.record_id), str(listing.record_id)])
    documents = []
    for slug in ("testham", "nextford"):
        settings.DEFAULT_PLACE = slug
        body = client.get("/oruk/v3/services").json()
        assert sorted(one["id"] for one in body["contents"]) == both
        assert body["total_items"] == 2
        documents.append(client.get(addresses(listing)[1]))

    assert documents[0].content == documents[1].content
    assert documents[0]["ETag"] == documents[1]["ETag"]


# --- following ------------------------------------------------------------------------


def test_it_follows_change_hall_hide_and_restore(
    place: world.Place, home: world.Place, client: Client
) -> None:
    listing = shared(home, place)
    came = row_at(place, listing)
    sample.amend(listing.record_id, name="The second name")
    sample.amend(listing.location_ids[0], name="The New Hall")
    actions.consume_outbox()
    changed = row_at(place, listing)
    listings.hide_listing(
        by=home.assurer, listing_id=listing.pk, because=Hidden.WITHDRAWN,
        reason="Asked.",
    )  # fmt: skip
    actions.consume_outbox()
    hidden, gone = statuses(client, listing), gone_at(place, listing)
    words = client.get(addresses(listing)[1]).json()
    listings.restore_listing(by=home.assurer, listing_id=listing.pk, reason="Back.")
    actions.consume_outbox()

    assert came is not None
    assert changed is not None
    document = orjson.loads(bytes(changed.full))
    (link,) = document["service_at_locations"]
    assert document["name"] == "The second name"
    assert link["location"]["name"] == "The New Hall"
    assert (changed.pk, changed.here_since) == (came.pk, came.here_since)
    assert hidden == [410, 410]
    assert gone is not None
    assert (gone.reason, gone.kept_by) == (GoneReason.WITHDRAWN, home.partnership)
    assert (words["message"], words["kept_by"]) == (
        "It has been withdrawn from the directory.", "Nextford",
    )  # fmt: skip
    assert statuses(client, listing) == [200, 200]
    assert kept(row_at(home, listing)) == kept(row_at(place, listing))


def test_it_lapses_and_comes_back_by_the_policy_of_its_home(
    place: world.Place, home: world.Place, client: Client
) -> None:
    listing = shared(home, place)
    with clock.at(clock.now() + dt.timedelta(days=150)):
        places.hide_lapsed(by=home.lead, listing_id=listing.pk, reason="Not checked.")
        actions.consume_outbox()
        lapsed = statuses(client, listing)
        checking.check_listing(
            by=home.assurer, listing_id=listing.pk, method=Method.CALL
        )
        actions.consume_outbox()
        checked = statuses(client, listing)

    assert (lapsed, checked) == ([410, 410], [200, 200])


def test_erased_value_is_erased_over_the_border(
    place: world.Place, home: world.Place, client: Client
) -> None:
    value = "Ask for Zebedee Quillfeather"
    listing = shared(home, place, fees=value)
    before = client.get(addresses(listing)[1]).content.decode()
    erasure.erase_value(
        by=home.officer, place=home.partnership, value="Zebedee Quillfeather",
        reason="He asked.",
    )  # fmt: skip
    actions.consume_outbox()
    after = client.get(addresses(listing)[1]).content.decode()

    assert ("Quillfeather" in before, "Quillfeather" in after) == (True, False)


# --- leaving --------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["home", "shown_by"])
def test_all_leaves_when_either_ends_it(
    place: world.Place, home: world.Place, client: Client, who: str
) -> None:
    listing = world.published(home)
    own = world.published(place)
    agreement = agree(home, place)
    actions.consume_outbox()
    with clock.at(clock.now() + dt.timedelta(days=3)):
        end(agreement, home if who == "home" else place)
        now = clock.now()
    page, document = (client.get(path) for path in addresses(listing))
    gone = gone_at(place, listing)

    assert row_at(place, listing) is None
    assert row_at(home, listing) is not None
    assert statuses(client, own) == [200, 200]
    assert (page.status_code, document.status_code) == (410, 410)
    assert "Nextford keeps it" in page.content.decode()
    assert document.json()["message"] == (
        "Nextford keeps it, and it is no longer shown here."
    )
    assert gone is not None
    assert gone.since == now


def test_what_is_hidden_when_it_ends_says_that_it_is_no_longer_shared(
    place: world.Place, home: world.Place
) -> None:
    agreement = agree(home, place)
    listing = world.published(home)
    actions.consume_outbox()
    listings.hide_listing(
        by=home.assurer, listing_id=listing.pk, because=Hidden.CLOSED, reason="Shut."
    )
    actions.consume_outbox()
    end(agreement, place)
    gone, own = gone_at(place, listing), gone_at(home, listing)

    assert gone is not None
    assert gone.reason == GoneReason.NOT_SHARED
    assert own is not None
    assert own.reason == GoneReason.CLOSED


def test_what_comes_after_the_end_was_never_there(
    place: world.Place, home: world.Place, client: Client
) -> None:
    agreement = agree(home, place)
    actions.consume_outbox()
    end(agreement, home)
    with clock.at(clock.now() + dt.timedelta(days=1)):
        listing = world.published(home)
        actions.consume_outbox()

        assert statuses(client, listing) == [404, 404]


def test_agreed_again_it_comes_back(
    place: world.Place, home: world.Place, client: Client
) -> None:
    agreement = agree(home, place)
    listing = world.published(home)
    actions.consume_outbox()
    end(agreement, home)
    agree(home, place)
    actions.consume_outbox()

    assert statuses(client, listing) == [200, 200]
    assert gone_at(place, listing) is None


def test_leaving_takes_no_more_queries_for_more_services(
    place: world.Place, home: world.Place
) -> None:
    counts = []
    for number in (1, 4):
        for n in range(number):
            world.published(home, name=f"Group {number} {n}")
        agreement = agree(home, place)
        actions.consume_outbox()
        end_sharing(
            by=home.lead, place=home.partnership, agreement_id=agreement.pk,
            reason="It is.",
        )  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as asked:
            actions._consume_one()
        counts.append(len(asked))
        left = PublishedService.objects.filter(kept_by=home.partnership).count()
        assert left == 0
        actions.consume_outbox()

    assert counts[0] == counts[1]


def test_rebuild_says_the_same_of_everything(
    place: world.Place, home: world.Place
) -> None:
    third = world.make_place("Farwell")
    ended, _ = agree(home, third), agree(home, place)
    for name in ("Stays", "Goes"):
        made = world.published(home, name=name)
    actions.consume_outbox()
    listings.hide_listing(
        by=home.assurer, listing_id=made.pk, because=Hidden.CLOSED, reason="Shut."
    )
    actions.consume_outbox()
    end(ended, third)
    world.published(home, name="Comes after")
    actions.consume_outbox()

    def state() -> list[Any]:
        rows = PublishedService.objects.values_list("endpoint", "title", "kept_by")
        gone = Gone.objects.values_list("endpoint", "service_id", "reason", "kept_by")
        return [sorted(map(str, rows)), sorted(map(str, gone))]

    before = state()
    actions.rebuild()
    untouched = state()
    PublishedService.objects.all().delete()
    Gone.objects.all().delete()
    actions.rebuild()

    assert (len(before[0]), len(before[1])) == (4, 4)
    assert untouched == before
    assert state() == before


def test_what_was_never_agreed_does_not_survive_a_rebuild(
    place: world.Place, home: world.Place, client: Client
) -> None:
    listing = shared(home, place)
    SharingAgreement.objects.all().delete()
    PublishedService.objects.update(kept_by=place.partnership, here_since=clock.now())
    actions.rebuild()
    row = row_at(home, listing)

    assert statuses(client, listing) == [404, 404]
    assert row is not None
    assert (row.kept_by, row.here_since) == (None, None)


def test_replaced_service_leads_to_the_other_over_the_border(
    place: world.Place, home: world.Place, client: Client
) -> None:
    old = shared(home, place)
    new = world.published(home, name="The other entry")
    actions.consume_outbox()
    listings.hide_listing(
        by=home.assurer, listing_id=old.pk, because=Hidden.DUPLICATE, reason="Same."
    )
    records.replace_record(
        by=home.assurer, listing_id=old.pk, reason="Same.",
        replaced_by_id=new.record_id,
    )  # fmt: skip
    actions.consume_outbox()

    answer = client.get(addresses(old)[0])
    assert (answer.status_code, answer.headers.get("Location")) == (
        302, addresses(new)[0],
    )  # fmt: skip


def test_doing_it_twice_changes_nothing(place: world.Place, home: world.Place) -> None:
    listing = shared(home, place)
    before = kept(row_at(place, listing)), OutboxEvent.objects.count()
    announce(home.partnership.pk)
    actions.consume_outbox()
    actions.publish_service(listing.record_id)

    assert kept(row_at(place, listing)) == before[0]
    assert Endpoint.objects.filter(partnership=place.partnership).count() == 1


def test_record_for_partners_alone_does_not_cross(
    place: world.Place, home: world.Place, client: Client
) -> None:
    listing = shared(home, place)
    Record.objects.filter(pk=listing.record_id).update(visibility=Visibility.PARTNERS)
    announce(listing.record_id)
    actions.consume_outbox()

    assert row_at(place, listing) is None
    assert statuses(client, listing) == [410, 410]
    assert Partnership.objects.count() == 2

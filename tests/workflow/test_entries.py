"""Entries that are no service of their own: doubted, marked by a person, shown."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from common.errors import InvalidInput, InvalidState
from directory.choices import EntryKind
from publishing.actions import consume_outbox
from tests import world
from tests.workflow.deciding import page, send, signed_in, text
from workflow.actions import decisions, drafts, listings, records
from workflow.actions.choosing import Check
from workflow.choices import Method
from workflow.models import Listing

pytestmark = pytest.mark.django_db

DOUBT = (
    "It looks as if this were “only points elsewhere”. It has no times and no place, "
    "and its web page, nhs.uk, is not that of Testham Friends."
)
LONG = "What to do about sore feet, and whom to ask for help with them."
POINTS = (
    "This entry points to nhs.uk. When it happens, where and for whom stands there and "
    "not here."
)
TELLS = (
    "This entry tells who Testham Friends is. It is not one of the services it runs."
)


@pytest.fixture
def place(db: None, settings: Any) -> world.Place:
    settings.DEFAULT_PLACE = "testham"
    made = world.make_place()
    made.policy.mandatory = ["name"]
    made.policy.save()
    return made


def signpost(place: world.Place, *, public: bool = True) -> Listing:
    """An entry with a name and a link to somebody else's page."""
    listing = drafts.start_listing(
        by=place.contributor, place=place.partnership,
        service={"name": "Help with feet", "url": "https://www.nhs.uk/feet",
                 "status": "active", "description": LONG},
        organization=world.organization(),
    )  # fmt: skip
    listings.submit_listing(by=place.contributor, listing_id=listing.pk)
    proposal = listing.proposals.get()
    if public:
        decisions.decide(
            by=place.assurer, proposal_id=proposal.pk, check=Check(Method.CALL),
            choices=world.accept_all(proposal),
        )  # fmt: skip
    return world.fresh(listing)


def mark(place: world.Place, listing: Listing, kind: str) -> Listing:
    return records.mark_entry(
        by=place.assurer, listing_id=listing.pk, kind=kind, reason="Only a link."
    )


def test_record_that_points_elsewhere_is_doubted_and_once_denied_stays_so(
    place: world.Place,
) -> None:
    listing = signpost(place)
    assert page(place.reader, "record", listing.pk).context["entry"] == DOUBT

    mark(place, listing, EntryKind.OWN)

    assert page(place.reader, "record", listing.pk).context["entry"] == ""


def test_mark_is_a_persons_word_with_a_reason(place: world.Place) -> None:
    listing = signpost(place)
    with pytest.raises(InvalidInput):
        records.mark_entry(
            by=place.assurer, listing_id=listing.pk, kind="signpost", reason=" "
        )
    with pytest.raises(InvalidInput):
        mark(place, listing, "nonsense")

    mark(place, listing, EntryKind.SIGNPOST)

    event = AuditEvent.objects.get(verb="entry_marked")
    assert (event.before, event.after, event.reason) == ("", "signpost", "Only a link.")
    with pytest.raises(InvalidState):
        mark(place, listing, EntryKind.SIGNPOST)


def test_new_service_that_points_elsewhere_is_told_in_queue_and_decision(
    place: world.Place,
) -> None:
    proposal = signpost(place, public=False).proposals.get()

    card = page(place.assurer, "queue").context["groups"][0]["cards"][0]
    answer = page(place.assurer, "proposal", proposal.pk)

    assert card["tags"] == [
        {"text": "Looks like: only points elsewhere", "icon": "information"}
    ]
    assert DOUBT in answer.context["contradictions"]


def test_ordinary_service_is_not_doubted(place: world.Place) -> None:
    listing = world.published(place)

    assert page(place.reader, "record", listing.pk).context["entry"] == ""


@pytest.mark.parametrize(
    ("kind", "said", "tag"),
    [
        ("signpost", POINTS, "Only points elsewhere"),
        ("body", TELLS, "Only an organisation's card"),
    ],
)  # fmt: skip
def test_public_is_told_what_the_entry_is(
    place: world.Place, kind: str, said: str, tag: str
) -> None:
    listing = signpost(place)
    mark(place, listing, kind)
    consume_outbox()

    shown = Client().get(reverse("publishing:service", args=[listing.record_id]))
    cards = Client().get("/").context["cards"]

    assert shown.context["entry"] == said
    assert said in text(shown)
    assert cards[0]["tags"] == [{"text": tag, "icon": "information"}]


def test_public_is_told_nothing_of_what_nobody_has_said(place: world.Place) -> None:
    listing = signpost(place)
    consume_outbox()

    shown = Client().get(reverse("publishing:service", args=[listing.record_id]))

    assert shown.context["entry"] == ""


def test_lead_counts_what_was_marked(place: world.Place) -> None:
    mark(place, signpost(place), EntryKind.SIGNPOST)
    signpost(place)

    answer = signed_in(place.lead).get("/lead/signposts/")

    assert [row[0]["text"] for row in answer.context["rows"]] == ["Help with feet"]


def test_assurer_marks_on_the_record_page(place: world.Place) -> None:
    listing = signpost(place)

    send(place.assurer, "entry", listing.pk, kind="signpost", reason="Only a link.")

    assert world.fresh(listing).entry == EntryKind.SIGNPOST
    said = page(place.reader, "record", listing.pk).context["entry"]
    assert said == "Marked as “only points elsewhere”. The public is told so."


def test_worker_leaves_out_what_nobody_can_be_sent_to(place: world.Place) -> None:
    world.published(place)
    listing = signpost(place)
    unsure = page(place.reader, "records", own="on").context["cards"]
    mark(place, listing, EntryKind.SIGNPOST)

    found = page(place.reader, "records", own="on").context["cards"]

    assert [card["title"] for card in unsure] == [
        "Help with feet", "Tuesday coffee morning",
    ]  # fmt: skip
    assert [card["title"] for card in found] == ["Tuesday coffee morning"]

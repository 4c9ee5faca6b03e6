"""What is held back from the public, who lets it out, and how far that goes."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from common.errors import InvalidInput, InvalidState
from directory.gate import HeldBack
from publishing.actions import consume_outbox
from publishing.models import PublishedService
from tests import world
from workflow import queries
from workflow.actions import listings, releases
from workflow.choices import Stage
from workflow.models import Listing, Record, Release

pytestmark = pytest.mark.django_db

MOBILE = "07700 900123"
PERSON = "jane.bloggs@mail.example.org"


def with_number(place: world.Place, number: str = MOBILE, **more: Any) -> Listing:
    return world.published(place, phones=[{"number": number}], **more)


def findings(listing: Listing) -> list[HeldBack]:
    """What is held back of a listing's records now."""
    parts = queries.public_parts(queries.whole(world.fresh(listing)))
    return [finding for found in parts.held_back.values() for finding in found]


def key_of(listing: Listing) -> str:
    (finding,) = findings(listing)
    return finding.key


def shown(listing: Listing) -> list[str]:
    """The numbers of a service that the public may see."""
    parts = queries.public_parts(queries.whole(world.fresh(listing)))
    return [phone["number"] for phone in parts.service.get("phones", [])]


def sent(listing: Listing) -> bytes:
    """What the public is sent of a service, once the outbox was seen to."""
    consume_outbox()
    row = PublishedService.objects.get(service_id=listing.record_id)
    return bytes(row.full)


def state(listing: Listing) -> Release:
    return releases.state_public_line(
        by=world.make_editor(listing), listing_id=listing.pk, key=key_of(listing),
        reason="The rota phone.",
    )  # fmt: skip


# --- a group's mobile -----------------------------------------------------------------


def test_mobile_is_held_back_until_stated_and_accepted(place: world.Place) -> None:
    listing = with_number(place)
    seen = [(shown(listing), b"900123" in sent(listing))]

    release = state(listing)
    seen.append((shown(listing), b"900123" in sent(listing)))
    releases.accept_public_line(by=place.assurer, release_id=release.pk)
    seen.append((shown(listing), b"900123" in sent(listing)))

    assert seen == [([], False), ([], False), ([MOBILE], True)]
    assert listing.stage == Stage.PUBLISHED


def test_release_holds_in_any_grouping_and_for_no_other_number(
    place: world.Place,
) -> None:
    listing = world.published(
        place, phones=[{"number": MOBILE}, {"number": "07700 900456"}]
    )
    key = next(f.key for f in findings(listing) if f.text.endswith("123"))
    releases.release_finding(
        by=place.publisher, listing_id=listing.pk, key=key, reason="On their sign."
    )
    run_by = Record.objects.get(pk=str(listing.organization_id))
    same = with_number(place, "+44 7700 900 123", run_by=run_by)

    assert shown(listing) == [MOBILE]
    assert findings(same) == []


def test_release_holds_for_this_organization_alone(place: world.Place) -> None:
    listing, other = with_number(place), with_number(place)
    releases.accept_public_line(by=place.assurer, release_id=state(listing).pk)

    assert (shown(listing), shown(other)) == ([MOBILE], [])
    assert b"900123" not in sent(other)


def test_revoking_holds_it_back_again(place: world.Place) -> None:
    listing = with_number(place)
    release = state(listing)
    releases.accept_public_line(by=place.assurer, release_id=release.pk)
    out = b"900123" in sent(listing)

    releases.revoke_release(by=place.assurer, release_id=release.pk, reason="Sold.")

    assert (out, shown(listing), b"900123" in sent(listing)) == (True, [], False)
    event = AuditEvent.objects.get(verb="release_revoked")
    assert (event.actor_id, event.reason) == (place.assurer.pk, "Sold.")
    with pytest.raises(InvalidState):
        releases.revoke_release(by=place.assurer, release_id=release.pk, reason="x")


def test_revoked_line_can_be_stated_anew_and_waits_again(place: world.Place) -> None:
    listing = with_number(place)
    first = state(listing)
    releases.accept_public_line(by=place.assurer, release_id=first.pk)
    releases.revoke_release(by=place.assurer, release_id=first.pk, reason="Sold.")

    second = state(listing)

    assert (second.pk == first.pk, second.accepted_at, shown(listing)) == (
        False, None, [],
    )  # fmt: skip


def test_only_the_provider_states_a_line(place: world.Place) -> None:
    listing = with_number(place)
    stranger = world.make_editor(with_number(place))
    others = (stranger, place.contributor, place.assurer, place.publisher, place.lead)

    for other in others:
        with pytest.raises(PermissionDenied):
            releases.state_public_line(
                by=other, listing_id=listing.pk, key=key_of(listing), reason="Ours."
            )

    assert Release.objects.count() == 0


def test_only_an_assurer_in_remit_accepts_a_line(place: world.Place) -> None:
    listing = with_number(place)
    release = state(listing)
    elsewhere = world.make_place("Elsewhere")
    others = (
        release.stated_by, place.contributor, place.publisher, place.lead,
        elsewhere.assurer,
    )  # fmt: skip

    for other in others:
        assert other is not None
        with pytest.raises(PermissionDenied):
            releases.accept_public_line(by=other, release_id=release.pk)

    assert shown(listing) == []


def test_only_a_number_can_be_a_public_line(place: world.Place) -> None:
    listing = world.published(place, email=PERSON)

    with pytest.raises(InvalidInput):
        state(listing)


# --- wrong findings -------------------------------------------------------------------


def test_publisher_releases_a_wrong_finding_with_a_reason(place: world.Place) -> None:
    listing = world.published(place, email=PERSON)
    key = key_of(listing)
    before = PERSON.encode() in sent(listing)
    with pytest.raises(InvalidInput) as refused:
        releases.release_finding(
            by=place.publisher, listing_id=listing.pk, key=key, reason=" "
        )

    releases.release_finding(
        by=place.publisher, listing_id=listing.pk, key=key, reason="A shared box."
    )

    assert refused.value.errors == {"reason": "Say why it may be public."}
    assert (before, PERSON.encode() in sent(listing)) == (False, True)
    event = AuditEvent.objects.get(verb="finding_released")
    assert (event.actor_id, event.reason) == (place.publisher.pk, "A shared box.")


def test_publisher_puts_the_role_mailbox_instead(place: world.Place) -> None:
    listing = world.published(place, email=PERSON)

    releases.release_finding(
        by=place.publisher, listing_id=listing.pk, key=key_of(listing),
        reason="She asked.", use_mailbox=True,
    )  # fmt: skip

    parts = queries.public_parts(queries.whole(world.fresh(listing)))
    assert parts.service["email"] == place.council.role_mailbox
    assert PERSON.encode() not in sent(listing)


def test_mailbox_takes_the_place_of_no_number(place: world.Place) -> None:
    listing = with_number(place)

    with pytest.raises(InvalidInput):
        releases.release_finding(
            by=place.publisher, listing_id=listing.pk, key=key_of(listing),
            reason="She asked.", use_mailbox=True,
        )  # fmt: skip


def test_only_a_publisher_of_the_place_releases(place: world.Place) -> None:
    listing = world.published(place, email=PERSON)
    others = (
        place.assurer, place.contributor, place.lead, place.officer, place.reader,
        world.make_editor(listing), world.make_place("Elsewhere").publisher,
        world.person("Sue Superuser", is_superuser=True),
    )  # fmt: skip

    for other in others:
        with pytest.raises(PermissionDenied):
            releases.release_finding(
                by=other, listing_id=listing.pk, key=key_of(listing), reason="I say."
            )

    assert Release.objects.count() == 0


def test_only_those_concerned_take_a_release_back(place: world.Place) -> None:
    listing = with_number(place)
    release = releases.release_finding(
        by=place.publisher, listing_id=listing.pk, key=key_of(listing), reason="Sign."
    )
    others = (place.reader, place.contributor, world.make_place("Elsewhere").assurer)

    for other in others:
        with pytest.raises(PermissionDenied):
            releases.revoke_release(by=other, release_id=release.pk, reason="No.")

    assert shown(listing) == [MOBILE]


def test_secret_place_is_never_released(place: world.Place) -> None:
    listing = world.published(
        place,
        in_hall=world.hall(name="Quiet House", sensitive=True),
        description="We meet at Quiet House.",
    )
    secret = [f for f in findings(listing) if f.kind == "secret_place"]
    assert secret

    for finding in secret:
        with pytest.raises(InvalidState):
            releases.release_finding(
                by=place.publisher, listing_id=listing.pk, key=finding.key,
                reason="Everybody knows.",
            )  # fmt: skip

    assert Release.objects.count() == 0
    assert b"Quiet House" not in sent(listing)


def test_a_finding_that_is_not_there_cannot_be_released(place: world.Place) -> None:
    listing = with_number(place, "01632 960101")

    with pytest.raises(InvalidState):
        releases.release_finding(
            by=place.publisher, listing_id=listing.pk, key="mobile:0", reason="Sign."
        )


# --- a held-back name -----------------------------------------------------------------


def test_held_back_name_stops_publication_until_released(place: world.Place) -> None:
    listing = world.published(place, name=f"Ring {MOBILE}")
    assert listing.stage == Stage.ASSURED
    with pytest.raises(InvalidInput) as refused:
        listings.publish_listing(by=place.publisher, listing_id=listing.pk)
    consume_outbox()
    before = PublishedService.objects.count()

    releases.release_finding(
        by=place.publisher, listing_id=listing.pk, key=key_of(listing),
        reason="It is what they are called.",
    )  # fmt: skip
    listings.publish_listing(by=place.publisher, listing_id=listing.pk)

    assert refused.value.errors == {
        "name": "The name of the service is held back: This is a mobile number. "
        "Is it the group's public line?"
    }
    assert (before, world.fresh(listing).stage) == (0, Stage.PUBLISHED)
    assert MOBILE.encode() in sent(listing)

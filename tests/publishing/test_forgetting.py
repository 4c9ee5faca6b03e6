"""What is erased is gone from what is public at once, rendered or not."""

from typing import Any

import pytest

from publishing import actions, render
from publishing.choices import GoneReason
from publishing.models import Gone, PublishedService
from tests import world
from workflow.actions.erasure import erase_value
from workflow.models import Listing, OutboxEvent

pytestmark = pytest.mark.django_db

WORDS = "Zebedee Quillfeather"


@pytest.fixture
def listing(place: world.Place) -> Listing:
    listing = world.published(
        place, description=f"Tea in the garden of {WORDS.replace(' ', chr(10))} Hall."
    )
    actions.consume_outbox()
    return listing


def erase(place: world.Place, value: str = "garden of Zebedee") -> None:
    erase_value(by=place.officer, place=place.partnership, value=value, reason="Asked.")


def public() -> list[bytes]:
    return [bytes(row.full) for row in PublishedService.objects.all()]


def test_public_bytes_lose_it_before_the_outbox_is_seen_to(
    place: world.Place, listing: Listing, client: Any
) -> None:
    assert b"garden of" in public()[0]

    erase(place)

    assert b"Tea in the [erased]" in public()[0]
    page = client.get(f"/services/{listing.record_id}/").content
    assert (b"garden of" in page, b"Tea in the [erased]" in page) == (False, True)


def _break(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("cannot be rendered")

    monkeypatch.setattr(render, "documents", fail)


def test_what_cannot_be_rendered_is_taken_away(
    place: world.Place, listing: Listing, monkeypatch: pytest.MonkeyPatch, client: Any
) -> None:
    with monkeypatch.context() as broken:
        _break(broken)
        erase(place)
        assert public() == []
        assert Gone.objects.get().reason == GoneReason.PERSONAL_DATA
        assert actions.consume_outbox().failed > 0
        assert public() == []
        assert client.get(f"/services/{listing.record_id}/").status_code == 410

    OutboxEvent.objects.update(retry_at=None)
    actions.consume_outbox()

    assert b"Tea in the [erased]" in public()[0]
    assert client.get(f"/services/{listing.record_id}/").status_code == 200


def test_bytes_that_were_left_behind_are_found_by_themselves(
    place: world.Place, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rendered from a truth of long ago: nothing on the write side holds it."""
    row = PublishedService.objects.get()
    old = bytes(row.full).replace(b"Tea in", b"Ask Jo Bloggs in")
    PublishedService.objects.update(full=old)
    _break(monkeypatch)

    erase(place, "Jo Bloggs")

    assert public() == []


def test_what_only_looks_alike_stays_public(
    place: world.Place, listing: Listing
) -> None:
    other = world.published(place, name="Knitting", description="Ask at Joanne Bloggs'")
    actions.consume_outbox()

    erase(place, "Anne Bloggs")

    ids = set(PublishedService.objects.values_list("service_id", flat=True))
    assert ids == {listing.record_id, other.record_id}

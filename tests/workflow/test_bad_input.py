"""What machines and broken programs type: told in a sentence, never a fault of ours."""

import pytest
from django.test import Client

from tests import world
from tests.workflow.deciding import edit, signed_in
from workflow.choices import Verdict
from workflow.models import Change

pytestmark = pytest.mark.django_db

BAD = ["\x00", "a\x00b\u202e", "²", "-1", "9" * 400, "x" * 100_000, "{}", "0000-01-01"]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_reason_of_a_rejection_takes_any_words(place: world.Place, bad: str) -> None:
    listing = world.published(place)
    proposal = edit(place, listing, fees="Free")
    change = proposal.changes.get()
    client = Client(raise_request_exception=False)
    client.force_login(place.assurer)

    said = {"choice": "reject", "reason": "other", "reason_words": bad}
    answer = client.post(
        f"/work/proposals/{proposal.pk}/",
        {f"c-{change.pk}-{name}": value for name, value in said.items()},
    )

    kept = Change.objects.get(pk=change.pk)
    assert answer.status_code in (200, 302)
    if answer.status_code == 302:
        assert kept.verdict == Verdict.REJECTED
        assert "\x00" not in kept.reason_words


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_looking_for_a_place_takes_any_words(place: world.Place, bad: str) -> None:
    world.published(place, in_hall=world.hall(name="Chapel Hall"))
    listing = world.draft(place)
    client = signed_in(place.contributor)

    found = client.get(f"/listings/{listing.pk}/places/", {"q": bad})
    new = client.get(f"/listings/{listing.pk}/new-place/", {"postcode": bad})

    assert (found.status_code, new.status_code) == (200, 200)

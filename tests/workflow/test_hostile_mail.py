"""Words that try to be a header of a mail stay words."""

import pytest
from django.core import mail as outbox

from accounts import actions as people
from accounts import mail
from accounts.models import Message
from accounts.roles import Role
from tests import world
from tests.workflow.deciding import later
from workflow.actions import listings
from workflow.models import Listing

pytestmark = pytest.mark.django_db

HEADER = "Council\r\nBcc: everybody@spam.example\r\n\r\nBuy this"


def test_no_name_becomes_a_header_of_a_mail() -> None:
    place = world.make_place()
    place.council.name = HEADER
    place.council.save()
    world.give(place.lead, Role.LEAD, place.partnership)
    people.invite(
        by=place.lead, email="new@friends.example", role=Role.READER, on=place.council,
        base_url="https://vouch.example",
    )  # fmt: skip
    listing = world.submitted(place)
    Listing.objects.filter(pk=listing.pk).update(title=HEADER)
    listings.return_listing(
        by=place.assurer, listing_id=listing.pk, reason=f"So.\n{HEADER}"
    )

    with later(hours=1):
        done = [mail.send(pk) for pk in mail.waiting_ids()]

    assert set(done) == {True}
    assert len(outbox.outbox) == Message.objects.count() >= 2
    for sent in outbox.outbox:
        assert "\n" not in sent.subject
        assert sent.recipients() == sent.to
        assert sent.message()["Bcc"] is None
        assert sent.content_subtype == "plain"


def test_name_of_an_account_is_one_line() -> None:
    made = people.new_account(
        "jo@friends.example", " Jo\r\nBcc: x\u202e Marsh ", "correct horse battery"
    )

    assert made.name == "Jo Bcc: x Marsh"

"""One sender who reports about several services at once is still counted."""

import secrets

import pytest

from tests import world
from tests.workflow.threads import together
from workflow.actions.public_reports import Told, TooMany, report_publicly
from workflow.choices import WhatIsWrong
from workflow.models import Listing, PublicReport

pytestmark = pytest.mark.django_db(transaction=True)


def _tell(listing: Listing) -> PublicReport:
    told = Told(
        what=WhatIsWrong.TIMES, once=secrets.token_urlsafe(24), sender="192.0.2.7",
        words="It is on Wednesdays.",
    )  # fmt: skip
    return report_publicly(listing_id=listing.pk, told=told)


def test_limit_of_a_sender_holds_over_two_services_at_once() -> None:
    place = world.make_place()
    services = [world.published(place, name=f"Tea {n}") for n in range(7)]
    for listing in services[:5]:
        _tell(listing)

    results = together(lambda: _tell(services[5]), lambda: _tell(services[6]))

    assert sorted(type(one).__name__ for one in results) == [
        "PublicReport", TooMany.__name__,
    ]  # fmt: skip
    assert PublicReport.objects.count() == 6

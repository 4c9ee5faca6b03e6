"""What the tests of deciding, checking and leading have in common."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common import clock
from tests import world
from workflow import queries
from workflow.actions import proposals
from workflow.models import Change, Listing, Proposal


def edit(
    place: world.Place,
    listing: Listing,
    *,
    by: User | None = None,
    record: str = "",
    words: str = "I was there.",
    **values: Any,
) -> Proposal:
    """A suggestion to change fields of the service, or of another ``record``."""
    listing = world.fresh(listing)
    return proposals.propose_edit(
        by=by or place.contributor,
        listing_id=listing.pk,
        edits={record or str(listing.record_id): values},
        bases=queries.whole(listing).numbers,
        evidence="visited",
        words=words,
    )


def report(place: world.Place, listing: Listing, **options: Any) -> Proposal:
    """A report that something is wrong."""
    return proposals.report_problem(
        by=place.contributor,
        listing_id=listing.pk,
        words="The door was shut.",
        evidence="visited",
        **options,
    )


def change(proposal: Proposal, path: str = "") -> Change:
    """The one change of a proposal, or the first at a path: the service's own."""
    found = proposal.changes.all()
    return found.filter(path=path)[0] if path else found.get()


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *args: Any, **query: str) -> Any:
    """A page of the workflow as this person gets it."""
    return signed_in(user).get(reverse(f"workflow:{name}", args=args), query)


def send(user: User, name: str, *args: Any, **data: Any) -> Any:
    """What this person gets for sending a form."""
    return signed_in(user).post(reverse(f"workflow:{name}", args=args), data)


def choice(changed: Change, verdict: str, **more: str) -> dict[str, str]:
    """What the decision page sends for one row."""
    row = f"c-{changed.pk}"
    sent = {f"{row}-choice": verdict}
    return sent | {f"{row}-{name}": value for name, value in more.items()}


def seen(response: Any) -> dict[str, str]:
    """The hidden inputs that say which versions a page showed."""
    return {f"seen-{key}": str(n) for key, n in response.context["numbers"].items()}


def text(response: Any) -> str:
    """The page without needless white space."""
    return " ".join(response.content.decode().split())


@contextmanager
def later(**by: int) -> Iterator[None]:
    """Let things happen so much later."""
    with clock.at(clock.now() + dt.timedelta(**by)):
        yield


def query_count(user: User, address: str) -> int:
    """How many queries a page costs; warmed up, so that caches do not count."""
    client = signed_in(user)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)

"""To the public and back: the steps that several actions share.

The caller has locked the listing and authorised what it asks for.
"""

from collections.abc import Sequence
from typing import Any

from accounts import audit
from accounts.models import User
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.choices import Visibility
from workflow import gated, queries
from workflow.actions.proposals import refuse_replaced
from workflow.actions.revising import announce
from workflow.choices import Stage
from workflow.models import Listing
from workflow.stages import move, move_many


def write_audit(
    verb: str, listing: Listing, by: User | str, *, reason: str = "", **sides: Any
) -> None:
    """An audit row about a listing."""
    audit.record(
        verb,
        listing,
        actor=by,
        reason=reason,
        partnership_id=listing.partnership_id,
        **sides,
    )


def check_gate(listing: Listing, parts: queries.PublicParts | None = None) -> None:
    """Raise InvalidInput if the gate stops this listing from being public.

    ``parts`` is what the gate lets through, where the caller has it at hand.
    """
    refuse_replaced(listing.record)
    if listing.record.visibility != Visibility.OPEN:
        raise InvalidInput("This record is for partners only and is not published.")
    parts = parts or queries.public_parts(queries.whole(listing))
    if parts.stops:
        raise InvalidInput({"name": " ".join(parts.stops)})


def go_public(
    listing: Listing, transition: str, *, by: User | str, reason: str
) -> None:
    """Make a locked listing public through the gate; the caller has authorised it."""
    check_gate(listing)
    _let_out(listing, transition, by=by, reason=reason)


def _let_out(listing: Listing, transition: str, *, by: User | str, reason: str) -> None:
    move(listing, transition)
    listing.published_at = clock.now()
    listing.hidden_because = []
    listing.hidden_words = ""
    listing.save(
        update_fields=["stage", "published_at", "hidden_because", "hidden_words"]
    )
    announce(listing.record_id)
    write_audit("listing_published", listing, by, reason=reason)


def go_public_if_it_may(
    listing: Listing, transition: str, *, by: User | str, reason: str
) -> bool:
    """The same, unless the gate stops it: then the listing stays as it is."""
    if not _passes(listing):
        return False
    _let_out(listing, transition, by=by, reason=reason)
    return True


def _passes(listing: Listing, parts: queries.PublicParts | None = None) -> bool:
    try:
        check_gate(listing, parts)
    except (InvalidInput, InvalidState):
        return False
    return True


def put_many_back(listings: Sequence[Listing], *, by: User | str, reason: str) -> int:
    """Put many hidden, locked listings back to the public, those that the gate lets
    through; how many.

    In a fixed number of statements, which leave what :func:`go_public_if_it_may` of
    each one by one would leave. They come with their record, its revision and what
    replaced it.
    """
    found = gated.public_parts(listings)
    back = [one for one in listings if _passes(one, found[one.pk])]
    _move_all(
        back, "put_back", published_at=clock.now(), hidden_because=[], hidden_words=""
    )
    _say(back, "listing_published", by, reason=reason)
    return len(back)


def take_from_public(
    listing: Listing, because: str, *, by: User | str, reason: str
) -> None:
    """Add a reason against a locked listing and hide it; authorised before.

    Raises InvalidState where it is not public and was never hidden either.
    """
    if listing.stage != Stage.UNPUBLISHED:
        move(listing, "hide")
    elif because in listing.hidden_because:
        raise InvalidState("It is hidden for this reason already.")
    before = list(listing.hidden_because)
    listing.hidden_because = sorted({*before, because})
    listing.hidden_words = reason
    listing.carried_over_until = None
    listing.save(
        update_fields=[
            "stage", "hidden_because", "hidden_words", "carried_over_until",
        ]
    )  # fmt: skip
    announce(listing.record_id)
    write_audit(
        "listing_hidden", listing, by, reason=reason,
        before=before, after=listing.hidden_because,
    )  # fmt: skip


def take_many_from_public(
    listings: Sequence[Listing], because: str, *, by: User | str, reason: str
) -> int:
    """Hide many public, locked listings for one reason; how many.

    In a fixed number of statements, which leave what :func:`take_from_public` of each
    one by one would leave. Raises InvalidState where one of them is not public.
    """
    _move_all(
        listings, "hide", hidden_because=[because], hidden_words=reason,
        carried_over_until=None,
    )  # fmt: skip
    _say(listings, "listing_hidden", by, reason=reason, before=[], after=[because])
    return len(listings)


def _move_all(listings: Sequence[Listing], transition: str, **columns: Any) -> None:
    rows = Listing.objects.filter(pk__in=[one.pk for one in listings])
    if move_many(rows, transition, **columns) != len(listings):
        raise InvalidState("One of the records has moved on meanwhile.")


def _say(listings: Sequence[Listing], verb: str, by: User | str, **sides: Any) -> None:
    """The outbox row and the audit row of each of many listings."""
    if not listings:
        return
    announce(*(one.record_id for one in listings))
    audit.record_many(
        audit.unsaved(verb, one, actor=by, partnership_id=one.partnership_id, **sides)
        for one in listings
    )

"""To the public and back: the steps that several actions share.

The caller has locked the listing and authorised what it asks for.
"""

from typing import Any

from accounts import audit
from accounts.models import User
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.choices import Visibility
from workflow import queries
from workflow.actions.proposals import refuse_replaced
from workflow.actions.revising import announce
from workflow.choices import Stage
from workflow.models import Listing
from workflow.stages import move


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


def check_gate(listing: Listing) -> None:
    """Raise InvalidInput if the gate stops this listing from being public."""
    refuse_replaced(listing.record)
    if listing.record.visibility != Visibility.OPEN:
        raise InvalidInput("This record is for partners only and is not published.")
    parts = queries.public_parts(queries.whole(listing))
    if parts.stops:
        raise InvalidInput({"name": " ".join(parts.stops)})


def go_public(
    listing: Listing, transition: str, *, by: User | str, reason: str
) -> None:
    """Make a locked listing public through the gate; the caller has authorised it."""
    check_gate(listing)
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
    try:
        check_gate(listing)
    except (InvalidInput, InvalidState):
        return False
    go_public(listing, transition, by=by, reason=reason)
    return True


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

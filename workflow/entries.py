"""What kind of entry a listing is, in words for those who keep it."""

from directory.choices import EntryKind
from directory.entries import looks_like
from directory.payload import Payload
from workflow.models import Listing

MARKED = (EntryKind.BODY, EntryKind.SIGNPOST)


def marked(listing: Listing) -> str:
    """What a person said it is, where that is no service of its own; else ``""``."""
    if listing.entry not in MARKED:
        return ""
    return EntryKind(listing.entry).label


def doubt(listing: Listing, service: Payload, organization: Payload) -> str:
    """What it looks like, and why; ``""`` where somebody has said what it is, or where
    it looks like a service."""
    looks = None if listing.entry else looks_like(service, organization)
    if looks is None:
        return ""
    return f"It looks as if this were “{looks.kind.label.lower()}”. {looks.reason}"


def say(listing: Listing, service: Payload, organization: Payload) -> str:
    """Either of the two, in a sentence; ``""`` for an ordinary service."""
    if kind := marked(listing):
        return f"Marked as “{kind.lower()}”. The public is told so."
    return doubt(listing, service, organization)

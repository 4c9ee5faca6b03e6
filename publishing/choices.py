"""Closed lists of the publishing side."""

from django.db import models


class GoneReason(models.TextChoices):
    """Why the public no longer sees a service, the most final first.

    Where a listing is hidden for several reasons, the first of them in this order is
    the one that is told.
    """

    CLOSED = "closed", "Closed"
    DUPLICATE = "duplicate", "Duplicate"
    WITHDRAWN = "withdrawn", "Withdrawn"
    PERSONAL_DATA = "personal_data", "Personal data"
    NOT_OPEN = "not_open", "Not open to the public"
    CARRIED_OVER_ENDED = "carried_over_ended", "Carried over and never checked"
    LAPSED = "lapsed", "Not checked in time"
    INCOMPLETE = "incomplete", "Incomplete"
    NOT_SHARED = "not_shared", "No longer shared by the place that keeps it"


GONE_SENTENCES: dict[str, str] = {
    GoneReason.CLOSED: "It has closed.",
    GoneReason.DUPLICATE: ("The same service is in the directory under another entry."),
    GoneReason.WITHDRAWN: "It has been withdrawn from the directory.",
    GoneReason.PERSONAL_DATA: (
        "It held something that may not be made public, and is being put right."
    ),
    GoneReason.NOT_OPEN: "It is no longer open to the public.",
    GoneReason.CARRIED_OVER_ENDED: (
        "It was taken over from an earlier directory, and nobody has checked it since."
    ),
    GoneReason.LAPSED: (
        "Nobody has checked the information in time, so it is not shown until "
        "somebody has checked it again."
    ),
    GoneReason.INCOMPLETE: (
        "Something that has to be known about it is missing, and is being put right."
    ),
    GoneReason.NOT_SHARED: "A neighbouring place keeps it; it is no longer shown here.",
}
"""What pages and API say to anybody. Nothing in it is about a person."""


HOW_CHECKED: dict[str, str] = {
    "call": "by telephone",
    "email": "by e-mail",
    "visit": "on a visit",
    "meeting": "at a meeting",
    "website": "on their own website",
    "own": "by those who run it",
    "decision": "from what they sent in",
}
"""How the information was checked, as pages say it; by ``workflow.choices.Method``."""

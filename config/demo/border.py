"""What the two demo places have agreed to show of each other's services, and a record
that one of them would rather give to the other."""

import datetime as dt
from contextlib import AbstractContextManager

from accounts.models import Partnership, User
from common import clock
from workflow.actions import offering, sharing
from workflow.models import Listing


def share(
    today: dt.date,
    wexcombe: tuple[Partnership, User],
    hartmoor: tuple[Partnership, User],
) -> None:
    """Wexcombe shows what Hartmoor keeps; Hartmoor asked for the reverse two days ago,
    and yesterday that Wexcombe keeps one of its records.

    Each side is its place and its lead.
    """
    (here, leonie), (there, hugo) = wexcombe, hartmoor
    with _at(today, 41, 10):
        asked = sharing.propose_sharing(
            by=leonie, place=here, home=there, shown_by=here,
            words="Half of our carers live closer to your groups than to ours.",
        )  # fmt: skip
    with _at(today, 40, 14):
        sharing.accept_sharing(by=hugo, agreement_id=asked.pk)
    with _at(today, 2, 9):
        sharing.propose_sharing(
            by=hugo, place=there, home=here, shown_by=there,
            words="Our surgery sends people to your benefits desk every week.",
        )  # fmt: skip
    visits = Listing.objects.get(partnership=there, title="Winter readiness visits")
    with _at(today, 1, 11):
        offering.offer_home(
            by=hugo, place=visits.partnership, listing_id=visits.pk,
            to=Partnership.objects.get(pk=here.pk),
            reason="Nearly all the farms they visit are on your side of the moor road, "
            "and your fire service sends people to them.",
        )  # fmt: skip


def _at(today: dt.date, days_ago: int, hour: int) -> AbstractContextManager[None]:
    day = today - dt.timedelta(days=days_ago)
    return clock.at(dt.datetime.combine(day, dt.time(hour), tzinfo=clock.LONDON))

"""A mail that asks, looked at once more when it goes out.

It may have lain for a night, or behind many others: what was found out since it was
written is asked no more. Such a record was not asked about, so that nothing of it is
kept but the audit row, and an answer that it has.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q

from accounts import audit
from accounts.models import Message
from common import clock
from workflow import asking, asking_words, erased
from workflow.actions.asking_run import mail_of
from workflow.models import Ask, AskedListing, Listing


def leave_out_what_is_known(message: Message) -> bool:
    """Write the mail of an ask anew without the records that need no answer any more;
    False where none is left, so that it is not sent. Inside a transaction."""
    ask = (
        Ask.objects.select_related("contact", "partnership__policy")
        .filter(message=message)
        .first()
    )
    if ask is None or ask.contact is None:
        return True
    erased.keep_out()
    rows = list(
        AskedListing.objects.select_for_update(of=("self",), no_key=True)
        .filter(ask=ask)
        .order_by("pk")
    )
    listings = _still_asked(ask, rows)
    left = {one.pk for one in listings}
    if len(left) == len(rows):
        return True
    _keep(ask, [row for row in rows if row.listing_id not in left])
    if not listings:
        Ask.objects.filter(pk=ask.pk).update(revoked_at=clock.now())
        return False
    anew = mail_of(
        ask, listings, asked_before=_were_asked_before(ask, rows, left),
        known=asking_words.known_of(listings),
    )  # fmt: skip
    Message.objects.filter(pk=message.pk).update(
        subject=anew.subject, text=anew.text, html=anew.html
    )
    return True


def _still_asked(ask: Ask, rows: Sequence[AskedListing]) -> list[Listing]:
    """The records that a mail still asks about, in its order; what somebody asks about
    by hand need not be public."""
    if ask.revoked_at:
        return []
    unanswered = [row for row in rows if not row.answer]
    by_hand = [row.listing_id for row in unanswered if row.step >= asking.BY_HAND]
    there = Listing.objects.filter(
        asking.IS_ASKED_ABOUT | Q(pk__in=by_hand),
        pk__in=[row.listing_id for row in unanswered],
        partnership=ask.partnership_id,
        organization_id=F("asked__ask__contact__organization_id"),
        asked__ask=ask,
    )
    return list(
        asking.without_news_since(there, ask.created_at)
        .select_related("record__revision", "partnership__policy", "remit__partner")
        .order_by("due_on", "title", "pk")
    )


def _keep(ask: Ask, rows: Sequence[AskedListing]) -> None:
    """Forget that these records were asked about, apart from what was answered."""
    unanswered = [row.pk for row in rows if not row.answer]
    AskedListing.objects.filter(pk__in=unanswered).delete()
    audit.record(
        "ask_left_out", ask, actor=audit.SYSTEM, body=ask.asked_by_label,
        partnership_id=ask.partnership_id,
        after={"listings": [str(row.listing_id) for row in rows]},
    )  # fmt: skip


def _were_asked_before(ask: Ask, rows: Sequence[AskedListing], left: set[Any]) -> bool:
    """Whether the ladder has asked about any of these for the same due date."""
    climbed = [
        row.listing_id
        for row in rows
        if row.listing_id in left and row.step < asking.BY_HAND
    ]
    before = AskedListing.objects.filter(
        listing__in=climbed, due_on=F("listing__due_on"), step__lt=asking.BY_HAND
    )
    return before.exclude(ask=ask).exists()

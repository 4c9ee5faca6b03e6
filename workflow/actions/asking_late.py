"""A mail that asks, looked at once more when it goes out.

It may have lain for a night, or behind many others: what was found out since it was
written is asked no more. Such a record was not asked about, so that nothing of it is
kept but the audit row, and an answer that it has.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q

from accounts import audit
from accounts.models import AuditEvent, Message
from common import clock
from workflow import asking, asking_words, erased
from workflow.actions.asking_run import mail_of, to_label
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
    if ask.contact.stopped_at:  # while a first try to send it failed
        return False
    erased.keep_out()
    rows = list(
        AskedListing.objects.select_for_update(of=("self",), no_key=True)
        .filter(ask=ask)
        .order_by("pk")
    )
    listings = _still_asked(ask, rows)
    left = {one.pk for one in listings}
    if len(left) == len(rows) and message.to == ask.contact.email:
        return True
    _keep(ask, [row for row in rows if row.listing_id not in left])
    if not listings:
        Ask.objects.filter(pk=ask.pk).update(revoked_at=clock.now())
        return False
    anew = mail_of(
        ask, listings, asked_before=_were_asked_before(ask, rows, left),
        known=asking_words.known_of(listings),
    )  # fmt: skip
    # Also to whom it goes by now, and who asks about what is left.
    Message.objects.filter(pk=message.pk).update(
        to=anew.to, reply_to=anew.reply_to,
        subject=anew.subject, text=anew.text, html=anew.html,
    )  # fmt: skip
    Ask.objects.filter(pk=ask.pk).update(to_label=to_label(ask.contact))
    return True


def _still_asked(ask: Ask, rows: Sequence[AskedListing]) -> list[Listing]:
    """The records that a mail still asks about, in its order; what somebody asks about
    by hand need not be public. None where its link was taken back, or nobody can be
    written to any more."""
    if ask.revoked_at or not (ask.contact and ask.contact.can_be_mailed):
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
    written = AuditEvent.objects.filter(object_id=ask.pk, verb="ask_left_out")
    before = written.values_list("after", flat=True)
    known = {key for after in before if after for key in after["listings"]}
    new = [key for row in rows if (key := str(row.listing_id)) not in known]
    if new:  # a mail that is tried again leaves out the same once more
        audit.record(
            "ask_left_out", ask, actor=audit.SYSTEM, body=ask.asked_by_label,
            partnership_id=ask.partnership_id, after={"listings": new},
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

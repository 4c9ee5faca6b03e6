"""Asking the providers of several records at once, one mail for each contact point,
and taking that back while it has not gone out."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.access import is_person
from accounts.models import AuditEvent, Message, User
from common import clock
from common.enqueue import enqueue_on_commit
from common.errors import InvalidState
from workflow import access, asking_contacts, asking_words, batches
from workflow.actions.asking_by_hand import contact_of, keep
from workflow.actions.asking_run import new_ask, write_mail
from workflow.actions.revising import lock_records
from workflow.actions.telling import UNDO
from workflow.choices import BatchAct, Channel
from workflow.models import Ask, Listing


@transaction.atomic
def ask_about_several(
    *, by: User, listing_ids: Sequence[Any]
) -> tuple[Ask | None, dict[Any, str]]:
    """Ask one contact point about records of one organization, in one mail.

    It goes out once it can no longer be undone. Returns the ask, None where nothing was
    left to ask, with why some were left out. Raises PermissionDenied, InvalidState.
    """
    rows = batches.chosen(listing_ids)
    lock_records(rows.values_list("record_id", flat=True))
    locked = Listing.objects.select_for_update(of=("self",), no_key=True)
    list(locked.filter(pk__in=list(listing_ids)).order_by("pk").values_list("pk"))
    listings = list(rows.order_by("due_on", "title", "pk"))
    if not access.in_remit_by(by).filter(pk__in=list(listing_ids)).exists():
        raise PermissionDenied("This is not in your area of work.")
    if len({batches.key_of(one) for one in listings}) > 1:
        raise InvalidState("One mail is for one organisation.")
    first = listings[0]
    asking_contacts.fill(first.partnership, [first.organization_id])
    why_not = batches.reasons(by, BatchAct.REMIND, listings, {})
    asked = [one for one in listings if one.pk not in why_not]
    if not asked:
        return None, why_not
    whom = batches.contacts_of(asked)[batches.key_of(asked[0])]
    contact = contact_of(asked[0], whom.position)
    if not contact.can_be_mailed:
        raise InvalidState("There is no e-mail address that we may write to.")
    ask = new_ask(contact, Channel.MAIL, asking_words.asker_of(asked).body)
    write_mail(ask, asked, asked_before=False)
    _wait(ask)
    keep(ask, asked, by)
    return ask, why_not


def _wait(ask: Ask) -> None:
    """Let the mail lie until it can no longer be undone."""
    message = ask.message
    if message is None:
        return
    message.send_after = max(message.send_after, clock.now() + UNDO)
    message.save(update_fields=["send_after"])
    enqueue_on_commit("workflow.send_mail")


@transaction.atomic
def take_ask_back(*, by: User, ask_id: Any) -> None:
    """Within ten minutes: the mail does not go out, and it is as if nobody was asked.

    For who asked. Raises PermissionDenied, InvalidState once it has gone out.
    """
    ask = Ask.objects.select_for_update(of=("self",), no_key=True).get(pk=ask_id)
    mine = AuditEvent.objects.filter(
        object_id=ask.pk,
        verb="provider_asked",
        actor_id=by.pk if is_person(by) else None,
    )
    if not is_person(by) or not mine.exists():
        raise PermissionDenied("Only who asked may take it back.")
    mail = Message.objects.select_for_update().filter(pk=str(ask.message_id)).first()
    if mail is None or mail.claimed_at or mail.sent_at or ask.used_at:
        raise InvalidState("The mail has gone out already.")
    if ask.revoked_at or mail.cancelled_at:
        raise InvalidState("This has been taken back already.")
    if clock.now() > ask.created_at + UNDO:
        raise InvalidState("Ten minutes have passed, so the mail is on its way.")
    mail.cancelled_at = ask.revoked_at = clock.now()
    mail.save(update_fields=["cancelled_at"])
    ask.save(update_fields=["revoked_at"])
    ask.asked.all().delete()
    audit.record(
        "ask_taken_back", ask, actor=by, body=ask.asked_by_label,
        partnership_id=ask.partnership_id,
    )  # fmt: skip

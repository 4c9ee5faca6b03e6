"""Taking back what one wrote down of a call: the wrong button, or the wrong line."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.access import is_person
from accounts.models import Message, User
from common import clock
from common.errors import InvalidState
from workflow.actions import efforts
from workflow.actions.answering_other import forget_answer
from workflow.actions.calling import lock_rung
from workflow.actions.telling import UNDO
from workflow.choices import Answered, CallOutcome, Stopped
from workflow.models import Call


@transaction.atomic
def undo_call(*, by: User, call_id: Any) -> Call:
    """Within ten minutes: “I pressed the wrong button”. What the call did is as if it
    had not been written down, but for the audit trail.

    Raises PermissionDenied for another's; InvalidState when it is too late, or somebody
    has acted on it.
    """
    peek = Call.objects.get(pk=call_id)
    if not is_person(by) or peek.called_by_id != by.pk:
        raise PermissionDenied("Only who wrote it down takes it back.")
    about = list(peek.about.values_list("asked_id", flat=True))
    contact, asked, listings = lock_rung(peek.contact_id, about)
    call = Call.objects.select_for_update(of=("self",), no_key=True).get(pk=call_id)
    if call.taken_back_at:
        raise InvalidState("This has been taken back already.")
    if clock.now() > call.created_at + UNDO:
        raise InvalidState("Ten minutes have passed. Ring again, and write that down.")
    if contact.calls.filter(
        taken_back_at=None, created_at__gt=call.created_at
    ).exists():
        raise InvalidState("Somebody has rung them since.")
    for row in asked:
        if row.answered_how == Answered.PHONE:
            forget_answer(row, listings[row.listing_id], by=by)
    if (
        call.outcome == CallOutcome.NOT_US
        and contact.stopped_because == Stopped.NOT_US
        and contact.stopped_at and contact.stopped_at >= call.created_at
    ):  # fmt: skip
        contact.stopped_because, contact.stopped_at = "", None
        contact.save(update_fields=["stopped_because", "stopped_at"])
    _take_lead_back(call)
    efforts.take_back(call=call)
    call.taken_back_at = clock.now()
    call.save(update_fields=["taken_back_at"])
    audit.record(
        "call_taken_back", call, actor=by, body=call.body_label,
        partnership_id=call.partnership_id, before={"outcome": call.outcome},
    )  # fmt: skip
    return call


def _take_lead_back(call: Call) -> None:
    """The mails to the leads have not gone out yet, and do not."""
    ask = call.lead_ask
    if ask is None:
        return
    Message.objects.filter(about_id=ask.pk, sent_at=None, claimed_at=None).update(
        cancelled_at=clock.now()
    )
    call.lead_ask = None
    call.save(update_fields=["lead_ask"])
    ask.asked.all().delete()
    ask.delete()

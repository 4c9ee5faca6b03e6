"""How the matrix is tried: whom we ask, and what came of it."""

import datetime as dt
import uuid
from typing import Any

from accounts.models import Message, User
from common import clock
from tests.workflow.rights.scene import (
    late,
)
from tests.workflow.rights.trial import Call, Trial, said_before
from workflow.actions import (
    asking_by_hand,
    batch_asking,
    calling,
    calling_undo,
    contact_points,
)
from workflow.actions.contact_points import Where
from workflow.matrix import Whose
from workflow.models import (
    Ask,
    AskedListing,
    CalledListing,
    ContactPoint,
    Decision,
    Listing,
)
from workflow.models import Call as CallRow

CALLS: dict[str, Call] = {}


def _ask_of(trial: Trial) -> Ask:
    """A letter about a record of the trial, to a contact point that was stopped."""
    listing = trial.made.listings["published"]
    contact, _ = ContactPoint.objects.update_or_create(
        partnership=listing.partnership,
        organization_id=str(listing.organization_id),
        position=1,
        defaults={"stopped_because": "bounced", "stopped_at": clock.now()},
    )
    ask = Ask.objects.create(
        partnership=listing.partnership, contact=contact, channel="letter",
        asked_on=clock.today(), asked_by_label="test", token_hash=uuid.uuid4().hex,
    )  # fmt: skip
    AskedListing.objects.create(
        ask=ask, listing=listing, due_on=clock.today(),
        step=AskedListing.objects.count(),
    )  # fmt: skip
    return ask


def _ask_about_several(trial: Trial) -> Any:
    listing = trial.made.listings["published"]
    ContactPoint.objects.update_or_create(
        partnership=listing.partnership,
        organization_id=str(listing.organization_id),
        position=1,
        defaults={"email": "us@friends.example", "by_hand": True},
    )
    with clock.at(late()):
        return batch_asking.ask_about_several(by=trial.by, listing_ids=[listing.pk])


def _take_ask_back(trial: Trial) -> None:
    ask = _ask_of(trial)
    ask.message = Message.objects.create(
        to="us@friends.example", kind="ask", subject="Still right?", text="Is it?"
    )
    ask.save()
    said_before(trial, "provider_asked", ask)
    batch_asking.take_ask_back(by=trial.by, ask_id=ask.pk)


def _start_again(trial: Trial) -> Any:
    _ask_of(trial)
    return contact_points.start_again(**trial.listing("published"), position=1)


def _record_call(trial: Trial) -> CallRow:
    """A call about a record that is due and on the phone list."""
    ask = _ask_of(trial)
    asked = ask.asked.get()
    Listing.objects.filter(pk=asked.listing_id).update(
        assured_on=asked.due_on - dt.timedelta(days=92), due_on=asked.due_on,
        confirmed_on=None,
    )  # fmt: skip
    Decision.objects.filter(proposal__listing=asked.listing_id).update(
        decided_at=clock.now() - dt.timedelta(days=92)
    )
    return calling.record_call(
        by=trial.by, contact_id=ask.contact_id, about={asked.pk: None},
        said=calling.Said("no_answer"), last_id=_last_call(ask),
    )  # fmt: skip


def _last_call(ask: Ask) -> Any:
    calls = CallRow.objects.filter(contact=ask.contact_id, taken_back_at=None)
    return calls.order_by("-created_at", "-pk").values_list("pk", flat=True).first()


def _undo_call(trial: Trial) -> Any:
    """A call that the person wrote down, or (not their own) somebody else."""
    ask = _ask_of(trial)
    assert ask.contact is not None
    is_own = trial.whose == Whose.OWN and isinstance(trial.by, User)
    call = CallRow.objects.create(
        partnership=ask.partnership, contact=ask.contact, outcome="no_answer",
        called_by=trial.by if is_own else trial.made.person, body_label="test",
    )  # fmt: skip
    CalledListing.objects.create(call=call, asked=ask.asked.get())
    return calling_undo.undo_call(by=trial.by, call_id=call.pk)


CALLS |= {
    "record_call": _record_call,
    "undo_call": _undo_call,
    "save_contact_points": lambda t: contact_points.save_contact_points(
        **t.listing("published"), first=Where("office@friends.example"), second=Where()
    ),
    "start_again": _start_again,
    "ask_by_hand": lambda t: asking_by_hand.ask_by_hand(
        **t.listing("published"), channel="letter"
    ),
    "ask_about_several": _ask_about_several,
    "take_ask_back": _take_ask_back,
    "revoke_ask": lambda t: asking_by_hand.revoke_ask(by=t.by, ask_id=_ask_of(t).pk),
}  # fmt: skip

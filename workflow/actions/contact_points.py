"""Whom we ask for an organization: written by who keeps its records, stopped when mails
come back or somebody says that it is not them any more."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.models import User
from common import clock
from common.errors import InvalidInput, InvalidState
from common.words import one_line, plain
from workflow import access, erased
from workflow.actions.answering import (
    NO_LONGER,
    Who,
    check_who,
    gone,
    keep,
    works,
    write_audit,
)
from workflow.actions.answering_other import cancel_mails
from workflow.actions.revising import lock_listing
from workflow.actions.telling import UNDO
from workflow.choices import Answer, Stopped
from workflow.models import Ask, AskedListing, ContactPoint, Listing

BY_LINK = "The provider, by a link"
BY_THEM = (Stopped.NOT_US, Stopped.ASKED_NOT)
"""Reasons that whoever is asked gave."""

MOMENT = dt.timedelta(minutes=1)
"""The answers of a stop are written just before the stop itself."""


@dataclass(frozen=True)
class Where:
    """A contact point as somebody writes it; all of it may be empty."""

    email: str = ""
    phone: str = ""
    role: str = ""
    postal: str = ""


@transaction.atomic
def save_contact_points(
    *, by: User, listing_id: Any, first: Where, second: Where
) -> list[ContactPoint]:
    """Write whom to ask for the organization of a service, first and second.

    A new address starts afresh: what stopped the old one does not stop it. Raises
    PermissionDenied; InvalidInput by ``first_email`` and so on.
    """
    listing = lock_listing(listing_id)
    if not access.can_keep_contact(by, listing):
        raise PermissionDenied("Its provider and its assurers say whom to ask.")
    if listing.organization_id is None:
        raise InvalidState("Nobody is said to run this service yet.")
    _check({"first": first, "second": second})
    rows = [
        _write(listing, position, where)
        for position, where in enumerate((first, second), start=1)
    ]
    audit.record(
        "contact_points_saved", listing, actor=by,
        partnership_id=listing.partnership_id,
    )  # fmt: skip
    return rows


def _check(points: dict[str, Where]) -> None:
    wrong: dict[str, str] = {}
    for name, where in points.items():
        try:
            if where.email:
                validate_email(where.email)
        except ValidationError:
            wrong[f"{name}_email"] = "Write an address like office@example.org."
        wrong |= erased.faults({
            f"{name}_{key}": value for key, value in vars(where).items()
        })  # fmt: skip
    first, second = points["first"], points["second"]
    if second.email and second.email.lower() == first.email.lower():
        wrong["second_email"] = "This is the first address again. Give another."
    if wrong:
        raise InvalidInput(wrong)


def _write(listing: Listing, position: int, where: Where) -> ContactPoint:
    row, _ = ContactPoint.objects.select_for_update(no_key=True).get_or_create(
        partnership=listing.partnership,
        organization_id=str(listing.organization_id),
        position=position,
    )
    email = one_line(where.email).lower()
    if email != row.email:
        row.stopped_because, row.stopped_at = "", None
    row.email = email
    row.phone = one_line(where.phone)[:40]
    row.role = one_line(where.role)[:120]
    row.postal = plain(where.postal).strip()[:500]
    row.by_hand = True
    row.save()
    return row


def stop(contact_id: Any, because: Stopped, *, actor: User | str) -> bool:
    """Send nothing more to a contact point; False if it was stopped already. Its open
    records are on the phone list from now on (``asking.to_ring``)."""
    row = (
        ContactPoint.objects.select_for_update(no_key=True)
        .filter(pk=contact_id, stopped_at=None)
        .first()
    )
    if row is None:
        return False
    row.stopped_because, row.stopped_at = because, clock.now()
    row.save(update_fields=["stopped_because", "stopped_at"])
    for ask in Ask.objects.filter(contact=row, message__sent_at=None):
        cancel_mails(ask)
    audit.record(
        "contact_point_stopped", row, actor=actor, partnership_id=row.partnership_id,
        after={"because": str(because)},
    )  # fmt: skip
    return True


@transaction.atomic
def start_again(*, by: User, listing_id: Any, position: int) -> None:
    """Write to a contact point again that was stopped, for who keeps the record.

    Raises PermissionDenied, InvalidState.
    """
    listing = lock_listing(listing_id)
    if not access.can_keep_contact(by, listing):
        raise PermissionDenied("Its provider and its assurers say whom to ask.")
    row = (
        ContactPoint.objects.select_for_update(no_key=True)
        .filter(
            partnership=listing.partnership_id,
            organization_id=str(listing.organization_id),
            position=position,
        )
        .first()
    )
    if row is None or row.stopped_at is None:
        raise InvalidState("It is written to already.")
    before = row.stopped_because
    row.stopped_because, row.stopped_at = "", None
    row.save(update_fields=["stopped_because", "stopped_at"])
    audit.record(
        "contact_point_started", row, actor=by, partnership_id=row.partnership_id,
        before={"because": before},
    )  # fmt: skip


@transaction.atomic
def say_stop(*, ask: Ask, who: Who, because: Stopped) -> None:
    """Whoever holds the key says “not us any more”, or asks for no more mails.

    Nothing more goes to the contact point; what it has not answered is rung about.
    Raises InvalidState where the key no longer works, InvalidInput.
    """
    check_who(who)
    ask, rows = _lock(ask)
    if not works(ask):
        raise InvalidState(NO_LONGER)
    if because == Stopped.NOT_US:
        for asked in rows:
            if not asked.answer and not gone(ask, asked.listing):
                keep(asked, Answer.NOT_US, who)
                write_audit("ask_answered", asked, after={"answer": str(Answer.NOT_US)})
    stop(ask.contact_id, because, actor=BY_LINK)


def _lock(ask: Ask) -> tuple[Ask, list[AskedListing]]:
    """Lock a contact point, what was asked, and the ask, in the order of all actions:
    an answer locks what was asked and then says that the key has done its work."""
    lock_contact_of(ask)
    rows = list(
        AskedListing.objects.select_for_update(of=("self",), no_key=True)
        .select_related("ask__contact", "listing")
        .filter(ask=ask)
        .order_by("pk")
    )
    locked = Ask.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("contact").get(pk=ask.pk), rows


def lock_contact_of(ask: Ask) -> None:
    """Lock the contact point of an ask, which comes before the ask itself."""
    rows = ContactPoint.objects.select_for_update(no_key=True)
    list(rows.filter(pk__in=[ask.contact_id]).values_list("pk"))


def _stopped_by(ask: Ask) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(asks=ask, stopped_because__in=BY_THEM)


def stop_is_taken_back_until(ask: Ask) -> dt.datetime | None:
    """Until when the “stop” that was said by this link may be taken back; None where
    there is none, or it is too late."""
    row = _stopped_by(ask).exclude(stopped_at=None).first()
    if row is None or row.stopped_at is None:
        return None
    until = row.stopped_at + UNDO
    return until if clock.now() <= until else None


@transaction.atomic
def take_stop_back(*, ask: Ask) -> None:
    """Within ten minutes: “I pressed the wrong button”. The contact point is written to
    again, and what was answered with “not us” is open again.

    Raises InvalidState when it is too late, or nothing was stopped by this link.
    """
    ask, rows = _lock(ask)
    row = _stopped_by(ask).first()
    if row is None or row.stopped_at is None:
        raise InvalidState("There is nothing to take back.")
    if clock.now() > row.stopped_at + UNDO:
        raise InvalidState("Ten minutes have passed. Write to us to start again.")
    before, since = row.stopped_because, row.stopped_at
    row.stopped_because, row.stopped_at = "", None
    row.save(update_fields=["stopped_because", "stopped_at"])
    answered = [
        asked
        for asked in rows
        if asked.answer == Answer.NOT_US
        and asked.answered_at
        and asked.answered_at >= since - MOMENT
    ]
    for asked in answered:
        write_audit("answer_taken_back", asked, before={"answer": asked.answer})
    if answered:
        AskedListing.objects.filter(pk__in=[asked.pk for asked in answered]).update(
            answer="", answered_at=None, answered_how="", answered_by=""
        )
        Ask.objects.filter(pk=ask.pk).update(used_at=None)
    audit.record(
        "contact_point_started", row, actor=BY_LINK,
        partnership_id=row.partnership_id, before={"because": before},
    )  # fmt: skip

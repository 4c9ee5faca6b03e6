"""Answering what we asked, with the key of a link or letter instead of an account.

Whoever holds the key speaks for the contact point it was sent to, about the records it
was sent for and no others. What they say is the provider's word: a confirmation, never
a check, or a suggestion that is decided as any other. Each record is answered once; the
record's lock decides between two answers at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet

from accounts import audit
from common import clock
from common.errors import InvalidInput, InvalidState
from common.words import one_line
from workflow import erased
from workflow.actions.proposals import clock_words
from workflow.actions.revising import announce, lock_listing
from workflow.choices import Answer, Answered, Channel, SaidBy, Stopped
from workflow.models import Ask, AskedListing, Confirmation, Listing

LONGEST_NAME = 120
_HOW = {Channel.LETTER: Answered.LETTER, Channel.SMS: Answered.SMS}

NO_LONGER = "This link no longer works."


@dataclass(frozen=True)
class Who:
    """Who answers, as they say: a name, and what they do there."""

    name: str
    role: str

    @property
    def words(self) -> str:
        """“Jo Bright, secretary”"""
        return ", ".join(part for part in (self.name, self.role) if part)


def works(ask: Ask) -> bool:
    """Whether the key of an ask still opens anything."""
    return (
        ask.token_hash != ""
        and ask.revoked_at is None
        and ask.expires_at is not None
        and clock.now() < ask.expires_at
        and (ask.contact is None or ask.contact.stopped_because != Stopped.NOT_US)
    )


def in_care(ask: Ask) -> QuerySet[AskedListing]:
    """What an ask is about and is still kept by who asked and run by who was asked: its
    key opens nothing else."""
    return ask.asked.filter(
        listing__partnership=F("ask__partnership"),
        listing__organization_id=F("ask__contact__organization_id"),
    )


def refuse_gone(ask: Ask, listing: Listing) -> None:
    """Raise InvalidState for a locked record that is not theirs to answer for any
    more."""
    if sentence := gone(ask, listing):
        raise InvalidState(sentence)


def gone(ask: Ask, listing: Listing) -> str:
    """What is said of a record that went to another place or to another organization
    since it was asked about; ``""`` of one that did not."""
    moved = listing.partnership_id != ask.partnership_id
    runs = ask.contact and ask.contact.organization_id == listing.organization_id
    if runs and not moved:
        return ""
    home = listing.partnership
    mailbox = f": {home.role_mailbox}" if home.role_mailbox else ""
    if moved:
        return (
            f"“{listing}” is looked after by {home} now, which writes to you when it "
            f"is to be checked. Until then, tell {home} if something is "
            f"different{mailbox}."
        )
    return (
        f"“{listing}” is run by somebody else now, as far as we know, and they are "
        f"asked about it. If that is not right, tell {home}{mailbox}."
    )


@transaction.atomic
def say_same(
    *, ask: Ask, listing_id: Any, who: Who, seen: int | None = None
) -> Confirmation:
    """“Nothing has changed”, for one record. Never moves the date of its check.

    ``seen`` is the version of the record that was shown. Raises PermissionDenied for a
    key that does not open this record, InvalidState where it no longer works, the
    record changed since or somebody has answered, InvalidInput.
    """
    asked, listing = locked(ask, listing_id, who)
    revision = listing.record.revision
    if revision is None or (seen is not None and revision.number != seen):
        raise InvalidState(
            f"“{listing}” was changed while you were reading. Please look at it once "
            "more."
        )
    today = clock.today()
    said = Confirmation.objects.create(
        listing=listing, source=SaidBy.PROVIDER, said_on=today
    )
    listing.confirmed_on = today
    listing.save(update_fields=["confirmed_on"])
    asked.confirmation = said
    keep(asked, Answer.SAME, who)
    announce(listing.record_id)
    write_audit("listing_confirmed", asked)
    return said


def may_add(asked: AskedListing) -> bool:
    """Whether something else that is different may be told after an answer: where
    the first was of that kind, and not that the service has ended."""
    return asked.answer in (Answer.CHANGE, Answer.CLOSED_FOR_NOW)


def locked(
    ask: Ask, listing_id: Any, who: Who, *, more: bool = False
) -> tuple[AskedListing, Listing]:
    """What was asked and its listing, both locked and still to be answered; with
    ``more``, to be answered or added to.

    Raises as :func:`say_same` does.
    """
    check_who(who)
    if not ask.asked.filter(listing=listing_id).exists():
        raise PermissionDenied("This link is about other services.")
    listing = lock_listing(listing_id)
    ask = Ask.objects.select_related("contact").get(pk=ask.pk)
    if not works(ask):
        raise InvalidState(NO_LONGER)
    refuse_gone(ask, listing)
    asked = (
        AskedListing.objects.select_for_update(of=("self",), no_key=True)
        .select_related("ask__contact", "listing")
        .get(ask=ask, listing=listing)
    )
    if asked.answer and not (more and may_add(asked)):
        raise InvalidState(answered_already(asked))
    return asked, listing


def answered_already(asked: AskedListing) -> str:
    """What is said to who comes second."""
    at = clock_words(asked.answered_at) if asked.answered_at else ""
    said = Answer(asked.answer).label.lower()
    return f"This was answered at {at} for “{asked.listing}”: {said}."


_WHO_YOU_ARE: Final = {
    "name": "Give your name, so that we know whom to thank.",
    "role": "Say what you do there: “secretary”, “volunteer”.",
}


def check_who(who: Who, asked_for: Mapping[str, str] = _WHO_YOU_ARE) -> None:
    """Raise InvalidInput where it is not said who somebody is; ``asked_for`` has the
    sentences for who writes it down, if that is another person."""
    said = {"name": who.name, "role": who.role}
    wrong = {key: asked_for[key] for key, value in said.items() if not value.strip()}
    for key, value in said.items():
        if len(value) > LONGEST_NAME:
            wrong[key] = f"Keep it to {LONGEST_NAME} characters."
    if wrong:
        raise InvalidInput(wrong)
    erased.refuse(said)


def keep(asked: AskedListing, answer: str, who: Who, how: str = "") -> None:
    """Store an answer, and ``how`` it came (by what was sent, unless said); the key has
    done its work once all are answered."""
    now = clock.now()
    asked.answer = answer
    asked.answered_at = now
    asked.answered_how = how or _HOW.get(Channel(asked.ask.channel), Answered.LINK)
    asked.answered_by = one_line(who.words)[:250]
    asked.save(
        update_fields=[
            "answer", "answered_at", "answered_how", "answered_by", "confirmation",
            "proposal",
        ]
    )  # fmt: skip
    if not in_care(asked.ask).filter(answer="").exists():
        Ask.objects.filter(pk=asked.ask_id, used_at=None).update(used_at=now)


def write_audit(verb: str, asked: AskedListing, **more: Any) -> None:
    """An audit row without a name: that stays for good, and a name has its time."""
    audit.record(
        verb, asked.listing, actor=f"The provider, by {_by(asked)}",
        partnership_id=asked.listing.partnership_id, **more,
    )  # fmt: skip


def _by(asked: AskedListing) -> str:
    return Answered(asked.answered_how or Answered.LINK).label.lower()

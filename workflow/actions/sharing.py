"""Agreeing with a neighbour what is shown over the border (PRODUCT.md section 2).

One agreement is one direction. A lead of either place proposes it, a lead of the other
accepts it, either ends it. What is shown follows through the outbox: one event about
the home place, which publishing shares out to each of its services.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit
from accounts.models import Partnership, User
from common import clock
from common.errors import InvalidInput, InvalidState
from workflow import neighbours
from workflow.actions.revising import announce
from workflow.actions.telling import AT_ONCE, tell
from workflow.choices import Ending
from workflow.letters import letter
from workflow.models import SharingAgreement


def _lock(agreement_id: Any) -> SharingAgreement:
    return (
        SharingAgreement.objects.select_for_update(of=("self",), no_key=True)
        .select_related("home", "shown_by", "proposed_for")
        .get(pk=agreement_id)
    )


def _lock_both(home: Partnership, shown_by: Partnership) -> None:
    """Lock two places in one order everywhere; proposals between them wait in turn."""
    places = Partnership.objects.select_for_update(no_key=True)
    list(places.filter(pk__in=(home.pk, shown_by.pk)).order_by("pk"))


def _parties(agreement: SharingAgreement) -> tuple[Partnership, Partnership]:
    return agreement.home, agreement.shown_by


def _refuse_strangers(by: User, agreement: SharingAgreement) -> None:
    """Raise PermissionDenied for those who lead neither side, whatever its state."""
    ids = [place.pk for place in _parties(agreement)]
    if not neighbours.led_by(by).filter(pk__in=ids).exists():
        raise PermissionDenied("This is for the leads of the two places.")


def _audit(
    verb: str, agreement: SharingAgreement, by: User, *, reason: str = ""
) -> None:
    """One audit row for each side, so that each place's own trail is whole."""
    for place in _parties(agreement):
        audit.record(
            verb, agreement, actor=by, reason=reason, partnership_id=place.pk,
            after={
                "home": str(agreement.home), "shown_by": str(agreement.shown_by)
            },
        )  # fmt: skip


def _tell(
    place: Partnership,
    kind: str,
    subject: str,
    said: list[str],
    about: Any,
    look: str = "How the places work together",
) -> None:
    for lead in neighbours.leads_of(place):
        tell(
            lead.email, kind=kind, subject=subject, about=about, delay=AT_ONCE,
            lines=letter(place, *said, look=look, at="neighbours"),
        )  # fmt: skip


@transaction.atomic
def propose_sharing(
    *,
    by: User,
    place: Partnership,
    home: Partnership,
    shown_by: Partnership,
    words: str = "",
) -> SharingAgreement:
    """Propose on behalf of ``place`` that ``shown_by`` shows what ``home`` keeps.

    Raises PermissionDenied, InvalidInput where the place is no party, InvalidState
    where one is proposed or in force already.
    """
    _lock_both(home, shown_by)
    if not neighbours.led_by(by).filter(pk=place.pk).exists():
        raise PermissionDenied(f"This is for those who answer for {place}.")
    if home.pk == shown_by.pk or place.pk not in (home.pk, shown_by.pk):
        raise InvalidInput("An agreement is between your place and another one.")
    there = SharingAgreement.objects.filter(
        home=home, shown_by=shown_by, ended_at=None
    ).first()
    if there is not None:
        raise InvalidState(
            "This is agreed already."
            if there.is_in_force
            else f"{there.proposed_for} has proposed this already."
        )
    agreement = SharingAgreement.objects.create(
        home=home, shown_by=shown_by, proposed_for=place, proposed_by=by,
        words=words.strip(),
    )  # fmt: skip
    _audit("sharing_proposed", agreement, by, reason=agreement.words)
    _tell(
        agreement.asked, "sharing_proposed", f"{place} proposes to share services",
        [
            f"{by} of {place} proposes that {agreement}.",
            *([f"“{agreement.words}”"] if agreement.words else []),
        ],
        agreement,
        look="See what it means, and answer",
    )  # fmt: skip
    return agreement


@transaction.atomic
def accept_sharing(*, by: User, agreement_id: Any) -> SharingAgreement:
    """A lead of the side that was asked accepts: from now on it is in force.

    Raises PermissionDenied, also for the proposer's own side; InvalidState.
    """
    agreement = _lock(agreement_id)
    _refuse_strangers(by, agreement)
    _refuse_if_answered(agreement)
    if not neighbours.can_accept(by, agreement):
        raise PermissionDenied(f"A lead of {agreement.asked} alone answers this.")
    agreement.accepted_at = clock.now()
    agreement.accepted_by = by
    agreement.save(update_fields=["accepted_at", "accepted_by"])
    announce(agreement.home_id)
    _audit("sharing_accepted", agreement, by)
    _tell(
        agreement.proposed_for, "sharing_accepted",
        f"{agreement.asked} has accepted: services are shared",
        [f"From now on {agreement}. Each place may end this at any time."],
        agreement,
    )  # fmt: skip
    return agreement


@transaction.atomic
def decline_sharing(*, by: User, agreement_id: Any, reason: str) -> SharingAgreement:
    """A lead of the side that was asked says no, and why.

    Raises PermissionDenied, InvalidState, InvalidInput without a reason.
    """
    agreement = _lock(agreement_id)
    _refuse_strangers(by, agreement)
    _refuse_if_answered(agreement)
    if not neighbours.can_accept(by, agreement):
        raise PermissionDenied(f"A lead of {agreement.asked} alone answers this.")
    _close(agreement, Ending.DECLINED, by, agreement.asked, _needed(reason))
    _audit("sharing_declined", agreement, by, reason=agreement.reason)
    _tell(
        agreement.proposed_for, "sharing_declined",
        f"{agreement.asked} has declined to share services",
        [f"You proposed that {agreement}.", f"“{agreement.reason}”"], agreement,
    )  # fmt: skip
    return agreement


@transaction.atomic
def withdraw_sharing(
    *, by: User, agreement_id: Any, reason: str = ""
) -> SharingAgreement:
    """A lead of the proposing side takes the proposal back.

    Raises PermissionDenied, InvalidState.
    """
    agreement = _lock(agreement_id)
    _refuse_strangers(by, agreement)
    _refuse_if_answered(agreement)
    if not neighbours.can_withdraw(by, agreement):
        raise PermissionDenied(f"Only {agreement.proposed_for} takes this back.")
    _close(agreement, Ending.WITHDRAWN, by, agreement.proposed_for, reason.strip())
    _audit("sharing_withdrawn", agreement, by, reason=agreement.reason)
    return agreement


@transaction.atomic
def end_sharing(
    *, by: User, place: Partnership, agreement_id: Any, reason: str
) -> SharingAgreement:
    """A lead of either side ends an agreement, for ``place`` and with a reason.

    What was shown leaves the neighbour's end-point within seconds. Raises
    PermissionDenied, InvalidState, InvalidInput without a reason.
    """
    agreement = _lock(agreement_id)
    _refuse_strangers(by, agreement)
    if not neighbours.led_by(by).filter(pk=place.pk).exists() or place.pk not in (
        agreement.home_id, agreement.shown_by_id,
    ):  # fmt: skip
        raise PermissionDenied(f"This is for those who answer for {place}.")
    if not agreement.is_in_force:
        raise InvalidState(_over(agreement) or "It has not been accepted yet.")
    _close(agreement, Ending.ENDED, by, place, _needed(reason))
    announce(agreement.home_id)
    _audit("sharing_ended", agreement, by, reason=agreement.reason)
    _tell(
        agreement.other_than(place), "sharing_ended",
        f"{place} has ended an agreement to share services",
        [
            f"It is over that {agreement}.", f"“{agreement.reason}”", "",
            "What was shown leaves the other directory within seconds.",
        ],
        agreement,
    )  # fmt: skip
    return agreement


def _needed(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; the other place will read it."})
    return reason.strip()


def _refuse_if_answered(agreement: SharingAgreement) -> None:
    if sentence := _over(agreement):
        raise InvalidState(sentence)
    if agreement.is_in_force:
        raise InvalidState("It has been accepted already and is in force.")


def _over(agreement: SharingAgreement) -> str:
    """That it is over and who saw to it, ``""`` while it is open."""
    if agreement.is_open:
        return ""
    how = {
        Ending.DECLINED: "has declined this already",
        Ending.WITHDRAWN: "has taken this back already",
        Ending.ENDED: "has ended this already",
    }[Ending(agreement.ending)]
    return f"{agreement.ended_for} {how}."


def _close(
    agreement: SharingAgreement,
    ending: Ending,
    by: User,
    place: Partnership,
    reason: str,
) -> None:
    agreement.ended_at = clock.now()
    agreement.ended_by = by
    agreement.ended_for = place
    agreement.ending = ending
    agreement.reason = reason
    agreement.save(
        update_fields=["ended_at", "ended_by", "ended_for", "ending", "reason"]
    )

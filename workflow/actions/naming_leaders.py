"""Naming who leads an area of work: the commonest change of one, as people leave."""

from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import Message, User
from common import clock
from workflow.actions import covers
from workflow.actions.remits import lock_remit, need_assurers, need_unchanged
from workflow.actions.telling import AT_ONCE, tell_many, unsaved
from workflow.letters import letter
from workflow.models import Cover, Remit


@transaction.atomic
def name_leaders(
    *,
    by: User,
    remit_id: Any,
    base: str,
    lead: User,
    deputy: User | None = None,
    reason: str = "",
) -> Remit:
    """Name who leads an area of work and who is the deputy; what it takes stays.

    Tells who is newly named, and who no longer is. Who leads it stands in for nobody
    there: such cover of theirs ends. ``base`` is ``state_of`` it when the person saw
    it; who is named already stays named. Raises PermissionDenied, InvalidState,
    InvalidInput by field.
    """
    remit = lock_remit(by, remit_id)
    need_assurers(remit.partner, lead, deputy)
    was = _Named(remit.lead, remit.deputy)
    if (lead, deputy) == was.both:
        return remit
    need_unchanged(remit, base)
    remit.lead, remit.deputy = lead, deputy
    remit.save(update_fields=["lead", "deputy"])
    now, reason = _Named(lead, deputy), reason.strip()
    audit.record(
        "leaders_named", remit, actor=by, partnership_id=remit.partnership_id,
        before=was.said, after=now.said, reason=reason,
    )  # fmt: skip
    standing = Cover.objects.filter(
        remit=remit, user=lead, ends_on__gte=clock.today()
    ).select_related("remit")
    for cover in standing:
        covers.stop(cover, by)
    tell_many(_mails(remit, by, was, now, reason))
    return remit


class _Named:
    """Who was named at one time."""

    def __init__(self, lead: User, deputy: User | None) -> None:
        self.both = (lead, deputy)
        self.people = {lead: "lead", **({deputy: "deputy"} if deputy else {})}

    @property
    def said(self) -> dict[str, str]:
        """What is kept of it in the audit trail."""
        lead, deputy = self.both
        return {"lead": str(lead.pk), "deputy": str(deputy.pk) if deputy else ""}


def _mails(
    remit: Remit, by: User, was: _Named, now: _Named, reason: str
) -> list[Message]:
    """One to each for whom it changes, but to who did it and to closed accounts."""
    found = []
    for person in {**was.people, **now.people}:
        before, after = was.people.get(person, ""), now.people.get(person, "")
        if before == after or person == by or not person.is_active:
            continue
        found.append(
            _to_named(remit, by, person, after, reason)
            if after
            else _to_former(remit, by, person, before, reason)
        )
    return found


def _to_named(remit: Remit, by: User, person: User, role: str, reason: str) -> Message:
    leads = role == "lead"
    what = f"the area of work “{remit}” of {remit.partner}"
    asks = f"{by} has named you to lead {what}."
    if not leads:
        asks = f"{by} has named you the deputy of {what}, which {remit.lead} leads."
    told = "You are told when a report there is nearly late"
    if leads and remit.deputy:
        told = f"{remit.deputy} is the deputy, and is told of reports that are nearly "
        told += "late"
    return unsaved(
        person.email, kind="leader_named",
        subject=f"You lead “{remit}” now" if leads
        else f"You are the deputy of “{remit}” now",
        lines=letter(
            remit.partnership, asks, *_why(reason), "",
            f"Its assurers decide and check there as before. {told}. When one of you "
            "is away, you can say who stands in.",
            look="Who leads it, and who stands in", at="cover", key=remit.pk,
        ),
        about=remit, delay=AT_ONCE,
    )  # fmt: skip


def _to_former(remit: Remit, by: User, person: User, role: str, reason: str) -> Message:
    what = f"the area of work “{remit}” of {remit.partner}"
    if role == "lead":
        subject = f"You no longer lead “{remit}”"
        said = f"{by} has named {remit.lead} to lead {what}, so you no longer do."
    else:
        subject = f"You are no longer the deputy of “{remit}”"
        said = f"{by} has changed who leads {what}, and you are no longer its deputy."
    return unsaved(
        person.email, kind="leader_no_more", subject=subject,
        lines=letter(
            remit.partnership, said, *_why(reason), "",
            "Thank you for what you have done there. What else you do in the directory "
            "stays as it is.",
        ),
        about=remit, delay=AT_ONCE,
    )  # fmt: skip


def _why(reason: str) -> list[str]:
    return [f"“{reason}”"] if reason else []

"""A body takes part no more, or takes part again: by an administrator.

Nothing of what it did goes: every check, decision and note still names it.
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts import audit
from accounts.access import is_administrator
from accounts.models import (
    AuditEvent,
    Invitation,
    Partner,
    PartnerGrant,
    Partnership,
    User,
)
from common import clock
from common.errors import InvalidInput, InvalidState
from common.templatetags.vouch import counted
from directory.freshness import full_date
from workflow import erased
from workflow.models import Contract, HarvestRequest, Listing, Remit

_NAMED = 3
_ENDED = "partner_ended"


def in_the_way(partner: Partner) -> list[str]:
    """What has to end before the partner can: a sentence for each, with what to do."""
    return list(_reasons(partner))


def _reasons(partner: Partner) -> Iterator[str]:
    remits = list(Remit.objects.filter(partner=partner).order_by("name"))
    if remits:
        kept = Listing.objects.filter(remit__in=remits).count()
        records = f", with {counted(kept, 'record')}" if kept else ""
        yield (
            f"It answers for {_some([one.name for one in remits])}{records}. The lead "
            "hands these areas of work over and ends them."
        )
    people = PartnerGrant.objects.filter(content_object=partner)
    names = people.order_by("user__name").values_list("user__name", flat=True)
    if told := list(dict.fromkeys(names)):
        yield f"Roles are held for it by {_some(told)}. The lead ends them."
    now = clock.now()
    invited = Invitation.objects.filter(
        target_id=partner.pk, accepted_at=None, expires_at__gt=now
    ).count()
    if invited:
        yield (
            f"{counted(invited, 'invitation').capitalize()} to a role for it can still "
            "be taken up. The lead takes that back."
        )
    contracts = Contract.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=clock.today()),
        commissioner=partner, ended_at=None,
    ).values_list("reference", flat=True)  # fmt: skip
    if contracts:
        yield (
            f"It commissions under the contract {_some(sorted(contracts))}. Whoever "
            "keeps it ends it, or says who commissions now."
        )
    if HarvestRequest.objects.filter(partner=partner, finished_at=None).exists():
        yield "A source of it is being read. Wait until that is done."


def _some(names: list[str]) -> str:
    """The first of these names, and how many more."""
    shown, more = names[:_NAMED], len(names) - _NAMED
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


@transaction.atomic
def end_partner(*, by: User, partner_id: Any, reason: str) -> Partner:
    """Let a body take part no more. It is offered nowhere new; what it did names it.

    Raises PermissionDenied, InvalidInput where something has to end before,
    InvalidState where it has ended.
    """
    partner = _locked(by, partner_id)
    if partner.ended_at:
        raise InvalidState(f"{partner} ended on {full_date(_day(partner))} already.")
    if not reason.strip():
        raise InvalidInput({"reason": "Say why; it is written down."})
    if found := in_the_way(partner):
        raise InvalidInput(" ".join(found))
    erased.refuse({"reason": reason})
    partner.ended_at = clock.now()
    return _write(partner, _ENDED, by, reason.strip())


def why_ended(partner: Partner) -> str:
    """The reason that was written down when the partner ended; nothing for one that
    takes part."""
    if partner.ended_at is None:
        return ""
    ends = AuditEvent.objects.filter(object_id=partner.pk, verb=_ENDED)
    last = ends.order_by("-id").first()
    return last.reason if last else ""


@transaction.atomic
def restart_partner(*, by: User, partner_id: Any) -> Partner:
    """Let a body that ended take part again: it has nobody and keeps nothing yet.

    Raises PermissionDenied, InvalidState where it takes part.
    """
    partner = _locked(by, partner_id)
    if partner.ended_at is None:
        raise InvalidState(f"{partner} takes part already.")
    partner.ended_at = None
    return _write(partner, "partner_restarted", by, "")


def _locked(by: User, partner_id: Any) -> Partner:
    """The partner with its place, locked: areas of work and contracts wait for the
    place, roles for the partner."""
    if not is_administrator(by):
        raise PermissionDenied("Only an administrator ends a partner.")
    erased.keep_out()
    place = Partnership.objects.filter(partners=partner_id)
    place.select_for_update(of=("self",), no_key=True).get()
    locked = Partner.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("partnership").get(pk=partner_id)


def _write(partner: Partner, verb: str, by: User, reason: str) -> Partner:
    partner.save(update_fields=["ended_at"])
    audit.record(
        verb, partner, actor=by, partnership_id=partner.partnership_id, reason=reason
    )
    return partner


def _day(partner: Partner) -> Any:
    return clock.london_day(partner.ended_at) if partner.ended_at else None

"""Handing over all that an area of work holds, at once."""

import hashlib
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.models import AuditEvent, Partnership, User
from common.errors import InvalidInput, InvalidState
from workflow import remit_previewing, remits
from workflow.actions.remits import lock_place, lock_remit, state_of
from workflow.models import Listing, Remit


def state_with_records(remit: Remit) -> str:
    """What tells a remit with its records as they are now from what they are next: for
    a form to carry."""
    held = Listing.objects.filter(remit=remit).order_by("pk")
    keys = held.values_list("pk", "remit_handed_over")
    return hashlib.sha256(f"{state_of(remit)}{list(keys)}".encode()).hexdigest()


@transaction.atomic
def hand_over_all(
    *, by: User, remit_id: Any, to: Remit | None, base: str, reason: str
) -> int:
    """Give all records of a remit to another explicitly, as ``hand_over`` does one; or
    (None) those that were given to it by hand back to the rules. How many they were.

    The rules stay: what comes to the place later and fits them still goes to the first.
    ``base`` is ``state_with_records`` when the person saw it. Raises PermissionDenied,
    InvalidState where records came or went since, InvalidInput by field.
    """
    remit = lock_remit(by, remit_id)
    if state_with_records(remit) != base:
        raise InvalidState(
            f"Records of “{remit}” have come or gone since you looked, or it was "
            "changed. Look again; nothing was handed over."
        )
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; others will read it."})
    target = _target(remit, to)
    held = Listing.objects.filter(remit=remit)
    if target is None:
        held = held.filter(remit_handed_over=True)
    # Locked in the order of their ids, as actions lock them.
    rows = list(held.select_for_update(no_key=True).order_by("pk"))
    if not rows:
        raise InvalidInput({"to": "It holds nothing that could be handed over so."})
    keys = [row.pk for row in rows]
    Listing.objects.filter(pk__in=keys).update(
        remit=target or remit, remit_handed_over=target is not None, tied_remit_ids=[]
    )
    if target is None:
        remits.work_out(remit.partnership_id, keys)
    _write_audit(by, remit, keys, reason.strip(), before=str(remit))
    return len(keys)


@transaction.atomic
def give_all_nobodys(
    *, by: User, place: Partnership, remit: Remit, reason: str, seen: int
) -> int:
    """Give everything that is in nobody's area of work to one, explicitly; how many.

    ``seen`` is how many there were when the person looked. Raises PermissionDenied,
    InvalidState where that has changed, InvalidInput by field.
    """
    lock_place(by, place.pk)
    found = Remit.objects.filter(pk=remit.pk, partnership=place).first()
    if found is None:
        raise InvalidInput({"remit": "This area of work is another place's."})
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; others will read it."})
    # Locked in the order of their ids, as actions lock them.
    rows = (
        remit_previewing.nobodys(place.pk).select_for_update(no_key=True).order_by("pk")
    )
    keys = list(rows.values_list("pk", flat=True))
    if len(keys) != seen:
        raise InvalidState(
            f"There were {seen} when you looked, and there are {len(keys)} now. Look "
            "again; nothing was given away."
        )
    Listing.objects.filter(pk__in=keys).update(
        remit=found, remit_handed_over=True, tied_remit_ids=[]
    )
    _write_audit(by, found, keys, reason.strip(), before="")
    return len(keys)


def _target(remit: Remit, to: Remit | None) -> Remit | None:
    """Where they go, as it is once the place is locked."""
    if to is None:
        return None
    found = Remit.objects.filter(pk=to.pk, partnership=remit.partnership_id).first()
    if found is None:
        raise InvalidInput({"to": "This area of work is not there any more."})
    if found == remit:
        raise InvalidInput({"to": "Choose another area of work than this one."})
    return found


def _write_audit(
    by: User, remit: Remit, keys: list[Any], reason: str, *, before: str
) -> None:
    """One row for each record, as if it had been handed over by itself, and one for
    all."""
    now = Listing.objects.filter(pk__in=keys).select_related("remit").order_by("pk")
    AuditEvent.objects.bulk_create(
        audit.unsaved(
            "listing_handed_over", row, actor=by, partnership_id=remit.partnership_id,
            before=before, after=str(row.remit or ""), reason=reason,
        )
        for row in now
    )  # fmt: skip
    audit.record(
        "remit_handed_over", remit, actor=by, partnership_id=remit.partnership_id,
        after={"records": len(keys)}, reason=reason,
    )  # fmt: skip

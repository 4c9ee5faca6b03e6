"""Giving out the work of a place: areas of work, who stands in, who takes over.

Everything that changes what a remit takes waits for the place, then works all its
listings out anew in one statement (``workflow/remits.py``).
"""

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import audit
from accounts.models import Partner, Partnership, User
from accounts.permissions import Permission
from accounts.roles import Role
from common.errors import InvalidInput, InvalidState
from directory import terms
from directory.choices import Facet, Kind
from directory.outlines import Outline, corners_of, size
from workflow import access, erased, remits
from workflow.models import Area, Listing, Record, Remit, RemitOutline

_DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
MOST_PIECES = 50
"""As many pieces may one drawn area have."""


@dataclass(frozen=True)
class Parts:
    """What a remit takes: any of each part that is not empty, and all of those parts.

    ``outlines`` is what somebody drew, as corners in degrees.
    """

    organization_ids: tuple[uuid.UUID, ...] = ()
    term_ids: tuple[uuid.UUID, ...] = ()
    area_ids: tuple[uuid.UUID, ...] = ()
    districts: tuple[str, ...] = ()
    outlines: tuple[Outline, ...] = ()


def parts_of(remit: Remit) -> Parts:
    """What a stored remit takes."""
    drawn = remit.outlines.order_by("pk").values_list("corners", flat=True)
    return Parts(
        tuple(remit.organization_ids), tuple(remit.term_ids), tuple(remit.area_ids),
        tuple(remit.districts), tuple(map(corners_of, drawn)),
    )  # fmt: skip


def lock_place(by: User, place_id: Any) -> Partnership:
    """The place and its rules, locked. Raises PermissionDenied for who does not give
    out its work."""
    erased.keep_out()
    place = Partnership.objects.select_for_update(no_key=True).get(pk=place_id)
    if not access.can_in_place(by, Permission.HAND_OVER, place):
        raise PermissionDenied(f"Only the lead of {place} gives out its work.")
    remits.change_rules([place.pk])
    return place


def lock_remit(by: User, remit_id: Any) -> Remit:
    """A remit as it is once its place is locked. Raises InvalidState if it is gone."""
    found = Remit.objects.filter(pk=remit_id).values_list("partnership_id", flat=True)
    lock_place(by, found.get())
    remit = (
        Remit.objects.select_related("partnership", "partner", "lead", "deputy")
        .filter(pk=remit_id)
        .first()
    )
    if remit is None:
        raise InvalidState("Somebody ended this area of work just now.")
    return remit


@transaction.atomic
def create_remit(
    *,
    by: User,
    partner: Partner,
    name: str,
    lead: User,
    deputy: User | None = None,
    is_default: bool = False,
    parts: Parts | None = None,
) -> Remit:
    """Give a partner's assurers a part of the place, or (default) all the rest.

    One without parts takes what is handed to it. Lead and deputy must assure for the
    partner. Raises PermissionDenied, InvalidInput by field.
    """
    place = lock_place(by, partner.partnership_id)
    need_assurers(partner, lead, deputy)
    remit = Remit(
        partnership=place, partner=partner, name=name.strip(), is_default=is_default,
        lead=lead, deputy=deputy,
    )  # fmt: skip
    write_parts(remit, parts or Parts())
    audit.record(
        "remit_created", remit, actor=by, partnership_id=place.pk,
        after=said_of(remit),
    )  # fmt: skip
    remits.work_out(place.pk)
    return remit


@transaction.atomic
def change_remit(
    *, by: User, remit_id: Any, base: str, name: str, parts: Parts
) -> list[remits.Move]:
    """Change what a remit is called and takes; which listings went where.

    ``base`` is ``state_of`` it when the person saw it. Raises PermissionDenied,
    InvalidState, InvalidInput by field.
    """
    remit = lock_remit(by, remit_id)
    need_unchanged(remit, base)
    before = said_of(remit)
    remit.name = name.strip()
    write_parts(remit, parts)
    audit.record(
        "remit_changed", remit, actor=by, partnership_id=remit.partnership_id,
        before=before, after=said_of(remit),
    )  # fmt: skip
    return remits.work_out(remit.partnership_id)


@transaction.atomic
def end_remit(*, by: User, remit_id: Any, base: str, reason: str) -> list[remits.Move]:
    """End an area of work; its records go where the others' rules put them.

    Also what was handed to it by hand. Raises PermissionDenied, InvalidState,
    InvalidInput by field.
    """
    remit = lock_remit(by, remit_id)
    need_unchanged(remit, base)
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; others will read it."})
    audit.record(
        "remit_ended", remit, actor=by, partnership_id=remit.partnership_id,
        before=said_of(remit), reason=reason.strip(),
    )  # fmt: skip
    held = Listing.objects.filter(remit=remit)
    # Locked in the order of their ids, as actions lock them.
    list(held.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    held.filter(remit_handed_over=True).update(remit_handed_over=False)
    remit.delete()
    return remits.work_out(remit.partnership_id)


def state_of(remit: Remit) -> str:
    """What tells one state of a remit from the next: for a form to carry."""
    return str(uuid.uuid5(remit.pk, repr(said_of(remit))))


def need_unchanged(remit: Remit, base: str) -> None:
    """Raise InvalidState where somebody changed the remit since ``base``."""
    if state_of(remit) != base:
        raise InvalidState(f"Somebody changed “{remit}” just now. Look again.")


def said_of(remit: Remit) -> dict[str, Any]:
    """What is kept of a remit in the audit trail."""
    parts = parts_of(remit)
    return {
        "name": remit.name,
        "partner": str(remit.partner),
        "lead": str(remit.lead_id),
        "deputy": str(remit.deputy_id or ""),
        "default": remit.is_default,
        "organizations": [str(key) for key in parts.organization_ids],
        "terms": [str(key) for key in parts.term_ids],
        "areas": [str(key) for key in parts.area_ids],
        "districts": list(parts.districts),
        "drawn": [[list(corner) for corner in piece] for piece in parts.outlines],
    }


def need_assurers(partner: Partner, lead: User, deputy: User | None) -> None:
    """Raise InvalidInput where somebody named does not assure for the partner."""
    for field, person in (("lead", lead), ("deputy", deputy)):
        if person and not access.holds_role(person, Role.ASSURER, partner):
            raise InvalidInput({field: f"{person} is no assurer of {partner}."})
    if lead == deputy:
        raise InvalidInput({"deputy": "Choose somebody else than who leads it."})


def write_parts(remit: Remit, parts: Parts) -> None:
    """Check and store a remit with what it takes. Raises InvalidInput by field.

    What it named already may stay though it is not on offer any more.
    """
    if remit.is_default and parts != Parts():
        raise InvalidInput("The area of work that takes all the rest names nothing.")
    remit.organization_ids = _known(
        "organizations", remit.organization_ids, parts.organization_ids,
        Record.objects.filter(kind=Kind.ORGANIZATION, revision__isnull=False),
    )  # fmt: skip
    types = terms.terms_of(remit.partnership, Facet.SERVICE_TYPE)
    remit.term_ids = _known("terms", remit.term_ids, parts.term_ids, types)
    areas = Area.objects.filter(partnership=remit.partnership)
    remit.area_ids = _known("areas", remit.area_ids, parts.area_ids, areas)
    remit.districts = _districts(parts.districts)
    if len(parts.outlines) > MOST_PIECES:
        raise InvalidInput(
            {"drawn": f"It has {len(parts.outlines)} pieces; {MOST_PIECES} at most."}
        )
    _save(remit)
    remit.outlines.all().delete()
    RemitOutline.objects.bulk_create(
        RemitOutline(remit=remit, corners=piece, size=round(size(piece), 9))
        for piece in parts.outlines
    )


_SENTENCES = {
    "organizations": "Choose organisations that are in the directory.",
    "terms": "Choose from the kinds of service in use.",
    "areas": "Choose from the areas on the map of the place.",
}


def _known(
    field: str, had: Collection[uuid.UUID], wanted: Collection[uuid.UUID], rows: Any
) -> list[uuid.UUID]:
    new = set(wanted) - set(had)
    if new - set(rows.filter(pk__in=new).values_list("pk", flat=True)):
        raise InvalidInput({field: _SENTENCES[field]})
    return sorted(set(wanted))


def _districts(typed: Collection[str]) -> list[str]:
    codes = sorted({code.strip().upper() for code in typed if code.strip()})
    for code in codes:
        if not _DISTRICT.fullmatch(code):
            raise InvalidInput(
                {"districts": f"“{code}” is no first half of a postcode, like WX1."}
            )
    return codes


def _save(remit: Remit) -> None:
    others = Remit.objects.filter(partnership=remit.partnership).exclude(pk=remit.pk)
    if others.filter(name__iexact=remit.name).exists():
        raise InvalidInput(
            {"name": f"There is an area of work called “{remit.name}” already."}
        )
    default = others.filter(is_default=True).first() if remit.is_default else None
    if default:
        raise InvalidInput(
            {"is_default": f"“{default}” takes all the rest already. Say what this one "
             "takes."}
        )  # fmt: skip
    try:
        remit.full_clean()
    except ValidationError as error:
        raise InvalidInput(
            {name: " ".join(told) for name, told in error.message_dict.items()}
        ) from error
    remit.save()

"""Setting up a place and putting right how it is set up: by an administrator; who is
one body by its lead."""

import re
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils.text import slugify

from accounts import accents, audit
from accounts.access import is_administrator
from accounts.actions import need_taking_part
from accounts.models import AuditEvent, Partner, PartnerKind, Partnership, User
from accounts.permissions import Permission
from common.errors import InvalidInput, InvalidState
from directory.models import Organization
from directory.starter import write_starter_lists
from workflow import access, erased
from workflow.actions.revising import announce
from workflow.choices import Stage
from workflow.models import Assurance, Listing, OwnBody, Policy

_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('host names', 0))"


def _save(row: Partnership | Partner) -> None:
    """Validate and store. Raises InvalidInput by field."""
    try:
        row.full_clean()
    except ValidationError as error:
        if sentence := _name_taken(row):
            raise InvalidInput({"name": sentence}) from error
        raise InvalidInput(
            {
                "" if name == "__all__" else name: " ".join(sentences)
                for name, sentences in error.message_dict.items()
            }
        ) from error
    row.save()


def _name_taken(row: Partnership | Partner) -> str:
    """That the name is in use, where that is what is wrong, else ``""``."""
    if isinstance(row, Partnership):
        places = Partnership.objects.exclude(pk=row.pk)
        same = places.filter(Q(name=row.name) | Q(slug=row.slug)).first()
        return f"There is a place called {same} already." if same else ""
    others = Partner.objects.filter(partnership=row.partnership, name=row.name)
    other = others.exclude(pk=row.pk).first()
    if other is None:
        return ""
    if other.ended_at:
        return f"{other} took part in {row.partnership} before: let it take part again."
    return f"{other} takes part in {row.partnership} already."


def _host_names(typed: Iterable[str], place_id: Any) -> list[str]:
    """Host names as requests have them, each once. Raises InvalidInput for what is none
    and for what another place answers at.

    Two who give the same one at once wait for each other here.
    """
    names = list(dict.fromkeys(h.strip().lower().removesuffix(".") for h in typed))
    for name in names:
        if len(name) > 253 or not _HOST_NAME.fullmatch(name):
            raise InvalidInput({
                "host_names": f"“{name}” is not a host name. Write it without https:// "
                "and without what comes after it, for example: services.example.org."
            })  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
    others = Partnership.objects.exclude(pk=place_id)
    if taken := others.filter(host_names__overlap=names).order_by("name").first():
        name = next(name for name in names if name in taken.host_names)
        raise InvalidInput({"host_names": f"{taken} answers at {name} already."})
    return names


def _mailbox(typed: str) -> str:
    """The mailbox of a place, which has one. Raises InvalidInput."""
    if not typed.strip():
        raise InvalidInput({"role_mailbox": "Give the place a shared mailbox."})
    return typed.strip()


@transaction.atomic
def create_place(
    *, by: User, name: str, role_mailbox: str, host_names: list[str] | None = None
) -> Partnership:
    """A new place with the policy and the lists of terms that most begin with.

    Raises PermissionDenied, InvalidInput.
    """
    if not is_administrator(by):
        raise PermissionDenied("Only an administrator sets up a place.")
    place = Partnership(
        name=name.strip(), slug=slugify(name), role_mailbox=_mailbox(role_mailbox)
    )
    place.host_names = _host_names(host_names or [], place.pk)
    _save(place)
    Policy.objects.create(partnership=place)
    write_starter_lists(place)
    audit.record("place_created", place, actor=by, partnership_id=place.pk)
    return place


@transaction.atomic
def create_partner(
    *, by: User, place: Partnership, name: str, kind: str, role_mailbox: str
) -> Partner:
    """A body that takes part in a place. Raises PermissionDenied, InvalidInput."""
    if not is_administrator(by):
        raise PermissionDenied("Only an administrator adds a partner.")
    _need_kind(kind)
    partner = Partner(
        partnership=place, name=name.strip(), kind=kind,
        role_mailbox=role_mailbox.strip(),
    )  # fmt: skip
    _save(partner)
    audit.record("partner_created", partner, actor=by, partnership_id=place.pk)
    return partner


def _need_kind(kind: str) -> None:
    if kind not in PartnerKind.values:
        raise InvalidInput({"kind": "Choose what kind of body it is."})


# --- putting it right -----------------------------------------------------------------


@transaction.atomic
def update_place(
    *, by: User, place_id: Any, base: str, name: str, role_mailbox: str,
    host_names: Iterable[str], accent: str,
) -> Partnership:  # fmt: skip
    """Change what a place is called, where it answers and how it looks. Its slug, which
    is part of addresses, stays.

    ``base`` is ``state_of`` it when the person saw it. Raises PermissionDenied,
    InvalidState, InvalidInput by field.
    """
    if not is_administrator(by):
        raise PermissionDenied("Only an administrator changes how a place is set up.")
    erased.keep_out()
    place = Partnership.objects.select_for_update(no_key=True).get(pk=place_id)
    _need_unchanged(place, base)
    before = said_of(place)
    if accent not in accents.NAMES:
        raise InvalidInput({"accent": "Choose one of the colours."})
    place.name, place.accent = name.strip(), accent
    place.role_mailbox = _mailbox(role_mailbox)
    place.host_names = _host_names(host_names, place.pk)
    if said_of(place) == before:
        return place
    _save(place)
    own = Partner.objects.filter(
        partnership=place, role_mailbox=before["role_mailbox"]
    )  # fmt: skip
    written = Assurance.objects.exclude(body_label__in=_names(own))
    _follow(written, place, before["role_mailbox"], place.role_mailbox)
    audit.record(
        "place_changed", place, actor=by, partnership_id=place.pk,
        before=before, after=said_of(place),
    )  # fmt: skip
    return place


@transaction.atomic
def update_partner(
    *, by: User, partner_id: Any, base: str, name: str, kind: str, role_mailbox: str
) -> Partner:
    """Change what a body that takes part is called, what it is, and its mailbox.

    What it checked before was checked under the name that it had then, and keeps it.
    ``base`` is ``state_of`` it when the person saw it. Raises PermissionDenied,
    InvalidState, InvalidInput by field.
    """
    if not is_administrator(by):
        raise PermissionDenied("Only an administrator changes a partner.")
    erased.keep_out()
    partner = (
        Partner.objects.select_for_update(of=("self",), no_key=True)
        .select_related("partnership")
        .get(pk=partner_id)
    )
    _need_unchanged(partner, base)
    before, names = said_of(partner), _names([partner])
    _need_kind(kind)
    partner.name, partner.kind = name.strip(), kind
    partner.role_mailbox = role_mailbox.strip()
    if said_of(partner) == before:
        return partner
    _save(partner)
    place = partner.partnership
    _follow(
        Assurance.objects.filter(body_label__in=names), place,
        before["role_mailbox"] or place.role_mailbox,
        partner.role_mailbox or place.role_mailbox,
    )  # fmt: skip
    audit.record(
        "partner_changed", partner, actor=by, partnership_id=place.pk,
        before=before, after=said_of(partner),
    )  # fmt: skip
    return partner


def _names(partners: Iterable[Partner]) -> set[str]:
    """What these are called and were called: they checked under one of these names."""
    now = {partner.pk: partner.name for partner in partners}
    changed = AuditEvent.objects.filter(object_id__in=now, verb="partner_changed")
    said = changed.values_list("before__name", flat=True)
    return {*now.values(), *(name for name in said if name)}


def _follow(written: Any, place: Partnership, was: str, now: str) -> None:
    """Let the public write to the new mailbox about what was checked before too."""
    if was == now:
        return
    rows = written.filter(listing__partnership=place, body_mailbox=was)
    shown = Listing.objects.filter(stage=Stage.PUBLISHED, assurance__in=rows)
    record_ids = list(shown.values_list("record_id", flat=True))
    rows.update(body_mailbox=now)
    announce(*record_ids)


def said_of(row: Partnership | Partner) -> dict[str, Any]:
    """What an administrator may change of a place or a partner, as it is now."""
    said: dict[str, Any] = {"name": row.name, "role_mailbox": row.role_mailbox}
    if isinstance(row, Partner):
        return {**said, "kind": str(row.kind)}
    return {**said, "host_names": list(row.host_names), "accent": row.accent}


def state_of(row: Partnership | Partner) -> str:
    """What tells one state of a place or a partner from the next: for a form to
    carry."""
    return str(uuid.uuid5(row.pk, repr(said_of(row))))


def _need_unchanged(row: Partnership | Partner, base: str) -> None:
    if state_of(row) != base:
        raise InvalidState(
            f"Somebody else changed {row} meanwhile, and nothing of yours was saved. "
            "Where yours differs, it says below what stands there now. Save again to "
            "put yours in its place."
        )


# --- one body -------------------------------------------------------------------------


@transaction.atomic
def link_own_body(*, by: User, partner: Partner, organization: Organization) -> OwnBody:
    """Say that a partner and an organization are one real body.

    Its assurers may then not publish its own listings for the first time. Raises
    PermissionDenied, InvalidState for a partner that has ended.
    """
    if not access.can_in_place(by, Permission.SET_LEVEL, partner.partnership):
        raise PermissionDenied("Only the lead of the place says so.")
    need_taking_part(partner)
    link, made = OwnBody.objects.get_or_create(
        partner=partner, organization_id=organization.pk
    )
    if made:
        audit.record(
            "own_body_linked", partner, actor=by,
            partnership_id=partner.partnership_id, after=str(organization),
        )  # fmt: skip
    return link

"""Setting up a place: by an administrator; who is one body by its lead."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from accounts import audit
from accounts.access import is_administrator
from accounts.models import Partner, PartnerKind, Partnership, User
from accounts.permissions import Permission
from common.errors import InvalidInput
from directory.models import Organization
from directory.starter import write_starter_lists
from workflow import access
from workflow.models import OwnBody, Policy


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
        same = Partnership.objects.filter(Q(name=row.name) | Q(slug=row.slug)).first()
        return f"There is a place called {same} already." if same else ""
    if isinstance(row, Partner):
        others = Partner.objects.filter(partnership=row.partnership, name=row.name)
        if others.exists():
            return f"{row.name} takes part in {row.partnership} already."
    return ""


@transaction.atomic
def create_place(
    *, by: User, name: str, role_mailbox: str, host_names: list[str] | None = None
) -> Partnership:
    """A new place with the policy and the lists of terms that most begin with.

    Raises PermissionDenied, InvalidInput.
    """
    if not is_administrator(by):
        raise PermissionDenied("Only an administrator sets up a place.")
    if not role_mailbox.strip():
        raise InvalidInput({"role_mailbox": "Give the place a shared mailbox."})
    place = Partnership(
        name=name.strip(),
        slug=slugify(name),
        role_mailbox=role_mailbox.strip(),
        host_names=host_names or [],
    )
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
    if kind not in PartnerKind.values:
        raise InvalidInput({"kind": "Choose what kind of body it is."})
    partner = Partner(
        partnership=place, name=name.strip(), kind=kind,
        role_mailbox=role_mailbox.strip(),
    )  # fmt: skip
    _save(partner)
    audit.record("partner_created", partner, actor=by, partnership_id=place.pk)
    return partner


@transaction.atomic
def link_own_body(*, by: User, partner: Partner, organization: Organization) -> OwnBody:
    """Say that a partner and an organization are one real body.

    Its assurers may then not publish its own listings for the first time.
    """
    if not access.can_in_place(by, Permission.SET_LEVEL, partner.partnership):
        raise PermissionDenied("Only the lead of the place says so.")
    link, made = OwnBody.objects.get_or_create(
        partner=partner, organization_id=organization.pk
    )
    if made:
        audit.record(
            "own_body_linked", partner, actor=by,
            partnership_id=partner.partnership_id, after=str(organization),
        )  # fmt: skip
    return link

"""Setting up a place: by an administrator; its remits by its lead."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from accounts import audit
from accounts.access import is_administrator
from accounts.models import Partner, PartnerKind, Partnership, User
from accounts.permissions import Permission
from accounts.roles import Role
from common.errors import InvalidInput
from directory.models import Organization
from directory.starter import write_starter_lists
from workflow import access
from workflow.actions.revising import remit_for
from workflow.models import Listing, OwnBody, Policy, Remit


def _save(row: Partnership | Partner | Remit) -> None:
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


def _name_taken(row: Partnership | Partner | Remit) -> str:
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
def create_remit(
    *,
    by: User,
    partner: Partner,
    name: str,
    lead: User,
    deputy: User | None = None,
    organization: Organization | None = None,
) -> Remit:
    """Give a partner's assurers a part of the place: one provider, or all the rest.

    A place's remit without a provider is its default. Lead and deputy must assure for
    the partner. Listings are routed anew. Raises PermissionDenied, InvalidInput.
    """
    place = Partnership.objects.select_for_update(no_key=True).get(
        pk=partner.partnership_id
    )
    if not access.can_in_place(by, Permission.HAND_OVER, place):
        raise PermissionDenied(f"Only the lead of {place} gives out its work.")
    for field, person in (("lead", lead), ("deputy", deputy)):
        if person and not access.holds_role(person, Role.ASSURER, partner):
            raise InvalidInput({field: f"{person} is no assurer of {partner}."})
    default = organization is None
    if default and Remit.objects.filter(partnership=place, is_default=True).exists():
        raise InvalidInput(
            {
                "organization": "Another area of work takes all the rest already. "
                "Choose an organisation."
            }
        )
    remit = Remit(
        partnership=place, partner=partner, name=name.strip(), is_default=default,
        organization=organization, lead=lead, deputy=deputy,
    )  # fmt: skip
    _save(remit)
    audit.record("remit_created", remit, actor=by, partnership_id=place.pk)
    _route_all(place)
    return remit


def _route_all(place: Partnership) -> None:
    """Give each listing its remit anew; explicit hand-overs stay."""
    listings = Listing.objects.select_for_update(of=("self",), no_key=True).filter(
        partnership=place, remit_handed_over=False
    )
    for listing in listings.order_by("pk"):
        remit = remit_for(listing)
        if listing.remit_id != (remit.pk if remit else None):
            listing.remit = remit
            listing.save(update_fields=["remit"])


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

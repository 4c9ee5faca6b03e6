"""A small invented world for tests, made through the same actions that people use."""

import datetime as dt
import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission as GrantName
from django.db import transaction

from accounts import audit
from accounts.actions import _role_label, write_grant
from accounts.models import (
    AuditEvent,
    Partner,
    PartnerGrant,
    Partnership,
    PartnershipGrant,
    User,
)
from accounts.roles import Role
from common import clock
from directory.choices import Facet
from directory.models import Organization, Taxonomy, TaxonomyTerm
from directory.starter import LISTS
from workflow.actions import checking, decisions, drafts, listings
from workflow.actions import place as places
from workflow.actions.decisions import Check, Choice
from workflow.choices import Level, Method, Verdict
from workflow.models import Listing, OwnBody, Policy, Proposal, Record, Remit

_numbers = itertools.count(1)

FACETS = {name: facet for facet, name, _ in LISTS}
"""What the lists are for whose names every place begins with."""


PASSWORD = "correct horse battery"


def _account(name: str, **extra: Any) -> User:
    address = f"{name.lower().replace(' ', '.')}{next(_numbers)}@wexcombe.example"
    user = User(email=address, name=name, **extra)
    user.set_password(PASSWORD)
    return user


def person(name: str, **extra: Any) -> User:
    """An account with an address of its own."""
    user = _account(name, **extra)
    user.save()
    return user


def give(user: User, role: Role, on: Any) -> User:
    """Give a role without asking who may."""
    with transaction.atomic():
        write_grant(user=user, role=role, on=on, by="test")
    return user


def give_all(roles: Sequence[tuple[User, Role, Partnership | Partner]]) -> None:
    """What :func:`give` does, for several people at once: the same rows."""
    names = GrantName.objects.filter(codename__in={role.value for _, role, _ in roles})
    ids = {name.codename: name.pk for name in names}
    tables: tuple[tuple[Any, type], ...] = (
        (PartnershipGrant, Partnership), (PartnerGrant, Partner),
    )  # fmt: skip
    for table, model in tables:
        table.objects.bulk_create(
            table(user=user, content_object=on, permission_id=ids[role.value])
            for user, role, on in roles
            if isinstance(on, model)
        )
    AuditEvent.objects.bulk_create(
        audit.unsaved("role_given", user, actor="test", after=_role_label(role, on))
        for user, role, on in roles
    )


@dataclass
class Place:
    """A place with a council that assures by default, and people in every role."""

    partnership: Partnership
    council: Partner
    health: Partner
    remit: Remit
    policy: Policy
    lead: User
    publisher: User
    officer: User
    assurer: User
    second_assurer: User
    contributor: User
    reader: User
    volunteer: User
    ready: Listing | None = None
    """A public service that was made beforehand, for whoever asks for one first."""
    ready_at: dt.datetime | None = None
    """The time of the test that may have it."""


def make_place(name: str = "Testham") -> Place:
    """A place with policy, two partners, one default remit and its people."""
    slug = name.lower()
    partnership = Partnership.objects.create(
        name=name, slug=slug, role_mailbox=f"directory@{slug}.example"
    )
    policy = Policy.objects.create(partnership=partnership)
    council = Partner.objects.create(
        partnership=partnership,
        name=f"{name} Council",
        kind="council",
        role_mailbox=f"services@{slug}.example",
    )
    health = Partner.objects.create(
        partnership=partnership, name=f"{name} Health", kind="health"
    )
    asha, bert, lena, petra, dora, cora, rita, vera = people = [
        _account(name)
        for name in (
            "Asha Assurer", "Bert Assurer", "Lena Lead", "Petra Publisher",
            "Dora Officer", "Cora Contributor", "Rita Reader", "Vera Volunteer",
        )
    ]  # fmt: skip
    User.objects.bulk_create(people)
    give_all(
        [
            (asha, Role.ASSURER, council),
            (bert, Role.ASSURER, council),
            (lena, Role.LEAD, partnership),
            (petra, Role.PUBLISHER, partnership),
            (dora, Role.DATA_PROTECTION, partnership),
            (cora, Role.CONTRIBUTOR, health),
            (rita, Role.READER, health),
            (vera, Role.VOLUNTEER, partnership),
        ]
    )
    remit = Remit.objects.create(
        partnership=partnership,
        partner=council,
        name=f"All of {name}",
        is_default=True,
        lead=asha,
    )
    return Place(
        partnership, council, health, remit, policy,
        lead=lena, publisher=petra, officer=dora, assurer=asha, second_assurer=bert,
        contributor=cora, reader=rita, volunteer=vera,
    )  # fmt: skip


def service(**values: Any) -> dict[str, Any]:
    """A service payload that passes the default policy."""
    return {
        "name": "Tuesday coffee morning",
        "description": "Tea, cake and company for anybody who would like some.",
        "status": "active",
        "url": "https://coffee.example.org/",
        "phones": [{"number": "01632 960101", "description": "Bookings"}],
        **values,
    }


def organization(**values: Any) -> dict[str, Any]:
    """An organization payload."""
    return {
        "name": "Testham Friends",
        "description": "A group of neighbours.",
        "email": "info@friends.example",
        **values,
    }


def hall(**values: Any) -> dict[str, Any]:
    """A location payload with an address."""
    return {
        "name": "Testham Hall",
        "location_type": "physical",
        "latitude": 51.2,
        "longitude": -2.1,
        "addresses": [
            {
                "address_1": "1 High Street",
                "city": "Testham",
                "state_province": "England",
                "postal_code": "BA12 9AA",
                "country": "GB",
                "address_type": "physical",
            }
        ],
        **values,
    }


def draft(
    place: Place,
    *,
    by: User | None = None,
    at: Record | None = None,
    run_by: Record | None = None,
    in_hall: dict[str, Any] | None = None,
    body: dict[str, Any] | None = None,
    **values: Any,
) -> Listing:
    """A draft by the contributor, with a new organization and hall unless given."""
    hall_id = str(at.pk if at else uuid.uuid4())
    payload = service(
        service_at_locations=[{"location_id": hall_id}],
        **values,
    )
    if run_by:
        payload["organization_id"] = str(run_by.pk)
    return drafts.start_listing(
        by=by or place.contributor,
        place=place.partnership,
        service=payload,
        organization=None if run_by else (body or organization()),
        locations={} if at else {hall_id: in_hall or hall()},
    )


def submitted(place: Place, *, by: User | None = None, **options: Any) -> Listing:
    """A listing waiting for its first decision."""
    listing = draft(place, by=by, **options)
    listings.submit_listing(by=by or place.contributor, listing_id=listing.pk)
    return fresh(listing)


def accept_all(proposal: Proposal) -> dict[Any, Choice]:
    """A choice to accept for every waiting change."""
    waiting = proposal.changes.filter(verdict=Verdict.PENDING)
    return {pk: Choice(Verdict.ACCEPTED) for pk in waiting.values_list("pk", flat=True)}


def published(place: Place, **options: Any) -> Listing:
    """A listing that was assured by the place's assurer and is public."""
    listing, place.ready = place.ready, None
    if listing and not options and _is_now(place.ready_at):
        return fresh(listing)
    listing = submitted(place, **options)
    proposal = listing.proposals.get(state="open")
    decisions.decide(
        by=place.assurer,
        proposal_id=proposal.pk,
        choices=accept_all(proposal),
        check=Check(Method.CALL, "Rang them."),
    )
    return fresh(listing)


def _is_now(at: dt.datetime | None) -> bool:
    return at is not None and abs(clock.now() - at) < dt.timedelta(hours=1)


def stocked(**options: Any) -> Place:
    """A place with a public service, which :func:`published` gives out first."""
    place = make_place()
    place.ready = published(place, **options)
    return place


def fresh(listing: Listing) -> Listing:
    """The listing as it is in the database now."""
    return Listing.objects.select_related("record__revision").get(pk=listing.pk)


def organization_of(listing: Listing) -> Organization:
    """The directory row of the organization that runs a service."""
    return Organization.objects.get(pk=str(listing.organization_id))


def make_editor(listing: Listing, name: str = "Edda Editor") -> User:
    """A person who edits the listings of the listing's organization."""
    return give(person(name), Role.EDITOR, organization_of(listing))


def trust(place: Place, listing: Listing) -> None:
    """Let the lead trust the organization of a listing."""
    places.set_level(
        by=place.lead,
        place=place.partnership,
        organization=organization_of(listing),
        level=Level.TRUSTED,
        reason="Two years without an error.",
    )


def term(
    name: str = "Coffee mornings",
    taxonomy: str = "Service types",
    *,
    of: Partnership | None = None,
    **values: Any,
) -> TaxonomyTerm:
    """A term on a list of a place, of the first one unless another is named.

    Without any place the list is a shared one.
    """
    of = of or Partnership.objects.order_by("created_at").first()
    facet = FACETS.get(taxonomy, Facet.OTHER)
    row, _ = Taxonomy.objects.get_or_create(
        partnership=of, name=taxonomy, defaults={"facet": facet}
    )
    return TaxonomyTerm.objects.create(taxonomy=row, name=name, **values)


def own_body(partner: Partner, listing: Listing) -> OwnBody:
    """Say that a partner and a listing's organization are one body."""
    return OwnBody.objects.create(
        partner=partner, organization_id=str(listing.organization_id)
    )


def check(place: Place, listing: Listing, by: User | None = None) -> None:
    """Let an assurer check a listing today."""
    checking.check_listing(
        by=by or place.assurer, listing_id=listing.pk, method=Method.CALL
    )

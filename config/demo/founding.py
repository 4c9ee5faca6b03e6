"""What stands before any record: the place, its partners, its people."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.actions import write_grant
from accounts.demo import ACCOUNTS
from accounts.models import Partner, Partnership, User
from accounts.roles import Role
from common.models import as_uuid
from config.demo.shapes import Town, key_id
from directory.choices import Facet
from directory.starter import write_starter_lists
from directory.terms import terms_of
from workflow import periods
from workflow.models import PeriodRule, Policy, Remit, Source
from workflow.periods import Periods


@dataclass(frozen=True)
class Standing:
    """A founded place. People and partners by the keys that events call them.

    ``terms`` are the ids of the service types it began with, by name; ``periods`` says
    after how many months a record is checked again.
    """

    town: Town
    place: Partnership
    people: dict[str, User]
    partners: dict[str, Partner]
    remit: Remit
    old: Source
    password: str
    terms: dict[str, str]
    periods: Periods


@transaction.atomic
def found(
    town: Town, password: str, also: tuple[tuple[str, str], ...] = ()
) -> Standing:
    """Found a place; ``password`` is the stored form of everybody's.

    ``also`` are people who are none of the demo's sign-ins: mailbox name, which is
    their key, and name.
    """
    place = Partnership.objects.create(
        pk=as_uuid(key_id(town.slug)), name=town.name, slug=town.slug,
        accent=town.accent, host_names=[f"{town.slug}.localhost"],
        role_mailbox=f"directory@{town.slug}.example",
    )  # fmt: skip
    policy = Policy.objects.create(partnership=place)
    write_starter_lists(place)
    terms = _terms(place)
    for name in town.checked_often:
        PeriodRule.objects.create(
            pk=key_id(town.slug, "period", name), policy=policy, term_id=terms[name],
            months=2,
        )  # fmt: skip
    partners = {
        town.partner_keys[name]: Partner.objects.create(
            pk=as_uuid(key_id(town.slug, name)), partnership=place, name=name,
            kind=kind, role_mailbox=mailbox,
        )
        for name, kind, mailbox in town.partners
    }  # fmt: skip
    people = _people(town, password, also)
    staff = [(key, Role.ASSURER, partners[of]) for key, _, of in town.staff]
    for who, role, on in [*_roles(place, partners), *staff]:
        if who in people:
            write_grant(user=people[who], role=role, on=on, by="demo")
    remit = Remit.objects.create(
        partnership=place, partner=partners["council"], name=f"All of {town.name}",
        is_default=True, lead=people["assurer"], deputy=people["second"],
    )  # fmt: skip
    old = Source.objects.create(
        partner=partners["council"], name="The old directory",
        address=f"https://old-directory.{town.slug}.example/", standard="1.0",
    )  # fmt: skip
    return Standing(
        town,
        place,
        people,
        partners,
        remit,
        old,
        password,
        terms,
        periods.of_policy(policy),
    )


def _terms(place: Partnership) -> dict[str, str]:
    types = terms_of(place, Facet.SERVICE_TYPE)
    return {term.name: str(term.pk) for term in types}


def _people(
    town: Town, password: str, also: tuple[tuple[str, str], ...]
) -> dict[str, User]:
    host = f"{town.slug}.example"
    accounts = [(a.email, a.name) for a in ACCOUNTS if a.email.endswith(f"@{host}")]
    accounts += [(f"{key}@{host}", name) for key, name in also]
    accounts += [(f"{key}@{host}", name) for key, name, _ in town.staff]
    accounts += [
        (f"second.assurer@{host}", "Bryn Second"),
        (f"worker@{host}", "Wanda Worker"),
    ]
    keys = {f"second.assurer@{host}": "second"}
    return {
        keys.get(email, email.partition("@")[0]): write_person(email, name, password)
        for email, name in accounts
    }


def write_person(email: str, name: str, password: str) -> User:
    """An account; ``password`` is its stored form."""
    return User.objects.create(
        pk=as_uuid(key_id("person", email)), email=email, name=name, password=password
    )


_OF_LATER_PARTNERS = (
    ("nhs", Role.ASSURER, "Wexcombe and Moorland NHS Trust"),
    ("police", Role.CONTRIBUTOR, "police"),
)
"""Roles at partners that only the grown place has, by the partner's key."""


def _roles(
    place: Partnership, partners: dict[str, Partner]
) -> list[tuple[str, Role, Any]]:
    council, health = partners["council"], partners["health"]
    reader = partners.get("fire", health)
    return [
        ("assurer", Role.ASSURER, council),
        ("second", Role.ASSURER, council),
        ("worker", Role.CONTRIBUTOR, health),
        ("contributor", Role.CONTRIBUTOR, health),
        ("reader", Role.READER, reader),
        ("lead", Role.LEAD, place),
        ("lead", Role.PUBLISHER, place),
        ("lead", Role.DATA_PROTECTION, place),
        ("admin", Role.ADMINISTRATOR, None),
        *(
            (who, role, partners[name])
            for who, role, name in _OF_LATER_PARTNERS
            if name in partners
        ),
    ]

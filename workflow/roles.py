"""Which roles a person holds anywhere: where they begin, and what the menu offers."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts import access as accounts_access
from accounts.access import Person
from accounts.models import PartnerGrant, PartnershipGrant, User
from accounts.roles import ROLES, Role
from directory.models import OrganizationGrant

ASSURERS = frozenset({Role.ASSURER})
LEADS = frozenset({Role.LEAD})
PUBLISHERS = frozenset({Role.PUBLISHER, Role.DATA_PROTECTION})
ERASERS = frozenset({Role.DATA_PROTECTION})
PROVIDERS = frozenset({Role.EDITOR, Role.ORGANIZATION_LEAD})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
SUGGESTERS = frozenset({Role.CONTRIBUTOR, Role.VOLUNTEER, Role.ASSURER})
COLLEAGUES = frozenset({Role.READER, *SUGGESTERS})
READERS = frozenset({Role.READER, *SUGGESTERS, *LEADS, *PUBLISHERS})

HOMES: tuple[tuple[str, frozenset[Role]], ...] = (
    ("workflow:lead", LEADS),
    ("workflow:queue", ASSURERS),
    ("workflow:my-services", PROVIDERS),
    ("workflow:start-here", COLLEAGUES),
    ("workflow:records", READERS),
    ("workflow:administration", ADMINISTRATORS),
)
"""Where work begins, for the first of these roles that a person holds."""


def home_of(held: frozenset[Role]) -> str:
    """The address name at which the work of who holds these roles begins, if any."""
    return next((name for name, wanted in HOMES if held & wanted), "")


_GRANTS = (OrganizationGrant, PartnerGrant, PartnershipGrant)


def _installation_roles() -> QuerySet[Any]:
    through: Any = User.user_permissions.through
    return through._default_manager.filter(
        permission__codename__in=[Role.ADMINISTRATOR.value]
    )


def held_by(user: Person) -> frozenset[Role]:
    """The roles that somebody holds on anything, in one query."""
    return frozenset(accounts_access.held_by(user).roles)


@dataclass(frozen=True)
class Part:
    """A role that a person holds: its code, on what, and both in words."""

    role: str
    target_id: uuid.UUID | None
    title: str


def parts(people: Iterable[User]) -> dict[uuid.UUID, list[Part]]:
    """The roles of several people with what they hold them on, in four queries."""
    ids = [person.pk for person in people]
    out: dict[uuid.UUID, list[Part]] = {}
    for grants in _GRANTS:
        rows = grants.objects.filter(user_id__in=ids).values_list(
            "user_id", "permission__codename", "content_object_id",
            "content_object__name",
        )  # fmt: skip
        for user_id, code, key, name in rows.order_by("content_object__name"):
            part = Part(code, key, f"{ROLES[Role(code)].title}, {name}")
            out.setdefault(user_id, []).append(part)
    rows = _installation_roles().filter(user_id__in=ids)
    for user_id, code in rows.values_list("user_id", "permission__codename"):
        part = Part(code, None, ROLES[Role(code)].title)
        out.setdefault(user_id, []).append(part)
    return out

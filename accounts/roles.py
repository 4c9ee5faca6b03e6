"""Roles: who should hold which permissions, on what, in a sentence each.

A role is stored as a django-guardian grant whose codename is the role's value, so the
grant says what a person *is* and this module alone says what that allows.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from accounts.permissions import Permission


class Target(StrEnum):
    """What a role is held on."""

    ORGANIZATION = "organization"
    PARTNER = "partner"
    PARTNERSHIP = "partnership"
    INSTALLATION = "installation"


class Role(StrEnum):
    EDITOR = "editor"
    ORGANIZATION_LEAD = "organization_lead"
    READER = "reader"
    CONTRIBUTOR = "contributor"
    ASSURER = "assurer"
    VOLUNTEER = "volunteer"
    LEAD = "lead"
    PUBLISHER = "publisher"
    DATA_PROTECTION = "data_protection"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class RoleSpec:
    """What a role is held on, who should hold it, and what it allows."""

    title: str
    target: Target
    sentence: str
    permissions: frozenset[Permission]


ROLES: dict[Role, RoleSpec] = {
    Role.EDITOR: RoleSpec(
        "Editor",
        Target.ORGANIZATION,
        "Somebody at the organisation who keeps its services right.",
        frozenset({Permission.EDIT_LISTINGS, Permission.ASSURE_OWN}),
    ),
    Role.ORGANIZATION_LEAD: RoleSpec(
        "Lead of the organisation's listings",
        Target.ORGANIZATION,
        "The person at the organisation who also says who else may edit.",
        frozenset(
            {
                Permission.EDIT_LISTINGS,
                Permission.ASSURE_OWN,
                Permission.APPOINT_EDITORS,
            }
        ),
    ),
    Role.READER: RoleSpec(
        "Partner reader",
        Target.PARTNER,
        "Any worker of a partner who needs what open data may not hold.",
        frozenset({Permission.READ_PARTNER_DATA}),
    ),
    Role.CONTRIBUTOR: RoleSpec(
        "Contributor",
        Target.PARTNER,
        "A frontline worker or volunteer of a partner who says what is wrong.",
        frozenset({Permission.READ_PARTNER_DATA, Permission.SUGGEST}),
    ),
    Role.ASSURER: RoleSpec(
        "Assurer",
        Target.PARTNER,
        "Somebody at a partner who decides changes and checks records.",
        frozenset(
            {Permission.READ_PARTNER_DATA, Permission.SUGGEST, Permission.ASSURE}
        ),
    ),
    Role.VOLUNTEER: RoleSpec(
        "Self-registered contributor",
        Target.PARTNERSHIP,
        "A resident or carer who signed up to suggest changes.",
        frozenset({Permission.SUGGEST}),
    ),
    Role.LEAD: RoleSpec(
        "Partnership lead",
        Target.PARTNERSHIP,
        "The person who sets the place's policy and answers for its data.",
        frozenset(
            {
                Permission.SEE_FIGURES,
                Permission.SET_POLICY,
                Permission.SET_LEVEL,
                Permission.HAND_OVER,
                Permission.CARRY_OVER,
                Permission.APPOINT_PARTNER_ROLES,
                Permission.DECIDE_HIDING,
                Permission.READ_PARTNER_DATA,
                Permission.HARVEST,
                Permission.SHARE,
                Permission.KEEP_TERMS,
            }
        ),
    ),
    Role.PUBLISHER: RoleSpec(
        "Publisher",
        Target.PARTNERSHIP,
        "The person who decides which data goes out; usually the lead too.",
        frozenset(
            {
                Permission.PUBLISH,
                Permission.RELEASE_FINDINGS,
                Permission.READ_PARTNER_DATA,
            }
        ),
    ),
    Role.DATA_PROTECTION: RoleSpec(
        "Data protection officer",
        Target.PARTNERSHIP,
        "The one person who may blank a value everywhere it was kept.",
        frozenset({Permission.ERASE, Permission.READ_PARTNER_DATA}),
    ),
    Role.ADMINISTRATOR: RoleSpec(
        "Administrator",
        Target.INSTALLATION,
        "Sets up places, partners, people and jobs. No power over content.",
        frozenset({Permission.ADMINISTER}),
    ),
}


def roles_with(permission: Permission, target: Target) -> list[str]:
    """The roles on this kind of target that carry the permission."""
    return [
        role.value
        for role, spec in ROLES.items()
        if spec.target == target and permission in spec.permissions
    ]


def grants_for(target: Target) -> list[tuple[str, Any]]:
    """``Meta.permissions`` of a model that roles are held on."""
    return [(r.value, s.title) for r, s in ROLES.items() if s.target == target]

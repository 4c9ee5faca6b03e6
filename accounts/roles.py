"""Roles: who should hold which permissions, on what, in a sentence each.

A role is stored as a django-guardian grant whose codename is the role's value, so the
grant says what a person *is* and this module alone says what that allows.
"""

from dataclasses import dataclass
from enum import StrEnum

from accounts.permissions import Permission as P


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
    permissions: frozenset[P]


ROLES: dict[Role, RoleSpec] = {
    Role.EDITOR: RoleSpec(
        "Editor",
        Target.ORGANIZATION,
        "Somebody at the organisation who keeps its listings right.",
        frozenset({P.EDIT_LISTINGS, P.ASSURE_OWN}),
    ),
    Role.ORGANIZATION_LEAD: RoleSpec(
        "Lead of the organisation's listings",
        Target.ORGANIZATION,
        "The person at the organisation who also says who else may edit.",
        frozenset({P.EDIT_LISTINGS, P.ASSURE_OWN, P.APPOINT_EDITORS}),
    ),
    Role.READER: RoleSpec(
        "Partner reader",
        Target.PARTNER,
        "Any worker of a partner who needs what open data may not hold.",
        frozenset({P.READ_PARTNER_DATA}),
    ),
    Role.CONTRIBUTOR: RoleSpec(
        "Contributor",
        Target.PARTNER,
        "A frontline worker or volunteer of a partner who says what is wrong.",
        frozenset({P.READ_PARTNER_DATA, P.SUGGEST}),
    ),
    Role.ASSURER: RoleSpec(
        "Assurer",
        Target.PARTNER,
        "Somebody at a partner who decides changes and checks records.",
        frozenset({P.READ_PARTNER_DATA, P.SUGGEST, P.ASSURE}),
    ),
    Role.VOLUNTEER: RoleSpec(
        "Self-registered contributor",
        Target.PARTNERSHIP,
        "A resident or carer who signed up to suggest changes.",
        frozenset({P.SUGGEST}),
    ),
    Role.LEAD: RoleSpec(
        "Partnership lead",
        Target.PARTNERSHIP,
        "The person who sets the place's policy and answers for its data.",
        frozenset(
            {
                P.SEE_FIGURES,
                P.SET_POLICY,
                P.SET_LEVEL,
                P.HAND_OVER,
                P.CARRY_OVER,
                P.APPOINT_PARTNER_ROLES,
                P.DECIDE_HIDING,
                P.READ_PARTNER_DATA,
                P.HARVEST,
            }
        ),
    ),
    Role.PUBLISHER: RoleSpec(
        "Publisher",
        Target.PARTNERSHIP,
        "The person who decides which data goes out; usually the lead too.",
        frozenset({P.PUBLISH, P.RELEASE_FINDINGS, P.READ_PARTNER_DATA}),
    ),
    Role.DATA_PROTECTION: RoleSpec(
        "Data protection officer",
        Target.PARTNERSHIP,
        "The one person who may blank a value everywhere it was kept.",
        frozenset({P.ERASE, P.READ_PARTNER_DATA}),
    ),
    Role.ADMINISTRATOR: RoleSpec(
        "Administrator",
        Target.INSTALLATION,
        "Sets up places, partners, people and jobs. No power over content.",
        frozenset({P.ADMINISTER}),
    ),
}


def roles_with(permission: P, target: Target) -> list[str]:
    """The roles on this kind of target that carry the permission."""
    return [
        role.value
        for role, spec in ROLES.items()
        if spec.target == target and permission in spec.permissions
    ]


def grants_for(target: Target) -> list[tuple[str, str]]:
    """``Meta.permissions`` of a model that roles are held on."""
    return [(r.value, s.title) for r, s in ROLES.items() if s.target == target]

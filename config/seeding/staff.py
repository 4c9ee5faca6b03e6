"""Who of a founded place may do what, as far as rows follow from it."""

from typing import Any

from django.contrib.auth.models import Permission as GrantName

from accounts.access import partners_with
from accounts.models import Partner, User
from accounts.permissions import Permission
from accounts.roles import Role
from config.demo.founding import Standing
from workflow import access
from workflow.models import Listing, Remit


class Staff:
    """The people of one place: roles from its founding, editors as they come."""

    def __init__(self, standing: Standing) -> None:
        self.people = standing.people
        self._remits = list(
            Remit.objects.filter(partnership=standing.place).select_related("partner")
        )
        self._assures = {
            person.pk: set(
                partners_with(person, Permission.ASSURE).values_list("pk", flat=True)
            )
            for person in standing.people.values()
        }
        self._partners: dict[Any, Partner | None] = {
            person.pk: access.first_partner(person)
            for person in standing.people.values()
        }
        self.lead_grant = GrantName.objects.get(codename=Role.ORGANIZATION_LEAD.value)
        self._edits: set[tuple[Any, Any]] = set()
        self._bodies: set[tuple[Any, Any]] = set()

    def assures(self, person: User, partner_id: Any) -> bool:
        """Whether the person assures for a partner."""
        return partner_id in self._assures.get(person.pk, ())

    def partner_name(self, person: User) -> str:
        """The partner that the person takes part for, ``""`` for none."""
        partner = self.partner(person)
        return partner.name if partner else ""

    def partner(self, person: User) -> Partner | None:
        """The same, as a row."""
        return self._partners.get(person.pk)

    def appoint(self, person: User, organization_id: Any) -> None:
        """The person edits an organization's listings from now on."""
        self._edits.add((person.pk, organization_id))

    def edits(self, person: User | None, organization_id: Any) -> bool:
        """Whether the person edits an organization's listings."""
        return person is not None and (person.pk, organization_id) in self._edits

    def addresses_of(self, organization_id: Any) -> list[str]:
        """The addresses of those who edit an organization's listings."""
        keys = {key for key, about in self._edits if about == organization_id}
        return sorted(p.email for p in self.people.values() if p.pk in keys)

    def are_one(self, partner_id: Any, organization_id: Any) -> None:
        """A partner and an organization are one body from now on."""
        self._bodies.add((partner_id, organization_id))

    def is_own_body(self, person: User, organization_id: Any) -> bool:
        """``workflow.access.is_own_body``."""
        return self.edits(person, organization_id) or any(
            (partner_id, organization_id) in self._bodies
            for partner_id in self._assures.get(person.pk, ())
        )

    def forget_block(self, people: set[str]) -> None:
        """Let go of the editors of a block that has been written."""
        self._edits.clear()
        self._bodies.clear()
        for key in people:
            del self.people[key]

    def remit_for(self, listing: Listing) -> Remit | None:
        """``workflow.remits``, as far as the remits of a founded place go."""
        named = [
            remit for remit in self._remits
            if listing.organization_id in remit.organization_ids
        ]  # fmt: skip
        if len(named) == 1:
            return named[0]
        return next((remit for remit in self._remits if remit.is_default), None)

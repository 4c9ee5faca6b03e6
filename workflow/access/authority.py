"""What one person may act as and for, as values: the ground of the other modules.

Every rule of this package is made of ids: of the places, partners and organizations on
which somebody holds a role, of the areas of work for which they act today. They are
fetched once for a rule, in a few small queries, and stand in its condition as they are;
several rules asked of the same :class:`Authority` fetch nothing again.
"""

from collections.abc import Callable, Sequence
from functools import cached_property, wraps
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from accounts.access import Held, Person, held_by, is_person
from accounts.permissions import Permission
from accounts.roles import Target
from common import clock, remembered
from common.lookups import Ids
from directory.choices import Visibility
from workflow import belonging
from workflow.belonging import Belonging
from workflow.choices import Hidden, Level, Stage
from workflow.models import AssuranceLevel, Cover, OwnBody, Remit

M = TypeVar("M", bound=Model)
INTERNAL = Q(record__visibility=Visibility.INTERNAL)
OPEN_TO_ALL = Q(stage=Stage.PUBLISHED, record__visibility=Visibility.OPEN)
WITHHELD = Q(hidden_because__contains=[Hidden.PERSONAL_DATA])
"""Taken away because of personal data: only for those who put it right."""
NOTHING = Q(pk__in=[])


class Authority:
    """What a person holds and acts for, from the moment it was asked for.

    Each part is fetched when a rule first wants it, and then stays: so this is for one
    page or one act under its locks, and for nothing that lasts longer.
    """

    def __init__(self, user: Person) -> None:
        self.pk: Any = user.pk
        self.is_person = is_person(user)
        self._user = user

    @cached_property
    def held(self) -> Held:
        """Their roles."""
        return held_by(self._user)

    def places(self, permission: Permission) -> frozenset[Any]:
        """Ids of the places on which they hold a permission."""
        return self.held.ids(permission, Target.PARTNERSHIP)

    def partners(self, permission: Permission) -> frozenset[Any]:
        """Ids of the partners on which they hold it."""
        return self.held.ids(permission, Target.PARTNER)

    def partners_places(self, permission: Permission) -> frozenset[Any]:
        """Ids of the places of the partners on which they hold it."""
        return self.held.places(self.partners(permission))

    def organizations(self, permission: Permission) -> frozenset[Any]:
        """Ids of the organizations on which they hold it."""
        return self.held.ids(permission, Target.ORGANIZATION)

    @cached_property
    def remits(self) -> Sequence[tuple[Any, Any, Any, bool]]:
        """The areas of work for which they act today, their partners' and those that
        they cover: id, place, partner, and whether it is the place's default.

        Somebody stands in only while they assure for some body of the same place: who
        loses that role stands in for nobody any more.
        """
        assures = self.partners(Permission.ASSURE)
        if not assures:
            return ()
        today = clock.today()
        days = Cover.objects.filter(
            user_id=str(self.pk), begins_on__lte=today, ends_on__gte=today
        )
        covered = Q(
            pk__in=days.values("remit"),
            partnership__in=self.partners_places(Permission.ASSURE),
        )
        found = Remit.objects.filter(Q(partner__in=assures) | covered)
        wanted = ("pk", "partnership_id", "partner_id", "is_default")
        return list(found.values_list(*wanted))

    @property
    def remit_ids(self) -> list[Any]:
        return [pk for pk, *_ in self.remits]

    @cached_property
    def asked_remits(self) -> Ids:
        """The same, for conditions."""
        return Ids.of(self.remit_ids)

    @cached_property
    def own_bodies(self) -> frozenset[Any]:
        """Ids of the organizations that are one body with a partner for which they
        assure or stand in, and of those they edit."""
        partners = {partner for _, _, partner, _ in self.remits}
        bodies = OwnBody.objects.filter(
            partner__in=partners | self.partners(Permission.ASSURE)
        )
        edited = self.organizations(Permission.EDIT_LISTINGS)
        return edited.union(bodies.values_list("organization_id", flat=True))

    @cached_property
    def trusted(self) -> dict[Any, list[Any]]:
        """By place, the ids of the organizations it trusts for which they assure."""
        levels = AssuranceLevel.objects.filter(
            organization_id__in=self.organizations(Permission.ASSURE_OWN),
            level=Level.TRUSTED,
            partnership__policy__trusted_assures_own=True,
        )
        found: dict[Any, list[Any]] = {}
        for place, body in levels.values_list("partnership_id", "organization_id"):
            found.setdefault(place, []).append(body)
        return found

    @cached_property
    def belonging(self) -> Belonging:
        """What goes to the areas of work for which they act."""
        remits = [(pk, place, default) for pk, place, _, default in self.remits]
        own = [body for bodies in self.trusted.values() for body in bodies]
        return belonging.of_remits(remits, own)


Asker = Person | Authority
"""Who a rule is asked about: a person, or what was fetched of them already."""


def authority_of(user: Asker) -> Authority:
    """What a person may act as and for, now: remembered while a page is read, and
    fetched anew otherwise. An act asks for it once it holds its locks."""
    if isinstance(user, Authority):
        return user
    return remembered.once(("authority", user.pk), lambda: Authority(user))


def rule(build: Callable[[Authority], QuerySet[M]]) -> Callable[[Asker], QuerySet[M]]:
    """A rule: the objects that it gives a person. It is put together once for a page
    and only narrowed where it is asked again."""

    @wraps(build)
    def objects(user: Asker) -> QuerySet[M]:
        me = authority_of(user)
        return remembered.once((build, me.pk), lambda: build(me)).all()

    return objects


def among(by: Callable[[Asker], QuerySet[M]], user: Asker, obj: M) -> bool:
    """Whether this is one of the objects that a rule gives the person; while a page is
    read it is asked once of each."""
    return remembered.once(
        (by, user.pk, obj.pk), lambda: by(user).filter(pk=obj.pk).exists()
    )


def one_of(objects: QuerySet[Any], key: str = "pk") -> Q:
    """The condition for being one of these, or for ``key`` leading to one. It is asked
    of each row by itself: as ``pk__in`` the database finds all of them first, however
    few are asked about."""
    return Q(Exists(objects.filter(pk=OuterRef(key))))


# --- conditions for listings ----------------------------------------------------------


def in_remits(me: Authority) -> Q:
    """Listings in an area of work for which the person acts."""
    return Q(remit__any_of=me.asked_remits) if me.remits else NOTHING


def edited(me: Authority) -> Q:
    """Listings of the organizations whose listings the person edits."""
    return Q(organization_id__in=me.organizations(Permission.EDIT_LISTINGS))


def of_own_body(me: Authority) -> Q:
    """Listings run by a body for which the person assures or stands in, or that they
    edit."""
    return Q(organization_id__in=me.own_bodies)


def of_trusted(me: Authority) -> Q:
    """Listings of a trusted organization for which the person assures its own."""
    where = NOTHING
    for place, bodies in me.trusted.items():
        where |= Q(partnership=place, organization_id__in=bodies)
    return where


def of_readers(me: Authority) -> Q:
    """Listings that the person reads as a worker of their place's partners."""
    permission = Permission.READ_PARTNER_DATA
    places = me.places(permission) | me.partners_places(permission)
    return Q(partnership__in=places) & ~INTERNAL


def of_partners(me: Authority, permission: Permission) -> Q:
    """Listings of the places of the partners on which the person holds it."""
    return Q(partnership__in=me.partners_places(permission))


def puts_right(me: Authority) -> Q:
    """Listings of places whose lead, publisher or data protection officer it is."""
    wanted = (Permission.SET_POLICY, Permission.PUBLISH, Permission.ERASE)
    places: set[Any] = set()
    for permission in wanted:
        places |= me.places(permission)
    return Q(partnership__in=places)

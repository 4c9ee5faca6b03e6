"""What places agree on with their neighbours: what is in force, and who may act on it.

Each rule stands as a queryset and as a question of it, as in ``workflow/access/``.
"""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.access import Person, ids_with, is_person
from accounts.models import Partnership, User
from accounts.permissions import Permission
from accounts.roles import Target, roles_with
from directory.choices import Visibility
from workflow.choices import Stage
from workflow.models import Listing, SharingAgreement


def between(one: Partnership, other: Partnership) -> QuerySet[SharingAgreement]:
    """All agreements that two places ever proposed to each other, newest first."""
    return (
        SharingAgreement.objects.filter(
            Q(home=one, shown_by=other) | Q(home=other, shown_by=one)
        )
        .select_related(
            "home", "shown_by", "proposed_for", "proposed_by", "accepted_by",
            "ended_for", "ended_by",
        )
        .order_by("-created_at", "pk")
    )  # fmt: skip


def agreements_of(place: Partnership) -> QuerySet[SharingAgreement]:
    """Those of a place, with whomever and in either direction, that are not over."""
    return SharingAgreement.objects.filter(
        Q(home=place) | Q(shown_by=place), ended_at=None
    ).select_related("home", "shown_by", "proposed_for")


def in_force() -> QuerySet[SharingAgreement]:
    """Those that both sides have accepted and neither has ended."""
    return SharingAgreement.objects.filter(accepted_at__isnull=False, ended_at=None)


def shared_listings(home: Partnership) -> QuerySet[Listing]:
    """What a neighbour would show: what the home's own end-point may show.

    The gate looks at each record besides: what it stops is public nowhere.
    """
    return Listing.objects.filter(
        partnership=home,
        stage=Stage.PUBLISHED,
        record__visibility=Visibility.OPEN,
    )


def leads_of(place: Partnership) -> QuerySet[User]:
    """Who answers for a place towards its neighbours."""
    return User.objects.filter(
        partnershipgrant__content_object=place,
        partnershipgrant__permission__codename__in=roles_with(
            Permission.SHARE, Target.PARTNERSHIP
        ),
        is_active=True,
    ).distinct()


# --- who may do what ------------------------------------------------------------------


def _led(user: Person) -> frozenset[Any]:
    return ids_with(user, Permission.SHARE, Partnership)


def led_by(user: Person) -> QuerySet[Partnership]:
    """Places for which the person proposes, and ends, what is shared."""
    if not is_person(user):
        return Partnership.objects.none()
    return Partnership.objects.filter(pk__in=_led(user))


def acceptable_by(user: Person) -> QuerySet[SharingAgreement]:
    """Open proposals that the person may accept, or decline, for the side asked.

    Two leads agree: whoever leads the proposing side as well answers for neither.
    """
    if not is_person(user):
        return SharingAgreement.objects.none()
    led = _led(user)
    return SharingAgreement.objects.filter(
        Q(home__in=led) | Q(shown_by__in=led), ended_at=None, accepted_at=None
    ).exclude(Q(proposed_for__in=led) | Q(proposed_by_id=user.pk))


def can_accept(user: Person, agreement: SharingAgreement) -> bool:
    return acceptable_by(user).filter(pk=agreement.pk).exists()


def withdrawable_by(user: Person) -> QuerySet[SharingAgreement]:
    """Open proposals that the person may take back: made by a place they lead."""
    if not is_person(user):
        return SharingAgreement.objects.none()
    return SharingAgreement.objects.filter(
        proposed_for__in=_led(user), ended_at=None, accepted_at=None
    )


def can_withdraw(user: Person, agreement: SharingAgreement) -> bool:
    return withdrawable_by(user).filter(pk=agreement.pk).exists()


def endable_by(user: Person) -> QuerySet[SharingAgreement]:
    """Agreements in force that the person may end: a lead of either side."""
    if not is_person(user):
        return SharingAgreement.objects.none()
    led = _led(user)
    return in_force().filter(Q(home__in=led) | Q(shown_by__in=led))


def can_end(user: Person, agreement: SharingAgreement) -> bool:
    return endable_by(user).filter(pk=agreement.pk).exists()

"""Who leads an area of work now, and who stands in.

Whoever was named stays named; they lead it, or are its deputy, only while their account
is open and they assure for the partner that answers for it; they stand in only while
they assure for some partner of the place. Every page and letter asks here.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import AuditEvent, Partner, PartnerGrant, Partnership, User
from accounts.permissions import Permission
from accounts.roles import Target, roles_with
from common import clock
from common.templatetags.vouch import counted
from directory.freshness import full_date
from workflow import hours
from workflow.models import Cover, Remit


@dataclass(frozen=True)
class Leaders:
    """The lead and the deputy of an area of work as they stand today, and since when
    nobody leads it (None where somebody does, or where nobody wrote it down)."""

    lead: User | None
    deputy: User | None
    since: dt.date | None

    @property
    def is_led(self) -> bool:
        """Whether anybody leads it, be it the deputy."""
        return bool(self.lead or self.deputy)

    @property
    def who(self) -> str:
        """“Asha”, “Bert, the deputy” or “Nobody since 3 May 2026”."""
        if self.lead:
            return self.lead.name
        return f"{self.deputy}, the deputy" if self.deputy else f"Nobody{self._since}"

    @property
    def nobody(self) -> str:
        """That nobody leads it, in words without a stop."""
        return f"Nobody leads it{self._since}"

    @property
    def tail(self) -> str:
        """What follows the partner's name in a sentence: “, led by Asha”."""
        return f", led by {self.who}" if self.is_led else f". {self.nobody}"

    @property
    def _since(self) -> str:
        return f" since {full_date(self.since)}" if self.since else ""


def of_remit(remit: Remit) -> Leaders:
    """Who leads one area of work."""
    return of_remits([remit])[remit.pk]


def of_remits(remits: Iterable[Remit]) -> dict[Any, Leaders]:
    """Who leads each of these, by id: one query, and one more where nobody does."""
    several = list(remits)
    named = {key for one in several for key in (one.lead_id, one.deputy_id) if key}
    stand = set(
        _grants()
        .filter(user__in=named, content_object__in={one.partner_id for one in several})
        .values_list("user_id", "content_object_id")
    )
    found = {
        one.pk: Leaders(
            one.lead if (one.lead_id, one.partner_id) in stand else None,
            one.deputy if (one.deputy_id, one.partner_id) in stand else None,
            None,
        )
        for one in several
    }
    since = _since(one for one in several if not found[one.pk].is_led)
    return {key: replace(led, since=since.get(key)) for key, led in found.items()}


def unled(place: Partnership) -> QuerySet[Remit]:
    """The areas of work of a place that nobody leads, by name."""
    return (
        Remit.objects.filter(~_stands("lead"), ~_stands("deputy"), partnership=place)
        .select_related("partner", "lead", "deputy")
        .order_by("name")
    )


def covers() -> QuerySet[Any]:
    """Who is to stand in today or later, with ``can``: whether they still may. Theirs
    is then an open account that assures for some partner of the place."""
    can = _grants().filter(
        user=OuterRef("user_id"),
        content_object__partnership=OuterRef("remit__partnership_id"),
    )
    found = Cover.objects.filter(ends_on__gte=clock.today())
    return found.annotate(can=Exists(can)).select_related("user")


def _stands(name: str) -> Exists:
    return Exists(
        _grants().filter(
            user=OuterRef(f"{name}_id"), content_object=OuterRef("partner_id")
        )
    )


def _grants() -> QuerySet[Any]:
    """The roles of open accounts that let somebody assure for a partner."""
    roles = roles_with(Permission.ASSURE, Target.PARTNER)
    return PartnerGrant.objects.filter(
        user__is_active=True, permission__codename__in=roles
    )


def _since(gone: Iterable[Remit]) -> dict[Any, dt.date]:
    """Since when nobody leads these: since the lead went, or the deputy where that was
    later. Somebody goes when their account is closed or the role taken, whichever comes
    first; a role that was given again does not count as taken."""
    several = list(gone)
    if not several:
        return {}
    people = {key for one in several for key in (one.lead_id, one.deputy_id) if key}
    roles = roles_with(Permission.ASSURE, Target.PARTNER)
    told = Q(verb="account_closed") | (
        Q(verb="role_taken", before__role__in=roles)
        | Q(verb="role_given", after__role__in=roles)
    )
    days: dict[tuple[Any, str], dt.date] = {}
    for event in AuditEvent.objects.filter(told, object_id__in=people).order_by("id"):
        label = event.before or event.after or {}
        days.pop((event.object_id, label.get("on_id", "")), None)
        if event.verb != "role_given":
            days[event.object_id, label.get("on_id", "")] = clock.london_day(event.at)
    found = {}
    for one in several:
        lead, deputy = (
            min(filter(None, (days.get((key, on)) for on in ("", str(one.partner_id)))),
                default=None)
            for key in (one.lead_id, one.deputy_id)
        )  # fmt: skip
        if lead:
            found[one.pk] = max(lead, deputy or lead)
    return found


# --- before somebody goes -------------------------------------------------------------


def would_be_without(user: User, partner: Partner | None = None) -> list[str]:
    """What areas of work lose with a person (of one partner, or all), a sentence or two
    for each: who leads it then, and how many records it has."""
    named = Q(lead=user) | Q(deputy=user)
    remits = Remit.objects.filter(named).select_related("partner", "lead", "deputy")
    if partner:
        remits = remits.filter(partner=partner)
    several = list(remits.order_by("name"))
    held, now = hours.held_by(one.pk for one in several), of_remits(several)
    said = []
    for one in several:
        leaders, number = now[one.pk], held.get(one.pk, hours.Held()).all
        what = f"“{one}” of {one.partner}, with {counted(number, 'record')}."
        if leaders.lead == user:
            then = f"{leaders.deputy}, the deputy," if leaders.deputy else "Nobody"
            said.append(f"They lead {what} {then} leads it then.")
        elif leaders.deputy == user:
            then = f"{leaders.lead} leads" if leaders.lead else "Nobody leads"
            said.append(f"They are the deputy of {what} {then} it then.")
    return [*said, *_covering(user, partner)]


def _covering(user: User, partner: Partner | None) -> list[str]:
    """Where they stand in, today or later, and would no longer."""
    rows = Cover.objects.filter(user=user, ends_on__gte=clock.today())
    elsewhere = _grants().filter(user=user)
    if partner:
        there = elsewhere.exclude(content_object=partner)
        rows = rows.filter(remit__partnership=partner.partnership_id).exclude(
            remit__partnership__in=there.values("content_object__partnership")
        )
    return [
        f"They stand in for “{one.remit}” until {full_date(one.ends_on)}."
        for one in rows.select_related("remit").order_by("ends_on", "pk")
    ]


def left_to_nobody(user: User, partner: Partner | None = None) -> list[str]:
    """Where nobody could decide or check any more once a person has gone (from one
    partner, or all), in sentences: of each partner for which nobody else assures, its
    areas of work, and until when somebody stands in."""
    theirs = _grants().filter(user=user).values("content_object")
    others = _grants().exclude(user=user).values("content_object")
    remits = Remit.objects.filter(partner__in=theirs).exclude(partner__in=others)
    if partner:
        remits = remits.filter(partner=partner)
    covered = _covered(user, remits)
    bare: dict[Partner, list[str]] = {}
    for one in (
        remits.exclude(pk__in=covered)
        .select_related("partner")
        .order_by("partner__name", "name")
    ):
        bare.setdefault(one.partner, []).append(f"“{one}”")
    return [
        *(
            f"Nobody else assures for {body}. Nobody could decide or check in "
            f"{', '.join(names)} any more."
            for body, names in bare.items()
        ),
        *(
            f"Only {one.user} could decide and check in “{one.remit}” of "
            f"{one.remit.partner}, standing in until {full_date(one.ends_on)}."
            for one in covered.values()
        ),
    ]


def _covered(user: User, remits: QuerySet[Remit]) -> dict[Any, Cover]:
    """Of these areas of work those in which somebody else stands in today, by id, with
    who does so longest."""
    rows = covers().filter(can=True, remit__in=remits, begins_on__lte=clock.today())
    several = rows.exclude(user=user).select_related("remit__partner", "user")
    return {one.remit_id: one for one in several.order_by("ends_on", "pk")}

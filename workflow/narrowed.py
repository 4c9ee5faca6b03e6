"""What a person wants to see of their queue, as an address can say it."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, Q, QuerySet, UUIDField

from accounts.access import Person
from accounts.models import User
from directory.choices import Facet, Kind
from directory.models import TaxonomyTerm
from directory.terms import descendants, replacements, resolve
from workflow import access
from workflow.models import Record, Remit

CLAIMED = ("mine", "others")
"""Whose: of these there are only suggestions, for nothing else can be claimed."""


@dataclass(frozen=True)
class Filters:
    """What the person wants to see of their queue.

    ``whose``: ``""`` for everybody's, ``mine`` for what they have started, ``free`` for
    what nobody is on, ``others`` for what a colleague is on. ``remit`` is the id of one
    area of work, ``run_by`` words of the name of who runs it, ``term`` the id of a kind
    of service and ``terms`` that with all below it, ``days`` how long it has waited or
    been due at least; ``away`` are the ids of the person's places that they are not
    working in.
    """

    whose: str = ""
    remit: str = ""
    run_by: str = ""
    term: str = ""
    terms: frozenset[Any] = frozenset()
    days: int = 0
    away: frozenset[Any] = frozenset()

    def about(self, listing: str = "") -> Q:
        """The condition on the record that an item is about; ``listing`` leads to it
        and ends in ``__``."""
        where = Q()
        if self.remit:
            where &= Q(**{f"{listing}remit_id": self.remit})
        if self.run_by:
            named = Record.objects.filter(kind=Kind.ORGANIZATION)
            for word in self.run_by.split():
                named = named.filter(label__icontains=word)
            where &= Q(**{f"{listing}organization_id__in": named.values("pk")})
        if self.term:
            where &= Q(**{f"{listing}term_ids__overlap": list(self.terms)})
        return where

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return self != Filters(away=self.away)


def with_all_below(term: str) -> frozenset[Any]:
    """A kind of service and all below it, with what they replaced (ADR 14). Raises
    ValueError for what is no id."""
    if not term:
        return frozenset()
    key = uuid.UUID(term)
    found = descendants([key])[key] | {key}
    return found | {old for old, now in replacements().items() if now in found}


def terms_of(user: User, away: frozenset[Any]) -> list[tuple[str, str]]:
    """The kinds of service that the person assures, by name."""
    each = Func(F("term_ids"), function="unnest", output_field=UUIDField())
    mine = access.in_remit_by(user).exclude(partnership__in=away)
    used = mine.order_by().annotate(term=each).values_list("term", flat=True)
    now = set(resolve(used.distinct()).values())
    rows = TaxonomyTerm.objects.filter(
        pk__in=now, taxonomy__facet=Facet.SERVICE_TYPE
    ).order_by("name", "pk")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def remits_of(user: Person, away: frozenset[Any]) -> QuerySet[Remit]:
    """The areas of work in which the person assures, in the place they work in."""
    return access.remits_by(user).exclude(partnership__in=away).order_by("name")

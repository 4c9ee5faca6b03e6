"""What a person wants to see of their queue, as an address can say it."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, UUIDField

from accounts.access import Person
from accounts.models import User
from common import remembered
from common.models import as_uuid
from directory.choices import Facet, Kind
from directory.models import TaxonomyTerm
from directory.terms import descendants, replacements, resolve
from workflow import access, areas
from workflow.choices import Gravity, ProposalKind, Stage
from workflow.models import Area, AskedListing, PublicReport, Record, Remit

CLAIMED = ("mine", "others")
"""Whose: of these there are only suggestions, for nothing else can be claimed."""


class Why(models.TextChoices):
    """Why something is in the queue, where that is more than its section says."""

    PROVIDER = "provider", "Its provider says so"
    COLLEAGUE = "colleague", "Somebody who works here says so"
    PUBLIC = "public", "Somebody of the public says so"
    SOURCE = "source", "Another directory says so"
    HARM = "harm", "Somebody could come to harm"
    CLOSED = "closed", "It is said to have closed"
    SILENT = "silent", "We asked, and nobody has answered"
    HIDDEN = "hidden", "Hidden until somebody checks it"
    CRITICAL = "critical", "Critical: no machine hides it"


def why_suggested(why: str) -> Q:
    """The condition on a suggestion for being there for this reason; that of none holds
    for all, that of a check for none."""
    public = Exists(PublicReport.objects.filter(proposal=OuterRef("pk")))
    return {
        "": Q(),
        Why.PROVIDER: Q(by_provider=True),
        Why.COLLEAGUE: Q(by_provider=False, source=None) & ~Q(public),
        Why.PUBLIC: Q(public),
        Why.SOURCE: Q(source__isnull=False),
        Why.HARM: Q(gravity=Gravity.HARM),
        Why.CLOSED: Q(kind=ProposalKind.CLOSURE),
        Why.CRITICAL: Q(listing__critical=True),
    }.get(why, Q(pk__in=[]))


def why_checked(why: str) -> Q:
    """The same for a record that waits for a check."""
    asked = AskedListing.objects.filter(
        listing=OuterRef("pk"), due_on=OuterRef("due_on"), answer=""
    )
    return {
        "": Q(),
        Why.SILENT: Q(Exists(asked)),
        Why.HIDDEN: Q(stage=Stage.UNPUBLISHED),
        Why.CRITICAL: Q(critical=True),
    }.get(why, Q(pk__in=[]))


@dataclass(frozen=True)
class Filters:
    """What the person wants to see of their queue.

    ``whose``: ``""`` for everybody's, ``mine`` for what they have started, ``free`` for
    what nobody is on, ``others`` for what a colleague is on. ``remit`` is the id of one
    area of work, ``area`` of a ward, parish or district, or words of their names, and
    ``remits`` and ``areas`` are those that are meant (``ids_of``). ``run_by`` are words
    of the name of who runs it, ``term`` is the id of a kind of service and ``terms``
    that with all below it, ``why`` a reason for which it is there (``Why``), ``days``
    how long it has waited or been due at least; ``away`` are the ids of the person's
    places that they are not working in.
    """

    whose: str = ""
    remit: str = ""
    area: str = ""
    run_by: str = ""
    term: str = ""
    why: str = ""
    terms: frozenset[Any] = frozenset()
    remits: frozenset[Any] = frozenset()
    areas: frozenset[Any] = frozenset()
    days: int = 0
    away: frozenset[Any] = frozenset()

    def about(self, listing: str = "") -> Q:
        """The condition on the record that an item is about; ``listing`` leads to it
        and ends in ``__``."""
        where = Q()
        if self.remit:
            where &= Q(**{f"{listing}remit__in": list(self.remits)})
        if self.area:
            where &= _inside(self.areas, f"{listing}pk")
        if self.run_by:
            where &= _run_by(self.run_by, f"{listing}organization_id")
        if self.term:
            where &= Q(**{f"{listing}term_ids__overlap": list(self.terms)})
        return where

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return self != Filters(away=self.away)


FEW = 2_000
"""So many ids are handed to the database; of more it is told how they are found."""


def _inside(within: frozenset[Any], column: str) -> Q:
    """The condition for a place in one of these wards, parishes or districts. What
    lies in a ward is found once for a page."""
    inside = areas.listings_in_any(within).order_by().values("pk")

    def few() -> list[Any]:
        return list(inside.values_list("pk", flat=True)[: FEW + 1])

    ids = remembered.once((_inside, within), few)
    if len(ids) > FEW:
        return Q(**{f"{column}__in": inside})
    return Q(**{f"{column}__any_of": ids})


def _run_by(words: str, column: str) -> Q:
    """The condition for being run by somebody in whose name every word occurs. Names
    are looked through once for a page, which asks for a dozen parts of the queue."""
    named = Record.objects.filter(kind=Kind.ORGANIZATION)
    for word in words.split():
        named = named.filter(label__icontains=word)

    def few() -> list[Any]:
        return list(named.values_list("pk", flat=True)[: FEW + 1])

    ids = remembered.once((_run_by, words), few)
    if len(ids) > FEW:
        return Q(**{f"{column}__in": named.values("pk")})
    return Q(**{f"{column}__any_of": ids})


def with_all_below(term: str) -> frozenset[Any]:
    """A kind of service and all below it, with what they replaced (ADR 14). Raises
    ValueError for what is no id."""
    if not term:
        return frozenset()
    key = uuid.UUID(term)
    found = descendants([key])[key] | {key}
    return found | {old for old, now in replacements().items() if now in found}


LOOKED_THROUGH = 5_000
"""Of more records than these nobody looks what kinds of service there are."""


def terms_of(user: User, away: frozenset[Any]) -> list[tuple[str, str]]:
    """The kinds of service that the person assures, by name; all that their places
    know, where they assure more than ``LOOKED_THROUGH`` records."""
    here = access.in_remit_by(user).exclude(partnership__in=away).order_by()
    types = TaxonomyTerm.objects.filter(taxonomy__facet=Facet.SERVICE_TYPE)
    if here[: LOOKED_THROUGH + 1].count() > LOOKED_THROUGH:
        places = access.places_assured_by(user) - away
        lists = Q(taxonomy__partnership__in=places) | Q(taxonomy__used_by__in=places)
        rows = types.filter(lists, retired_on=None).distinct()
    else:
        each = Func(F("term_ids"), function="unnest", output_field=UUIDField())
        used = here.annotate(term=each).values_list("term", flat=True)
        rows = types.filter(pk__in=set(resolve(used.distinct()).values()))
    named = rows.order_by("name", "pk").values_list("pk", "name")
    return [(str(pk), name) for pk, name in named]


def ids_of(rows: QuerySet[Any], words: str) -> frozenset[Any]:
    """Which of these is meant: the one with this id, else those that are called just
    so, else those in whose name every word occurs. None for no words."""
    if not words:
        return frozenset()
    if key := as_uuid(words):
        return frozenset(rows.filter(pk=key).values_list("pk", flat=True))
    like = rows
    for word in words.split():
        like = like.filter(name__icontains=word)
    found = dict(like.values_list("pk", "name"))
    called = {pk for pk, name in found.items() if name.casefold() == words.casefold()}
    return frozenset(called or found)


def remits_of(user: Person, away: frozenset[Any]) -> QuerySet[Remit]:
    """The areas of work in which the person assures, in the place they work in."""
    return access.remits_by(user).exclude(partnership__in=away).order_by("name")


def areas_of(user: Person, away: frozenset[Any]) -> QuerySet[Area]:
    """The wards, parishes and districts of the places in which the person assures."""
    places = remits_of(user, away).order_by().values("partnership")
    return Area.objects.filter(partnership__in=places).order_by("name", "code")

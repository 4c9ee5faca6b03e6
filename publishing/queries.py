"""Reading what is public. Pages and API ask here, and nowhere else."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from accounts.models import Partnership
from common import clock
from directory.choices import Facet
from directory.models import Taxonomy, TaxonomyTerm
from publishing import narrowing, tallies
from publishing.models import (
    Endpoint,
    Gone,
    PublishedOrganization,
    PublishedPlace,
    PublishedService,
)
from publishing.narrowing import Asked


def endpoint_of(place: Partnership | None) -> Endpoint | None:
    """The end-point that answers for a place; None while it publishes nothing."""
    if not place:
        return None
    return Endpoint.objects.filter(partnership_id=place.pk).order_by("pk").first()


@dataclass(frozen=True)
class Ordered:
    """Rows of a list in order, what ranks last today at the end.

    A page is read in ``runs``, one after another: each is in an order that an index
    has, which one order of both is not.
    """

    rows: QuerySet[Any]
    order: tuple[Any, ...]
    today: dt.date
    ranks_last_on: str = ""

    def whole(self) -> QuerySet[Any]:
        """All of them in one."""
        if not self.ranks_last_on:
            return self.rows.order_by(*self.order)
        last = ExpressionWrapper(self._last(), output_field=BooleanField())
        return self.rows.order_by(last.asc(), *self.order)

    def keys(self) -> list[Any]:
        """The keys of all rows.

        Only what stands in an index is looked at, where it has the order: the documents
        are large, and most of them are not wanted.
        """
        return [key for rows in self._runs() for key in _keys(rows)]

    def _runs(self) -> list[QuerySet[Any]]:
        """Those that do not rank last, then those that do."""
        if not self.ranks_last_on:
            return [self.whole()]
        on = self.ranks_last_on
        before = Q(**{f"{on}__isnull": True}) | Q(**{f"{on}__gt": self.today})
        both = (self.rows.filter(before), self.rows.filter(self._last()))
        return [rows.order_by(*self.order) for rows in both]

    def _last(self) -> Q:
        on = self.ranks_last_on
        return Q(**{f"{on}__isnull": False, f"{on}__lte": self.today})


def _keys(rows: QuerySet[Any]) -> list[Any]:
    """The keys of rows in their order, sent as one value."""
    try:
        sql, parameters = rows.values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT array_agg(key) FROM ({sql}) AS keys (key)", parameters)  # noqa: S608 - made by Django
        return cursor.fetchone()[0] or []


def services_in_order(
    endpoint: Endpoint | None, today: dt.date, asked: Asked
) -> Ordered:
    """The services of an end-point that answer to what is asked: the nearest or the
    best first, else by title."""
    rows = PublishedService.objects.filter(endpoint=endpoint)
    order = (*_order(asked, "", today), "service_id")
    return Ordered(narrowing.narrowed(rows, asked), order, today, "ranks_last_on")


def services(
    endpoint: Endpoint | None, today: dt.date, asked: Asked
) -> QuerySet[PublishedService]:
    """The same, all of them in one, each with who keeps it."""
    return services_in_order(endpoint, today, asked).whole().select_related("kept_by")


def _order(asked: Asked, of: str, today: dt.date) -> list[Any]:
    order: list[Any] = []
    if asked.near and (asked.metres is not None or asked.around is not None):
        order.append(narrowing.away(asked, at_places=bool(of)).asc(nulls_last=True))
    if narrowing.text_query(asked.words) is not None:
        order.append(_ranks_lower(of, today).asc())
        order.append(narrowing.rank(asked, of).desc())
    return [*order, "sort_key"]


def _ranks_lower(of: str, today: dt.date) -> ExpressionWrapper:
    """Whether a place wants it after those that are in date, by being overdue today."""
    on = f"{of}ranks_lower_on"
    overdue = Q(**{f"{on}__isnull": False, f"{on}__lte": today})
    return ExpressionWrapper(overdue, output_field=BooleanField())


def kinds(tally: dict[str, int], *facets: Facet) -> list[tuple[TaxonomyTerm, int]]:
    """The terms of these facets that services here have, by name, each with how many;
    the numbers come from ``publishing/tallies.py``."""
    rows = TaxonomyTerm.objects.filter(
        pk__in=tallies.term_ids(tally), taxonomy__facet__in=facets, retired_on=None
    )
    found = rows.select_related("taxonomy").order_by("name", "pk")
    return [(term, tally[str(term.pk)]) for term in found]


def term_names(term_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """What terms are called, by their ids."""
    rows = TaxonomyTerm.objects.filter(pk__in=list(term_ids))
    return dict(rows.values_list("pk", "name"))


def terms_with(
    term_ids: Iterable[str], parts: Iterable[narrowing.Part]
) -> list[tuple[uuid.UUID, str]]:
    """Those of these terms that say one of the words in their name, by name."""
    words = reduce(or_, (part.query for part in parts))
    rows = TaxonomyTerm.objects.filter(pk__in=list(term_ids))
    said = rows.annotate(said=SearchVector("name", config="english"))
    return list(said.filter(said=words).order_by("name").values_list("pk", "name"))


def places(endpoint: Endpoint | None, today: dt.date, asked: Asked) -> Ordered:
    """The services at each of their places, likewise."""
    rows = PublishedPlace.objects.filter(endpoint=endpoint)
    order = (*_order(asked, "service__", today), "link_id", "pk")
    return Ordered(narrowing.narrowed(rows, asked), order, today, "ranks_last_on")


def organizations(
    endpoint: Endpoint | None, today: dt.date, words: str = ""
) -> Ordered:
    """The organisations with a service at an end-point, by name or the best first."""
    rows = PublishedOrganization.objects.filter(endpoint=endpoint)
    order = ("sort_key", "organization_id")
    query = narrowing.text_query(words)
    if query is None:
        return Ordered(rows, order, today)
    rank = narrowing.rank(narrowing.Asked(words=words)).desc()
    return Ordered(rows.filter(search=query), (rank, *order), today)


def services_of(
    endpoint: Endpoint | None, organization_ids: Iterable[uuid.UUID]
) -> QuerySet[PublishedService]:
    """All public services of some organisations, by name."""
    rows = PublishedService.objects.filter(
        endpoint=endpoint, organization_id__in=list(organization_ids)
    )
    return rows.order_by("sort_key", "service_id")


def taxonomies(endpoint: Endpoint | None, words: str = "") -> QuerySet[Taxonomy]:
    """The lists of terms of an end-point, by name: those of its place, the shared ones
    that the place uses, and those that a service here says a term of."""
    if endpoint is None:
        return Taxonomy.objects.none()
    place = endpoint.partnership_id
    using = Taxonomy.used_by.through.objects.filter(
        taxonomy=OuterRef("pk"), partnership=place
    )
    said = PublishedService.objects.filter(
        endpoint=endpoint, taxonomy_ids__contains=[OuterRef("pk")]
    )
    rows = Taxonomy.objects.filter(Q(partnership=place) | Exists(using) | Exists(said))
    rows = rows.order_by("name", "pk")
    return rows.filter(name__icontains=words) if words else rows


def terms(
    endpoint: Endpoint | None,
    *,
    taxonomy_id: uuid.UUID | None = None,
    parent_id: uuid.UUID | None = None,
    top_only: bool = False,
    words: str = "",
    retired: bool = False,
) -> QuerySet[TaxonomyTerm]:
    """The terms of those lists, by list and name; with ``retired`` not only those in
    use."""
    lists = taxonomies(endpoint).order_by().values("pk")
    rows = TaxonomyTerm.objects.filter(taxonomy__in=lists).select_related("taxonomy")
    if not retired:
        rows = rows.filter(retired_on=None)
    if taxonomy_id:
        rows = rows.filter(taxonomy_id=taxonomy_id)
    if parent_id:
        rows = rows.filter(parent_id=parent_id)
    if top_only:
        rows = rows.filter(parent=None)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(description__icontains=words))
    return rows.order_by("taxonomy__name", "name", "pk")


def changed_at(endpoint: Endpoint | None, today: dt.date) -> dt.datetime | None:
    """When anything in the list of an end-point last changed.

    A change is a service that is new, different, gone, come from a neighbour, or ranked
    lower or last from a day on.
    """
    if endpoint is None:
        return None
    here = PublishedService.objects.filter(endpoint=OuterRef("pk")).order_by()
    gone = Gone.objects.filter(endpoint=OuterRef("pk")).order_by("-removed_at")
    newest = here.order_by("-last_modified").values("last_modified")[:1]
    came = here.filter(here_since__isnull=False).order_by("-here_since")
    lower = here.filter(ranks_lower_on__lte=today).order_by("-ranks_lower_on")
    last = here.filter(ranks_last_on__lte=today).order_by("-ranks_last_on")
    rows = Endpoint.objects.filter(pk=endpoint.pk).values_list(
        Subquery(newest),
        Subquery(came.values("here_since")[:1]),
        Subquery(gone.values("removed_at")[:1]),
        Subquery(lower.values("ranks_lower_on")[:1]),
        Subquery(last.values("ranks_last_on")[:1]),
    )
    *moments, lower_on, last_on = rows[0]
    moments += [
        dt.datetime.combine(day, dt.time(), clock.LONDON)
        for day in (lower_on, last_on)
        if day
    ]
    return max((m for m in moments if m), default=None)


def service(
    endpoint: Endpoint | None, service_id: uuid.UUID
) -> PublishedService | None:
    """One service as it is public, with its bytes."""
    return (
        PublishedService.objects.select_related("kept_by")
        .filter(endpoint=endpoint, service_id=service_id)
        .first()
    )


def any_service(endpoint: Endpoint | None) -> PublishedService | None:
    """One that shows what data there is: with a term and a place, if there is one."""
    rows = PublishedService.objects.filter(endpoint=endpoint)
    telling = rows.exclude(term_ids=[]).exclude(open_minutes=[]).exclude(area="")
    order = ("sort_key", "service_id")
    return telling.order_by(*order).first() or rows.order_by(*order).first()


def changed_lately(endpoint: Endpoint | None, few: int) -> dt.datetime:
    """The instant since which so few services changed, or as few as that were changed
    at once. Raises IndexError where nothing is public."""
    rows = PublishedService.objects.filter(endpoint=endpoint)
    return list(
        rows.order_by("-last_modified").values_list("last_modified", flat=True)[:few]
    )[-1]


def services_by_id(
    endpoint: Endpoint | None, ids: Iterable[uuid.UUID]
) -> list[PublishedService]:
    """Those of these services that are public, in the order of their ids given."""
    wanted = list(ids)
    rows = PublishedService.objects.select_related("kept_by").filter(
        endpoint=endpoint, service_id__in=wanted
    )
    found = {row.service_id: row for row in rows}
    return [found[each] for each in wanted if each in found]


def organization(
    endpoint: Endpoint | None, organization_id: uuid.UUID
) -> PublishedOrganization | None:
    """One organisation with a service here."""
    return PublishedOrganization.objects.filter(
        endpoint=endpoint, organization_id=organization_id
    ).first()


def gone(endpoint: Endpoint | None, service_id: uuid.UUID) -> Gone | None:
    """What is left to say of a service that was public once."""
    return (
        Gone.objects.select_related("kept_by")
        .filter(endpoint=endpoint, service_id=service_id)
        .first()
    )

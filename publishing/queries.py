"""Reading what is public. Pages and API ask here, and nowhere else."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    F,
    Max,
    Q,
    QuerySet,
)
from django.db.models.expressions import OrderBy

from accounts.models import Partnership
from common import clock
from publishing import columns
from publishing.models import Endpoint, Gone, PublishedService

MOST_WORDS = 12
"""Of what somebody searches for; more only cost time."""


def endpoint_of(place: Partnership | None) -> Endpoint | None:
    """The end-point that answers for a place; None while it publishes nothing."""
    if not place:
        return None
    return Endpoint.objects.filter(partnership_id=place.pk).order_by("pk").first()


def _last(today: dt.date) -> Q:
    """Whether a service ranks after all others today, by its place's policy."""
    return Q(ranks_last_on__isnull=False, ranks_last_on__lte=today)


def _last_at_the_end(today: dt.date) -> OrderBy:
    return ExpressionWrapper(_last(today), output_field=BooleanField()).asc()


def in_order(endpoint: Endpoint | None, today: dt.date) -> QuerySet[PublishedService]:
    """The services of an end-point by title, what ranks last at the end."""
    rows = PublishedService.objects.filter(endpoint=endpoint).select_related("kept_by")
    return rows.order_by(_last_at_the_end(today), "sort_key", "service_id")


def found(
    endpoint: Endpoint | None, today: dt.date, words: str
) -> QuerySet[PublishedService]:
    """Those that words are found in, the best first; all of them for no words.

    A word may also be the beginning of one: somebody may still be typing.
    """
    rows = in_order(endpoint, today)
    wanted = columns.sort_key(words).split()[:MOST_WORDS]
    if not wanted:
        return rows
    query = SearchQuery(
        " & ".join(f"{word}:*" for word in wanted), config="english", search_type="raw"
    )
    return rows.filter(search=query).order_by(
        _last_at_the_end(today),
        SearchRank(F("search"), query).desc(),
        "sort_key",
        "service_id",
    )


@dataclass(frozen=True)
class Extent:
    """How many services an end-point shows, and when that last changed."""

    count: int
    changed_at: dt.datetime | None


def extent(endpoint: Endpoint | None, today: dt.date) -> Extent:
    """The size of an end-point and the last change of anything in its list.

    A change is a service that is new, different, gone, come from a neighbour, or ranked
    last from a day on.
    """
    seen = PublishedService.objects.filter(endpoint=endpoint).aggregate(
        count=Count("pk"),
        modified=Max("last_modified"),
        came=Max("here_since"),
        ranked=Max("ranks_last_on", filter=_last(today)),
    )
    gone = Gone.objects.filter(endpoint=endpoint).aggregate(since=Max("since"))
    ranked = seen["ranked"]
    moments = [seen["modified"], seen["came"], gone["since"]]
    if ranked:
        moments.append(dt.datetime.combine(ranked, dt.time(), clock.LONDON))
    return Extent(seen["count"], max((m for m in moments if m), default=None))


def service(
    endpoint: Endpoint | None, service_id: uuid.UUID
) -> PublishedService | None:
    """One service as it is public, with its bytes."""
    return (
        PublishedService.objects.select_related("kept_by")
        .filter(endpoint=endpoint, service_id=service_id)
        .first()
    )


def gone(endpoint: Endpoint | None, service_id: uuid.UUID) -> Gone | None:
    """What is left to say of a service that was public once."""
    return (
        Gone.objects.select_related("kept_by")
        .filter(endpoint=endpoint, service_id=service_id)
        .first()
    )

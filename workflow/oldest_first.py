"""The first rows of each part of a list, and how many it has up to a number.

Each part is read in its order and no further than is asked for, so that a queue costs
what is shown of it and not what there is. That holds where an index has the order.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

Starts = Mapping[str, tuple[int, list[Any]]]
"""By part, how many rows it has, as far as they were counted, and the first ids."""


@dataclass(frozen=True)
class Part:
    """Some rows of one place, by a condition, and what they count to."""

    slug: str
    place: Any
    where: Q


def of_conditions(
    rows: QuerySet[Any], parts: Sequence[Part], order: Sequence[Any],
    *, most: int, limit: int,
) -> Starts:  # fmt: skip
    """The starts of such parts, in one query: the first ``most`` ids of each, and how
    many there are up to ``limit``. An index of place and the order is what they need.

    What is common to the parts is put into SQL once, as it takes Python longer than the
    database.
    """
    try:
        common, ordered, values = _in_order(rows, order)
    except EmptyResultSet:
        return {}
    here = _here(rows)
    statements: list[str] = []
    params: list[Any] = []
    for one in parts:
        condition, more = _as_sql(rows.model, one.where)
        part = f"{common} AND {here} AND ({condition}) ORDER BY {ordered} LIMIT {limit}"
        # The place comes from beside it, so that no helpers are started for so little.
        statements.append(
            "SELECT %s, part.*"  # noqa: S608 - made by the ORM
            " FROM unnest(%s::uuid[]) AS turn (place)"
            f" CROSS JOIN LATERAL ({_start(part)}) AS part"
        )
        params += [one.slug, [one.place], most, *values, *more]
    return _read(" UNION ALL ".join(statements), params) if statements else {}


def of_kinds(
    rows: QuerySet[Any], parts: Mapping[str, Sequence[str]], places: Collection[Any],
    order: Sequence[Any], *, most: int, limit: int,
) -> Starts:  # fmt: skip
    """The same of parts that are kinds of what some places have, each kind in each
    place read by itself: by an index of place, kind and the order."""
    try:
        common, ordered, values = _in_order(rows, order)
    except EmptyResultSet:
        return {}
    kind = f'"{rows.model._meta.db_table}"."kind" = turn.kind'
    part = f"{common} AND {_here(rows)} AND {kind} ORDER BY {ordered} LIMIT {limit}"
    turns = [
        (slug, str(kind), place)
        for slug, kinds in parts.items() for kind in kinds for place in places
    ]  # fmt: skip
    if not turns:
        return {}
    slugs, kinds, homes = (list(column) for column in zip(*turns, strict=True))
    statement = (
        "SELECT turn.slug, part.*"  # noqa: S608 - made by the ORM
        " FROM unnest(%s::text[], %s::text[], %s::uuid[]) AS turn (slug, kind, place)"
        f" CROSS JOIN LATERAL ({_start(part)}) AS part"
    )
    return _read(statement, [slugs, kinds, homes, most, *values])


def _in_order(
    rows: QuerySet[Any], order: Sequence[Any]
) -> tuple[str, str, tuple[Any, ...]]:
    """A query for ids as text up to its order, then the order, and its values."""
    asked = rows.order_by(*order).values_list("pk")
    whole, values = asked.query.sql_with_params()
    common, ordered = whole.rsplit(" ORDER BY ", 1)
    return common, ordered, tuple(values)


def _here(rows: QuerySet[Any]) -> str:
    """The condition for belonging to the place whose turn it is."""
    return f'"{rows.model._meta.db_table}"."partnership_id" = turn.place'


def _start(part: str) -> str:
    """How many rows a part has, and the first ids in its order."""
    return f"SELECT count(*), (array_agg(one.id))[1:%s] FROM ({part}) AS one (id)"  # noqa: S608


def _read(statement: str, params: list[Any]) -> Starts:
    found: dict[str, tuple[int, list[Any]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        for slug, number, ids in cursor.fetchall():
            counted, before = found.get(slug, (0, []))
            found[slug] = (counted + number, [*before, *(ids or ())])
    return found


def _as_sql(model: type[Any], where: Q) -> tuple[str, Sequence[Any]]:
    """A condition over the columns of a table as it stands behind WHERE."""
    query = model.objects.filter(where).query
    compiler = query.get_compiler(connection=connection)
    sql, values = compiler.compile(query.where)
    return sql, values

"""Counting the parts of a figure: how many, or how much, each part of it has.

The parts are those of ``workflow/splits.py``. A number is counted, added up or put in
the middle by the database, a fixed number of queries however many parts there are.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet, Value

from accounts.models import Partnership, User
from directory import terms
from workflow import areas, figures, splits, teams
from workflow.choices import AreaKind
from workflow.measuring import Derived, Figure, Measure
from workflow.models import Policy
from workflow.splits import Split


@dataclass(frozen=True)
class Part:
    """One part of a figure: its key in an address, its name and its number, which is
    None where there is nothing to measure."""

    key: str
    name: str
    number: int | None


def parts(
    split: Split,
    found: QuerySet[Any],
    user: User,
    place: Partnership,
    measure: Measure | None = None,
) -> list[Part]:
    """Each part with its number, the largest first; people by name, and so are parts
    that are measured. A fixed number of queries, however many parts there are."""
    return named(split, numbers(split, found, user, place, measure), user, measure)


Numbers = Mapping[Any, int | None]
"""A number by the key of its part; None is the key of what belongs to none."""


def numbers(
    split: Split,
    found: QuerySet[Any],
    user: User | None,
    place: Partnership,
    measure: Measure | None = None,
) -> Numbers:
    """The number of each part. What happens at a secret place is divided by area for
    who keeps it; for nobody, where no ``user`` is named."""
    path = splits.path_of(split, found.model)
    if split is splits.PEOPLE:
        return _by_person(found, user, measure)
    if split.slug == "type":
        return _by_type(found, path, measure)
    if split.slug in ("area", "ward"):
        return _by_area(split, found, path, user, place, measure)
    return _by_column(found, path, measure)


def named(
    split: Split, counted: Numbers, user: User, measure: Measure | None = None
) -> list[Part]:
    """The parts with their names, in their order."""
    if split is splits.PEOPLE:
        return _named_people(counted, user)
    some = {key: n for key, n in counted.items() if key != splits.UNDISCLOSED}
    made = _named(split, some, user, measure)
    hidden = counted.get(splits.UNDISCLOSED)
    return [*made, Part(splits.UNDISCLOSED, splits.UNTOLD, hidden)] if hidden else made


def largest(
    split: Split, found: QuerySet[Any], user: User, place: Partnership, most: int
) -> tuple[list[Part], int]:
    """So many of the parts of what is counted, and how many more there are. Only what
    is shown is given its name: a large place has providers by the hundred thousand."""
    if split.slug == "provider":
        keys, more = largest_keys(split, found, most)
        if more:
            path = splits.path_of(split, found.model)
            some = found.filter(**{f"{path}__in": keys})
            return _named(split, _by_column(some, path, None), user), more
    whole = parts(split, found, user, place)
    return whole[:most], max(0, len(whole) - most)


def largest_keys(
    split: Split, found: QuerySet[Any], most: int
) -> tuple[list[Any], int]:
    """The keys of so many of the parts, those with the most rows, and how many more
    parts there are, that of nothing included; none where these are all."""
    path = splits.path_of(split, found.model)
    some = found.exclude(**{path: None}).order_by().values_list(path)
    every = some.distinct().count()
    if every <= most:
        return list(some.distinct().values_list(path, flat=True)), 0
    nothing = found.filter(**{path: None}).exists()
    rows = some.annotate(n=Count("pk")).order_by("-n", path)[:most]
    return [key for key, _ in rows], every + nothing - most


Members = Callable[[Figure, Policy, dt.datetime], QuerySet[Any]]


def parts_of(
    figure: Figure, split: Split, policy: Policy, now: dt.datetime, user: User,
    place: Partnership, members: Members = figures.members,
) -> list[Part]:  # fmt: skip
    """The parts of a figure; of one that is made from others, made for each part.
    ``members`` says what it counts at the time that is asked about."""
    if not figure.derived:
        every = members(figure, policy, now)
        return parts(split, every, user, place, figure.measure)
    return made_of(
        figure.derived,
        {
            slug: parts_of(
                figures.BY_SLUG[slug], split, policy, now, user, place, members
            )
            for slug in figure.derived.needs
        },
        policy,
        now,
    )


def made_of(
    derived: Derived,
    needed: Mapping[str, list[Part]],
    policy: Policy,
    now: dt.datetime,
) -> list[Part]:
    """The parts of a figure that is made from others, of the parts of those."""
    names: dict[str, str] = {}
    found: dict[str, dict[str, int | None]] = {}
    for slug in derived.needs:
        for part in needed[slug]:
            names[part.key] = part.name
            found.setdefault(part.key, dict.fromkeys(derived.needs, 0))[slug] = (
                part.number
            )
    made = [
        Part(key, name, derived.made(found[key], policy, now))
        for key, name in names.items()
    ]
    last = (splits.NOBODY, splits.OTHERS, splits.UNDISCLOSED)
    return sorted(made, key=lambda part: (part.key in last, part.name))


def _by_column(
    found: QuerySet[Any], path: str, measure: Measure | None
) -> dict[Any, int | None]:
    if measure is None:
        number: Any = Count("pk")
        return dict(found.order_by().values_list(path).annotate(n=number))
    rows = found.order_by().values_list(path).annotate(n=measure.over(Q()))
    return {key: measure.whole(n) for key, n in rows}


def _named(
    split: Split,
    counted: Mapping[Any, int | None],
    user: User,
    measure: Measure | None = None,
) -> list[Part]:
    """The parts with their names; what has none comes last."""
    names = split.names(user, [key for key in counted if key])
    made = [Part(str(key), name, counted[key]) for key, name in names.items()]
    if measure:
        made.sort(key=lambda part: part.name)
        nothing = counted.get(None, counted.get(""))
    else:
        made.sort(key=lambda part: (-(part.number or 0), part.name))
        nothing = sum(n or 0 for key, n in counted.items() if key not in names)
    return [*made, Part(splits.NOBODY, split.nothing, nothing)] if nothing else made


def _by_type(found: QuerySet[Any], path: str, measure: Measure | None) -> Numbers:
    counted = _by_term(found, path, measure)
    known = set(
        splits.service_types().filter(pk__in=counted).values_list("pk", flat=True)
    )
    of_types = {key: n for key, n in counted.items() if key in known}
    return {**of_types, None: _number(splits.without_type(found, path), measure)}


def _number(found: QuerySet[Any], measure: Measure | None) -> int | None:
    if measure is None:
        return found.count()
    answer = found.order_by().aggregate(n=measure.over(Q()))
    return measure.whole(answer["n"])


def _listed(
    found: QuerySet[Any], path: str, measure: Measure | None
) -> tuple[str, tuple[Any, ...]]:
    """The statement for what is divided: its id, its keys, what is measured of it."""
    amount: Any = measure.value if measure else Value(1)
    rows = found.order_by().annotate(amount=amount).values_list("pk", path, "amount")
    return rows.query.sql_with_params()


_COUNTED = "count(*)"
_SUMMED = "sum(amount)"
_MIDDLE = "percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)"


def _together(measure: Measure | None) -> str:
    if measure is None:
        return _COUNTED
    return _MIDDLE if measure.median else _SUMMED


def _kept(
    rows: Iterable[tuple[Any, Any]], measure: Measure | None
) -> dict[Any, int | None]:
    return {key: measure.whole(n) if measure else n for key, n in rows}


_BY_TERM = """
WITH found (id, terms, amount) AS ({found}),
replaced (term_id, now_id) AS (SELECT * FROM unnest(%s::uuid[], %s::uuid[])),
used AS (
    SELECT DISTINCT id, coalesce(now_id, term_id) AS term_id, amount
    FROM (SELECT id, unnest(terms) AS term_id, amount FROM found) AS each
    LEFT JOIN replaced USING (term_id)
)
SELECT term_id, {together} FROM used GROUP BY 1
"""


def _by_term(
    found: QuerySet[Any], path: str, measure: Measure | None
) -> dict[Any, int | None]:
    """How many have each term, once each; a replaced one counts as what replaced it."""
    now = terms.replacements()
    query, values = _listed(found, path, measure)
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_TERM.format(found=query, together=_together(measure)),
            (*values, list(now), list(now.values())),
        )
        return _kept(cursor.fetchall(), measure)


def _by_area(
    split: Split,
    found: QuerySet[Any],
    path: str,
    user: User | None,
    place: Partnership,
    measure: Measure | None,
) -> Numbers:
    """Where a secret place lies is not found out by dividing either."""
    secret = splits.at_secret_places(found, user)
    told, untold = found.exclude(secret).order_by(), found.filter(secret)
    if split.slug == "ward":
        counted = _by_ward(told, path, place, measure)
    else:
        counted = _by_column(told, path, measure)
    return {**counted, splits.UNDISCLOSED: _number(untold, measure)}


# Most have one place: nothing has to be sorted to count those once.
_BY_WARD = """
WITH found (id, places, amount) AS ({found}),
wards (location_id, area_id) AS ({wards}),
lone AS (
    SELECT wards.area_id, amount
    FROM found LEFT JOIN wards ON wards.location_id = places[1]
    WHERE coalesce(cardinality(places), 0) <= 1
),
used AS (
    SELECT DISTINCT id, unnest(places) AS location_id, amount FROM found
    WHERE cardinality(places) > 1
),
inside AS (
    SELECT DISTINCT used.id, wards.area_id, amount
    FROM used JOIN wards USING (location_id)
),
lies (area_id, amount) AS (
    SELECT area_id, amount FROM lone
    UNION ALL SELECT area_id, amount FROM inside
    UNION ALL SELECT NULL, amount FROM found
    WHERE cardinality(places) > 1
    AND NOT EXISTS (SELECT FROM inside WHERE inside.id = found.id)
)
SELECT area_id, {together} FROM lies GROUP BY area_id
"""


def _by_ward(
    told: QuerySet[Any], path: str, place: Partnership, measure: Measure | None
) -> dict[Any, int | None]:
    """How many have a place in each ward, once each; None counts those in no ward."""
    lies = areas.inside(place, AreaKind.WARD).values_list("location_id", "area_id")
    found, values = _listed(told, path, measure)
    wards, more = lies.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_WARD.format(found=found, wards=wards, together=_together(measure)),
            (*values, *more),
        )
        kept = _kept(cursor.fetchall(), measure)
    return {area: number for area, number in kept.items() if number}


def _by_person(
    found: QuerySet[Any], user: User | None, measure: Measure | None
) -> Numbers:
    """By each person; the middle of several people's is not made of their middles."""
    found, path = splits.by_person(found)
    counted = _by_column(found, path, measure)
    if user is None or not (measure and measure.median):
        return counted
    team = teams.team_of(user)
    rest = found.exclude(**{path: None}).exclude(**{f"{path}__in": list(team)})
    mine = {key: n for key, n in counted.items() if key is None or key in team}
    return {**mine, splits.OTHERS: _number(rest, measure)}


def _named_people(counted: Numbers, user: User) -> list[Part]:
    """People of one's own team by name, in the order of the alphabet; of the others
    nothing but what they did together."""
    team = teams.team_of(user)
    names = splits.people(user, [key for key in counted if key in team])
    made = [Part(str(key), name, counted[key]) for key, name in names.items()]
    made.sort(key=lambda part: part.name)
    others = sum(n or 0 for key, n in counted.items() if key and key not in team)
    if others:
        made.append(Part(splits.OTHERS, "People of other bodies", others))
    if counted.get(None):
        made.append(Part(splits.NOBODY, splits.PEOPLE.nothing, counted[None]))
    return made

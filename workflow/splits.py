"""A figure divided: by area of work, partner, provider, kind of service, area, assurer.

One queryset is divided and narrowed, so each part counts exactly the records that its
list shows. People are named to their own team only and never ranked (PRODUCT.md
section 5, issue 4: no league table of people).
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Partner, PartnerGrant, Partnership, User
from directory import terms
from directory.choices import Facet, Kind
from directory.models import TaxonomyTerm
from workflow import access, areas, seeing
from workflow.choices import AreaKind
from workflow.models import (
    Area,
    Assurance,
    Decision,
    Listing,
    Proposal,
    Record,
    Remit,
)

NOBODY = "none"
"""Stands in an address for what belongs to no part."""
OTHERS = "others"
"""Stands in an address for the people of other teams."""
UNDISCLOSED = "untold"
"""Stands in an address for what happens at a place that the person is not told of."""
UNTOLD = "At a place that is kept secret"

_TO_LISTING: Mapping[type, str] = {
    Listing: "",
    Proposal: "listing__",
    Decision: "proposal__listing__",
    Assurance: "listing__",
}
_TO_PERSON: Mapping[type, str] = {
    Listing: "assurance__assured_by_id",
    Proposal: "claimed_by_id",
    Decision: "decided_by_id",
    Assurance: "assured_by_id",
}
_PERSON_WORDS: Mapping[type, str] = {
    Listing: "who checked it last",
    Proposal: "who is on it",
    Decision: "who decided",
    Assurance: "who checked it",
}


@dataclass(frozen=True)
class Part:
    """One part of a figure: its key in an address, its name and its number."""

    key: str
    name: str
    number: int


Names = Callable[[User, Iterable[Any]], Mapping[Any, str]]


@dataclass(frozen=True)
class Split:
    """A way of dividing. ``column`` leads to the key from a listing; ``nothing`` names
    what has none; ``about`` is said beside the table."""

    slug: str
    label: str
    column: str
    nothing: str
    names: Names
    about: str = ""


def _remits(user: User, keys: Iterable[Any]) -> Mapping[Any, str]:
    return dict(Remit.objects.filter(pk__in=keys).values_list("pk", "name"))


def _partners(user: User, keys: Iterable[Any]) -> Mapping[Any, str]:
    return dict(Partner.objects.filter(pk__in=keys).values_list("pk", "name"))


def _providers(user: User, keys: Iterable[Any]) -> Mapping[Any, str]:
    known = dict(Record.objects.filter(pk__in=keys).values_list("pk", "label"))
    hidden = seeing.hidden_from(user, (str(key) for key in known))
    unnamed = "An organisation that only those who keep it see"
    return {
        key: unnamed if str(key) in hidden else label for key, label in known.items()
    }


def _types(user: User, keys: Iterable[Any]) -> Mapping[Any, str]:
    return dict(TaxonomyTerm.objects.filter(pk__in=keys).values_list("pk", "name"))


def _districts(user: User, keys: Iterable[Any]) -> Mapping[Any, str]:
    return {key: str(key) for key in keys if key}


def _wards(user: User, keys: Iterable[Any]) -> Mapping[Any, str]:
    return dict(Area.objects.filter(pk__in=keys).values_list("pk", "name"))


def team_of(user: User) -> set[Any]:
    """The ids of the people of the bodies that the person takes part for."""
    own = PartnerGrant.objects.filter(user_id=str(user.pk)).values("content_object_id")
    team = PartnerGrant.objects.filter(content_object_id__in=own, user__is_active=True)
    return set(team.values_list("user_id", flat=True))


def _people(user: User, keys: Iterable[Any]) -> Mapping[Any, str]:
    return dict(User.objects.filter(pk__in=keys).values_list("pk", "name"))


PEOPLE = Split("assurer", "Assurer", "", "Nobody", _people)
SPLITS = (
    Split("remit", "Area of work", "remit_id", "Nobody’s area of work", _remits),
    Split("partner", "Partner", "remit__partner_id", "No partner", _partners),
    PEOPLE,
    Split("provider", "Provider", "organization_id", "Not known", _providers),
    Split(
        "type", "Kind of service", "term_ids", "No kind yet", _types,
        "A service of several kinds counts in each of them.",
    ),
    Split(
        "ward", "Ward", "location_ids", "In no ward of the map", _wards,
        "Where its places lie. A service in several wards counts in each of them.",
    ),
    Split(
        "area", "District", "area", "No address", _districts,
        "The postcode district of its first place.",
    ),
)  # fmt: skip
BY_SLUG = {split.slug: split for split in SPLITS}


def offered(place: Partnership) -> list[Split]:
    """The ways of dividing that there are here: by ward where there is a map of them,
    else by the district of the postcode."""
    mapped = Area.objects.filter(partnership=place, kind=AreaKind.WARD).exists()
    return [split for split in SPLITS if split.slug != ("area" if mapped else "ward")]


def about(split: Split, model: type) -> str:
    """What has to be said beside the table."""
    if split is PEOPLE:
        return (
            f"By {_PERSON_WORDS[model]}. People of your own team are named, in the "
            "order of the alphabet; those of other bodies are counted together."
        )
    return split.about


def parts(
    split: Split, found: QuerySet[Any], user: User, place: Partnership
) -> list[Part]:
    """Each part with its number, the largest first; people by name. A fixed number of
    queries, however many parts there are."""
    if split is PEOPLE:
        return _parts_by_person(found, user)
    path = _TO_LISTING[found.model] + split.column
    if split.slug == "type":
        return _parts_by_type(split, found, path, user)
    if split.slug in ("area", "ward"):
        return _parts_by_area(split, found, path, user, place)
    rows = found.order_by().values_list(path).annotate(n=Count("pk", distinct=True))
    return _named(split, dict(rows), user)


def _named(split: Split, counted: Mapping[Any, int], user: User) -> list[Part]:
    names = split.names(user, [key for key in counted if key])
    nothing = sum(n for key, n in counted.items() if key not in names)
    made = [Part(str(key), name, counted[key]) for key, name in names.items()]
    made.sort(key=lambda part: (-part.number, part.name))
    return [*made, Part(NOBODY, split.nothing, nothing)] if nothing else made


def _service_types() -> QuerySet[TaxonomyTerm]:
    return TaxonomyTerm.objects.filter(taxonomy__facet=Facet.SERVICE_TYPE)


def _parts_by_type(
    split: Split, found: QuerySet[Any], path: str, user: User
) -> list[Part]:
    counted = _by_term(found, path)
    known = set(_service_types().filter(pk__in=counted).values_list("pk", flat=True))
    made = _named(split, {key: n for key, n in counted.items() if key in known}, user)
    nothing = _without_type(found, path).count()
    return [*made, Part(NOBODY, split.nothing, nothing)] if nothing else made


_BY_TERM = """
WITH found (id, terms) AS ({found}),
used AS (SELECT DISTINCT id, unnest(terms) AS term_id FROM found),
replaced (term_id, now_id) AS (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))
SELECT coalesce(now_id, term_id), count(DISTINCT id)
FROM used LEFT JOIN replaced USING (term_id) GROUP BY 1
"""


def _by_term(found: QuerySet[Any], path: str) -> dict[Any, int]:
    """How many have each term, once each; a replaced one counts as what replaced it."""
    now = terms.replacements()
    query, values = found.order_by().values_list("pk", path).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_TERM.format(found=query), (*values, list(now), list(now.values()))
        )
        return dict(cursor.fetchall())


def _without_type(found: QuerySet[Any], path: str) -> QuerySet[Any]:
    known = list(_service_types().values_list("pk", flat=True))
    return found.exclude(**{f"{path}__overlap": known}) if known else found


def _parts_by_area(
    split: Split, found: QuerySet[Any], path: str, user: User, place: Partnership
) -> list[Part]:
    """Where a secret place lies is not found out by dividing either."""
    secret = _at_secret_places(found, user)
    told, untold = found.exclude(secret).order_by(), found.filter(secret).count()
    counted: Mapping[Any, int]
    if split.slug == "ward":
        counted = _by_ward(told, path, place)
    else:
        counted = dict(told.values_list(path).annotate(n=Count("pk", distinct=True)))
    made = _named(split, counted, user)
    return [*made, Part(UNDISCLOSED, UNTOLD, untold)] if untold else made


_BY_WARD = """
WITH found (id, places) AS ({found}),
used AS (SELECT DISTINCT id, unnest(places) AS location_id FROM found),
wards (location_id, area_id) AS ({wards}),
inside AS (
    SELECT DISTINCT used.id, wards.area_id FROM used JOIN wards USING (location_id)
)
SELECT area_id, count(*) FROM inside GROUP BY area_id
UNION ALL
SELECT NULL, count(*) FROM found
WHERE NOT EXISTS (SELECT FROM inside WHERE inside.id = found.id)
"""


def _by_ward(told: QuerySet[Any], path: str, place: Partnership) -> dict[Any, int]:
    """How many have a place in each ward, once each; None counts those in no ward."""
    located = areas.located(place, AreaKind.WARD).filter(area_id__isnull=False)
    found, values = told.values_list("pk", path).query.sql_with_params()
    wards, more = located.values_list("pk", "area_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_BY_WARD.format(found=found, wards=wards), (*values, *more))
        return {area: number for area, number in cursor.fetchall() if number}


def _at_secret_places(found: QuerySet[Any], user: User) -> Q:
    """What happens at a secret place or a home that the person does not keep."""
    guarded = Record.objects.filter(
        Q(revision__payload__sensitive=True) | Q(revision__payload__home=True),
        kind=Kind.LOCATION,
    ).exclude(pk__in=access.kept_records(user).values("pk"))
    places = list(guarded.values_list("pk", flat=True))
    return Q(**{f"{_TO_LISTING[found.model]}location_ids__overlap": places})


def _parts_by_person(found: QuerySet[Any], user: User) -> list[Part]:
    path = _TO_PERSON[found.model]
    rows = found.order_by().values_list(path).annotate(n=Count("pk", distinct=True))
    counted, team = dict(rows), team_of(user)
    names = _people(user, [key for key in counted if key in team])
    made = [Part(str(key), name, counted[key]) for key, name in names.items()]
    made.sort(key=lambda part: part.name)
    others = sum(n for key, n in counted.items() if key and key not in names)
    if others:
        made.append(Part(OTHERS, "People of other bodies", others))
    if counted.get(None):
        made.append(Part(NOBODY, PEOPLE.nothing, counted[None]))
    return made


def narrow(
    split: Split, found: QuerySet[Any], key: str, user: User, place: Partnership
) -> QuerySet[Any]:
    """Exactly the records of one part. Raises ValueError for a key of no part."""
    if split is PEOPLE:
        return _narrow_to_person(found, key, user)
    path = _TO_LISTING[found.model] + split.column
    if split.slug == "type":
        if key == NOBODY:
            return _without_type(found, path)
        same = list(terms.standing_for(uuid.UUID(key)))
        return found.filter(**{f"{path}__overlap": same})
    if split.slug in ("area", "ward"):
        secret = _at_secret_places(found, user)
        if key == UNDISCLOSED:
            return found.filter(secret)
        return _in_area(split, found.exclude(secret), key, path, place)
    if key == NOBODY:
        return found.filter(_none(split, path))
    return found.filter(**{path: uuid.UUID(key)})


def _in_area(
    split: Split, found: QuerySet[Any], key: str, path: str, place: Partnership
) -> QuerySet[Any]:
    if split.slug == "area":
        return found.filter(_none(split, path) if key == NOBODY else Q(**{path: key}))
    located = areas.located(place, AreaKind.WARD).filter(area_id__isnull=False)
    if key != NOBODY:
        located = located.filter(area_id=uuid.UUID(key))
    inside = list(located.values_list("pk", flat=True))
    within = Q(**{f"{path}__overlap": inside})
    return found.exclude(within) if key == NOBODY else found.filter(within)


def _none(split: Split, path: str) -> Q:
    none = Q(**{f"{path}__isnull": True})
    if split.slug == "area":
        return none | Q(**{path: ""})
    if split.slug == "provider":
        return none | ~Q(Exists(Record.objects.filter(pk=OuterRef(path))))
    return none


def _narrow_to_person(found: QuerySet[Any], key: str, user: User) -> QuerySet[Any]:
    path = _TO_PERSON[found.model]
    if key == NOBODY:
        return found.filter(**{path: None})
    team = team_of(user)
    if key == OTHERS:
        rest = found.exclude(**{path: None})
        return rest.exclude(**{f"{path}__in": list(team)})
    wanted = uuid.UUID(key)
    if wanted not in team:
        raise ValueError("People of other bodies are not named.")
    return found.filter(**{path: wanted})


def name_of(split: Split, key: str, user: User) -> str:
    """What one part is called. Raises ValueError for a key of no part."""
    if key == NOBODY:
        return split.nothing
    if split is PEOPLE and key == OTHERS:
        return "People of other bodies"
    if key == UNDISCLOSED and split.slug in ("area", "ward"):
        return UNTOLD
    wanted: Any = key if split.slug == "area" else uuid.UUID(key)
    name = split.names(user, [wanted]).get(wanted)
    if name is None:
        raise ValueError("There is no such part.")
    return name

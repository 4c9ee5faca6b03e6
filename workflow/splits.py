"""A figure divided: by area of work, partner, provider, kind of service, area, assurer.

One queryset is divided and narrowed, so each part counts exactly the records that its
list shows. People are named to their own team only and never ranked (PRODUCT.md
section 5, issue 4: no league table of people).
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
)
from django.db.models.functions import Coalesce

from accounts.models import Partner, Partnership, User
from directory import terms
from directory.choices import Facet
from directory.models import Location, TaxonomyTerm
from workflow import access, areas, seeing, teams
from workflow.choices import AreaKind
from workflow.models import (
    Area,
    AskedListing,
    Assurance,
    Decision,
    Effort,
    Listing,
    LocationArea,
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
    AskedListing: "listing__",
    Effort: "listing__",
}
_STRAIGHT: Mapping[tuple[type, str], str] = {
    (Effort, "partner"): "partner_id",
    (Proposal, "from"): "proposer_partner_id",
}
"""Where the key of a part does not stand on the listing."""
_TO_PERSON: Mapping[type, str] = {
    Listing: "assurance__assured_by_id",
    Proposal: "on_it",
    Decision: "decided_by_id",
    Assurance: "assured_by_id",
}
_PERSON_WORDS: Mapping[type, str] = {
    Listing: "who checked it last",
    Proposal: "who is on it, else who decided on it last",
    Decision: "who decided",
    Assurance: "who checked it",
}


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


def people(user: User, keys: Iterable[Any]) -> Mapping[Any, str]:
    return dict(User.objects.filter(pk__in=keys).values_list("pk", "name"))


FROM = Split(
    "from", "Partner it came from", "", "No partner: a provider, the public or a "
    "source", _partners, "The partner whose people sent it in.",
)  # fmt: skip
PEOPLE = Split("assurer", "Assurer", "", "Nobody", people)
REMITS = Split("remit", "Area of work", "remit_id", "Nobody’s area of work", _remits)
PARTNERS = Split("partner", "Partner", "remit__partner_id", "No partner", _partners)
OF_REMITS = (REMITS, PARTNERS)
"""In which what one area of work has to do is all one part."""
SPLITS = (
    REMITS,
    PARTNERS,
    FROM,
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


def offered(place: Partnership, model: type) -> list[Split]:
    """The ways of dividing that there are here: by ward where there is a map of them,
    else by the district of the postcode; by person only what a person did."""
    mapped = Area.objects.filter(partnership=place, kind=AreaKind.WARD).exists()
    absent = "area" if mapped else "ward"
    return [
        split for split in SPLITS if split.slug != absent and can_divide(split, model)
    ]


def can_divide(split: Split, model: type) -> bool:
    """Whether what is divided has such a key at all."""
    if split is PEOPLE:
        return model in _TO_PERSON
    return bool(split.column) or (model, split.slug) in _STRAIGHT


def path_of(split: Split, model: type) -> str:
    """Where the key of a part stands, seen from what is divided."""
    return _STRAIGHT.get((model, split.slug)) or _TO_LISTING[model] + split.column


def about(split: Split, model: type) -> str:
    """What has to be said beside the table."""
    if split is PEOPLE:
        return (
            f"By {_PERSON_WORDS[model]}. People of your own team are named, in the "
            "order of the alphabet; those of other bodies are counted together."
        )
    return split.about


def service_types() -> QuerySet[TaxonomyTerm]:
    return TaxonomyTerm.objects.filter(taxonomy__facet=Facet.SERVICE_TYPE)


def without_type(found: QuerySet[Any], path: str) -> QuerySet[Any]:
    known = list(service_types().values_list("pk", flat=True))
    return found.exclude(**{f"{path}__overlap": known}) if known else found


def at_secret_places(found: QuerySet[Any], user: User | None) -> Q:
    """What happens at a secret place or a home that the person does not keep; at any
    such place, where nobody is named."""
    # Asked by itself and handed in as ids, which the database hashes: in one query with
    # the rest it takes them for most of what there is.
    there = areas.ids_at(_guarded(user))
    return Q(**{f"{_listing_of(found)}__any_of": there})


def _listing_of(found: QuerySet[Any]) -> str:
    """What leads to the id of the listing of what is divided."""
    return _TO_LISTING[found.model].removesuffix("__") or "pk"


def secret_places(user: User | None) -> list[uuid.UUID]:
    """The secret places and homes that the person does not keep; all there are, where
    nobody is named."""
    return list(_guarded(user).values_list("pk", flat=True))


def _guarded(user: User | None) -> QuerySet[Location]:
    guarded = Location.objects.filter(Q(sensitive=True) | Q(home=True))
    if user:
        guarded = guarded.exclude(access.one_of(access.kept_records(user)))
    return guarded


def _is_here(split: Split, key: Any, place: Partnership) -> bool:
    """Whether the place has to do with a part: the names of others are not its own."""
    here: dict[str, Any] = {
        "remit": place.remits, "partner": place.partners, "ward": place.areas,
    }  # fmt: skip
    if split.slug in here:
        return bool(here[split.slug].filter(pk=key).exists())
    if split.slug == "provider":
        return place.listings.filter(organization_id=key).exists()
    if split is FROM:
        return place.proposals.filter(proposer_partner_id=key).exists()
    return True


def narrow(
    split: Split, found: QuerySet[Any], key: str, user: User, place: Partnership,
    *, all_secret: bool = False,
) -> QuerySet[Any]:  # fmt: skip
    """Exactly the records of one part. ``all_secret`` does not tell where the secret
    places lie that the person keeps. Raises ValueError for a key of no part."""
    if "\x00" in key:
        raise ValueError("What no table can hold is no key.")
    if split is PEOPLE:
        return _narrow_to_person(found, key, user)
    path = path_of(split, found.model)
    if split.slug == "type":
        if key == NOBODY:
            return without_type(found, path)
        same = list(terms.standing_for(uuid.UUID(key)))
        return found.filter(**{f"{path}__overlap": same})
    if split.slug == "ward" and key not in (NOBODY, UNDISCLOSED):
        told = None if all_secret else user
        return in_area(found, uuid.UUID(key), told)
    if split.slug in ("area", "ward"):
        secret = at_secret_places(found, None if all_secret else user)
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
    its = Func(
        F("location_id"), OuterRef(path), template="(%(expressions)s))",
        arg_joiner=" = ANY(", output_field=BooleanField(),
    )  # fmt: skip
    return found.filter(~Exists(areas.inside(place, AreaKind.WARD).filter(its)))


def in_area(
    found: QuerySet[Any], area_id: uuid.UUID, user: User | None
) -> QuerySet[Any]:
    """What has a place in this ward, parish or district, and none that is secret. Few
    lie there, so they are found first and then held against what is secret."""
    lies = LocationArea.objects.filter(area=area_id)
    there = areas.listings_at(list(lies.values_list("location_id", flat=True)))
    secret = set(secret_places(user))
    keys = [key for key, ids in there.items() if secret.isdisjoint(ids)]
    return found.filter(**{f"{_listing_of(found)}__any_of": keys})


def _none(split: Split, path: str) -> Q:
    none = Q(**{f"{path}__isnull": True})
    if split.slug == "area":
        return none | Q(**{path: ""})
    if split.slug == "provider":
        return none | ~Q(Exists(Record.objects.filter(pk=OuterRef(path))))
    return none


def by_person(found: QuerySet[Any]) -> tuple[QuerySet[Any], str]:
    """What is divided by person, and where the id of that person stands."""
    if found.model is Proposal:
        stand = Decision.objects.filter(proposal=OuterRef("pk"), undone_at=None)
        last = stand.order_by("-decided_at", "-pk").values("decided_by")[:1]
        who = Coalesce("claimed_by_id", Subquery(last), output_field=UUIDField())
        found = found.annotate(on_it=who)
    return found, _TO_PERSON[found.model]


def _narrow_to_person(found: QuerySet[Any], key: str, user: User) -> QuerySet[Any]:
    found, path = by_person(found)
    if key == NOBODY:
        return found.filter(**{path: None})
    team = teams.team_of(user)
    if key == OTHERS:
        rest = found.exclude(**{path: None})
        return rest.exclude(**{f"{path}__in": list(team)})
    wanted = uuid.UUID(key)
    if wanted not in team:
        raise ValueError("People of other bodies are not named.")
    return found.filter(**{path: wanted})


def name_of(split: Split, key: str, user: User, place: Partnership) -> str:
    """What one part is called. Raises ValueError for a key of no part of the place."""
    if key == NOBODY:
        return split.nothing
    if split is PEOPLE and key == OTHERS:
        return "People of other bodies"
    if key == UNDISCLOSED and split.slug in ("area", "ward"):
        return UNTOLD
    wanted: Any = key if split.slug == "area" else uuid.UUID(key)
    name = split.names(user, [wanted]).get(wanted)
    if name is None or not _is_here(split, wanted, place):
        raise ValueError("There is no such part.")
    return name

"""Finding a place or organization among thousands, by part of its name or postcode.

Only among what the person may be offered (``seeing.offered_to``): a secret place is
neither named nor found by where it lies.
"""

from collections.abc import Iterable

from django.db.models import Q

from accounts.models import Partnership, User
from directory import postcodes
from directory.choices import Kind
from directory.models import Address, Location
from workflow import seeing

Options = list[tuple[str, str]]

MOST_IN_A_SELECT = 30
"""Beyond this a list to choose from is searched instead."""
MOST_MATCHES = 20


def named_like(options: Options, words: str) -> Options:
    """Those of these options in whose name every word occurs, the first twenty."""
    wanted = words.casefold().split()
    found = [
        one for one in options if all(word in one[1].casefold() for word in wanted)
    ]
    return found[:MOST_MATCHES] if wanted else []


def places_like(
    user: User, place: Partnership, words: str, *, without: Iterable[str] = ()
) -> Options:
    """Places whose name or address holds every word, or whose postcode begins so; the
    first twenty, each with its address. Nothing for no words."""
    wanted = words.split()
    if not wanted:
        return []
    offered = dict(seeing.offered_to(user, place)[Kind.LOCATION])
    for key in without:
        offered.pop(key, None)
    rows = Location.objects.filter(pk__in=list(offered))
    joined = postcodes.normalise(words) if postcodes.is_valid(words) else words.strip()
    by_postcode = Q(addresses__postal_code__istartswith=joined)
    by_words = Q()
    for word in wanted:
        by_words &= (
            Q(name__icontains=word)
            | Q(alternate_name__icontains=word)
            | Q(addresses__address_1__icontains=word)
            | Q(addresses__city__icontains=word)
        )
    ids = rows.filter(by_words | by_postcode).values_list("pk", flat=True).distinct()
    found = sorted((str(pk) for pk in ids), key=lambda key: offered[key].casefold())
    return _with_addresses(found[:MOST_MATCHES], offered)


def at_postcode(written: str, offered: dict[str, str]) -> Options:
    """Those of the offered places (name by id) that have this postcode, each with its
    address; the first twenty."""
    ids = Address.objects.filter(
        postal_code=written, location_id__in=list(offered)
    ).values_list("location_id", flat=True)
    found = sorted({str(pk) for pk in ids}, key=lambda key: offered[key].casefold())
    return _with_addresses(found[:MOST_MATCHES], offered)


def _with_addresses(keys: list[str], names: dict[str, str]) -> Options:
    said = {}
    rows = Address.objects.filter(location_id__in=keys).order_by("-pk")
    for key, *parts in rows.values_list(
        "location_id", "address_1", "city", "postal_code"
    ):
        said[str(key)] = ", ".join(part for part in parts if part)
    return [
        (key, f"{names[key]}: {said[key]}" if said.get(key) else names[key])
        for key in keys
    ]

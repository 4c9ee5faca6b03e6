"""The place that somebody with a part in several works in: chosen in the menu of the
person, kept in the session, and never more than a choice among their own places."""

from typing import Any

from django.http import HttpRequest

from accounts.access import held_by
from accounts.models import Partnership, User

CHOSEN = "place"
"""The key in the session."""


def mine(request: HttpRequest) -> list[Partnership]:
    """Places in which the person holds any role, by name; one query for a request."""
    found: list[Partnership] | None = getattr(request, "places_of_person", None)
    if found is None:
        found = _places_of(getattr(request, "user", None))
        request.places_of_person = found  # type: ignore[attr-defined]
    return found


def _places_of(user: Any) -> list[Partnership]:
    if not isinstance(user, User):
        return []
    return list(
        Partnership.objects.filter(pk__in=held_by(user).in_places()).order_by(
            "name", "pk"
        )
    )


def here(request: HttpRequest) -> Partnership | None:
    """The place this person works in: the chosen one, else that which answers, else
    their first; the one that answers for who has a part in none."""
    answers: Partnership | None = getattr(request, "place", None) or None
    places = mine(request)
    if not places:
        return answers
    chosen = request.session.get(CHOSEN)
    by_id = {str(place.pk): place for place in places}
    if chosen in by_id:
        return by_id[chosen]
    if answers and str(answers.pk) in by_id:
        return answers
    return places[0]


def away(request: HttpRequest) -> frozenset[Any]:
    """Ids of the person's other places: what is there is not shown here."""
    now = here(request)
    return frozenset(
        place.pk for place in mine(request) if now is None or place.pk != now.pk
    )


def choose(request: HttpRequest, place: Partnership) -> None:
    """Work in another of the person's places from now on."""
    request.session[CHOSEN] = str(place.pk)

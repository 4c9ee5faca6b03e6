"""What is asked: the same questions of Vouch and, where it can answer, of the plain
serializers.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from directory.models import Postcode, TaxonomyTerm
from publishing.models import PublishedService

API = "/oruk/v3/services"
PER_PAGE = 50
KEYWORD = "carers"
METRES = 5_000
TERM = "Carers"

Paths = Callable[[], Iterator[str]]


@dataclass(frozen=True)
class Question:
    """One kind of request. ``most`` is how often the bare view's time it may take; None
    where nothing was promised but the 95th of a hundred."""

    name: str
    paths: Paths
    most: float | None = None
    plain: Paths | None = None


def questions(shown: int) -> list[Question]:
    """The questions of a place with so many public services.

    What is new is asked with a parameter that nobody knows, so that no answer has been
    kept; what is repeated is asked in the same words again.
    """
    last = -(-shown // PER_PAGE)
    ids = _ids()
    postcodes = _postcodes()
    term = _term()
    return [
        Question("list, first page", _new(page=1), 4, _plain(page=1)),
        Question("list, middle page", _new(page=last // 2), 4, _plain(page=last // 2)),
        Question("list, last page", _new(page=last), 4, _plain(page=last)),
        Question("list, repeated", _again(page=1), 2, _plain(page=1)),
        Question("by id", _each(ids), 2, _each_plain(ids)),
        Question("keyword", _new(search=KEYWORD), None, _plain(search=KEYWORD)),
        Question(
            "term", _new(taxonomy_term_id=term), None, _plain(taxonomy_term_id=term)
        ),
        Question("near me", _near(postcodes)),
    ]


def _new(**asked: str | int) -> Paths:
    def paths() -> Iterator[str]:
        for number in itertools.count():
            yield f"{API}?{urlencode({**asked, 'new': number})}"

    return paths


def _again(**asked: str | int) -> Paths:
    return lambda: itertools.repeat(f"{API}?{urlencode(asked)}")


def _plain(**asked: str | int) -> Paths:
    return lambda: itertools.repeat(f"/services?{urlencode(asked)}")


def _each(ids: list[str]) -> Paths:
    return lambda: itertools.cycle(f"{API}/{key}" for key in ids)


def _each_plain(ids: list[str]) -> Paths:
    return lambda: itertools.cycle(f"/services/{key}" for key in ids)


def _near(postcodes: list[str]) -> Paths:
    def paths() -> Iterator[str]:
        for number, postcode in enumerate(itertools.cycle(postcodes)):
            asked = {"postcode": postcode, "proximity": METRES, "new": number}
            yield f"{API}?{urlencode(asked)}"

    return paths


def _ids() -> list[str]:
    """A thousand services from all over the list."""
    rows = PublishedService.objects.order_by("version").values_list("service_id")
    return [str(key) for (key,) in rows[:1000]]


def _postcodes() -> list[str]:
    """Two hundred of those where something happens, from all over the place."""
    rows = Postcode.objects.order_by("longitude").values_list("code", flat=True)
    return list(rows[:: max(rows.count() // 200, 1)])


def _term() -> str:
    found = TaxonomyTerm.objects.filter(name=TERM, attributes__service__isnull=False)
    return str(found.values_list("pk", flat=True)[0])

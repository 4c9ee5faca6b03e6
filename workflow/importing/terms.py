"""Finding a source's term on our own lists."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping

from accounts.models import Partnership
from directory.choices import TAGGED
from directory.models import TaxonomyTerm
from directory.terms import resolve, terms_of

Clue = Mapping[str, str]


# CURIE prefixes of the lists most feeds use (digest 7.1).
PREFIXES = {
    "esdservicetype": "http://id.esd.org.uk/service/",
    "esdneed": "http://id.esd.org.uk/need/",
    "esdcircumstance": "http://id.esd.org.uk/circumstance/",
}


class Terms:
    """Our terms, to be found by id, address, code or name, each only if it is one."""

    def __init__(self, terms: Iterable[tuple[TaxonomyTerm, uuid.UUID]]) -> None:
        """``terms``: each with the id of the one that stands for it now."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for term, now in terms:
            key = str(now)
            taxonomy = term.taxonomy.name
            for clue in (str(term.pk), term.term_uri):
                found[_plain(clue)].add(key)
            for clue in filter(None, (term.code, term.name)):
                found[_plain(clue)].add(key)
                found[_plain(f"{taxonomy}|{clue}")].add(key)
        found.pop("", None)
        self._by = {said: min(keys) for said, keys in found.items() if len(keys) == 1}

    @classmethod
    def kept(cls, place: Partnership) -> "Terms":
        """Those that a record of this place may carry, also by what they replaced."""
        rows = list(terms_of(place, *TAGGED, retired=True))
        now = resolve(term.pk for term in rows)
        usable = {term.pk for term in rows if term.retired_on is None}
        return cls((term, now[term.pk]) for term in rows if now[term.pk] in usable)

    def find(self, clue: Clue) -> str | None:
        """Our id of the term that a source means, None where that is not certain."""
        taxonomy = clue.get("taxonomy", "")
        for name in ("id", "uri", "code", "name"):
            said = clue.get(name, "")
            for form in (f"{taxonomy}|{said}", said, _address(said)):
                if said and form and _plain(form) in self._by:
                    return self._by[_plain(form)]
        return None


def _address(curie: str) -> str:
    """The web address that a short form such as ``esdServiceType:298`` stands for."""
    prefix, _, rest = curie.partition(":")
    return PREFIXES[prefix.lower()] + rest if prefix.lower() in PREFIXES else ""


def _plain(text: str) -> str:
    return " ".join(text.lower().split())

"""What an assurer may tick on a record, with what its words suggest."""

from collections.abc import Iterable

from accounts.models import Partnership
from common.models import as_uuid
from directory import terms
from directory.choices import Facet, Kind, LinkType
from directory.models import TaxonomyTerm
from directory.payload import Payload
from directory.suggesting import Candidate, suggest
from directory.term_ticks import Offer, TermGroup
from workflow import term_uses

_OF: dict[str, tuple[Facet, ...]] = {
    Kind.SERVICE: (Facet.SERVICE_TYPE, Facet.AUDIENCE, Facet.OTHER),
    Kind.ORGANIZATION: (Facet.SERVICE_TYPE, Facet.AUDIENCE, Facet.OTHER),
    Kind.LOCATION: (Facet.ACCESSIBILITY, Facet.OTHER),
}
"""Which lists are for which kind of record."""

_SAYS = {
    Facet.SERVICE_TYPE: LinkType.SERVICE_TYPE,
    Facet.AUDIENCE: LinkType.AUDIENCE,
    Facet.ACCESSIBILITY: LinkType.ACCESSIBILITY,
}

OWN_WORDS = "in_own_words"
_SPEAKING = (OWN_WORDS, "name", "description", "eligibility_description")
"""The fields whose words suggest terms."""


def offer(place: Partnership, kind: str, payload: Payload) -> Offer:
    """What may be ticked on a record of a place, as it is or would be. Two queries."""
    rows = list(terms.terms_of(place, *_OF[kind]))
    stored = (as_uuid(a.get("taxonomy_term_id")) for a in payload.get("attributes", []))
    now = terms.resolve(key for key in stored if key)
    candidates = [Candidate(str(t.pk), t.name, t.description) for t in rows]
    said = [str(payload.get(name) or "") for name in _SPEAKING]
    return Offer(
        _groups(kind, rows),
        {str(key): str(to) for key, to in now.items() if key != to},
        suggest(said, candidates),
        str(payload.get(OWN_WORDS) or ""),
    )


def _groups(kind: str, rows: Iterable[TaxonomyTerm]) -> list[TermGroup]:
    by_facet: dict[str, list[TaxonomyTerm]] = {}
    for term in rows:
        by_facet.setdefault(term.taxonomy.facet, []).append(term)
    return [
        TermGroup(
            facet.label,
            _SAYS.get(facet, LinkType.OTHER),
            with_paths(by_facet[facet]),
        )
        for facet in _OF[kind]
        if facet in by_facet
    ]


def with_paths(rows: Iterable[TaxonomyTerm]) -> list[tuple[str, str]]:
    """In the order of the tree, each named with what it is below."""
    path: list[str] = []
    out = []
    for depth, term in term_uses.in_order(rows):
        path[depth:] = [term.name]
        out.append((str(term.pk), " → ".join(path)))
    return out

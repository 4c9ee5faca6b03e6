"""Lists that come as JSON: SKOS in JSON-LD, and Open Referral UK's own terms."""

from collections.abc import Iterable
from typing import Any

import orjson

from directory.choices import Facet
from directory.term_files.found import UNNAMED, FoundList, FoundTerm, NotAList

_OF_TERMS = ("taxonomy", "taxonomy_id", "vocabulary", "parent_id", "term_uri", "code",
             "term")  # fmt: skip
"""What an entry may have that says a term; one of a list of lists has none."""

_FACETS = {
    "service": Facet.SERVICE_TYPE,
    "activit": Facet.SERVICE_TYPE,
    "need": Facet.NEED,
    "circumstance": Facet.CIRCUMSTANCE,
    "audience": Facet.AUDIENCE,
    "accessib": Facet.ACCESSIBILITY,
}
"""What a list is for, by what stands in its name."""


def read_document(content: bytes) -> list[FoundList]:
    """The lists of a JSON document. Raises NotAList."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NotAList("This file is damaged: it cannot be read as JSON.") from error
    if isinstance(document, dict) and isinstance(document.get("concept"), list):
        return [_scheme(document)]
    terms, lists = _entries(document)
    if not terms:
        raise NotAList("No terms were found in this file.")
    if not any(name in entry for entry in terms for name in _OF_TERMS):
        raise NotAList(
            "This file holds no terms, but lists or services. Give the one with terms "
            "(taxonomy_terms)."
        )
    return _by_list(terms, lists)


def _entries(document: Any) -> tuple[list[Any], dict[str, Any]]:
    """The terms of an Open Referral UK document, and its lists by id."""
    lists: dict[str, Any] = {}
    if isinstance(document, dict):
        for each in _objects(document.get("taxonomies")):
            lists[_text(each.get("id"))] = each
        for name in ("taxonomy_terms", "contents", "content", "taxonomies"):
            if isinstance(document.get(name), list):
                return _objects(document[name]), lists
        return [], lists
    return _objects(document), lists


def _objects(value: Any) -> list[Any]:
    return [each for each in value if isinstance(each, dict)] if isinstance(
        value, list) else []  # fmt: skip


def _text(value: Any) -> str:
    """Text in one line; ``""`` for what is none. Of several languages, English."""
    if isinstance(value, dict):
        value = value.get("en") or value.get("en-GB") or value.get("@value")
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return " ".join(str(value).replace("\x00", "").split())


# --- SKOS -----------------------------------------------------------------------------


def _scheme(document: dict[str, Any]) -> FoundList:
    """A concept scheme, as OpenActive gives its lists out."""
    address = _text(document.get("id"))
    title = _text(document.get("title")) or address
    found = FoundList(
        f"skos:{address}", title, _facet_of(f"{title} {address}"),
        _text(document.get("description")), address,
        licence=_licence(_text(document.get("license"))),
        attribution="OpenActive" if "openactive.io" in address else "",
    )  # fmt: skip
    for number, concept in enumerate(document["concept"], 1):
        if not isinstance(concept, dict):
            found.say(number, "", "This is not a term.")
            continue
        broader = concept.get("broader") or []
        above = broader if isinstance(broader, list) else [broader]
        name = _text(concept.get("prefLabel"))
        if len(above) > 1:
            found.say(number, name, "It is below several; the first was taken.")
        key = _text(concept.get("id"))
        found.add(
            FoundTerm(
                number, key, name, _text(concept.get("definition")),
                _text(concept.get("notation")), key, _text(above[:1]),
                ended=concept.get("deprecated") in (True, "true"),
            )
        )  # fmt: skip
    return found


def _licence(address: str) -> str:
    known = {"https://creativecommons.org/licenses/by/4.0": "CC BY 4.0"}
    return known.get(address.rstrip("/").replace("http:", "https:"), address)[:255]


def _facet_of(words: str) -> Facet:
    for part, facet in _FACETS.items():
        if part in words.lower():
            return facet
    return Facet.OTHER


# --- Open Referral UK -----------------------------------------------------------------


def _by_list(terms: Iterable[Any], lists: dict[str, Any]) -> list[FoundList]:
    """Terms of ORUK 3.0, or of 1.0, each under the list it says it is of."""
    found: dict[str, FoundList] = {}
    for number, entry in enumerate(terms, 1):
        named = entry.get("taxonomy")
        inner = named if isinstance(named, dict) else {}
        about = lists.get(_text(entry.get("taxonomy_id") or inner.get("id")), inner)
        name = _text(about.get("name")) or _text(named) or _text(
            entry.get("vocabulary")) or UNNAMED  # fmt: skip
        if name not in found:
            found[name] = FoundList(
                f"oruk:{name}", name, _facet_of(name),
                _text(about.get("description")), _text(about.get("uri")),
                _text(about.get("version"))[:50],
            )  # fmt: skip
        code, uri = _text(entry.get("code")), _text(entry.get("term_uri"))
        if uri and "://" not in uri:  # a short form such as esdServiceType:298
            code, uri = code or uri, ""
        found[name].add(
            FoundTerm(
                number, _text(entry.get("id")),
                _text(entry.get("name") or entry.get("term")),
                _text(entry.get("description")), code, uri,
                _text(entry.get("parent_id")),
            )
        )  # fmt: skip
    return list(found.values())

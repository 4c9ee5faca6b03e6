"""Lists that come as JSON: SKOS in JSON-LD, Open Referral UK's own terms, and those
with identifiers and labels (``labelled.py``)."""

from collections.abc import Iterable
from typing import Any

import orjson

from directory.term_files.found import UNNAMED, FoundList, FoundTerm, NotAList
from directory.term_files.labelled import labelled_lists
from directory.term_files.plain import facet_of, objects, one_text

_OF_TERMS = ("taxonomy", "taxonomy_id", "vocabulary", "parent_id", "term_uri", "code",
             "term")  # fmt: skip
"""What an entry may have that says a term; one of a list of lists has none."""


def read_document(content: bytes) -> list[FoundList]:
    """The lists of a JSON document. Raises NotAList."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise NotAList("This file is damaged: it cannot be read as JSON.") from error
    if isinstance(document, dict) and isinstance(document.get("concept"), list):
        return [_scheme(document)]
    if labelled := labelled_lists(document):
        return labelled
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
        for each in objects(document.get("taxonomies")):
            lists[one_text(each.get("id"))] = each
        for name in ("taxonomy_terms", "contents", "content", "taxonomies"):
            if isinstance(document.get(name), list):
                return objects(document[name]), lists
        return [], lists
    return objects(document), lists


# --- SKOS -----------------------------------------------------------------------------


def _scheme(document: dict[str, Any]) -> FoundList:
    """A concept scheme, as OpenActive gives its lists out."""
    address = one_text(document.get("id"))
    title = one_text(document.get("title")) or address
    found = FoundList(
        f"skos:{address}", title, facet_of(f"{title} {address}"),
        one_text(document.get("description")), address,
        licence=_licence(one_text(document.get("license"))),
        attribution="OpenActive" if "openactive.io" in address else "",
    )  # fmt: skip
    for number, concept in enumerate(document["concept"], 1):
        if not isinstance(concept, dict):
            found.say(number, "", "This is not a term.")
            continue
        broader = concept.get("broader") or []
        above = broader if isinstance(broader, list) else [broader]
        name = one_text(concept.get("prefLabel"))
        if len(above) > 1:
            found.say(number, name, "It is below several; the first was taken.")
        key = one_text(concept.get("id"))
        found.add(
            FoundTerm(
                number, key, name, one_text(concept.get("definition")),
                one_text(concept.get("notation")), key, one_text(above[:1]),
                ended=concept.get("deprecated") in (True, "true"),
            )
        )  # fmt: skip
    return found


def _licence(address: str) -> str:
    known = {"https://creativecommons.org/licenses/by/4.0": "CC BY 4.0"}
    return known.get(address.rstrip("/").replace("http:", "https:"), address)[:255]


# --- Open Referral UK -----------------------------------------------------------------


def _by_list(terms: Iterable[Any], lists: dict[str, Any]) -> list[FoundList]:
    """Terms of ORUK 3.0, or of 1.0, each under the list it says it is of."""
    found: dict[str, FoundList] = {}
    for number, entry in enumerate(terms, 1):
        named = entry.get("taxonomy")
        inner = named if isinstance(named, dict) else {}
        about = lists.get(one_text(entry.get("taxonomy_id") or inner.get("id")), inner)
        name = one_text(about.get("name")) or one_text(named) or one_text(
            entry.get("vocabulary")) or UNNAMED  # fmt: skip
        if name not in found:
            found[name] = FoundList(
                f"oruk:{name}", name, facet_of(name),
                one_text(about.get("description")), one_text(about.get("uri")),
                one_text(about.get("version"))[:50],
            )  # fmt: skip
        code, uri = one_text(entry.get("code")), one_text(entry.get("term_uri"))
        if uri and "://" not in uri:  # a short form such as esdServiceType:298
            code, uri = code or uri, ""
        found[name].add(
            FoundTerm(
                number, one_text(entry.get("id")),
                one_text(entry.get("name") or entry.get("term")),
                one_text(entry.get("description")), code, uri,
                one_text(entry.get("parent_id")),
            )
        )  # fmt: skip
    return list(found.values())

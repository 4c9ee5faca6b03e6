"""Lists of what has an ``identifier`` and a ``label``, as JSON.

So the list service of local government gives out its needs, circumstances and services
(digest 7.2). What is around the items is not the same in all its answers, so the items
are looked for; what they stand below is taken from how they are nested.
"""

from collections.abc import Iterator
from typing import Any

from directory.choices import Facet
from directory.term_files.found import MOST_LEVELS, UNNAMED, FoundList, FoundTerm
from directory.term_files.plain import facet_of, objects, one_text
from directory.term_files.tables import ESD, OGL

_LISTS = {
    "needs": ("esdNeed", "need"),
    "circumstances": ("esdCircumstance", "circumstance"),
    "circumstancespersonal": ("esdCircumstance", "circumstance"),
    "services": ("esdServiceType", "service"),
    "communityservices": ("esdServiceType", "service"),
}
"""The short form and the address of what is in the official lists with these
identifiers."""
_OFFICIAL = "//id.esd.org.uk/"
"""What the addresses of those lists and of what is in them hold: an identifier alone
may be anybody's."""

_AROUND = ("list", "lists", "items", "data", "results")
"""Members that the items may be in."""
_BELOW = ("items", "children", "narrower")
"""Members of an item that hold what stands below it."""


def labelled_lists(document: Any) -> list[FoundList]:
    """The lists of a document; none where nothing has an identifier and a label."""
    return [_list(about, items) for about, items in _around(document, {}, 0)]


def _is_item(entry: Any) -> bool:
    return isinstance(entry, dict) and {"identifier", "label"} <= entry.keys()


def _around(
    document: Any, about: dict[str, Any], depth: int
) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Each array of items, with the object that it stands in.

    An array whose members have items of their own is one of lists, not of items.
    """
    if isinstance(document, list):
        lists = [e for e in document if isinstance(e, dict) and "items" in e]
        if lists and not about:
            for each in lists:
                yield from _around(each, {}, depth + 1)
        elif any(map(_is_item, document)):
            yield about, document
    elif isinstance(document, dict) and depth < MOST_LEVELS:
        for name in _AROUND:
            if name in document:
                yield from _around(document[name], _named(document), depth + 1)


def _named(document: dict[str, Any]) -> dict[str, Any]:
    """What says something about a list; nothing where it is a mere envelope."""
    return document if document.keys() & {"identifier", "label", "uri"} else {}


def _list(about: dict[str, Any], items: list[Any]) -> FoundList:
    key = one_text(about.get("identifier")) or _last(one_text(about.get("uri")))
    name = one_text(about.get("label")) or key or UNNAMED
    uri = one_text(about.get("uri"))
    official = key.lower() in _LISTS and _OFFICIAL in " ".join(
        [uri, *(one_text(each.get("uri")) for each in objects(items))]
    )
    found = FoundList(
        f"list:{uri or f'{key}/{name}'}",
        f"{name} (local government)" if official else name,
        facet_of(f"{name} {key}"), one_text(about.get("description")),
        uri or (f"http:{_OFFICIAL}list/{key}" if official else ""),
        one_text(about.get("version"))[:50],
        licence=OGL if official else "", attribution=ESD if official else "",
    )  # fmt: skip
    prefix, kind = _LISTS[key.lower()] if official else ("", "")
    for number, (entry, above) in enumerate(_downwards(items), 1):
        if not isinstance(entry, dict):
            found.say(number, "", "This is not a term.")
            continue
        own = one_text(entry.get("identifier"))
        address = one_text(entry.get("uri"))
        found.add(
            FoundTerm(
                number, own, one_text(entry.get("label")),
                one_text(entry.get("description")),
                f"{prefix}:{own}" if prefix and own else "",
                address or (f"http:{_OFFICIAL}{kind}/{own}" if kind else ""),
                above,
            )
        )  # fmt: skip
    if found.facet == Facet.OTHER and found.terms:
        first = next(iter(found.terms.values()))
        found.facet = facet_of(first.uri)
    return found


def _last(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def _downwards(items: list[Any]) -> Iterator[tuple[Any, str]]:
    """Every entry, in order, with the identifier of the one it stands below."""
    waiting: list[tuple[Any, str]] = [(entry, "") for entry in reversed(items)]
    while waiting:
        entry, above = waiting.pop()
        yield entry, above
        if isinstance(entry, dict):
            below = [each for name in _BELOW for each in objects(entry.get(name))]
            own = one_text(entry.get("identifier"))
            waiting += [(each, own) for each in reversed(below)]

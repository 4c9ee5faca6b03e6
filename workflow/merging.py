"""Two people, or two windows, saving different parts of one draft. Pure."""

from typing import Any

from common.errors import InvalidState

Draft = dict[str, Any]
Side = dict[str, Any]


def merge_drafts(base: Draft, theirs: Draft, ours: Draft) -> Draft:
    """The stored draft with what we changed since we read it put in.

    ``base`` is the draft as we saw it, ``theirs`` as it is stored now, ``ours`` as we
    want it. Raises InvalidState where both changed the same field.
    """
    if base == theirs:
        return ours
    places = {
        key: _merge(_place(base, key), _place(theirs, key), _place(ours, key))
        for key in {**_places(base), **_places(theirs), **_places(ours)}
    }
    organization = _merge(*(d.get("organization") or {} for d in (base, theirs, ours)))
    return {
        "service": _merge(*(d.get("service") or {} for d in (base, theirs, ours))),
        "organization": organization or None,
        "locations": {key: place for key, place in places.items() if place},
    }


def _merge(base: Side, theirs: Side, ours: Side) -> Side:
    out = dict(theirs)
    for name in {**base, **ours}:
        was, now, wanted = base.get(name), theirs.get(name), ours.get(name)
        if wanted == was:
            continue
        if now not in (was, wanted):
            raise InvalidState(
                "Somebody else changed the same part meanwhile. Look at what it says "
                "now; what you typed is below."
            )
        if wanted is None:
            out.pop(name, None)
        else:
            out[name] = wanted
    return out


def _places(draft: Draft) -> dict[str, Side]:
    return draft.get("locations") or {}


def _place(draft: Draft, key: str) -> Side:
    return _places(draft).get(key) or {}

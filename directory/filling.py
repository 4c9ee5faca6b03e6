"""Writing values into what was typed in a form: from words, or from another record.

Nothing is kept by it: the page comes back with the values in its fields, to be looked
at, changed and then saved like everything else.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.datastructures import MultiValueDict

from directory import widgets
from directory.declare import Field, List, Type
from directory.payload import Payload

MOST_TYPED: Final = 200
"""Groups of one list that are looked at; see ``directory/forms.py``."""


@dataclass(frozen=True)
class Source:
    """Something to copy answers from: another service, or the organization.

    ``values`` has the fields and lists under the names they have here; ``names`` says
    what the records are called that they refer to, by id.
    """

    key: str
    label: str
    values: Payload
    names: Mapping[str, str] = field(default_factory=dict)


class Filling:
    """What was typed in a form, to be added to. Names are those of the page."""

    def __init__(self, data: Any) -> None:
        if isinstance(data, MultiValueDict):
            self.data: Any = data.copy()
        else:
            plain = dict(data)
            self.data = MultiValueDict(
                {k: v if isinstance(v, list) else [v] for k, v in plain.items()}
            )

    def is_blank(self, name: str) -> bool:
        """Whether nothing was typed into a field."""
        names = (name, name + widgets.BY_MONTH)
        return not any(str(v).strip() for n in names for v in self.data.getlist(n))

    def put(self, item: Field, name: str, value: Any) -> None:
        """Type a stored value into a field."""
        typed = widgets.as_typed(item, value)
        if item.type == Type.DAYS:
            self.data.setlist(name, typed)
            self.data[name + widgets.BY_MONTH] = widgets.days_in_words(value)
        elif item.type == Type.BOOLEAN:
            self.data.setlist(name, ["on"] if typed else [])
        else:
            self.data[name] = typed

    def add(self, each: List, key: str, element: Payload) -> None:
        """Type a new element into the first empty group of a list, or into one more."""
        number = self._free(each, key)
        group = f"{key}-{number}"
        self.data[f"{group}-id"] = ""
        for item in each.entity.fields:
            # a place of another service is none of this one's
            if item.refers_to != "service_at_location":
                self.put(item, f"{group}-{item.name}", element.get(item.name))
        for inner in each.entity.lists:
            inside = f"{group}-{inner.name}"
            if element.get(inner.name):
                self.data[f"{inside}-count"] = "0"
            for one in element.get(inner.name, []):
                self.add(inner, inside, one)

    def replace(
        self, each: List, key: str, elements: Sequence[Payload], was: Sequence[Payload]
    ) -> list[Payload]:
        """Put new elements in the place of those that a list has; those that go.

        ``was`` is what is stored. What is there already as it is said now stays; the
        others are overwritten one by one, and what is over is ticked to be removed.
        """
        stored = {str(one.get("id", "")): one for one in was}
        new = list(elements)
        old: list[int] = []
        for number in range(self.count(key)):
            known = stored.get(str(self.data.get(f"{key}-{number}-id", "")))
            if known and dict(_said(known)) in new:
                new.remove(dict(_said(known)))
            elif known or not self._is_empty(each, f"{key}-{number}"):
                old.append(number)
        gone = []
        for number in old:
            group = f"{key}-{number}"
            known = stored.get(str(self.data.get(f"{group}-id", "")))
            if known:
                gone.append(known)
            if new or not known:
                self._overwrite(each, group, new.pop(0) if new else {})
            else:
                self.data[f"{group}-remove"] = "on"
        for element in new:
            self.add(each, key, element)
        return gone

    def _overwrite(self, each: List, group: str, element: Payload) -> None:
        self.data.pop(f"{group}-remove", None)
        for item in each.entity.fields:
            # where it happens is not said by when
            if item.refers_to != "service_at_location":
                self.put(item, f"{group}-{item.name}", element.get(item.name))

    def count(self, key: str) -> int:
        """How many groups of a list the page has."""
        sent = str(self.data.get(f"{key}-count", ""))[:6]
        return min(int(sent), MOST_TYPED) if sent.isdecimal() else 0

    def _free(self, each: List, key: str) -> int:
        count = self.count(key)
        for number in range(count):
            group = f"{key}-{number}"
            if self.is_blank(f"{group}-id") and self._is_empty(each, group):
                return number
        self.data[f"{key}-count"] = str(count + 1)
        return count

    def _is_empty(self, each: List, group: str) -> bool:
        blank = all(self.is_blank(f"{group}-{f.name}") for f in each.entity.fields)
        return blank and all(
            self._is_empty(inner, f"{group}-{inner.name}-{number}")
            for inner in each.entity.lists
            for number in range(self.count(f"{group}-{inner.name}"))
        )


def copy_into(
    filling: Filling,
    items: Sequence[tuple[Field | List, str]],
    here: Payload,
    source: Source,
) -> tuple[list[str], list[str]]:
    """Put a source's answers where there is none; labels of what was copied, and of
    what was there already and stays as it is.

    ``items`` are the fields and lists with their names on the page. Elements are added
    to a list, but for those that it has already.
    """
    copied: list[str] = []
    kept: list[str] = []
    for item, name in items:
        value = source.values.get(item.name)
        if value in (None, "", []):
            continue
        if isinstance(item, List):
            new = [e for e in value if not _is_there(here, item, e)]
            for element in new:
                filling.add(item, name, element)
            (copied if new else kept).append(item.label)
        elif filling.is_blank(name):
            filling.put(item, name, value)
            copied.append(item.label)
        else:
            kept.append(item.label)
    return copied, kept


def _is_there(here: Payload, each: List, element: Payload) -> bool:
    known = [dict(_said(other)) for other in here.get(each.name, [])]
    return dict(_said(element)) in known


def _said(element: Payload) -> Iterator[tuple[str, Any]]:
    """An element without ids, and without what refers to a place of its service."""
    for name, value in element.items():
        if isinstance(value, list):
            yield name, [dict(_said(inner)) for inner in value]
        elif name not in ("id", "service_at_location_id"):
            yield name, value

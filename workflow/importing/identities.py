"""Which of our records a source means by its ids."""

import uuid

from directory.models import ExternalReference
from workflow.actions.harvesting import system_of
from workflow.models import Record, Source


def as_uuid(text: str) -> str | None:
    """The id in its usual form if it is a UUID."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


class Identities:
    """Our id for each id of a source: kept where it is free, else made from it.

    Several of its ids may mean one of our records (after a merge).
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        rows = ExternalReference.objects.filter(system=system_of(source))
        self._known = {
            (kind, value): str(pk)
            for kind, value, pk in rows.values_list("kind", "value", "record_id")
        }
        self._given: dict[str, tuple[str, str]] = {}

    def of(self, kind: str, external_id: str) -> str:
        """Our id of this record of the source, the same whenever it is asked."""
        key = (kind, external_id)
        if key not in self._known:
            self._known[key] = self._new(kind, external_id)
            self._given[self._known[key]] = key
        return self._known[key]

    def is_known(self, kind: str, external_id: str) -> bool:
        """Whether this run or an earlier one has come across the record."""
        return (kind, external_id) in self._known

    def was_taken(self, kind: str, external_id: str, given: str) -> bool:
        """Whether the source's UUID could not be kept as our id."""
        return given == self._made(kind, external_id) and bool(as_uuid(external_id))

    def element(self, list_name: str, external_id: str) -> str:
        """The id of an element: the source's own if it is a UUID."""
        return as_uuid(external_id) or self._made(list_name, external_id)

    def _new(self, kind: str, external_id: str) -> str:
        own = as_uuid(external_id)
        if own is None:
            return self._made(kind, external_id)
        taken = own in self._given or Record.objects.filter(pk=own).exists()
        return self._made(kind, external_id) if taken else own

    def _made(self, kind: str, external_id: str) -> str:
        return str(uuid.uuid5(self.source.pk, f"{kind}|{external_id}"))

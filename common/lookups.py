"""Lookups of our own, which any model may be asked with."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignKey, Lookup, UUIDField


@dataclass(frozen=True)
class Ids:
    """Ids for ``any_of``, as the ``text`` of an array of the database. Of thousands
    that several conditions ask about it is written once."""

    text: str

    @classmethod
    def of(cls, keys: Iterable[Any]) -> "Ids":
        """These, however many."""
        return cls("{" + ",".join(map(str, keys)) + "}")


class AnyOf(Lookup[Any]):
    """``field__any_of=ids``: as ``in``, but all of them are one value of the query.

    Hundreds of ids in each of a dozen conditions cost more to write and to plan than
    the answer does.
    """

    lookup_name = "any_of"

    def get_prep_lookup(self) -> str:
        """The ids as one array: it is written once, however often the condition stands
        in a query."""
        return (self.rhs if isinstance(self.rhs, Ids) else Ids.of(self.rhs)).text

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The comparison with an array of uuids."""
        column, values = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::uuid[])", [*values, self.rhs]


class AnyOfUnseen(AnyOf):
    """``field__any_of_unseen=ids``: the same, of ids that the plan does not depend on.

    Otherwise the planner reckons for each of thousands how often it occurs, in every
    place where the condition stands, which can take longer than the answer.
    """

    lookup_name = "any_of_unseen"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The comparison with an array that is known when the query runs."""
        column, values = self.process_lhs(compiler, connection)
        return f"{column} = ANY((SELECT %s::uuid[])::uuid[])", [*values, self.rhs]


class FoundFirst(Lookup[Any]):
    """``field__found_first=queryset``: as ``in``, but what the queryset finds is found
    before anything is compared with it.

    For where there is little of it, and the planner believes that it does better to
    ask for each row of the other side.
    """

    lookup_name = "found_first"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """The comparison with an array that the database fills."""
        column, values = self.process_lhs(compiler, connection)
        found, more = self.process_rhs(compiler, connection)
        return f"{column} = ANY(ARRAY{found})", [*values, *more]


def register() -> None:
    """Teach it to the fields that hold ids."""
    for lookup in (AnyOf, AnyOfUnseen, FoundFirst):
        UUIDField.register_lookup(lookup)
        ForeignKey.register_lookup(lookup)

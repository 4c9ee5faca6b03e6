"""Pages of a long list: only the rows that are shown are read."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from common import or_more
from common.or_more import OrMore

COUNTED = 10_000
"""So many rows of a list are counted that is not counted anyhow; its pages end there.
"""
FOUND = 1_000
"""So many of what was found by words, which nobody goes through to the end."""
FAR = 50_000
"""From so many rows on it takes longer to pass over them than to begin at the end."""


class Pages(Paginator[Any]):
    """Pages of a query that has an order; ``dressed`` adds to its rows what they show.

    The ids of a page are asked for first, so that what stands before it is passed over
    in an index and not read. What lies ``FAR`` into it, and in its second half, is
    reached from the end. ``counted`` says how many of its rows are counted at most.
    """

    def __init__(
        self,
        found: QuerySet[Any],
        per_page: int,
        dressed: Callable[[QuerySet[Any]], QuerySet[Any]],
        counted: int = COUNTED,
    ):
        super().__init__(found, per_page)
        self.found, self.dressed, self.counted = found, dressed, counted

    @cached_property
    def count(self) -> int:
        """How many rows it has, as far as counted; who knows better sets it."""
        some = self.found.order_by()[: self.counted + 1]
        return or_more.up_to(self.counted, some.count())

    def page(self, number: int | str) -> Page[Any]:
        """One page of it. Raises InvalidPage."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        return Page(self._rows(first, last), number, self)

    def _rows(self, first: int, last: int) -> Sequence[Any]:
        ids = self.found.values_list("pk", flat=True)
        is_far = first > FAR and 2 * first > self.count
        if is_far and not isinstance(self.count, OrMore):
            end = slice(self.count - last, self.count - first)
            keys = list(ids.reverse()[end])[::-1]
        else:
            keys = list(ids[first:last])
        every = self.found.model._default_manager
        rows = self.dressed(every.filter(pk__in=keys)).in_bulk()
        return [rows[key] for key in keys if key in rows]

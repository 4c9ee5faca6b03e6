"""Which part of the queue somebody works through, kept in the address of each page.

Whoever is sent the address sees the same part of their own queue.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from common.models import as_uuid
from workflow import narrowed, places, sections
from workflow.finding import MOST_IN_A_SELECT
from workflow.forms import QueueForm
from workflow.narrowed import Filters
from workflow.sections import Section
from workflow.views.keeping_answers import person


@dataclass(frozen=True)
class Asked:
    """What was asked for: how the queue is narrowed, and one section or all of it."""

    filters: Filters
    section: Section | None = None

    @property
    def query(self) -> str:
        """The address's part after the question mark, without what asks for nothing."""
        asked = {
            "kind": self.section.slug if self.section else "",
            "whose": self.filters.whose,
            "why": self.filters.why,
            "remit": self.filters.remit,
            "area": self.filters.area,
            "run_by": self.filters.run_by,
            "term": self.filters.term,
            "days": self.filters.days,
        }
        return urlencode({name: value for name, value in asked.items() if value})

    def to(self, name: str, *args: Any) -> str:
        """An address that goes on with the same part."""
        url = reverse(f"workflow:{name}", args=args)
        return f"{url}?{self.query}" if self.query else url

    def only(self, section: Section | None) -> "Asked":
        """The same, of one section or of all."""
        return Asked(self.filters, section)


def form_of(request: HttpRequest) -> QueueForm:
    """The form with which the queue is narrowed, as the address has filled it in."""
    user, away = person(request), places.away(request)
    named = _named(request)
    options = {name: _options(rows) for name, rows in named.items()}
    data = request.GET.copy()
    for name, rows in named.items():
        # An address may hold an id; who types reads and types names.
        if len(options[name]) > MOST_IN_A_SELECT and as_uuid(data.get(name, "")):
            known = rows.filter(pk=data[name]).values_list("name", flat=True)
            data[name] = known.first() or ""
    return QueueForm(
        data,
        kinds=[(s.slug, s.title) for s in sections.SECTIONS],
        remits=options["remit"],
        terms=narrowed.terms_of(user, away),
        areas=options["area"],
        reasons=list(narrowed.Why.choices),
    )


def _named(request: HttpRequest) -> dict[str, QuerySet[Any]]:
    """What the queue may be narrowed to by name, by the field that takes it."""
    user, away = person(request), places.away(request)
    return {
        "remit": narrowed.remits_of(user, away), "area": narrowed.areas_of(user, away)
    }  # fmt: skip


def _options(rows: QuerySet[Any]) -> list[tuple[str, str]]:
    """As many as tell whether they fit into a list to choose from."""
    few = rows.values_list("pk", "name")[: MOST_IN_A_SELECT + 1]
    return [(str(pk), name) for pk, name in few]


def read(request: HttpRequest, form: QueueForm | None = None) -> Asked:
    """What the address asks for; what it cannot ask for is passed over."""
    form = form or form_of(request)
    form.is_valid()
    chosen: dict[str, Any] = form.cleaned_data
    term = chosen.get("term", "")
    found = {
        name: narrowed.ids_of(rows, chosen.get(name, ""))
        for name, rows in _named(request).items()
    }
    filters = Filters(
        whose=chosen.get("whose", ""),
        remit=chosen.get("remit", ""),
        remits=found["remit"],
        area=chosen.get("area", ""),
        areas=found["area"],
        run_by=chosen.get("run_by", ""),
        term=term,
        terms=narrowed.with_all_below(term),
        why=chosen.get("why", ""),
        days=int(chosen.get("days") or 0),
        away=places.away(request),
    )
    return Asked(filters, sections.BY_SLUG.get(chosen.get("kind", "")))

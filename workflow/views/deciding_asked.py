"""Which part of the queue somebody works through, kept in the address of each page.

Whoever is sent the address sees the same part of their own queue.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from workflow import narrowed, places, sections
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
    return QueueForm(
        request.GET,
        kinds=[(s.slug, s.title) for s in sections.SECTIONS],
        remits=_options(narrowed.remits_of(user, away)),
        terms=narrowed.terms_of(user, away),
        areas=_options(narrowed.areas_of(user, away)),
        reasons=list(narrowed.Why.choices),
    )


def _options(rows: QuerySet[Any]) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def read(request: HttpRequest, form: QueueForm | None = None) -> Asked:
    """What the address asks for; what it cannot ask for is passed over."""
    form = form or form_of(request)
    form.is_valid()
    chosen: dict[str, Any] = form.cleaned_data
    term = chosen.get("term", "")
    filters = Filters(
        whose=chosen.get("whose", ""),
        remit=chosen.get("remit", ""),
        area=chosen.get("area", ""),
        run_by=chosen.get("run_by", ""),
        term=term,
        terms=narrowed.with_all_below(term),
        why=chosen.get("why", ""),
        days=int(chosen.get("days") or 0),
        away=places.away(request),
    )
    return Asked(filters, sections.BY_SLUG.get(chosen.get("kind", "")))

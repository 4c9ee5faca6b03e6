"""The statements as pages and as tables: of a commissioner, of a partner's work."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import permitted
from accounts.models import Partner
from common import clock, spreadsheets
from common.templatetags.vouch import counted
from directory.freshness import full_date
from workflow import conditions, contracts, figures, statements, worklist
from workflow.choices import EffortKind, Grade, Stage
from workflow.measuring import worked
from workflow.models import Effort, Policy
from workflow.statements import Account, Quarter
from workflow.views.contracts import has_to_do_with_contracts
from workflow.views.keeping_answers import person

ON_A_PAGE = 50
AT_ONCE = 2000
"""How many rows of a download are put into words at a time."""

SEES = permitted(has_to_do_with_contracts)

SERVICE_COLUMNS = (
    {"label": "Service"}, {"label": "Contract"}, {"label": "Freshness"},
    {"label": "Last checked"}, {"label": "They said it is right"},
    {"label": "Errors reported"}, {"label": "Changes", "number": True},
)  # fmt: skip
EFFORT_COLUMNS = (
    {"label": "Record"}, {"label": "Work"}, {"label": "Day"},
    {"label": "Minutes", "number": True}, {"label": "Stated"},
)  # fmt: skip
KIND_COLUMNS = (
    {"label": "Work"}, {"label": "Times", "number": True},
    {"label": "Stated", "number": True}, {"label": "Time", "number": True},
)  # fmt: skip
DUE_COLUMNS = (
    {"label": "Record"}, {"label": "Checked in time"}, {"label": "Last checked"},
    {"label": "Due next"},
)  # fmt: skip


def _partner(request: HttpRequest, partner_id: UUID) -> Partner:
    seen = contracts.commissioners_by(person(request))
    return get_object_or_404(seen.select_related("partnership__policy"), pk=partner_id)


# --- what is commissioned -------------------------------------------------------------


@SEES
@require_safe
def statement(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """Each service that a partner commissions: how it stands."""
    partner = _partner(request, partner_id)
    found = statements.contracted_services(partner)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    today, policy = clock.today(), partner.partnership.policy
    holding = contracts.in_order(partner.contracts.filter(contracts.holds_on(today)))
    context = {
        "place": partner.partnership,
        "partner": partner,
        "now": clock.now(),
        "months": statements.MONTHS,
        "page": page,
        "columns": SERVICE_COLUMNS,
        "rows": [_service(one, policy, today) for one in page],
        "contracts": [
            {
                "label": one.reference,
                "value": f"{contracts.standing(one, today)[0]}, until "
                f"{full_date(one.ends_on)}"
                if one.ends_on
                else contracts.standing(one, today)[0],
            }
            for one in holding
        ],
        "in_date": found.filter(conditions.fresh(policy, today)).count(),
        "download_url": reverse("workflow:statement-table", args=[partner.pk]),
        "effort_url": reverse("workflow:effort", args=[partner.pk]),
    }
    return render(request, "workflow/contracts/statement.html", context)


def _service(one: Any, policy: Policy, today: dt.date) -> list[dict[str, Any]]:
    grade = Grade(figures.grade_of(one, policy, today))
    return [
        {"text": one.title, "url": reverse("workflow:record", args=[one.pk])},
        {"text": one.reference},
        {"grade": grade}
        if one.stage == Stage.PUBLISHED
        else {"stage": one.stage, "reasons": []},
        {"text": _day(one.assured_on, "Never")},
        {"text": _day(one.confirmed_on, "No")},
        {"text": _errors(one)},
        {"text": str(one.changes)},
    ]


def _day(day: dt.date | None, nothing: str) -> str:
    return full_date(day) if day else nothing


def _errors(one: Any) -> str:
    """``2, the longest stood 3 days``, with those that nobody has answered."""
    if not one.errors:
        return "None"
    days = one.stood.days
    said = f"{one.errors}, the longest stood " + (
        counted(days, "day") if days else "less than a day"
    )
    return said + (f"; {one.open_errors} open" if one.open_errors else "")


@SEES
@require_safe
def statement_table(request: HttpRequest, partner_id: UUID) -> HttpResponseBase:
    """The same for a spreadsheet."""
    partner = _partner(request, partner_id)
    today, policy = clock.today(), partner.partnership.policy
    header = [
        "Service", "Run by", "Contract", "Public", "Freshness", "Last checked",
        "Due next", "They said it is right", "Errors reported in 12 months",
        "Longest stood (days)", "Not answered yet", "Changes in 12 months",
    ]  # fmt: skip
    found = statements.contracted_services(partner)

    def lines() -> Iterator[list[Any]]:
        for some in _in_parts(found):
            names = worklist.organization_names([x.organization_id for x in some])
            for one in some:
                yield [
                    one.title, names.get(str(one.organization_id), ""), one.reference,
                    "yes" if one.stage == Stage.PUBLISHED else "no",
                    Grade(figures.grade_of(one, policy, today)).label,
                    _iso(one.assured_on), _iso(one.due_on), _iso(one.confirmed_on),
                    one.errors, one.stood.days if one.stood else "",
                    one.open_errors, one.changes,
                ]  # fmt: skip

    name = f"{partner.partnership.slug}-services-{today.isoformat()}"
    return spreadsheets.download(name, header, lines())


def _in_parts(found: QuerySet[Any]) -> Iterator[list[Any]]:
    some: list[Any] = []
    for one in found.iterator(chunk_size=AT_ONCE):
        some.append(one)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


# --- effort ---------------------------------------------------------------------------


def _quarter(request: HttpRequest) -> Quarter:
    try:
        return statements.read_quarter(request.GET.get("quarter", ""), clock.today())
    except ValueError:
        raise Http404 from None


@SEES
@require_safe
def effort(request: HttpRequest, partner_id: UUID) -> HttpResponse:
    """What a partner's work was in a quarter, with the records behind each number."""
    partner, quarter = _partner(request, partner_id), _quarter(request)
    today = clock.today()
    found = statements.account(partner, quarter, today)
    show = request.GET.get("show", "minutes")
    if show not in (*statements.PARTS, "minutes"):
        raise Http404
    kind = request.GET.get("kind", "")
    rows = _counted(partner, quarter, show, kind)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    is_work = show == "minutes"
    context = {
        "place": partner.partnership,
        "partner": partner,
        "quarter": quarter,
        "is_running": quarter.after > today,
        "kept": statements.kept(partner.partnership_id, quarter),
        "now": clock.now(),
        "quarters": _quarters(partner, quarter, today),
        "stats": _stats(request, found),
        "kind_columns": KIND_COLUMNS,
        "kinds": _kinds(request, found),
        "account": found,
        "show": show,
        "shown": _shown_words(show, kind),
        "columns": EFFORT_COLUMNS if is_work else DUE_COLUMNS,
        "rows": [_effort_row(x) if is_work else _due_row(x) for x in page],
        "page": page,
        "download_url": _with(request, "workflow:effort-table", partner),
        "statement_url": reverse("workflow:statement", args=[partner.pk]),
    }
    return render(request, "workflow/contracts/effort.html", context)


def _counted(partner: Partner, quarter: Quarter, show: str, kind: str) -> QuerySet[Any]:
    """Exactly the records of one number."""
    if show != "minutes":
        found = statements.due(partner, quarter, clock.today())
        where = statements.PARTS[show]
        return found.filter(where) if where else found
    work = statements.efforts(partner, quarter)
    if kind:
        if kind not in EffortKind.values:
            raise Http404
        work = work.filter(kind=kind)
    return work.select_related("listing", "decision__proposal__record", "review")


def _with(request: HttpRequest, name: str, partner: Partner) -> str:
    url = reverse(name, args=[partner.pk])
    query = request.GET.urlencode()
    return f"{url}?{query}" if query else url


def _link(request: HttpRequest, **said: str) -> str:
    kept = {"quarter": request.GET.get("quarter", ""), **said}
    query = urlencode({key: value for key, value in kept.items() if value})
    return f"{request.path}?{query}#counted"


def _quarters(partner: Partner, now: Quarter, today: dt.date) -> list[dict[str, Any]]:
    """This quarter and the three before it, and the one that is looked at."""
    found = [statements.quarter_of(today)]
    while len(found) < 4:
        found.append(found[-1].before)
    path = reverse("workflow:effort", args=[partner.pk])
    return [
        {
            "label": str(one), "url": f"{path}?quarter={one.key}", "count": None,
            "current": one == now,
        }
        for one in sorted({*found, now}, reverse=True)
    ]  # fmt: skip


def _stats(request: HttpRequest, found: Account) -> list[dict[str, Any]]:
    stats = [
        {
            "value": f"{found.numbers[name]:,}",
            "label": statements.LABELS[name],
            "definition": statements.DEFINITIONS[name],
            "url": _link(request, show=name),
            "link": "Show them",
        }
        for name in statements.PARTS
    ]
    stats.append(
        {
            "value": found.time, "label": statements.LABELS["minutes"],
            "definition": statements.DEFINITIONS["minutes"],
            "url": _link(request, show="minutes"), "link": "Show the work",
        }
    )  # fmt: skip
    stats.append(
        {
            "value": "Not agreed" if found.cost is None else f"£{found.cost:,}",
            "label": statements.LABELS["cost"],
            "definition": statements.DEFINITIONS["cost"],
        }
    )
    return stats


def _kinds(request: HttpRequest, found: Account) -> list[list[dict[str, Any]]]:
    return [
        [
            {
                "text": EffortKind(row["kind"]).label,
                "url": _link(request, show="minutes", kind=row["kind"]),
            },
            {"text": f"{row['number']:,}"},
            {"text": f"{row['stated']:,}"},
            {"text": worked(row["minutes"])},
        ]
        for row in found.by_kind
    ]


def _shown_words(show: str, kind: str) -> str:
    if show == "minutes":
        return EffortKind(kind).label if kind else "All work"
    return statements.LABELS[show]


def _what(work: Effort) -> tuple[str, str]:
    """What a piece of work was about, and where that is seen."""
    if work.listing:
        url = reverse("workflow:history", args=[work.listing_id])
        return work.listing.title, url
    if work.decision and work.decision.proposal.record:
        return work.decision.proposal.record.label, ""
    return "An organisation", ""


def _effort_row(work: Effort) -> list[dict[str, Any]]:
    title, url = _what(work)
    return [
        {"text": title, "url": url},
        {"text": EffortKind(work.kind).label},
        {"text": full_date(work.done_on)},
        {"text": str(work.minutes)},
        {"text": "Yes" if work.stated else "No"},
    ]


def _due_row(listing: Any) -> list[dict[str, Any]]:
    return [
        {"text": listing.title, "url": reverse("workflow:record", args=[listing.pk])},
        {"text": _in_time(listing)},
        {"text": _day(listing.assured_on, "Never")},
        {"text": _day(listing.due_on, "")},
    ]


def _in_time(listing: Any) -> str:
    if listing.is_late:
        return "No"
    return "Not yet" if listing.is_open else "Yes"


@SEES
@require_safe
def effort_table(request: HttpRequest, partner_id: UUID) -> HttpResponseBase:
    """The records of one number, for a spreadsheet."""
    partner, quarter = _partner(request, partner_id), _quarter(request)
    show, kind = request.GET.get("show", "minutes"), request.GET.get("kind", "")
    if show not in (*statements.PARTS, "minutes"):
        raise Http404
    rows = _counted(partner, quarter, show, kind)
    is_work = show == "minutes"
    columns: Iterable[dict[str, Any]] = EFFORT_COLUMNS if is_work else DUE_COLUMNS
    make = _effort_row if is_work else _due_row

    def lines() -> Iterator[list[Any]]:
        for some in _in_parts(rows):
            for one in some:
                yield [cell["text"] for cell in make(one)]

    name = f"{partner.partnership.slug}-{show}-{quarter.key}"
    header = [column["label"] for column in columns]
    return spreadsheets.download(name, header, lines())

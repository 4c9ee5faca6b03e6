"""What feeds bring in: sources, their runs, what could not be used, what is gone."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Person, partners_of
from accounts.guard import permitted
from accounts.models import Partnership, User
from accounts.permissions import Permission
from common.models import as_uuid
from common.templatetags.vouch import counted
from directory.choices import Kind
from directory.templatetags.when import moment
from workflow import access
from workflow.actions.asking import ask_for_harvest
from workflow.actions.harvesting import Outcome
from workflow.importing.harvesting import FAILED, READ, UNUSABLE, VANISHED
from workflow.leading_forms import BringInForm
from workflow.models import (
    Harvest,
    HarvestProblem,
    HarvestRequest,
    Listing,
    Source,
    SourceRecord,
)
from workflow.views.keeping_answers import DONE, attempt, person, place_of
from workflow.views.leading_door import below, place_led, shared

ON_A_PAGE = 50
SHOWN = 10
"""How many of a kind of problem, and how many runs, stand on a page at first."""

COUNTED = (
    (READ, "read"),
    (Outcome.NEW, "new, waiting to be decided"),
    (Outcome.CHANGED, "changed, suggested or put into what nobody has decided yet"),
    (Outcome.UNCHANGED, "as before"),
    (Outcome.REMOVED, "left alone: declined or taken away here"),
    (Outcome.WAITING, "left for the next run: somebody is working on them"),
    (UNUSABLE, "left out: they lack what a service needs"),
    (FAILED, "failed: the next run tries them again"),
    (VANISHED, "no longer in the source, and reported"),
)
"""What a run counts, with the words for it."""


def sees_sources(user: Person) -> bool:
    """Whether the person brings sources in, or decides on what they bring."""
    return bool(
        access.places_with(user, Permission.HARVEST).exists()
        or access.places_assured_by(user)
    )


def _place(request: HttpRequest) -> Partnership:
    """The place whose sources are shown: the one that answers, else the person's."""
    user = person(request)
    if access.places_with(user, Permission.HARVEST).exists():
        return place_led(request, Permission.HARVEST)
    mine = Partnership.objects.filter(pk__in=access.places_assured_by(user))
    here = place_of(request)
    found = mine.filter(pk=here.pk).first() if here else None
    found = found or mine.order_by("name").first()
    if found is None:
        raise PermissionDenied("Your roles do not open this page.")
    return found


def _head(request: HttpRequest, place: Partnership) -> dict[str, Any]:
    may = access.can_in_place(person(request), Permission.HARVEST, place)
    if may:
        return {**shared(request, place, "sources"), "may_bring_in": True}
    return {"place": place, "tabs": [], "may_bring_in": False}


# --- all sources ----------------------------------------------------------------------


@permitted(sees_sources)
@require_http_methods(["GET", "HEAD", "POST"])
def sources(request: HttpRequest) -> HttpResponse:
    """Every source of a place with its last run; a lead brings one in from here."""
    place = _place(request)
    head = _head(request, place)
    partners = partners_of(place)
    form = BringInForm(
        request.POST or None, request.FILES or None, partners=partners,
        initial=_again(request, place),
    )  # fmt: skip
    status = 200
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        status = attempt(
            lambda: ask_for_harvest(
                by=person(request), partner=typed["partner"], name=typed["name"],
                address=typed["address"], body=typed["body"],
            ),
            form,
        )  # fmt: skip
    if status == DONE:
        messages.success(request, "It is being read. You can leave this page.")
        return redirect("workflow:sources")
    asked_for = _requests(place)
    context = {
        **head,
        "form": form,
        "cards": _cards(place),
        "requests": asked_for,
        "is_going_on": any(one.finished_at is None for one in asked_for),
    }
    return render(request, "workflow/leading/sources.html", context, status=status)


def _again(request: HttpRequest, place: Partnership) -> dict[str, Any]:
    """What the form begins with, to read a known source once more."""
    asked = as_uuid(request.GET.get("again"))
    found = Source.objects.filter(partner__partnership=place)
    source = found.filter(pk=asked).first() if asked else None
    if source is None:
        return {}
    address = source.address if "://" in source.address else ""
    return {"partner": source.partner_id, "name": source.name, "address": address}


def _requests(place: Partnership) -> list[HarvestRequest]:
    """What is being read or waits, and what lately came to nothing."""
    rows = (
        HarvestRequest.objects.filter(partner__partnership=place)
        .filter(Q(finished_at=None) | ~Q(error=""))
        .select_related("asked_by")
        .defer("body")
        .order_by("-created_at")
    )
    return list(rows[:5])


def _cards(place: Partnership) -> list[dict[str, Any]]:
    found = (
        Source.objects.filter(partner__partnership=place)
        .select_related("partner")
        .annotate(last=Max("harvests__created_at"))
        .order_by("name", "pk")
    )
    runs = Harvest.objects.filter(source__in=found).order_by("source", "-created_at")
    last = {run.source_id: run for run in runs.distinct("source")}
    return [_card(source, last.get(source.pk)) for source in found]


def _card(source: Source, run: Harvest | None) -> dict[str, Any]:
    facts: list[dict[str, Any]] = [
        {"label": "Stands behind it", "value": str(source.partner)}
    ]
    tags = []
    if run:
        facts.append({"label": "Last read", "date": run.created_at})
        facts.append({"label": "Then", "value": _in_short(run)})
        tags.append(tag_of(run))
    return {
        "title": source.name,
        "url": reverse("workflow:source", args=[source.pk]),
        "caption": source.address,
        "tags": tags,
        "facts": facts,
    }


def tag_of(run: Harvest) -> dict[str, str]:
    """How a run ended, as a tag."""
    if run.finished_at is None:
        return {"text": "Not finished", "icon": "clock", "kind": "warn"}
    if run.complete:
        return {"text": "Read completely", "icon": "published", "kind": "good"}
    return {"text": "Not read completely", "icon": "warning", "kind": "warn"}


def _in_short(run: Harvest) -> str:
    said = [
        f"{run.counts[key]:,} {words}" for key, words in
        ((Outcome.NEW, "new"), (Outcome.CHANGED, "changed"), (VANISHED, "gone"))
        if run.counts.get(key)
    ]  # fmt: skip
    problems = sum(run.counts.get("problems", {}).values())
    if problems:
        said.append(counted(problems, "problem"))
    return ", ".join(said) or "Nothing new"


# --- one source -----------------------------------------------------------------------


@permitted(sees_sources)
@require_safe
def source(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """One source: a run with its problems by kind, earlier runs, what vanished."""
    place = _place(request)
    found = get_object_or_404(
        Source.objects.select_related("partner"),
        pk=source_id,
        partner__partnership=place,
    )
    runs = list(found.harvests.order_by("-created_at")[: SHOWN + 1])
    asked = request.GET.get("run", "")
    run = next((r for r in runs if str(r.pk) == asked), runs[0] if runs else None)
    user = person(request)
    context = {
        **below(place, "sources"),
        "may_bring_in": access.can_in_place(user, Permission.HARVEST, place),
        "source": found,
        "run": run,
        "tag": tag_of(run) if run else None,
        "counts": _counts(run) if run else [],
        "shortfall": run.counts.get("shortfall", "") if run else "",
        "runs": [_run_row(found, each) for each in runs[:SHOWN]],
        "run_columns": [
            {"label": "When"}, {"label": "All of it?"}, {"label": "What came of it"},
        ],
        "vanished": _vanished(user, found),
        **(_problems(request, user, run) if run else {}),
    }  # fmt: skip
    return render(request, "workflow/leading/source.html", context)


def _counts(run: Harvest) -> list[dict[str, str]]:
    return [
        {"label": words.capitalize(), "value": f"{run.counts.get(key, 0):,}"}
        for key, words in COUNTED
        if run.counts.get(key) or key in (READ, Outcome.NEW)
    ]


def _run_row(source: Source, run: Harvest) -> list[dict[str, str]]:
    url = reverse("workflow:source", args=[source.pk])
    complete = "Not finished" if run.finished_at is None else (
        "Yes" if run.complete else f"No. {run.counts.get('shortfall', '')}"
    )  # fmt: skip
    return [
        {"text": moment(run.created_at).capitalize(), "url": f"{url}?run={run.pk}"},
        {"text": complete},
        {"text": _in_short(run)},
    ]


def _problems(request: HttpRequest, user: User, run: Harvest) -> dict[str, Any]:
    """The problems of a run by kind; one kind in full where the address names it."""
    rows = HarvestProblem.objects.filter(harvest=run)
    kinds = list(
        rows.values_list("what").annotate(n=Count("pk")).order_by("-n", "what")
    )
    asked = request.GET.get("kind")
    if asked is not None and asked in {what for what, _ in kinds}:
        page = Paginator(rows.filter(what=asked).order_by("label", "pk"), ON_A_PAGE)
        shown = page.get_page(request.GET.get("page"))
        group = _group(user, run, asked, dict(kinds)[asked], list(shown))
        return {"groups": [{**group, "open": True}], "problem_page": shown}
    groups = []
    for what, number in kinds:
        some = list(rows.filter(what=what).order_by("label", "pk")[:SHOWN])
        groups.append(_group(user, run, what, number, some))
    return {"groups": groups}


def _group(
    user: User, run: Harvest, what: str, number: int, rows: list[HarvestProblem]
) -> dict[str, Any]:
    links = _links(user, run.source_id, {(r.kind, r.external_id) for r in rows})
    url = reverse("workflow:source", args=[run.source_id])
    return {
        "what": (what or "other").capitalize(),
        "count": number,
        "url": f"{url}?run={run.pk}&kind={what}" if number > len(rows) else "",
        "rows": [
            {"problem": row, "url": links.get((row.kind, row.external_id), ""),
             "kind": Kind(row.kind).label}
            for row in rows
        ],
    }  # fmt: skip


def _links(user: User, source_id: Any, keys: set[tuple[str, str]]) -> dict[Any, str]:
    """Where the records of a source are found here, for who may open them."""
    copies = SourceRecord.objects.filter(
        source_id=source_id, external_id__in=[external for _, external in keys]
    )
    ids = {(row.kind, row.external_id): row.record_id for row in copies}
    wanted = list(ids.values())
    shown = access.read_by(user).filter(
        Q(record_id__in=wanted)
        | Q(organization_id__in=wanted)
        | Q(location_ids__overlap=wanted)
    )
    at: dict[Any, str] = {}
    for listing in shown.order_by("title"):
        url = reverse("workflow:record", args=[listing.pk])
        for key in (listing.record_id, listing.organization_id, *listing.location_ids):
            at.setdefault(key, url)
    return {key: at[record] for key, record in ids.items() if record in at}


def _vanished(user: User, source: Source) -> list[dict[str, Any]]:
    """Services that a complete run did not find any more, the last ones first."""
    rows: QuerySet[SourceRecord] = SourceRecord.objects.filter(
        source=source, kind=Kind.SERVICE, vanished_at__isnull=False
    ).order_by("-vanished_at")[:ON_A_PAGE]
    found: dict[Any, Any] = {row.record_id: row.vanished_at for row in rows}
    listings: Any = Listing.objects.filter(record_id__in=found)
    open_to = set(
        access.read_by(user).filter(pk__in=listings).values_list("pk", flat=True)
    )
    return [
        {
            "title": listing.title,
            "url": reverse("workflow:record", args=[listing.pk])
            if listing.pk in open_to
            else "",
            "at": found[listing.record_id],
        }
        for listing in sorted(listings, key=lambda x: found[x.record_id], reverse=True)
    ]

"""The areas of work of a place: all of them, and what is in none."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guard import permitted
from accounts.models import Partnership
from accounts.permissions import Permission
from common import clock
from common.models import as_uuid
from directory.models import Organization, TaxonomyTerm
from workflow import figures, hours, leaders
from workflow.actions.handing_over import give_all_nobodys
from workflow.actions.place import hand_over
from workflow.models import Area, Listing, Remit, RemitOutline
from workflow.remit_forms import FindRemitForm, GiveAllForm, GiveForm
from workflow.remit_previewing import nobodys as nobodys_of
from workflow.views.covering import days_of
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import below, holding, place_led, shared
from workflow.views.leading_figures import ON_A_PAGE

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 6
"""As many of what an area of work names are said on its card."""
ONE = "one"
"""What the button of a candidate sends: a listing and a remit."""
STALE = 409
"""The answer where something changed since the page was read."""
NOBODYS = "It was in nobody’s area of work."


@permitted(holding(Permission.HAND_OVER))
@require_safe
def remits(request: HttpRequest) -> HttpResponse:
    """Who answers for which part of the place, and how much is nobody's."""
    place = place_led(request, Permission.HAND_OVER)
    form = FindRemitForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    pages = Paginator(_called(_remits(place), words), ON_A_PAGE)
    # What is shown of each need not be worked out to count them.
    pages.count = _called(Remit.objects.filter(partnership=place), words).count()
    page = pages.get_page(request.GET.get("page"))
    rows = list(page.object_list)
    names, none = _names(rows), hours.Held()
    held, led = hours.held_by(row.pk for row in rows), leaders.of_remits(rows)
    nobodys = figures.of_slugs(("unowned", "unowned-tie"), place.policy, clock.now())
    context = {
        **shared(request, place, "remits"),
        "form": form if words or pages.num_pages > 1 else None,
        "words": words,
        "page": page,
        "cards": [
            _remit_card(row, names, held.get(row.pk, none), led[row.pk]) for row in rows
        ],
        "unowned": nobodys["unowned"],
        "ties": nobodys["unowned-tie"],
    }
    return render(request, "workflow/leading/remits.html", context)


def _remits(place: Partnership) -> QuerySet[Any]:
    return (
        Remit.objects.filter(partnership=place)
        .select_related("partner", "lead", "deputy")
        .prefetch_related(Prefetch("covers", leaders.covers().filter(can=True)))
        .annotate(drawn=Exists(RemitOutline.objects.filter(remit=OuterRef("pk"))))
        .order_by("-is_default", "name")
    )


def _called(remits: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Those in which every word occurs in the name, the partner or who leads it."""
    for word in words.split():
        remits = remits.filter(
            Q(name__icontains=word)
            | Q(partner__name__icontains=word)
            | Q(lead__name__icontains=word)
        )
    return remits


def _names(rows: list[Any]) -> dict[Any, str]:
    """The names of all that these remits name. Three queries."""
    tables: tuple[tuple[Any, str], ...] = (
        (Organization, "organization_ids"), (TaxonomyTerm, "term_ids"),
        (Area, "area_ids"),
    )  # fmt: skip
    found: dict[Any, str] = {}
    for table, field in tables:
        keys = {key for row in rows for key in getattr(row, field)}
        found |= dict(table.objects.filter(pk__in=keys).values_list("pk", "name"))
    return found


def _takes(remit: Any, names: dict[Any, str]) -> str:
    """What an area of work takes, in words."""
    if remit.is_default:
        return "All that no other area of work takes"
    areas = [names.get(key, "an area that is gone") for key in remit.area_ids]
    areas += [*remit.districts, *(["an outline"] if remit.drawn else [])]
    said = (
        ("Services of ", [names.get(key, "one that is gone")
                          for key in remit.organization_ids]),
        ("Kinds: ", [names.get(key, "one that is gone") for key in remit.term_ids]),
        ("In ", areas),
    )  # fmt: skip
    parts = [before + _some(several) for before, several in said if several]
    return "; ".join(parts) or "Only what is handed to it"


def _some(names: list[str]) -> str:
    """The first few by name, and how many more."""
    several, more = sorted(names)[:SHOWN], len(names) - SHOWN
    return ", ".join(several) + (f" and {more} more" if more > 0 else "")


def _remit_card(
    remit: Any, names: dict[Any, str], held: hours.Held, led: leaders.Leaders
) -> dict[str, Any]:
    return {
        "title": remit.name,
        "url": reverse("workflow:remit", args=[remit.pk]),
        "caption": remit.partner.name,
        "text": _takes(remit, names),
        "facts": [
            {"label": "Led by", "value": led.who},
            {"label": "Deputy", "value": getattr(led.deputy, "name", "Nobody")},
            *_covers(remit),
            {"label": "Services", "value": f"{held.all}, {held.published} published"},
        ],
    }


def _covers(remit: Any) -> list[dict[str, str]]:
    """Who acts for it besides, today or later, and on which days."""
    return [
        {"label": "On cover", "value": f"{one.user} {days_of(one)}"}
        for one in remit.covers.all()
    ]


# --- what is nobody's -----------------------------------------------------------------


@permitted(holding(Permission.HAND_OVER))
@GET_AND_POST
def nobodys(request: HttpRequest) -> HttpResponse:
    """Every record in no area of work, with those that fit equally; give them away."""
    place = place_led(request, Permission.HAND_OVER)
    rows = nobodys_of(place.pk).order_by("tied_remit_ids", "title", "pk")
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    form = GiveForm(_sent(request), place=place, ids=_ids(request, place, page))
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(lambda: _give(request, form.cleaned_data), form)
        if status == DONE:
            count, to = len(form.cleaned_data["listing"]), form.cleaned_data["remit"]
            what = "1 record is" if count == 1 else f"{count} records are"
            messages.success(request, f"{what} in “{to}” now.")
            return redirect("workflow:nobodys")
    ties = rows.exclude(tied_remit_ids=[]).count()
    context = {
        **below(place, "remits"),
        "form": form,
        "page": page,
        "rows": _rows(place, list(page.object_list), form),
        "ties": ties,
    }
    return render(request, "workflow/leading/nobodys.html", context, status=status)


@permitted(holding(Permission.HAND_OVER))
@GET_AND_POST
def all_nobodys(request: HttpRequest) -> HttpResponse:
    """All that is nobody's, to one area of work."""
    place = place_led(request, Permission.HAND_OVER)
    number, status = nobodys_of(place.pk).count(), 200
    form = GiveAllForm(
        request.POST if request.method == "POST" else None, place=place,
        initial={"seen": number},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        status = attempt(
            lambda: give_all_nobodys(by=person(request), place=place, **said), form
        )
        if status == DONE:
            messages.success(request, f"All of it is in “{said['remit']}” now.")
            return redirect("workflow:nobodys")
        if status == STALE:
            number = nobodys_of(place.pk).count()
            typed = {name: form.data[name] for name in form.data}
            form.data = {**typed, "seen": str(number)}
    context = {**below(place, "remits"), "form": form, "number": number}
    page = "workflow/leading/all_nobodys.html"
    return render(request, page, context, status=status)


def _sent(request: HttpRequest) -> dict[str, Any] | None:
    """What was typed; the button of one candidate says all by itself."""
    if request.method != "POST":
        return None
    listing, _, remit = request.POST.get(ONE, "").partition(" ")
    if remit:
        return {"listing": [listing], "remit": remit, "reason": NOBODYS}
    names = ("remit", "reason")
    return {
        "listing": request.POST.getlist("listing"),
        **{name: request.POST.get(name, "") for name in names},
    }


def _ids(request: HttpRequest, place: Partnership, page: Any) -> list[tuple[str, str]]:
    """What may be ticked: what the page shows, or showed when it was read."""
    if request.method != "POST":
        return [(str(row.pk), row.title) for row in page.object_list]
    sent = (_sent(request) or {})["listing"]
    asked = Listing.objects.filter(
        partnership=place, pk__in=[key for text in sent if (key := as_uuid(text))]
    )
    return [(str(key), "") for key in asked.values_list("pk", flat=True)]


@transaction.atomic
def _give(request: HttpRequest, said: dict[str, Any]) -> None:
    """Hand over all of them or none, in the order of their ids."""
    for key in sorted(said["listing"]):
        hand_over(
            by=person(request), listing_id=key, remit=said["remit"],
            reason=said["reason"],
        )  # fmt: skip


def _rows(place: Partnership, rows: list[Listing], form: GiveForm) -> list[Any]:
    names = dict(Remit.objects.filter(partnership=place).values_list("pk", "name"))
    keys = {row.organization_id for row in rows if row.organization_id}
    run_by = dict(Organization.objects.filter(pk__in=keys).values_list("pk", "name"))
    ticked = form.data.get("listing", []) if form.is_bound else []
    return [
        {
            "listing": row,
            "run_by": run_by.get(row.organization_id, "")
            if row.organization_id
            else "",
            "ticked": str(row.pk) in ticked,
            "fits": [(key, names[key]) for key in row.tied_remit_ids if key in names],
        }
        for row in rows
    ]

"""Two records of one service: finding the other, seeing what would happen, doing it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guard import signed_in
from accounts.models import User
from common.forms import PlainForm
from common.models import as_uuid
from common.templatetags.vouch import counted
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.declare import List
from workflow import by_name, seeing, showing, standing, worklist
from workflow.actions.records import replace_record, seen_by
from workflow.choices import ProposalState, Stage
from workflow.forms import ReasonForm
from workflow.models import Listing
from workflow.stages import WAITING
from workflow.views import deciding_acts
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.records import crumbs, readable

MOST = 20
"""How many records are offered at once; more words find fewer."""
COMPARED = ("name", "description", "phones", "email", "url", "schedules")
"""The fields by which one tells whether two records are one service."""


class FindOtherForm(PlainForm):
    """What the other record is called."""

    q = forms.CharField(
        label="Its name, or who runs it", max_length=100, required=False
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, listing_id: Any) -> HttpResponse:
    """Say that another record is the same service, and stays in place of this one."""
    user, listing = person(request), readable(request, listing_id)
    if not deciding_acts.may_replace(user, listing):
        raise PermissionDenied(
            "Only an assurer of this area of work says which record replaces it."
        )
    other = _other(user, listing, request)
    if other is None:
        return _find(request, listing)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: replace_record(
                by=user, listing_id=listing.pk, replaced_by_id=other.record_id,
                reason=form.cleaned_data["reason"],
            ),
            form,
        )  # fmt: skip
    if status == DONE:
        messages.success(request, f"“{listing}” is kept as “{other}” from now on.")
        return redirect("workflow:record", listing_id=other.pk)
    context = {
        "listing": listing,
        "other": other,
        "crumbs": crumbs(listing),
        "form": form,
        "columns": [
            {"label": "What"}, {"label": "This one"}, {"label": "The one that stays"},
        ],
        "rows": _compared(user, listing, other),
        "effects": _effects(listing, other),
        "back": reverse("workflow:replace", args=[listing.pk]),
    }  # fmt: skip
    return render(request, "workflow/records/replace.html", context, status=status)


def _candidates(user: User, listing: Listing) -> QuerySet[Listing]:
    return (
        seen_by(user)
        .filter(record__revision__isnull=False, record__replaced_by=None)
        .exclude(pk=listing.pk)
        .select_related("record__revision", "partnership__policy", "remit__partner")
    )


def _other(user: User, listing: Listing, request: HttpRequest) -> Listing | None:
    asked = as_uuid(request.POST.get("with") or request.GET.get("with"))
    return _candidates(user, listing).filter(pk=asked).first() if asked else None


# --- finding it -----------------------------------------------------------------------


def _find(request: HttpRequest, listing: Listing) -> HttpResponse:
    form = FindOtherForm(request.GET)
    form.is_valid()
    asked = str(form.cleaned_data.get("q") or "")
    found = _candidates(person(request), listing)
    if asked:
        found = found.filter(by_name.called(asked))
    else:
        found = found.filter(
            Q(organization_id=listing.organization_id, organization_id__isnull=False)
            | Q(location_ids__overlap=listing.location_ids)
        )
    rows = list(found.order_by("title", "pk")[:MOST])
    names = worklist.organization_names([row.organization_id for row in rows])
    context = {
        "listing": listing,
        "crumbs": crumbs(listing),
        "form": form,
        "asked": asked,
        "cards": [_card(listing, row, names) for row in rows],
        "is_full": len(rows) == MOST,
    }
    return render(request, "workflow/records/replace_find.html", context)


def _card(listing: Listing, other: Listing, names: dict[str, str]) -> dict[str, Any]:
    address = reverse("workflow:replace", args=[listing.pk])
    return {
        "title": other.title,
        "url": reverse("workflow:record", args=[other.pk]),
        "stage": "" if other.stage == Stage.PUBLISHED else other.stage,
        "reasons": standing.reasons(other),
        "facts": [
            {"label": "Run by", "value": names.get(str(other.organization_id), "")
             or "Not known"},
            {"label": "Answers for it", "value": standing.waits_for(other)},
        ],
        "next_url": f"{address}?with={other.pk}",
        "next_label": "It is this one",
    }  # fmt: skip


# --- seeing what would happen ---------------------------------------------------------


def _compared(user: User, listing: Listing, other: Listing) -> list[list[Any]]:
    """Both records field by field, each as this person sees it."""
    sides = [_told(user, listing), _told(user, other)]
    rows = []
    for label in sides[0]:
        cells = [side.get(label) or "Not known" for side in sides]
        rows.append([{"text": label}, *({"text": cell} for cell in cells)])
    return rows


def _told(user: User, listing: Listing) -> dict[str, str]:
    if listing.was_assured:
        sides = seeing.accepted_sides(user, listing)
    else:
        sides = seeing.drafted_sides(user, listing)
    names = seeing.names_for(user, sides)
    service, entity = sides[0].payload, RECORDS[Kind.SERVICE]
    out = {}
    for name in COMPARED:
        item = entity.get(name)
        label = item.entity.label if isinstance(item, List) else item.label
        out[label] = showing.say(item, service.get(name), names).replace("\n", "; ")
    places = [side.name for side in sides if side.kind == Kind.LOCATION]
    runs = [side.name for side in sides if side.kind == Kind.ORGANIZATION]
    return out | {"Who runs it": ", ".join(runs), "Where": "; ".join(places)}


def _effects(listing: Listing, other: Listing) -> list[str]:
    """What happens, each in a sentence."""
    out = []
    if listing.stage in WAITING:
        out.append(f"“{listing}” is declined as a duplicate.")
    elif listing.stage == Stage.PUBLISHED:
        out.append(f"“{listing}” is taken from the public within seconds.")
    if listing.published_at:
        out.append(f"Its public address leads to “{other}”, once that is public.")
    waiting = listing.proposals.filter(state=ProposalState.OPEN).count()
    if waiting:
        are = "is" if waiting == 1 else "are"
        said = counted(waiting, "suggestion")
        out.append(f"{said} about it {are} answered: “Please look there.”")
    out += [
        f"Nothing it says is copied. If it knows more, suggest that for “{other}”.",
        "It can be taken back: both are then records of their own again.",
    ]
    return out

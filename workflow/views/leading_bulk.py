"""What reaches many records at once: carrying over."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import permitted
from accounts.models import Partnership
from accounts.permissions import Permission
from common.templatetags.vouch import counted
from workflow import worklist
from workflow.actions.listings import carry_over_listings
from workflow.choices import Stage
from workflow.leading_forms import CarryOverForm, SourceForm
from workflow.models import Listing, Source
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.leading_door import holding, place_led, shared

ON_A_PAGE = 50
GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


def _from_sources(place: Partnership) -> QuerySet[Listing]:
    return Listing.objects.filter(partnership=place, source__isnull=False)


@permitted(holding(Permission.CARRY_OVER))
@GET_AND_POST
def carry_over(request: HttpRequest) -> HttpResponse:
    """Publish what came from another directory, unchecked, until a fixed day."""
    place = place_led(request, Permission.CARRY_OVER)
    came = _from_sources(place)
    form = CarryOverForm(request.POST or None, listings=came)
    status, refused = 200, dict[str, str]()
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        ids = [listing.pk for listing in typed["listings"]]
        status = attempt(
            lambda: refused.update(
                carry_over_listings(
                    by=person(request), listing_ids=ids, until=typed["until"],
                    reason=typed["reason"],
                )
            ),
            form,
        )  # fmt: skip
        if status == DONE:
            done = len(ids) - len(refused)
            if done:
                said = f"{counted(done, 'service')} carried over."
                messages.success(request, f"{said} The public sees “not yet checked”.")
            if not refused:
                return redirect(_without_ticks(request))
            status = 200
    return _carry_over_page(request, place, form, refused, status)


def _without_ticks(request: HttpRequest) -> str:
    """The same part of the list again, with nothing ticked."""
    asked = request.GET.copy()
    asked.pop("tick", None)
    return f"{request.path}?{asked.urlencode()}" if asked else request.path


def _carry_over_page(
    request: HttpRequest,
    place: Partnership,
    form: CarryOverForm,
    refused: dict[str, str],
    status: int,
) -> HttpResponse:
    came = _from_sources(place)
    waiting = came.filter(stage=Stage.SUBMITTED).select_related("source")
    sources = SourceForm(
        request.GET,
        sources=Source.objects.filter(pk__in=waiting.values("source")).order_by("name"),
    )
    if sources.is_valid() and sources.cleaned_data["source"]:
        waiting = waiting.filter(source=sources.cleaned_data["source"])
    page = Paginator(waiting.order_by("title", "pk"), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    gone = came.filter(pk__in=refused).exclude(pk__in=[x.pk for x in page])
    listed = [*gone.select_related("source"), *page]
    ticked = set(refused) if refused else _ticked(request, form)
    names = worklist.organization_names([x.organization_id for x in listed])
    context = {
        **shared(request, place, "carry-over"),
        "form": form,
        "sources": sources if len(sources.fields["source"].queryset) > 1 else None,  # type: ignore[attr-defined]
        "page": page,
        "rows": [
            {
                "listing": listing,
                "run_by": names.get(str(listing.organization_id), ""),
                "ticked": str(listing.pk) in ticked or (
                    not form.is_bound and request.GET.get("tick") == "all"
                ),
                "sentence": refused.get(str(listing.pk), ""),
            }
            for listing in listed
        ],
        "refused": len(refused),
    }  # fmt: skip
    return render(request, "workflow/leading/carry_over.html", context, status=status)


def _ticked(request: HttpRequest, form: CarryOverForm) -> set[str]:
    return set(request.POST.getlist("listings")) if form.is_bound else set()

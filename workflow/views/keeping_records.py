"""Finding a record and saying something about it: right, wrong, closed, different."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guard import signed_in
from accounts.models import Partnership, User
from common import clock
from common.pages import COUNTED, FOUND, Pages
from directory.choices import EntryKind, Kind, Visibility
from directory.forms import RecordForm, section_form
from workflow import (
    access,
    by_name,
    keeping,
    queries,
    seeing,
    standing,
    who_decides,
)
from workflow.actions import proposals, repeating
from workflow.choices import Evidence, Hidden, ProposalKind, Stage
from workflow.keeping_forms import (
    ClosedForm,
    EvidenceForm,
    ProblemForm,
    SearchForm,
    StillRightForm,
)
from workflow.models import Change, Confirmation, Listing, Proposal, Record
from workflow.views import bodies
from workflow.views.keeping_answers import (
    DONE,
    attempt,
    contrary_notice,
    day_of,
    may_start,
    person,
    ready,
    said_before,
    seen_listing,
    thank_for_confirming,
)
from workflow.views.keeping_sections import few_places, find_section, versions

ON_A_PAGE = 20
FOR_COLLEAGUES = (
    Q(stage=Stage.PUBLISHED) & ~Q(record__visibility=Visibility.OPEN)
) | Q(stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED])
"""The condition on listings for what colleagues may read and the public does not."""
GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


# --- finding --------------------------------------------------------------------------


@signed_in
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Records that the person may see, found by name."""
    user = person(request)
    form = SearchForm(
        request.GET,
        places=places_seen(user),
        colleague=access.first_partner(user) is not None,
    )
    form.is_valid()
    found = _found(user, form.cleaned_data)
    most = FOUND if form.cleaned_data.get("q") else COUNTED
    pages = Pages(found, ON_A_PAGE, _shown, most)
    page = pages.get_page(request.GET.get("page"))
    near = [] if page else _near(user, form.cleaned_data)
    shown = [*page, *near]
    ids = [listing.pk for listing in shown]
    open_to = {
        "read": _among(access.read_by(user), ids),
        "propose": _among(access.proposable_by(user), ids),
    }
    context = {
        "form": form,
        "page": page,
        "cards": [_card(one, open_to, request.GET.urlencode()) for one in shown],
        "is_near": bool(near),
        "asked": any(form.cleaned_data.values()),
        "tabs": bodies.tabs(Kind.SERVICE),
        "may_start": may_start(request),
        "may_suggest": bool(open_to["propose"]) or access.may_suggest(user),
    }
    return render(request, "workflow/keeping/records.html", context)


def places_seen(user: User) -> list[tuple[str, str]]:
    """The places of which the person sees anything, to choose from."""
    here = access.shown_to(user).filter(partnership=OuterRef("pk")).order_by()
    # Any one of each place, or the database would look at all of them.
    seen = Partnership.objects.annotate(any=Subquery(here.values("pk")[:1]))
    seen = seen.filter(any__isnull=False).order_by("name")
    return list(seen.values_list("slug", "name"))


def record_url(listing: Listing) -> str:
    """The page of a record that the person reads."""
    return reverse("workflow:record", args=[listing.pk])


def _found(user: User, asked: dict[str, Any]) -> QuerySet[Listing]:
    """By title and organization, every word of it somewhere. Never by area: where a
    secret place lies must not be found by looking for it."""
    found = _narrowed(user, asked).filter(by_name.called(str(asked.get("q") or "")))
    return found.order_by("title", "pk")


def _near(user: User, asked: dict[str, Any]) -> list[Any]:
    """What has some of the words, or a word spelt like one, the likest first."""
    keys = by_name.near(_narrowed(user, asked), str(asked.get("q") or ""))
    rows = {one.pk: one for one in _shown(Listing.objects.filter(pk__in=keys))}
    return [rows[key] for key in keys]


def _narrowed(user: User, asked: dict[str, Any]) -> QuerySet[Listing]:
    """What the person may see, as far as everything but the words narrows it."""
    found: QuerySet[Listing] = access.shown_to(user)
    if asked.get("place"):
        found = found.filter(partnership__slug=asked["place"])
    if asked.get("colleagues"):
        found = found.filter(FOR_COLLEAGUES, access.one_of(access.read_by(user)))
    if asked.get("own"):
        found = found.exclude(entry=EntryKind.SIGNPOST)
    return found


def _shown(listings: QuerySet[Listing]) -> QuerySet[Any]:
    """With all that their cards say."""
    run_by = Record.objects.filter(pk=OuterRef("organization_id")).values("label")[:1]
    return ready(listings).annotate(
        run_by=Subquery(run_by, output_field=CharField()),
        being_checked=queries.is_being_checked(),
    )


def _among(listings: QuerySet[Listing], ids: list[Any]) -> set[Any]:
    return set(listings.filter(pk__in=ids).values_list("pk", flat=True))


def _card(listing: Any, open_to: dict[str, set[Any]], search: str) -> dict[str, Any]:
    suggest = reverse("workflow:suggest", args=[listing.pk])
    step: dict[str, Any] = {}
    if listing.pk in open_to["propose"]:
        step = {
            "next_url": suggest,
            "next_label": "Say something about it",
            "more": _in_three_taps(listing, search),
        }
    record = record_url(listing)
    only_suggested = open_to["propose"] - open_to["read"]
    public = listing.stage == Stage.PUBLISHED
    facts = [
        {"label": "Run by", "value": listing.run_by or "Not known"},
        {"label": "Answers for it", "value": standing.waits_for(listing)},
    ]
    return {
        "title": listing.title,
        "url": suggest if listing.pk in only_suggested else record,
        "stage": "" if public else listing.stage,
        "reasons": standing.reasons(listing),
        "grade": standing.grade(listing, clock.today()),
        "doubt": public and listing.being_checked,
        "facts": facts,
        **step,
    }


def _in_three_taps(listing: Listing, search: str) -> list[dict[str, str]]:
    """The commonest things to say, straight from the list: this, why, send. The search
    goes along, so that who has nothing more to say comes back to what they found."""
    closed = Hidden.CLOSED in listing.hidden_because
    names = [("still-right", "Still right"), ("problem", "Something is wrong")]
    names += [] if closed else [("closed", "It has closed")]
    return [
        {
            "label": label,
            "url": _with(reverse(f"workflow:{name}", args=[listing.pk]), search),
        }
        for name, label in names
    ]


def _with(url: str, search: str) -> str:
    return f"{url}?{search}" if search else url


# --- suggesting -----------------------------------------------------------------------


@signed_in
@require_safe
def suggest(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """What somebody can say about a record: everything as it is, and what to do."""
    user = person(request)
    found = seen_listing(request, listing_id)
    if not access.can_propose(user, found):
        raise PermissionDenied("You may read this record, and not suggest changes.")
    sides = seeing.accepted_sides(user, found)
    names = seeing.names_for(user, sides)
    waiting = [
        change
        for change in keeping.waiting_changes(user, sides)
        if change.proposal.proposer_id == user.pk
    ]
    context = {
        "listing": found,
        "stage": "" if found.stage == Stage.PUBLISHED else found.stage,
        "reasons": standing.reasons(found),
        "is_closed": Hidden.CLOSED in found.hidden_because,
        "grade": standing.grade(found, clock.today()),
        "dates": standing.dates(found),
        "body": standing.waits_for(found),
        "readable": access.can_read(user, found),
        "records": [_record(found, side, names, waiting) for side in sides],
    }
    return render(request, "workflow/keeping/suggest.html", context)


def _record(
    found: Listing, side: seeing.Side, names: dict[str, str], waiting: list[Change]
) -> keeping.RecordOnPage:
    def address(slug: str) -> str:
        where = [found.pk, side.kind, side.record_id, slug]
        return reverse("workflow:suggest-section", args=where)

    parts = keeping.sections(side, names, waiting, address=address)
    return keeping.RecordOnPage(side, keeping.heading(side), "", parts)


@signed_in
@GET_AND_POST
def suggest_section(
    request: HttpRequest, listing_id: UUID, kind: str, record_id: UUID, slug: str
) -> HttpResponse:
    """Suggest what a section should say."""
    user = person(request)
    found = seen_listing(request, listing_id)
    if not access.can_propose(user, found):
        raise PermissionDenied("You may not suggest changes to this service.")
    key = str(record_id)
    sides = seeing.accepted_sides(user, found, versions(request, key))
    side, part = find_section(sides, kind, key, slug)
    data = request.POST if request.method == "POST" else None
    choices = few_places(seeing.choices_for(user, found, sides), side)
    form = section_form(side.entity, part, side.payload, data, choices=choices)
    how = _how(form, data)
    made: list[Proposal] = []

    def act() -> None:
        made.append(
            proposals.propose_edit(
                by=user, listing_id=found.pk, edits={key: form.edits()},
                bases={key: side.number}, partner=access.first_partner(user),
                **how.cleaned_data,
            )
        )  # fmt: skip

    status = 200
    if data is not None and not form.asked_for_more:
        if form.is_valid() and not form.edits():
            form.add_error(None, "Nothing is different from what is there now.")
        if form.is_valid() and how.is_valid():
            status = attempt(act, form, how)
    if status == DONE:
        return _thank(request, found, made[0])
    context = {
        "listing": found,
        "side": side,
        "section": part,
        "form": form,
        "how": how,
        "forms": [form, how],
        "version": side.number,
        "also": keeping.also_changes(found, side),
        "waiting": keeping.waiting_here(
            [
                change
                for change in keeping.waiting_changes(user, [side])
                if change.proposal.proposer_id == user.pk
                and change.path.split("/")[0] in part.names
            ],
            side,
            seeing.names_for(user, sides),
            user=user,
        ),
        "place_url": reverse("workflow:suggest-place", args=[found.pk])
        if "service_at_locations" in part.names
        else "",
        "body": standing.waits_for(found),
        "back": reverse("workflow:suggest", args=[found.pk]),
    }
    return render(
        request, "workflow/keeping/suggest_section.html", context, status=status
    )


def _how(form: RecordForm, data: QueryDict | None) -> EvidenceForm:
    """How they know. Asking for one more group sends nothing: nothing is missing."""
    if data is not None and form.asked_for_more:
        return EvidenceForm(initial=data.dict())
    return EvidenceForm(data)


def _thank(request: HttpRequest, found: Listing, made: Proposal) -> HttpResponse:
    if made.repeats:
        messages.info(request, said_before(made, found))
    else:
        who = who_decides.of(person(request), made)
        messages.success(
            request,
            f"Thank you. {who} decides on it, and we write to you when they have.",
        )
    return redirect("workflow:suggestion", made.pk)


# --- three short things to say --------------------------------------------------------


@signed_in
@GET_AND_POST
def still_right(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Say that a record is still right."""
    found = seen_listing(request, listing_id)
    form = StillRightForm(request.POST if request.method == "POST" else None)
    said: list[Confirmation] = []
    status = _say(
        request, found, form,
        lambda: said.append(
            proposals.say_still_right(
                by=person(request), listing_id=found.pk, **form.cleaned_data
            )
        ),
    )  # fmt: skip
    if status == DONE:
        thank_for_confirming(
            request, said[0], f"Thank you. That helps everybody who uses “{found}”."
        )
        return redirect(_with(reverse("workflow:records"), request.GET.urlencode()))
    contrary = contrary_notice(found, person(request))
    return _short_page(request, found, form, status, "still_right", contrary)


@signed_in
@GET_AND_POST
def closed(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Say that a service has closed."""
    found = seen_listing(request, listing_id)
    own = access.is_own(person(request), found)
    form = ClosedForm(request.POST if request.method == "POST" else None, own=own)
    made: list[Proposal] = []

    def act() -> None:
        typed = form.cleaned_data
        made.append(
            proposals.report_closed(
                by=person(request), listing_id=found.pk, words=typed["words"],
                evidence=typed.get("evidence", Evidence.RUN_IT),
                for_good=typed["for_good"] == "yes", until=typed["until"],
                partner=access.first_partner(person(request)),
            )
        )  # fmt: skip

    status = _say(request, found, form, act)
    if status == DONE:
        return _thank(request, found, made[0])
    waits = _waiting_notice(request, found, ProposalKind.CLOSURE)
    return _short_page(request, found, form, status, "closed", waits)


@signed_in
@GET_AND_POST
def problem(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Say that something is wrong."""
    found = seen_listing(request, listing_id)
    form = ProblemForm(request.POST if request.method == "POST" else None)
    made: list[Proposal] = []

    def act() -> None:
        made.append(
            proposals.report_problem(
                by=person(request), listing_id=found.pk,
                partner=access.first_partner(person(request)), **form.cleaned_data,
            )
        )  # fmt: skip

    status = _say(request, found, form, act)
    if status == DONE:
        return _thank(request, found, made[0])
    waits = _waiting_notice(request, found, ProposalKind.REPORT)
    return _short_page(request, found, form, status, "problem", waits)


def _say(
    request: HttpRequest, found: Listing, form: Any, act: Callable[[], Any]
) -> int:
    if not access.can_propose(person(request), found):
        raise PermissionDenied("You may not suggest changes to this service.")
    return attempt(act, form) if form.is_bound and form.is_valid() else 200


def _waiting_notice(
    request: HttpRequest, found: Listing, kind: str
) -> dict[str, str] | None:
    """That the person has said this already, with the way to it; None if not."""
    before = repeating.waiting(found, person(request), kind)
    if before is None:
        return None
    return {
        "text": f"You told us on {day_of(before)}, and "
        f"{standing.waits_for(found)} has it. What you write here is added to that.",
        "url": reverse("workflow:suggestion", args=[before.pk]),
    }


def _short_page(
    request: HttpRequest,
    found: Listing,
    form: Any,
    status: int,
    name: str,
    waits: dict[str, str] | None = None,
) -> HttpResponse:
    own = access.is_own(person(request), found)
    context = {
        "waits": waits,
        "listing": found,
        "form": form,
        "dates": standing.dates(found, own=own),
        "body": standing.waits_for(found),
        "back": reverse(f"workflow:{'listing' if own else 'suggest'}", args=[found.pk]),
    }
    return render(request, f"workflow/keeping/{name}.html", context, status=status)

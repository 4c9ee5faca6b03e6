"""My services, and the page of one of them, with everything that can be done to it."""

from functools import partial
from itertools import chain
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, QuerySet, When
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from accounts.guard import signed_in
from accounts.models import User
from common import clock
from common.forms import PlainForm
from common.posting import posted_from
from directory.choices import Kind
from directory.completeness import Missing
from directory.models import Organization
from workflow import (
    access,
    completing,
    duties,
    keeping,
    queries,
    standing,
    told_wrong,
    who_decides,
)
from workflow.actions import drafts, listings, proposals, releases
from workflow.forms import StateLineForm
from workflow.keeping_forms import (
    AppealForm,
    EvidenceForm,
    StillRightForm,
    TakeAwayForm,
)
from workflow.models import Confirmation, Listing, Proposal
from workflow.views import deciding_undo
from workflow.views.keeping_answers import (
    DONE,
    attempt,
    contrary_notice,
    day_of,
    kept_listing,
    kept_listings,
    may_start,
    person,
    thank_for_confirming,
)
from workflow.views.keeping_waiting import waiting_notice
from workflow.views.keeping_where import main_of

ON_A_PAGE = 30


@signed_in
@require_safe
def my_services(request: HttpRequest) -> HttpResponse:
    """What the person keeps: what was told wrong first, then what asks for something,
    then by when it falls due."""
    user = person(request)
    every = kept_listings(user)
    several, of = _organizations(request)
    asked_of = set(told_wrong.unanswered(user).values_list("pk", flat=True))
    asking = set(duties.services_that_ask(user).values_list("pk", flat=True))
    before = [
        When(pk__in=some, then=n) for n, some in enumerate((asked_of, asking)) if some
    ]
    # Of nothing it would be a bare number, which orders by the column of that number.
    first = [Case(*before, default=2)] if before else []
    mine = (every.filter(organization_id=of) if of else every).order_by(
        *first, "due_on", "title", "pk"
    )
    pages: Paginator[Listing] = Paginator(mine, ON_A_PAGE)
    may_order = completing.may_order(pages.count)
    is_thin = may_order and request.GET.get("order") == completing.THIN
    if is_thin:
        pages = Paginator(completing.thinnest_first(list(mine)), ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    may_check = set(
        access.checkable_by(user)
        .filter(pk__in=[listing.pk for listing in page])
        .values_list("pk", flat=True)
    )
    today = clock.today()
    changes = duties.providers_changes(page)
    who = who_decides.by_proposal(user, chain.from_iterable(changes.values()))
    waiting = {
        key: (several, [who[one.pk] for one in several])
        for key, several in changes.items()
    }
    wrong = told_wrong.of(one for one in page if one.pk in asked_of)
    useful = completing.next_by_listing(list(page))
    context = {
        "page": page,
        "cards": [
            _with_useful(
                _card(
                    one,
                    one.pk in may_check,
                    today,
                    waiting.get(one.pk),
                    next(iter(wrong.get(one.pk, [])), None),
                ),
                one,
                useful.get(str(one.pk)),
            )
            for one in page
        ],
        "tabs": _tabs(every, several, of, is_thin=is_thin),
        "may_order": may_order,
        "is_thin": is_thin,
        "of": of,
        "organizations": [
            one for one in access.edited_organizations(user) if not of or one.pk == of
        ],
        "asking": len(asking),
        # Of one there is nothing to say together.
        "waits_for_a_word": duties.waits_for_a_word(user).count()
        if len(asking) > 1
        else 0,
        "may_start": may_start(request),
    }
    return render(request, "workflow/keeping/my_services.html", context)


def _organizations(request: HttpRequest) -> tuple[list[Organization], UUID | None]:
    """The organizations whose services the person keeps, where there are several; and
    the one that is asked for."""
    several = list(access.edited_organizations(person(request)))
    if len(several) < 2:
        return [], None
    known = {str(one.pk): one.pk for one in several}
    return several, known.get(request.GET.get("of", ""))


def _tabs(
    every: QuerySet[Listing],
    several: list[Organization],
    of: UUID | None,
    *,
    is_thin: bool,
) -> list[dict[str, Any]]:
    """A tab for each of several organizations, with how many services it has; each
    keeps the order that is shown."""
    if not several:
        return []
    rows = every.order_by().values_list("organization_id")
    counts = dict(rows.annotate(number=Count("pk", distinct=True)))
    address = partial(reverse, "workflow:my-services")
    order = {"order": completing.THIN} if is_thin else {}
    tabs = [
        {"label": "All of them", "url": address(query=order),
         "count": sum(counts.values()), "current": of is None}
    ]  # fmt: skip
    tabs += [
        {"label": str(one), "url": address(query={"of": one.pk} | order),
         "count": counts.get(one.pk, 0), "current": one.pk == of}
        for one in several
    ]  # fmt: skip
    return tabs


def _dates(listing: Listing) -> str:
    """When it was checked and is due, said to those who run it."""
    return standing.dates(listing, own=True)


def _card(
    listing: Listing,
    may_check: bool,
    today: Any,
    waiting: tuple[list[Proposal], list[str]] | None,
    wrong: told_wrong.ToldWrong | None,
) -> dict[str, Any]:
    several, deciders = waiting or ([], [])
    step = standing.next_step(
        listing, may_check=may_check, today=today,
        waiting=day_of(several[0]) if several else "", number=len(several),
        # All have the same body; the longest also names those who are trusted with it.
        who=max(deciders, key=len, default=""),
    )  # fmt: skip
    if wrong:
        step = standing.Step(wrong.url, wrong.label, wrong.text)
    page = reverse("workflow:listing", args=[listing.pk])
    more = []
    if listing.was_assured and step.url != page:
        more.append({"label": "Change something", "url": page})
    assured = listing.was_assured
    return {
        "title": listing.title,
        "url": page,
        "stage": listing.stage,
        "reasons": standing.reasons(listing),
        "grade": standing.grade(listing, today) if assured else "",
        "text": " ".join(
            part for part in (_dates(listing) if assured else "", step.why) if part
        ),
        "next_url": step.url,
        "next_label": step.label,
        "more": more,
    }  # fmt: skip


def _with_useful(
    card: dict[str, Any], listing: Listing, gap: Missing | None
) -> dict[str, Any]:
    """The card with the one thing that would be most useful to fill in, where the
    provider may change it and nothing else has to be done first."""
    if gap is None or standing.is_taken_away(listing):
        return card
    more = {"label": "Fill that in", "url": completing.section_url(listing, gap)}
    return {
        **card,
        "hint": f"Most useful to fill in next: {gap.sentence}",
        "more": [*card["more"], more],
    }


@signed_in
@require_safe
def listing(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """One listing with its sections, each of them edited alone."""
    return listing_page(request, kept_listing(request, listing_id))


def listing_page(
    request: HttpRequest, found: Listing, status: int = 200, **forms: BaseForm
) -> HttpResponse:
    """The page of a listing; ``forms`` are those that were refused."""
    user = person(request)
    can = keeping.possible(user, found)
    shown: dict[str, BaseForm] = {
        "submit_form": EvidenceForm(),
        "appeal_form": AppealForm(),
        "take_away_form": TakeAwayForm(),
        **forms,
    }
    held = keeping.held_back(user, found)
    records = keeping.records_on_page(user, found)
    is_away = standing.is_taken_away(found)
    context = {
        "waits": waiting_notice(user, found),
        "told_wrong": told_wrong.of([found]).get(found.pk, [])
        if access.is_own(user, found)
        else [],
        "undos": deciding_undo.of_record(user, found),
        "listing": found,
        "runs_it_is_said": any(
            record.side.kind == Kind.ORGANIZATION for record in records
        ),
        "stage": found.stage,
        "reasons": standing.reasons(found),
        "grade": standing.grade(found, clock.today()) if found.was_assured else "",
        "taken_away": standing.taken_away(found, queries.hidden_since(found))
        if is_away
        else "",
        "dates": _dates(found) if found.was_assured else "",
        "body": standing.waits_for(found),
        "records": records,
        "useful": _useful(found, records) if can.edit and not is_away else [],
        "thinnest_url": _thinnest_url(user),
        "is_draft": keeping.is_draft(found),
        "is_open_draft": can.submit,
        "is_own": access.is_own(user, found),
        "main": main_of(user, found),
        "gaps": keeping.gaps(user, found) if can.submit else [],
        "held": [(one, _line_form(one, forms)) for one in held],
        "can": can,
        "forms": list(forms.values()),
        **shown,
    }
    return render(request, "workflow/keeping/listing.html", context, status=status)


def _useful(
    found: Listing, records: list[keeping.RecordOnPage]
) -> list[dict[str, str]]:
    """What would be most useful to fill in next, each with the way there."""
    gaps = completing.of_sides(record.side for record in records)
    return [
        {"label": gap.label, "why": gap.why, "url": completing.section_url(found, gap)}
        for gap in gaps[: completing.MOST_SHOWN]
    ]


def _thinnest_url(user: User) -> str:
    """Where the person's services stand with the least filled in first, if they keep
    several."""
    several = kept_listings(user).values_list("pk", flat=True)[:2]
    url = reverse("workflow:my-services")
    return f"{url}?order={completing.THIN}" if len(several) > 1 else ""


def _line_form(
    held: keeping.HeldBackHere, forms: dict[str, BaseForm]
) -> BaseForm | None:
    """The form with which a provider states that a number is the group's own."""
    if not held.can_state:
        return None
    refused = forms.get("line_form")
    if refused is not None and refused.data.get("key") == held.finding.key:
        return refused
    key = held.finding.key
    return StateLineForm(initial={"key": key}, auto_id=f"id_{key[-12:]}_%s")


def _go_on(request: HttpRequest, found: Listing, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("workflow:listing", found.pk)


@signed_in
@posted_from("workflow:listing", "listing_id")
def submit(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Send a draft in, with its gaps."""
    found = kept_listing(request, listing_id)
    form = EvidenceForm(request.POST)

    def act() -> None:
        listings.submit_listing(
            by=person(request), listing_id=found.pk, **form.cleaned_data
        )

    status = attempt(act, form) if not form.errors else 200
    if status != DONE:
        return listing_page(request, found, status, submit_form=form)
    return _go_on(
        request, found,
        f"Thank you. {standing.waits_for(found)} has it now, and you are told what "
        "becomes of it.",
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def throw_away(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Throw a draft away that was never sent in: asked on a page of its own."""
    found = kept_listing(request, listing_id)
    form = PlainForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound:
        status = attempt(
            lambda: drafts.discard_draft(by=person(request), listing_id=found.pk), form
        )
    elif not keeping.possible(person(request), found).discard:
        return redirect("workflow:listing", found.pk)
    if status == DONE:
        messages.success(request, f"“{found}” is thrown away.")
        return redirect("workflow:my-services")
    context = {"listing": found, "form": form}
    return render(request, "workflow/keeping/throw_away.html", context, status=status)


@signed_in
@posted_from("workflow:listing", "listing_id")
def withdraw(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Take one's own submission back."""
    found = kept_listing(request, listing_id)
    form = PlainForm({})
    status = attempt(
        lambda: listings.withdraw_submission(by=person(request), listing_id=found.pk),
        form,
    )
    if status != DONE:
        return listing_page(request, found, status, withdraw_form=form)
    return _go_on(request, found, "It is a draft again, and nobody else sees it.")


@signed_in
@posted_from("workflow:listing", "listing_id")
def appeal(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Ask another assurer, once."""
    found = kept_listing(request, listing_id)
    form = AppealForm(request.POST)
    form.is_valid()
    status = 200
    if not form.errors:
        status = attempt(
            lambda: listings.appeal_listing(
                by=person(request), listing_id=found.pk,
                words=form.cleaned_data["words"],
            ),
            form,
        )  # fmt: skip
    if status != DONE:
        return listing_page(request, found, status, appeal_form=form)
    return _go_on(request, found, "Somebody else looks at it now.")


@signed_in
@posted_from("workflow:listing", "listing_id")
def take_away(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """Take a listing from the public: withdrawn, or closed. Asked once more first."""
    found = kept_listing(request, listing_id)
    form = TakeAwayForm(request.POST)
    form.is_valid()
    status = 200
    if not form.errors and "sure" not in request.POST:
        context = {"listing": found, "form": form, "body": standing.waits_for(found)}
        return render(request, "workflow/keeping/take_away.html", context)
    if not form.errors:
        status = attempt(
            lambda: listings.hide_listing(
                by=person(request), listing_id=found.pk, **form.cleaned_data
            ),
            form,
        )
    if status != DONE:
        return listing_page(request, found, status, take_away_form=form)
    return _go_on(request, found, "People no longer see it. The record is kept.")


@signed_in
@posted_from("workflow:listing", "listing_id")
def public_line(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """State that a held-back number is the group's public line."""
    found = kept_listing(request, listing_id)
    key = str(request.POST.get("key", ""))
    form = StateLineForm(request.POST, auto_id=f"id_{key[-12:]}_%s")
    form.is_valid()
    status = 200
    if not form.errors:
        status = attempt(
            lambda: releases.state_public_line(
                by=person(request), listing_id=found.pk, **form.cleaned_data
            ),
            form,
        )
    if status != DONE:
        return listing_page(request, found, status, line_form=form)
    return _go_on(
        request, found,
        f"Thank you. {standing.waits_for(found)} reads this, then it is public.",
    )  # fmt: skip


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, listing_id: UUID) -> HttpResponse:
    """“Nothing has changed”: asked on a page, said with a button."""
    found = kept_listing(request, listing_id)
    if (
        request.method != "POST"
        and not keeping.possible(person(request), found).confirm
    ):
        return redirect("workflow:listing", found.pk)
    waits = waiting_notice(person(request), found) or contrary_notice(
        found, person(request)
    )
    if waits and request.method == "POST":
        return redirect("workflow:confirm", found.pk)
    form = StillRightForm(request.POST if request.method == "POST" else None)
    form.fields["words"].help_text = ""
    said: list[Confirmation] = []
    status = 200
    if form.is_bound and form.is_valid():
        status = attempt(
            lambda: said.append(
                proposals.say_still_right(
                    by=person(request), listing_id=found.pk, **form.cleaned_data
                )
            ),
            form,
        )
    if status == DONE:
        thank_for_confirming(
            request, said[0],
            f"Thank you. We have written down that “{found}” is still right.",
        )  # fmt: skip
        return redirect("workflow:my-services")
    context = {
        "listing": found,
        "form": form,
        "waits": waits,
        "told_wrong": [] if waits else told_wrong.of([found]).get(found.pk, []),
        "dates": _dates(found),
        "records": keeping.records_on_page(person(request), found),
        "may_check": access.can_check(person(request), found),
        "back": reverse("workflow:my-services"),
    }
    return render(request, "workflow/keeping/confirm.html", context, status=status)

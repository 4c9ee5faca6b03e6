"""“This is really two services”: choosing what goes where, seeing both, doing it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guard import signed_in
from common import clock
from common.errors import InvalidInput
from common.models import as_uuid
from common.templatetags.vouch import counted
from directory.declarations import SERVICE
from workflow import access, dividing, naming, queries, showing
from workflow.actions.choosing import Informant
from workflow.actions.dividing import Vouched, refuse_if_changed, split_listing
from workflow.choices import ProposalKind, ProposalState, Stage
from workflow.dividing import Halves
from workflow.dividing_forms import DivideForm, SplitReasonForm, VouchForm
from workflow.models import Listing, Proposal
from workflow.queries import Whole
from workflow.views import deciding_record
from workflow.views.keeping_answers import DONE, attempt, person
from workflow.views.records import crumbs, readable

LOOK, AGAIN, SPLIT = "look", "again", "split"
"""What the buttons ask for: both records, the choices again, or to do it."""

COLUMNS = (
    {"label": "What"}, {"label": "The one that stays"}, {"label": "The new one"},
)  # fmt: skip
"""Of the table that shows both records."""


class _Page:
    """The page as it was asked for: the record, and what was typed so far."""

    def __init__(self, request: HttpRequest, listing: Listing) -> None:
        self.request, self.listing, self.user = request, listing, person(request)
        self.sent = request.POST if request.method == "POST" else None
        self.service = queries.current(listing.record)
        self.names = naming.names([self.service])
        asked = _suggestion(request, listing)
        self.choices = DivideForm(
            self.sent, lines=dividing.lines(self.service), names=self.names,
            initial=_as_suggested(asked),
        )  # fmt: skip
        typed = self.sent if self.sent and "reason" in self.sent else None
        self.reason = SplitReasonForm(
            typed, initial={"reason": asked.evidence_words} if asked else {}
        )
        self.may_vouch = access.can_split_and_assure(self.user, listing)
        self.vouch = VouchForm(typed, initial={"informed_on": clock.today()})

    @property
    def number(self) -> int:
        """The version that the page shows."""
        return version_of(self.listing)

    @property
    def decision_forms(self) -> list[BaseForm]:
        """The forms of the second step."""
        return [self.reason, *([self.vouch] if self.may_vouch else [])]

    def seen(self) -> int:
        """The version that the choices were made on."""
        said = str(self.sent.get("seen", "")) if self.sent else ""
        return int(said) if said.isdigit() and len(said) < 9 else 0

    def divided(self) -> tuple[Halves | None, int]:
        """Both services as they would be, and the status to answer with; None, with the
        errors in the form, where that cannot be."""
        halves: list[Halves] = []
        status = 200
        if self.choices.is_valid():
            status = attempt(lambda: halves.append(self._divide()), self.choices)
        return (halves[0] if halves else None), status

    def _divide(self) -> Halves:
        refuse_if_changed(self.listing, self.seen())
        return dividing.divide(
            self.service, self.choices.cleaned_data["name"], self.choices.goes,
            self.listing.partnership.policy.mandatory,
        )  # fmt: skip

    def carried(self, shown: Iterable[BaseForm]) -> list[tuple[str, str]]:
        """What was typed on the other step, to be sent again from this one."""
        if self.sent is None:
            return []
        here = {name for form in shown for name in form.fields}
        left = {"csrfmiddlewaretoken", "step", "seen"}
        return [
            (key, str(value))
            for key, values in self.sent.lists()
            for value in values
            if key not in left
            and key not in here
            and not any(key.startswith(f"{name}_") for name in here)
        ]


def version_of(listing: Listing) -> int:
    """The number of the version that stands; 0 before the first."""
    revision = listing.record.revision
    return revision.number if revision else 0


def _suggestion(request: HttpRequest, listing: Listing) -> Proposal | None:
    """The waiting suggestion that the page was opened from, to begin with its words."""
    wanted = as_uuid(request.GET.get("suggestion", ""))
    if wanted is None:
        return None
    return Proposal.objects.filter(
        pk=wanted, listing=listing, kind=ProposalKind.DIVISION,
        state=ProposalState.OPEN,
    ).first()  # fmt: skip


def _as_suggested(proposal: Proposal | None) -> dict[str, str]:
    """Its name and choices as the form has them."""
    plan = (proposal.division or {}) if proposal else {}
    return {**plan.get("goes", {}), **({"name": plan["name"]} if plan else {})}


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, listing_id: Any) -> HttpResponse:
    """Say that a service is really two, in two steps on one address."""
    listing = readable(request, listing_id)
    _need(request, listing)
    page = _Page(request, listing)
    step = page.sent.get("step", LOOK) if page.sent is not None else AGAIN
    if step == AGAIN:
        return _choose(page)
    halves, status = page.divided()
    if halves is None:
        return _choose(page, status=200 if status == DONE else status)
    return _do(page, halves) if step == SPLIT else _see(page, halves)


def _need(request: HttpRequest, listing: Listing) -> None:
    """What was typed is not lost when it was hidden meanwhile: the action says so."""
    user = person(request)
    if access.can_split(user, listing):
        return
    if request.method != "POST" or not access.is_in_remit(user, listing):
        raise PermissionDenied(
            "Only an assurer of this area of work divides a service, once it has been "
            "assured and while nothing hides it."
        )


# --- choosing -------------------------------------------------------------------------


def _choose(page: _Page, status: int = 200) -> HttpResponse:
    """The first step: a name, and where each line goes."""
    form = page.choices
    context = {
        "listing": page.listing,
        "crumbs": crumbs(page.listing),
        "form": form,
        "groups": groups(form),
        "number": page.number,
        "carried": page.carried([form]),
        "back": reverse("workflow:record", args=[page.listing.pk]),
    }
    return render(page.request, "workflow/records/divide.html", context, status=status)


def groups(form: DivideForm) -> list[dict[str, Any]]:
    """The lines of each section that has some."""
    out = []
    for section in SERVICE.sections:
        paths = [p for n in section.names for p in form.paths.get(n, [])]
        if paths:
            fields = [form[path] for path in paths]
            out.append({"id": section.slug, "title": section.title, "fields": fields})
    return out


# --- seeing both ----------------------------------------------------------------------


def _see(page: _Page, halves: Halves) -> HttpResponse:
    """The second step: both records as they will be, and what happens."""
    forms = page.decision_forms
    whole = _whole(page, halves)
    public = queries.public_parts(whole)
    context = {
        "listing": page.listing,
        "name": halves.second["name"],
        "crumbs": crumbs(page.listing),
        "forms": forms,
        "reason": page.reason,
        "vouch": page.vouch if page.may_vouch else None,
        "columns": COLUMNS,
        "rows": rows_of(halves, page.names),
        "as_public": showing.public_view(whole, public, page.names),
        "stops": deciding_record.stops(page.listing, public),
        "effects": _effects(page, halves),
        "number": page.seen(),
        "carried": page.carried(forms),
    }  # fmt: skip
    return render(page.request, "workflow/records/divide_see.html", context)


def _whole(page: _Page, halves: Halves) -> Whole:
    """The new service with what it refers to."""
    first = queries.whole(page.listing)
    kept = set(queries.location_ids(halves.second))
    places = {key: place for key, place in first.locations.items() if key in kept}
    return replace(first, service=halves.second, locations=places)


def rows_of(halves: Halves, names: dict[str, str]) -> list[list[dict[str, str]]]:
    """Both, field by field; what neither has is left out."""
    links = _new_names(halves, names)
    out = []
    for item in SERVICE.items:
        sides = [halves.first.get(item.name), halves.second.get(item.name)]
        if not any(sides):
            continue
        said = [showing.say(item, side, links).replace("\n", "; ") for side in sides]
        cells = [{"text": text or "Nothing"} for text in said]
        out.append([{"text": item.label}, *cells])
    return out


def _new_names(halves: Halves, names: dict[str, str]) -> dict[str, str]:
    """The names with those of the new service's links to its places."""
    links = halves.second.get("service_at_locations", [])
    return names | {
        link["id"]: names[link["location_id"]]
        for link in links
        if link["location_id"] in names
    }


def _effects(page: _Page, halves: Halves) -> list[str]:
    """What happens, each in a sentence."""
    listing, new = page.listing, halves.second["name"]
    out = [
        f"“{listing}” keeps its address, its history and the date of its last check.",
        f"Who answers for it answers for “{new}” too.",
    ]
    if halves.moved:
        said = counted(len(halves.moved), "thing")
        leaves = "leaves" if len(halves.moved) == 1 else "leave"
        out.append(f"{said[:1].upper()}{said[1:]} {leaves} “{listing}” at once.")
    waiting = listing.proposals.filter(state=ProposalState.OPEN).count()
    if waiting:
        said = counted(waiting, "suggestion")
        stays = "waits and stays" if waiting == 1 else "wait and stay"
        out.append(f"{said[:1].upper()}{said[1:]} about “{listing}” {stays} with it.")
    unless = "Unless you vouch for it below, it" if page.may_vouch else "It"
    out.append(
        f"{unless} waits until a colleague has looked at it. Until then the public "
        f"reads nothing of “{new}”."
    )
    out.append("No button undoes it. If it was wrong, say that the new one is the same "
               "as the old one, and suggest back what moved.")  # fmt: skip
    return out


# --- doing it -------------------------------------------------------------------------


def _do(page: _Page, halves: Halves) -> HttpResponse:
    forms = page.decision_forms
    if not all(form.is_valid() for form in forms):
        return _see(page, halves)
    made: list[Listing] = []
    status = attempt(lambda: made.append(_split(page)), *forms, page.choices)
    if status == DONE:
        messages.success(page.request, _said(page.listing, made[0]))
        return redirect("workflow:record", listing_id=made[0].pk)
    if status == 409:
        fresh = _Page(page.request, readable(page.request, page.listing.pk))
        for sentence in forms[0].non_field_errors():
            fresh.choices.add_error(None, sentence)
        return _choose(fresh, status=409)
    return _choose(page) if page.choices.errors else _see(page, halves)


def _split(page: _Page) -> Listing:
    try:
        return split_listing(
            by=page.user,
            listing_id=page.listing.pk,
            seen=page.seen(),
            name=page.choices.cleaned_data["name"],
            goes=page.choices.goes,
            reason=page.reason.cleaned_data["reason"],
            vouched=_vouched(page),
        )
    except InvalidInput as error:
        asked = {"method": "informed_by"}
        raise InvalidInput(
            {asked.get(path, path): text for path, text in error.errors.items()}
        ) from error


def _vouched(page: _Page) -> Vouched | None:
    if not page.may_vouch or not page.vouch.cleaned_data["vouched"]:
        return None
    said = page.vouch.cleaned_data
    day = said["informed_on"] or clock.today()
    informant = Informant(said["informant"], said["informed_by"], day)
    return Vouched(informant, said["note"], said["override_reason"])


def _said(first: Listing, new: Listing) -> str:
    """What came of it, in a sentence."""
    if new.stage == Stage.SUBMITTED:
        return f"“{new}” is in the queue now, and “{first}” is what is left."
    if new.stage == Stage.PUBLISHED:
        return f"“{new}” is a service of its own now, and public."
    return f"“{new}” is a service of its own now. A publisher looks at it next."

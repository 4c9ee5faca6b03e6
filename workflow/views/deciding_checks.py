"""Checking a record, and correcting and checking it in one act."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.guard import permitted, signed_in
from accounts.models import User
from common import clock
from common.errors import InvalidInput, InvalidState
from common.posting import posted_from
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.templatetags.when import full_date
from workflow import access, effort, naming, queries, seeing, showing, waiting_checks
from workflow.actions.checking import check_listing, correct_and_check, undo_check
from workflow.actions.claiming import claim_of, start_checking, stop_checking
from workflow.actions.decisions import Informant
from workflow.choices import EffortKind, Method
from workflow.forms import CheckNowForm, CorrectForm, InformantForm, told
from workflow.models import Assurance, Listing
from workflow.queries import Whole
from workflow.views import deciding_asked, deciding_record, deciding_undo
from workflow.views.deciding import conflict
from workflow.views.deciding_context import kind_label
from workflow.views.deciding_editor import Editor, Subject
from workflow.views.deciding_page import read_seen
from workflow.views.keeping_answers import person
from workflow.views.records import crumbs, readable
from workflow.worklist import has_queue

LIKELY_WRONG = ("phones", "schedules", "contacts", "status", "email", "url")
"""What changes most often, and so is looked at first."""


def _may(request: HttpRequest, listing_id: Any) -> Listing:
    """A listing this person may check; 404 where not readable, 403 where not theirs."""
    listing = readable(request, listing_id)
    if not access.can_check(person(request), listing):
        if not listing.was_assured:
            raise PermissionDenied(
                "It has to be assured once before it can be checked again."
            )
        raise PermissionDenied("Checking this record is for somebody else.")
    return listing


@signed_in
def check(request: HttpRequest, listing_id: Any) -> HttpResponse:
    """Look at the whole record and vouch for it as it stands."""
    listing = _may(request, listing_id)
    form = CheckNowForm(
        request.POST if request.method == "POST" else None,
        initial={"minutes": effort.minutes_of_listing(listing, EffortKind.CHECK)},
    )
    if request.method != "POST":
        return _check_page(request, listing, form)
    if not form.is_valid():
        return _check_page(request, listing, form, status=200)
    onwards = _onwards(request, listing)
    try:
        done = check_listing(
            by=person(request),
            listing_id=listing.pk,
            seen=read_seen(request.POST),
            **form.cleaned_data,
        )
    except InvalidState as error:
        fresh = _may(request, listing_id)
        return _check_page(request, fresh, form, sentence=error.sentence, status=409)
    except InvalidInput as error:
        told(form, error)
        return _check_page(request, listing, form, status=200)
    deciding_undo.remember(request, done)
    return redirect(onwards)  # where a banner says so, with an undo


def _onwards(request: HttpRequest, listing: Listing) -> str:
    """The next record of the section that the person works through, else the queue."""
    asked = deciding_asked.read(request)
    if asked.section and waiting_checks.is_check(asked.section):
        following = waiting_checks.next_check(
            person(request), asked.section, asked.filters, clock.today(), after=listing
        )
        if following:
            return asked.to("check", following.pk)
    return asked.only(None).to("queue")


@permitted(has_queue)
@posted_from("workflow:queue")
def start(request: HttpRequest, listing_id: Any) -> HttpResponse:
    """Be on the check of a record for half an hour, and open it."""
    asked, listing = deciding_asked.read(request), _may(request, listing_id)
    try:
        start_checking(by=person(request), listing_id=listing.pk)
    except InvalidState as error:
        back = asked.to("queue")
        return conflict(request, error.sentence, back, "Take another one")
    return redirect(asked.to("check", listing.pk))


@permitted(has_queue)
@posted_from("workflow:queue")
def stop(request: HttpRequest, listing_id: Any) -> HttpResponse:
    """Leave a check to others."""
    listing = _may(request, listing_id)
    try:
        stop_checking(by=person(request), listing_id=listing.pk)
    except InvalidState as error:
        back = reverse("workflow:queue")
        return conflict(request, error.sentence, back, "Back to my work")
    messages.info(request, "You have given it back. Anybody may take it now.")
    return redirect("workflow:queue")


@permitted(has_queue)
@posted_from("workflow:queue")
def undo(request: HttpRequest, assurance_id: Any) -> HttpResponse:
    """Take one's own check back within ten minutes: it was the wrong record."""
    check = get_object_or_404(
        Assurance, pk=assurance_id, assured_by_id=person(request).pk
    )
    url = reverse("workflow:record", args=[check.listing_id])
    try:
        listing = undo_check(by=person(request), assurance_id=check.pk)
    except InvalidState as error:
        return conflict(request, error.sentence, url, "Back to the record")
    day = listing.assured_on
    last = f"It was last checked on {full_date(day)}." if day else "Nobody has yet."
    messages.success(request, f"Your check of “{listing.title}” is undone. {last}")
    return redirect(url)


def _check_page(
    request: HttpRequest,
    listing: Listing,
    form: Form,
    *,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    user = person(request)
    whole = queries.whole(listing)
    context = {
        "listing": listing,
        "crumbs": crumbs(listing),
        "check_form": form,
        "sentence": sentence,
        "first": likely_wrong(whole, _names(whole)),
        "records": _all(user, whole, listing),
        "numbers": whole.numbers,
        "waiting": deciding_record.waiting(user, listing),
        "ring": deciding_record.ring(user, listing),
        "not_theirs": deciding_record.not_theirs(listing),
        "is_own": access.is_own(user, listing),
        "may_correct": deciding_record.may_correct(user, listing),
        "grade": deciding_record.grade(listing),
        "skip_url": _onwards(request, listing) if "kind" in request.GET else "",
        "claim": claim_of(listing),
        "start_url": deciding_asked.read(request).to("start-check", listing.pk),
        "undos": [] if sentence else _undos(request, listing),
        "correct_url": deciding_asked.read(request).to("correct", listing.pk),
    }
    return render(request, "workflow/records/check.html", context, status=status)


def _undos(request: HttpRequest, listing: Listing) -> list[dict[str, Any]]:
    """What was just done; a link to this page leads nowhere from here."""
    here = reverse("workflow:check", args=[listing.pk])
    return [
        banner | {"next_url": ""} if banner.get("next_url") == here else banner
        for banner in deciding_undo.of_last(request)
    ]


def _names(whole: Whole) -> dict[str, str]:
    return naming.names([whole.service, whole.organization, *whole.locations.values()])


def likely_wrong(whole: Whole, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows that are wrong most often, gaps included."""
    entity = RECORDS[Kind.SERVICE]
    out = []
    for name in LIKELY_WRONG:
        item = entity.get(name)
        lines = showing.say(item, whole.service.get(name), names).split("\n")
        out.append({"label": item.label, "lines": [line for line in lines if line]})
    return out


def _all(user: User, whole: Whole, listing: Listing) -> list[dict[str, Any]]:
    keeps = access.can_see_internal(user, listing)
    return deciding_record.records(whole, _names(whole), keeps)


# --- correct and check ----------------------------------------------------------------


@signed_in
def correct(request: HttpRequest, listing_id: Any) -> HttpResponse:
    """Put values right and vouch for the whole record, in one act."""
    listing, user = _may(request, listing_id), person(request)
    if not deciding_record.may_correct(user, listing):
        raise PermissionDenied(
            "Only an assurer of this area of work corrects and checks in one act, and "
            "only where the place's policy allows it. You can suggest the change."
        )
    data = request.POST if request.method == "POST" else None
    editor = _editor(request, user, listing)
    rang = request.GET.get("then") == "phone"
    informant = InformantForm(
        data,
        initial={
            "informed_on": clock.today(),
            "informed_by": Method.CALL if rang else None,
        },
    )
    minutes = effort.minutes_of_listing(listing, EffortKind.CORRECT)
    note = CorrectForm(data, initial={"minutes": minutes})
    if data is None or editor.wants_more:
        return _correct_page(request, listing, editor, informant, note)
    if not (informant.is_valid() and note.is_valid() and editor.is_valid()):
        return _correct_page(request, listing, editor, informant, note, status=200)
    onwards = _onwards(request, listing)
    try:
        done = correct_and_check(
            by=user,
            listing_id=listing.pk,
            edits=editor.edits(),
            informant=_informant(informant),
            method=informant.cleaned_data["informed_by"],
            **note.cleaned_data,
            seen=read_seen(data),
        )
    except InvalidState as error:
        fresh = _may(request, listing_id)
        return _correct_page(
            request, fresh, _editor(request, user, fresh), informant, note,
            sentence=error.sentence, status=409,
        )  # fmt: skip
    except InvalidInput as error:
        loose = place_errors(error.errors, editor, informant)
        return _correct_page(
            request, listing, editor, informant, note, loose=loose, status=200
        )
    deciding_undo.remember(request, done)
    return redirect(reverse("workflow:phone-list") if rang else onwards)


def _informant(form: InformantForm) -> Informant:
    values = form.cleaned_data
    return Informant(
        values["informant"], values["informed_by"],
        values["informed_on"] or clock.today(),
    )  # fmt: skip


def _editor(request: HttpRequest, user: User, listing: Listing) -> Editor:
    """The records of a service that this person's body keeps, section by section."""
    service = queries.current(listing.record)
    wanted = [str(service.get("organization_id") or ""), *queries.location_ids(service)]
    records = queries.records([key for key in wanted if key])
    kept = access.correctable_by(user).filter(pk__in=[r.pk for r in records.values()])
    ids = set(kept.values_list("pk", flat=True))
    mine = [listing.record, *(r for r in records.values() if r.pk in ids)]
    subjects = [
        Subject(str(r.pk), r.kind, kind_label(r), queries.current(r)) for r in mine
    ]
    asked = [
        key if ":" in key else f"{listing.record_id}:{key}"
        for key in request.GET.getlist("section")
    ]
    options = seeing.offered_to(user, listing.partnership)
    data = request.POST if request.method == "POST" else None
    return Editor(subjects, options, data=data, wanted=asked, place=listing.partnership)


def place_errors(
    errors: Mapping[str, str], editor: Editor, informant: InformantForm
) -> list[str]:
    """Put every refusal beside what it is about; what is left stands at the top."""
    loose = []
    for path, sentence in errors.items():
        name = "informed_by" if path == "method" else path
        record_id, colon, rest = path.rpartition(":")
        if colon and editor.add_error(record_id, rest, sentence):
            continue
        if name in informant.fields:
            informant.add_error(name, sentence)
        else:
            loose.append(sentence)
    return loose


def _correct_page(
    request: HttpRequest,
    listing: Listing,
    editor: Editor,
    informant: InformantForm,
    note: Form,
    *,
    sentence: str = "",
    loose: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    asked = deciding_asked.read(request)
    context = {
        "listing": listing,
        "crumbs": crumbs(listing),
        "editor": editor,
        "informant": informant,
        "note": note,
        "numbers": queries.whole(listing).numbers,
        "sentence": sentence,
        "loose": loose or [],
        "forms": [*editor.forms, informant, note],
        "ring": deciding_record.ring(person(request), listing),
        "back_url": asked.to("check", listing.pk)
        if asked.query
        else reverse("workflow:record", args=[listing.pk]),
    }
    return render(request, "workflow/records/correct.html", context, status=status)

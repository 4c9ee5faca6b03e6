"""Suggesting, editing and correcting what an organization or a place says of itself."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import signed_in
from accounts.models import User
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.declare import Section
from directory.forms import RecordForm, section_form
from workflow import access, bodies, duties, keeping, queries, seeing
from workflow.actions import bodies as actions
from workflow.actions.choosing import Informant
from workflow.actions.proposals import clock_words
from workflow.choices import Verdict
from workflow.forms import InformantForm
from workflow.keeping_forms import EvidenceForm, NoteForm
from workflow.models import Proposal, Record
from workflow.seeing import Side
from workflow.views.bodies import address, crumbs, seen_record, side_of
from workflow.views.deciding_checks import place_errors
from workflow.views.deciding_editor import Editor, Subject
from workflow.views.keeping_answers import DONE, attempt, day_of, person
from workflow.views.keeping_sections import versions

GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


def owner_name(record: Record) -> str:
    """The body that decides on a record, by name."""
    return str(bodies.owner_of(record) or record.home)


# --- one section ----------------------------------------------------------------------


@signed_in
@GET_AND_POST
def change(request: HttpRequest, kind: str, record_id: UUID, slug: str) -> HttpResponse:
    """Say what a section should say: an edit of one's own, or a suggestion."""
    user = person(request)
    record = seen_record(user, kind, record_id)
    if not bodies.can_propose(user, record):
        raise PermissionDenied("You may read this record, and not suggest changes.")
    side = side_of(
        user, record, versions(request, str(record.pk)).get(str(record.pk), 0)
    )
    part = _section(side, slug)
    data = request.POST if request.method == "POST" else None
    form = section_form(
        side.entity, part, side.payload, data,
        choices=seeing.offered_to(user, record.home),
    )  # fmt: skip
    own = bodies.is_own(user, record)
    waits = duties.waits_for_others(user, None, side, part.names) if own else []
    at_once = len(waits) < len(part.names)
    how = NoteForm(data, at_once=at_once) if own else _how(form, data)
    made: list[Proposal] = []
    status = 200
    if data is not None and not form.asked_for_more:
        if form.is_valid() and not form.edits():
            form.add_error(None, "Nothing is different from what is there now.")
        if form.is_valid() and how.is_valid():
            status = attempt(
                lambda: made.append(_send(user, side, form, how)), form, how
            )
    if status == DONE:
        return _done(request, record, made[0])
    context = {
        **_about(user, record, side, part),
        "form": form,
        "how": how,
        "forms": [form, how],
        "is_own": own,
        "at_once": own and at_once,
        "some_waits": bool(waits),
    }
    return render(request, "workflow/bodies/change.html", context, status=status)


def _how(form: RecordForm, data: QueryDict | None) -> EvidenceForm:
    """How they know. Asking for one more group sends nothing: nothing is missing."""
    if data is not None and form.asked_for_more:
        return EvidenceForm(initial=data.dict())
    return EvidenceForm(data)


def _section(side: Side, slug: str) -> Section:
    try:
        return side.section(slug)
    except KeyError:
        raise Http404 from None


def _about(user: User, record: Record, side: Side, part: Section) -> dict[str, Any]:
    """What the page tells beside its form: what else changes, and what waits."""
    changes = [
        change
        for change in keeping.waiting_changes(user, [side])
        if change.path.split("/")[0] in part.names
    ]
    return {
        "record": record,
        "side": side,
        "section": part,
        "version": side.number,
        "also": [one["label"] for one in bodies.showing(user, record).links()],
        "waiting": keeping.waiting_here(
            changes, side, seeing.names_for(user, [side]), user=user
        ),
        "body": owner_name(record),
        "back": address(record),
        "crumbs": crumbs(record, side),
    }


def _send(user: User, side: Side, form: RecordForm, how: Any) -> Proposal:
    said: dict[str, Any] = {
        "by": user, "record_id": side.record_id, "values": form.edits(),
        "base": side.number, **how.cleaned_data,
    }  # fmt: skip
    if isinstance(how, EvidenceForm):
        return actions.propose_record_edit(**said, partner=access.first_partner(user))
    return actions.edit_own_organization(**said)


def _done(request: HttpRequest, record: Record, made: Proposal) -> HttpResponse:
    """What became of it, in words, on the page that it leads to."""
    body = owner_name(record)
    rows = list(made.changes.values_list("verdict", flat=True))
    if made.repeats:
        messages.info(
            request,
            f"{body} has had this from you since {day_of(made)}, so nothing was sent "
            "twice. You can take it back while nobody has decided.",
        )
        return redirect("workflow:suggestion", made.pk)
    if Verdict.PENDING not in rows:
        messages.success(request, "Saved: it counts from now on.")
        return redirect(address(record))
    messages.success(
        request,
        f"Thank you. {body} decides on it, and we write to you when they have.",
    )
    return redirect("workflow:suggestion", made.pk)


# --- correcting -----------------------------------------------------------------------


@signed_in
@GET_AND_POST
def correct(request: HttpRequest, kind: str, record_id: UUID) -> HttpResponse:
    """Put an organization or place right, on the word of somebody who knows."""
    user = person(request)
    record = seen_record(user, kind, record_id)
    if not bodies.may_correct(user, record):
        raise PermissionDenied(
            "Only an assurer of the body that keeps it corrects it at once, and only "
            "where the place's policy allows it. You can suggest the change."
        )
    side = side_of(user, record)
    data = request.POST if request.method == "POST" else None
    editor = _editor(request, user, record, side)
    informant = InformantForm(data, initial={"informed_on": clock.today()})
    status = 200
    loose: list[str] = []
    sent = data is not None and not editor.wants_more
    if data is not None and sent and informant.is_valid() and editor.is_valid():
        status, loose = _correct(user, record, editor, informant, data)
    if status == DONE:
        messages.success(
            request,
            f"“{side.name}” is put right, at {clock_words(clock.now())}. What you were "
            "told stands in its history.",
        )
        return redirect(address(record))
    context = {
        "record": record,
        "side": side,
        "crumbs": crumbs(record, side),
        "editor": editor,
        "informant": informant,
        "version": side.number,
        "loose": loose,
        "forms": [*editor.forms, informant],
        "also": [one["label"] for one in bodies.showing(user, record).links()],
        "back": address(record),
    }
    return render(request, "workflow/bodies/correct.html", context, status=status)


def _correct(
    user: User,
    record: Record,
    editor: Editor,
    informant: InformantForm,
    data: QueryDict,
) -> tuple[int, list[str]]:
    """The status to answer with, and what is refused that has no field here."""
    values = informant.cleaned_data
    sent = str(data.get("version", ""))
    try:
        actions.correct_record(
            by=user,
            record_id=record.pk,
            values=editor.edits().get(str(record.pk), {}),
            informant=Informant(
                values["informant"], values["informed_by"],
                values["informed_on"] or clock.today(),
            ),
            seen=int(sent) if sent.isdecimal() and len(sent) < 9 else None,
        )  # fmt: skip
    except InvalidState as error:
        return 409, [error.sentence]
    except InvalidInput as error:
        return 200, place_errors(error.errors, editor, informant)
    return DONE, []


def _editor(request: HttpRequest, user: User, record: Record, side: Side) -> Editor:
    key = str(record.pk)
    subject = Subject(key, record.kind, side.name, queries.current(record))
    asked = [f"{key}:{slug}" for slug in request.GET.getlist("section")]
    data = request.POST if request.method == "POST" else None
    options = seeing.offered_to(user, record.home)
    return Editor([subject], options, data=data, wanted=asked)

"""The decision page: a proposal, change by change, and deciding on it."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from accounts.guard import permitted
from accounts.models import User
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import diff, terms
from directory.choices import TAGGED
from directory.forms import ValueForm
from workflow import effort, queries, seeing, waiting_proposals
from workflow.actions.decisions import Check, Choice, Informant, decide
from workflow.actions.records import split_location
from workflow.choices import (
    EffortKind,
    ProposalKind,
    ProposalState,
    Stage,
    Verdict,
)
from workflow.forms import (
    AnswerForm,
    CheckForm,
    InformantForm,
    OverrideForm,
    RejectAllForm,
    ReportAnswerForm,
    RowForm,
)
from workflow.models import Change, Decision, Listing, Proposal
from workflow.views import (
    deciding_asked,
    deciding_clock,
    deciding_context,
    deciding_instead,
    deciding_undo,
)
from workflow.views.deciding_editor import Editor, Subject
from workflow.views.deciding_known import is_held
from workflow.views.deciding_passed_on import passed_on
from workflow.views.deciding_rows import Row, Rows, changes_of, read_choices
from workflow.views.keeping_answers import person
from workflow.worklist import has_queue

SEEN = "seen-"


@dataclass
class Sent:
    """What was sent with the page, read but not yet judged."""

    data: QueryDict
    choices: dict[Any, Choice] = field(default_factory=dict)
    value_forms: dict[Any, ValueForm] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def verb(self) -> str:
        return self.data.get("decide", "each")


def read_seen(data: QueryDict) -> dict[str, int]:
    """The versions that a page showed, by record id, from its hidden inputs."""
    return {
        name.removeprefix(SEEN): int(str(value))
        for name, value in data.items()
        if name.startswith(SEEN) and str(value).isdecimal() and len(str(value)) < 9
    }


@dataclass
class Extras:
    """The forms of the page that are not about one change."""

    answer: AnswerForm | ReportAnswerForm
    reject_all: RejectAllForm
    check: CheckForm
    override: OverrideForm
    informant: InformantForm
    editor: Editor
    instead: list[deciding_instead.Entry]

    def bound(self) -> list[BaseForm]:
        return [self.check, self.override, self.informant, self.answer,
                self.reject_all]  # fmt: skip


@permitted(has_queue)
def proposal(request: HttpRequest, proposal_id: Any) -> HttpResponse:
    """Show a proposal; on POST decide on it. Opening it claims nothing."""
    found = (
        waiting_proposals.visible_by(person(request))
        .select_related(
            "listing__record__revision", "listing__remit__partner", "claimed_by",
            "record__revision", "record__home", "partnership__policy", "proposer",
            "proposer_partner",
        )
        .filter(pk=proposal_id)
        .first()
    )  # fmt: skip
    if found is None:
        return passed_on(request, proposal_id)
    if request.method != "POST":
        return _page(request, found)
    return _decide(request, found)


# --- deciding -------------------------------------------------------------------------


def _decide(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    sent = Sent(request.POST)
    every = changes_of(proposal)
    sent.choices, sent.value_forms = read_choices(every, sent.data)
    changes = [c for c in every if c.verdict == Verdict.PENDING]
    extras = _extras(person(request), proposal, sent, changes)
    if "split" in sent.data:
        return _split(request, proposal, sent)
    asks = extras.editor.wants_more or any(
        form.asked_for_more for form in sent.value_forms.values()
    )
    if asks:
        return _page(request, proposal, sent, extras)
    for entry in extras.instead:
        if deciding_instead.asked_for(entry.act, sent.data):
            return _instead(request, proposal, sent, extras, entry)
    choices = _chosen(request, proposal, sent, changes)
    _judge(sent, extras, changes)
    if sent.errors or not (extras.editor.is_valid() and extras.answer.is_valid()):
        return _page(request, proposal, sent, extras, status=200)
    try:
        decision = decide(
            by=person(request),
            proposal_id=proposal.pk,
            choices=choices,
            seen=read_seen(sent.data),
            fill=extras.editor.edits(),
            informant=_informant(extras),
            check=_check(proposal, extras),
            override_reason=str(extras.override["override_reason"].value() or ""),
            answer=str(extras.answer["answer"].value() or ""),
            minutes=extras.answer.cleaned_data["minutes"],
        )
    except InvalidState as error:
        return _too_late(request, proposal, sent, error)
    except InvalidInput as error:
        sent.errors |= error.errors
        return _page(request, proposal, sent, extras, status=200)
    return _go_on(request, decision, sent)


def _instead(
    request: HttpRequest,
    proposal: Proposal,
    sent: Sent,
    extras: Extras,
    entry: deciding_instead.Entry,
) -> HttpResponse:
    """Return or decline it; without a reason the page comes back as it was typed."""
    try:
        done = deciding_instead.carry_out(person(request), proposal, entry)
    except InvalidState as error:
        return _too_late(request, proposal, sent, error)
    if not done:
        return _page(request, proposal, sent, extras)
    messages.success(request, entry.act.done.format(proposal.title))
    return _to_next(request, proposal)


def _split(request: HttpRequest, proposal: Proposal, sent: Sent) -> HttpResponse:
    """Give the service its own copy of a shared place; every choice is kept."""
    try:
        own = split_location(
            by=person(request),
            listing_id=proposal.listing_id,
            location_id=sent.data["split"],
            proposal_id=proposal.pk,
        )
    except InvalidState as error:
        return _too_late(request, proposal, sent, error)
    messages.success(
        request,
        f"“{proposal.title}” has its own copy of {own} now. Nothing is decided yet.",
    )
    return _again(request, proposal, sent)


def _chosen(
    request: HttpRequest, proposal: Proposal, sent: Sent, changes: list[Change]
) -> dict[Any, Choice]:
    """The choices that the button pressed stands for."""
    if sent.verb not in ("accept_all", "accept_rest", "reject_all"):
        return sent.choices
    rows = Rows(person(request), proposal).sheet().rows
    mine = [row.change for row in rows if row.is_open]
    if sent.verb == "reject_all":
        form = RejectAllForm(sent.data, prefix="all")
        reason = str(form["reason"].value() or "")
        words = str(form["reason_words"].value() or "")
        if not reason:
            sent.errors["all-reason"] = "Choose the reason for rejecting all."
        return {c.pk: Choice(Verdict.REJECTED, None, reason, words) for c in mine}
    others = [k for k, c in sent.choices.items() if c.verdict != Verdict.ACCEPTED]
    if sent.verb == "accept_all" and others:
        sent.errors[""] = (
            "You chose to change or reject something, and then pressed “Accept all”. "
            "Save what you decided, or choose “Accept” there too."
        )
    accepted = {c.pk: Choice(Verdict.ACCEPTED) for c in mine}
    return accepted | sent.choices


def _judge(sent: Sent, extras: Extras, changes: list[Change]) -> None:
    """Say what cannot be sent on: wrong values, values that have their own line."""
    for form in sent.value_forms.values():
        if not form.is_valid():
            sent.errors.setdefault("", "One of the values you put in has to be right.")
    pending = {(str(c.record_id), c.path) for c in changes}
    for record_id, values in extras.editor.edits().items():
        for path in values:
            if (record_id, path) in pending:
                sent.errors[f"{record_id}:{path}"] = (
                    "This has its own line above: choose “Change it” there."
                )


def _informant(extras: Extras) -> Informant | None:
    form = extras.informant
    form.is_valid()
    on = form.cleaned_data.get("informed_on")
    if not extras.editor.edits():
        return None
    if form.errors or not on:
        return None
    return Informant(
        form.cleaned_data.get("informant", ""),
        form.cleaned_data.get("informed_by", ""),
        on,
    )


def _check(proposal: Proposal, extras: Extras) -> Check | None:
    if proposal.kind != ProposalKind.NEW:
        return None
    method = str(extras.check["method"].value() or "")
    return Check(method, str(extras.check["note"].value() or ""))


def _too_late(
    request: HttpRequest, proposal: Proposal, sent: Sent, error: InvalidState
) -> HttpResponse:
    """Somebody was faster, or a value moved on: as it is now, every choice kept."""
    return _again(request, proposal, sent, sentence=error.sentence, status=409)


def _again(
    request: HttpRequest,
    proposal: Proposal,
    sent: Sent,
    *,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page from what stands in the database now, with what was typed."""
    fresh = Proposal.objects.select_related(
        "listing__record__revision", "listing__remit__partner", "claimed_by",
        "record__revision", "record__home", "partnership__policy", "proposer",
        "proposer_partner",
    ).get(pk=proposal.pk)  # fmt: skip
    changes = changes_of(fresh)
    sent.choices, sent.value_forms = read_choices(changes, sent.data)
    extras = _extras(person(request), fresh, sent, changes)
    return _page(request, fresh, sent, extras, sentence=sentence, status=status)


def _go_on(request: HttpRequest, decision: Decision, sent: Sent) -> HttpResponse:
    """The next item; a new service is told of here, the rest by the undo banner."""
    proposal = decision.proposal
    if proposal.kind == ProposalKind.NEW and proposal.listing_id:
        listing = Listing.objects.get(pk=proposal.listing_id)
        public = listing.stage == Stage.PUBLISHED
        messages.success(
            request,
            f"“{listing.title}” is assured"
            + (" and public." if public else "; a publisher lets it out.")
            + " That cannot be undone: if it was wrong, hide it, with a reason.",
        )
    else:
        deciding_undo.remember(request, decision)
    if sent.verb == "each_check" and proposal.listing_id:
        return redirect(deciding_asked.read(request).to("check", proposal.listing_id))
    return _to_next(request, proposal)


def _to_next(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """The next of what the person works through, else the queue."""
    asked = deciding_asked.read(request)
    following = waiting_proposals.next_proposal(
        person(request), clock.now(), after=proposal, filters=asked.filters,
        section=asked.section,
    )  # fmt: skip
    if following:
        return redirect(asked.to("proposal", following.pk))
    return redirect(asked.only(None).to("queue"))


# --- the page -------------------------------------------------------------------------


def _extras(
    user: User, proposal: Proposal, sent: Sent | None, changes: list[Change]
) -> Extras:
    data = sent.data if sent else None
    bare = not changes and proposal.kind != ProposalKind.NEW
    answer = ReportAnswerForm if bare else AnswerForm
    informed_on = {"informed_on": clock.today()}
    return Extras(
        answer(data, initial={"minutes": _minutes(proposal)}),
        RejectAllForm(data, prefix="all"),
        CheckForm(data),
        OverrideForm(data),
        InformantForm(data, initial=informed_on),
        _editor(user, proposal, sent, changes),
        deciding_instead.entries(user, proposal, data),
    )


def _minutes(proposal: Proposal) -> int:
    """What deciding on it is reckoned to take."""
    if proposal.listing is not None:
        new = proposal.kind == ProposalKind.NEW
        kind = EffortKind.NEW if new else EffortKind.DECISION
        return effort.minutes_of_listing(proposal.listing, kind)
    place, about = proposal.partnership_id, proposal.record_id
    level = effort.level_of(place, about)
    return effort.minutes_for(place, EffortKind.DECISION, level)


def _editor(
    user: User, proposal: Proposal, sent: Sent | None, changes: list[Change]
) -> Editor:
    """The sections of a new service that may be filled in while deciding."""
    if proposal.kind != ProposalKind.NEW or proposal.listing is None:
        return Editor([], {})
    payloads = {
        str(proposal.listing.record_id): queries.current(proposal.listing.record)
    }
    records = {str(proposal.listing.record_id): proposal.listing.record}
    for change in changes:
        key = str(change.record_id)
        records[key] = change.record
        base = payloads.get(key) or queries.current(change.record)
        payloads[key] = diff.put(base, change.path, change.value)
    subjects = [
        Subject(key, record.kind, deciding_context.kind_label(record), payloads[key])
        for key, record in records.items()
    ]
    options = seeing.offered_to(user, proposal.partnership, records.values())
    # Terms are nobody's but the assurer's to set, so they are asked for at once.
    has_terms = terms.terms_of(proposal.partnership, *TAGGED).exists()
    wanted = [f"{proposal.listing.record_id}:terms"] if has_terms else []
    return Editor(
        subjects, options, data=sent.data if sent else None, wanted=wanted,
        place=proposal.partnership,
    )  # fmt: skip


def _page(
    request: HttpRequest,
    proposal: Proposal,
    sent: Sent | None = None,
    extras: Extras | None = None,
    *,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    user = person(request)
    pending = [c for c in changes_of(proposal) if c.verdict == Verdict.PENDING]
    extras = extras or _extras(person(request), proposal, sent, pending)
    rows = Rows(
        user,
        proposal,
        data=sent.data if sent else None,
        choices=sent.choices if sent else None,
        fill=extras.editor.edits() if sent else None,
        late=status == 409,
    )
    sheet = rows.sheet()
    _open_sections(request, proposal, sheet.gaps, extras.editor)
    loose = _place_errors(sent, sheet.rows, extras) if sent else []
    context = deciding_context.page(
        user, sheet, extras.editor, asked=deciding_asked.read(request)
    )
    context |= {
        "clock": deciding_clock.about(user, proposal),
        "sentence": sentence,
        "loose": loose,
        "extras": extras,
        "forms": _all_forms(sheet.rows, extras),
        "held": is_held(proposal, user),
        "is_open": proposal.state == ProposalState.OPEN,
        "now": clock.now(),
        "undos": _undos(request, proposal),
        "written": deciding_instead.written(proposal, extras.bound(), sent.data)
        if sent and sentence and not context["may_decide"]
        else [],
    }
    return render(request, "workflow/deciding/proposal.html", context, status=status)


def _undos(request: HttpRequest, proposal: Proposal) -> list[dict[str, Any]]:
    """What was just done elsewhere, and what this person decided here."""
    last = [] if request.method == "POST" else deciding_undo.of_last(request)
    here = deciding_undo.of_proposal(person(request), proposal)
    return deciding_undo.each_once([*last, *here])


def _open_sections(
    request: HttpRequest, proposal: Proposal, gaps: dict[str, str], editor: Editor
) -> None:
    """Open what is missing, and the section that the address asks for."""
    if proposal.listing is None:
        return
    record_id = str(proposal.listing.record_id)
    known = {opened.key for opened in editor.sections}
    for name in gaps:
        key = editor.key_of(record_id, name)
        if key and key not in known:
            known.add(key)
            editor.open(key)
    asked = request.GET.get("section", "")
    key = asked if ":" in asked else f"{record_id}:{asked}"
    if asked and key not in known:
        editor.open(key)


def _place_errors(sent: Sent, rows: list[Row], extras: Extras) -> list[str]:
    """Put every refusal beside what it is about; what is left stands at the top."""
    by_change = {str(row.change.pk): row for row in rows if row.form}
    by_path = {
        f"{row.change.record_id}:{row.change.path}": row for row in rows if row.form
    }
    loose = []
    for path, sentence in sent.errors.items():
        row = by_change.get(path) or by_path.get(path.split(".")[0])
        if row and row.form:
            row.form.add_error(_field_of(row.form), sentence)
            continue
        record_id, colon, rest = path.rpartition(":")
        if colon and extras.editor.add_error(record_id, rest, sentence):
            continue
        if path == "all-reason":
            extras.reject_all.add_error("reason", sentence)
            continue
        form = next((f for f in extras.bound() if path in f.fields), None)
        if form is not None and form is not extras.reject_all:
            form.add_error(path, sentence)
        else:
            loose.append(sentence)
    return loose


def _field_of(form: RowForm) -> str:
    """The control of a row that a refusal stands at."""
    choice = form["choice"].value()
    if choice == "reject":
        return "reason_words" if form["reason"].value() else "reason"
    if choice == "change" and not str(form["reason_words"].value() or "").strip():
        return "reason_words"
    return "choice"


def _all_forms(rows: list[Row], extras: Extras) -> list[BaseForm]:
    forms: list[BaseForm] = []
    acts = [entry.form for entry in extras.instead]
    for row in rows:
        if row.form:
            forms.append(row.form)
        if row.value_form and row.value_form.is_bound:
            forms.append(row.value_form)
    return [*forms, *extras.editor.forms, *extras.bound(), *acts]

"""How the matrix is tried: drafts, submissions and suggestions."""

import datetime as dt
import uuid
from typing import Any

from accounts.models import User
from common import clock
from tests.workflow.rights.scene import (
    choices,
    late,
)
from tests.workflow.rights.trial import Call, Trial, into
from workflow.actions import (
    bodies,
    checking,
    claiming,
    clocks,
    decisions,
    drafts,
    listings,
    new_places,
    proposals,
)
from workflow.choices import Evidence, Gravity, Hidden, Method
from workflow.models import (
    CheckClaim,
    Proposal,
    ReportPause,
)

CALLS: dict[str, Call] = {}
call = into(CALLS)


# --- drafts and submissions -----------------------------------------------------------

CALLS |= {
    "start_listing": lambda t: drafts.start_listing(
        by=t.by, place=t.place, service={"name": "Choir", "fees": "Free"}
    ),
    "save_draft": lambda t: drafts.save_draft(
        **t.listing("draft"), draft=t.keeping("draft").draft
    ),
    "discard_draft": lambda t: drafts.discard_draft(**t.listing("draft")),
    "submit_listing": lambda t: listings.submit_listing(**t.listing("draft")),
    "withdraw_submission": lambda t: listings.withdraw_submission(
        **t.listing("submitted")
    ),
    "appeal_listing": lambda t: listings.appeal_listing(
        **t.listing("declined"), words="It is a service."
    ),
    "return_listing": lambda t: listings.return_listing(
        **t.listing("submitted"), reason="More."
    ),
    "decline_listing": lambda t: listings.decline_listing(
        **t.listing("submitted"), because=Hidden.REFUSED, reason="No."
    ),
    "reopen_listing": lambda t: listings.reopen_listing(
        **t.listing("assured"), reason="Look."
    ),
    "carry_over_listings": lambda t: listings.carry_over_listings(
        by=t.by, listing_ids=[t.keeping("from source").pk], reason="Switched off.",
        until=clock.today() + dt.timedelta(days=9),
    ),
}  # fmt: skip

# --- suggestions ----------------------------------------------------------------------

SAID: dict[str, Any] = {"evidence": Evidence.VISITED, "words": "I went again."}


def _edit(t: Trial) -> dict[str, Any]:
    record = str(t.keeping("published").record_id)
    number = t.keeping("published").record.revision.number
    return {"edits": {record: {"fees": "£3"}}, "bases": {record: number}}


CALLS |= {
    "propose_edit": lambda t: proposals.propose_edit(
        **t.listing("published"), **_edit(t), **SAID
    ),
    "propose_record_edit": lambda t: bodies.propose_record_edit(
        by=t.by, record_id=t.hall, base=1, values={"transportation": "Bus 9"}, **SAID
    ),
    "edit_own_organization": lambda t: bodies.edit_own_organization(
        by=t.by,
        record_id=t.keeping("published").organization_id,
        base=1,
        values={"description": "Neighbours."},
    ),
    "propose_place": lambda t: new_places.propose_place(
        **t.listing("published"),
        **SAID,
        location={
            "id": str(uuid.uuid4()),
            "name": "The barn",
            "location_type": "physical",
        },
    ),
    "report_closed": lambda t: proposals.report_closed(
        **t.listing("published"), **SAID
    ),
    "report_problem": lambda t: proposals.report_problem(
        **t.listing("published"), **SAID
    ),
    "withdraw_proposal": lambda t: proposals.withdraw_proposal(
        by=t.by, proposal_id=t.made.proposals["service"].pk
    ),
    "edit_own": lambda t: checking.edit_own(**t.listing("published"), **_edit(t)),
    "start_deciding": lambda t: proposals.start_deciding(
        by=t.by, proposal_id=t.made.proposals["service"].pk
    ),
    "undo_decision": lambda t: decisions.undo_decision(
        by=t.by, decision_id=t.made.decision.pk
    ),
}


@call("say_still_right")
def _say_still_right(t: Trial) -> None:
    said = Proposal.objects.filter(listing=t.keeping("published"), state="open")
    said.update(state="withdrawn", decided_at=clock.now())
    proposals.say_still_right(**t.listing("published"))


@call("pause_clock")
def _pause_clock(t: Trial) -> None:
    key = t.made.proposals["harm"].pk
    Proposal.objects.filter(pk=key).update(gravity=Gravity.ERROR, answer_by=late())
    clocks.pause_clock(by=t.by, proposal_id=key, how=Method.CALL)


@call("resume_clock")
def _resume_clock(t: Trial) -> None:
    report = t.made.proposals["harm"]
    ReportPause.objects.create(
        proposal=report, paused_by=t.made.person, how=Method.CALL, until=late(), left=1
    )
    clocks.resume_clock(by=t.by, proposal_id=report.pk)


@call("stop_checking")
def _stop_checking(t: Trial) -> None:
    listing = t.keeping("published")
    if isinstance(t.by, User):
        CheckClaim.objects.create(listing=listing, by=t.by, until=late())
    claiming.stop_checking(**t.listing("published"))


@call("stop_deciding")
def _stop_deciding(t: Trial) -> None:
    claimed = Proposal.objects.filter(pk=t.made.proposals["service"].pk)
    claimed.update(claimed_by=t.by if isinstance(t.by, User) else None)
    proposals.stop_deciding(by=t.by, proposal_id=t.made.proposals["service"].pk)


def _decide(case: str) -> Call:
    return lambda t: decisions.decide(by=t.by, **choices(t.made.proposals[case]))


for _case in (
    "new service", "service", "place", "record", "always checked", "closure", "harm",
):  # fmt: skip
    CALLS[f"decide ({_case})"] = _decide(_case)

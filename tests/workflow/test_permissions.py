"""Every cell of the permission matrix, tried against the actions.

The table is workflow/matrix.py. A cell that is not allowed raises PermissionDenied and
writes nothing; an allowed one leaves an audit row.
"""

import datetime as dt
import importlib
import inspect
import pkgutil
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

import workflow.actions
from accounts import actions as people
from accounts import audit
from accounts.models import AuditEvent, Message, User
from accounts.roles import Role
from common import clock
from directory.choices import Facet, Visibility
from directory.term_files.found import FoundList
from tests import world
from tests.workflow.rights.scene import (
    PROVIDERS,
    Scene,
    Subjects,
    choices,
    late,
    make_own,
    make_scene,
    mobile_key,
)
from workflow import homes, remit_previewing
from workflow.actions import (
    asking,
    asking_by_hand,
    batch_asking,
    batches,
    bodies,
    calling,
    calling_undo,
    checking,
    claiming,
    clocks,
    contact_points,
    contracts,
    covers,
    decisions,
    dividing,
    drafts,
    efforts,
    erasing_accounts,
    erasure,
    handing_over,
    harvesting,
    jobs,
    keeping_figures,
    ladders,
    levels,
    listings,
    main_areas,
    new_places,
    notes,
    offering,
    open_data,
    proposals,
    records,
    releases,
    remits,
    setting_up,
    shared_places,
    sharing,
    spreading,
    term_lists,
    terms,
)
from workflow.actions import place as places
from workflow.actions.choosing import Informant
from workflow.actions.contact_points import Where
from workflow.choices import EffortKind, Evidence, Gravity, Hidden, Level, Method
from workflow.matrix import RULES, Actor, Whose
from workflow.models import (
    Ask,
    AskedListing,
    Assurance,
    AssuranceLevel,
    Batch,
    BatchItem,
    CalledListing,
    CheckClaim,
    ContactPoint,
    Cover,
    Decision,
    HidingStop,
    HomeOffer,
    Listing,
    OutboxEvent,
    Proposal,
    Remit,
    ReportPause,
    Revision,
)
from workflow.models import Call as CallRow

BASE = "https://vouch.example"


@pytest.fixture(scope="module")
def scene(file_transaction: None) -> Scene:
    return make_scene()


class Trial:
    """One cell: who asks, and what they ask it of."""

    def __init__(self, scene: Scene, actor: Actor, whose: Whose) -> None:
        self.scene, self.actor, self.whose = scene, actor, whose
        self.by = scene.actors[actor]
        self.made: Subjects = scene.subjects(whose)
        self.place = self.made.partnership
        self.written: Callable[[], None] = lambda: None

    def listing(self, name: str) -> dict[str, Any]:
        return {"by": self.by, "listing_id": self.made.listings[name].pk}

    def keeping(self, name: str) -> Any:
        return self.made.listings[name]

    @property
    def user(self) -> Any:
        """Who gets or loses a role: oneself, where it is about one's own."""
        return self.by if self.whose == Whose.OWN else self.made.person

    @property
    def organization(self) -> Any:
        """The actor's organization, where they have one; else any."""
        own = self.actor in (*PROVIDERS, Actor.INACTIVE)
        return self.scene.home if own and self.whose != Whose.ELSEWHERE else (
            self.made.organization
        )  # fmt: skip

    @property
    def email(self) -> str:
        return str(getattr(self.user, "email", "nobody@friends.example"))


Call = Callable[[Trial], Any]


def plan_first_check(trial: Trial) -> Any:
    """Plan the first check of something that was never checked."""
    unchecked = Listing.objects.filter(pk=trial.made.listings["published"].pk)
    unchecked.update(due_on=None, assurance=None)
    return spreading.spread_first_checks(by=trial.by, place=trial.place, per_week=5)


CALLS: dict[str, Call] = {}


def call(key: str) -> Callable[[Call], Call]:
    def put(function: Call) -> Call:
        CALLS[key] = function
        return function

    return put


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


def _hall(t: Trial) -> Any:
    return t.keeping("published").location_ids[0]


def _edit(t: Trial) -> dict[str, Any]:
    record = str(t.keeping("published").record_id)
    number = t.keeping("published").record.revision.number
    return {"edits": {record: {"fees": "£3"}}, "bases": {record: number}}


CALLS |= {
    "propose_edit": lambda t: proposals.propose_edit(
        **t.listing("published"), **_edit(t), **SAID
    ),
    "propose_record_edit": lambda t: bodies.propose_record_edit(
        by=t.by, record_id=_hall(t), base=1, values={"transportation": "Bus 9"}, **SAID
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

# --- checking, to the public and back -------------------------------------------------


@call("correct_and_check")
def _correct(t: Trial) -> None:
    informant = Informant("Jo, the caretaker", Method.CALL, clock.today())
    checking.correct_and_check(
        **t.listing("published"), method=Method.CALL, informant=informant,
        edits={str(t.keeping("published").record_id): {"fees": "£4"}},
    )  # fmt: skip


@call("correct_record")
def _correct_record(t: Trial) -> None:
    informant = Informant("Jo, the caretaker", Method.CALL, clock.today())
    bodies.correct_record(
        by=t.by, record_id=_hall(t), values={"transportation": "Bus 9"},
        informant=informant,
    )  # fmt: skip


def _prepare_batch(t: Trial) -> None:
    batch = batches.prepare_batch(
        by=t.by, act="check", listing_ids=[t.keeping("published").pk]
    )
    batches.run_batch(by=t.by, batch_id=batch.pk, said=batches.Said(method=Method.CALL))


def _whose(t: Trial) -> User:
    """Who did something before: oneself, or a colleague."""
    own = t.whose == Whose.OWN and isinstance(t.by, User)
    return t.by if own else t.made.place.second_assurer


def _batch(t: Trial, **values: Any) -> Batch:
    """Something that was done to one record of the trial, or waits to be."""
    batch = Batch.objects.create(by=_whose(t), act="check", **values)
    BatchItem.objects.create(
        batch=batch, listing=t.keeping("published"), position=0,
        seen={"numbers": {}, "check": ""}, assurance=t.made.check,
        state="done" if values else "waiting",
    )  # fmt: skip
    return batch


def _said_before(t: Trial, verb: str, about: Any) -> None:
    audit.record(verb, about, actor=_whose(t))
    t.written()


def _undo_publishing(t: Trial) -> None:
    _said_before(t, "listing_published", t.keeping("published"))
    listings.undo_publishing(**t.listing("published"))


def _number(t: Trial) -> int:
    revision = world.fresh(t.keeping("published")).record.revision
    return revision.number if revision else 0


@call("hide_lapsed")
def _hide_lapsed(t: Trial) -> None:
    with clock.at(late()):
        places.hide_lapsed(**t.listing("published"), reason="Too old.")


@call("release_finding")
def _release(t: Trial) -> None:
    releases.release_finding(**t.listing("mobile"), key=mobile_key(), reason="Ours.")


CALLS |= {
    "check_listing": lambda t: checking.check_listing(
        **t.listing("published"), method=Method.CALL, note="Rang them."
    ),
    "start_checking": lambda t: claiming.start_checking(**t.listing("published")),
    "undo_check": lambda t: checking.undo_check(
        by=t.by, assurance_id=t.made.check.pk
    ),
    "prepare_batch": _prepare_batch,
    "run_batch": lambda t: batches.run_batch(
        by=t.by, batch_id=_batch(t).pk, said=batches.Said(method=Method.CALL)
    ),
    "undo_batch": lambda t: batches.undo_batch(
        by=t.by, batch_id=_batch(t, begun_at=clock.now(), ended_at=clock.now()).pk
    ),
    "undo_publishing": lambda t: _undo_publishing(t),
    "publish_listing": lambda t: listings.publish_listing(**t.listing("assured")),
    "hide_listing": lambda t: listings.hide_listing(
        **t.listing("published"), because=Hidden.CLOSED, reason="Shut."
    ),
    "restore_listing": lambda t: listings.restore_listing(
        **t.listing("hidden"), reason="They are back."
    ),
    "state_public_line": lambda t: releases.state_public_line(
        **t.listing("mobile"), key=mobile_key(), reason="Ours."
    ),
    "accept_public_line": lambda t: releases.accept_public_line(
        by=t.by, release_id=t.made.release.pk
    ),
    "revoke_release": lambda t: releases.revoke_release(
        by=t.by, release_id=t.made.accepted_release.pk, reason="Not ours."
    ),
    "set_visibility": lambda t: records.set_visibility(
        by=t.by, record_id=t.keeping("published").record_id, reason="For workers.",
        visibility=Visibility.PARTNERS,
    ),
    "mark_entry": lambda t: records.mark_entry(
        **t.listing("published"), kind="signpost", reason="A link."
    ),
    "replace_record": lambda t: records.replace_record(
        **t.listing("hidden"), reason="The same.",
        replaced_by_id=t.keeping("published").record_id,
    ),
    "keep_apart": lambda t: records.keep_apart(**t.listing("replaced"), reason="Two."),
    "split_listing": lambda t: dividing.split_listing(
        **t.listing("published"), name="Chess club", goes={"description": "both"},
        seen=_number(t), reason="Two groups.",
    ),
    "propose_division": lambda t: dividing.propose_division(
        **t.listing("published"), name="Chess club", goes={"description": "both"},
        seen=_number(t), words="Two groups.",
    ),
    "split_location": lambda t: records.split_location(
        **t.listing("neighbouring"),
        location_id=t.keeping("neighbouring").location_ids[0],
    ),
    "share_location": lambda t: shared_places.share_location(
        by=t.by, location_id=_hall(t), reason="One hall.",
        other_id=t.keeping("assured").location_ids[0],
    ),
    "erase_value": lambda t: erasure.erase_value(
        by=t.by, place=t.place, value="Zebedee Quillfeather", reason="Asked."
    ),
    "find_value": lambda t: erasure.find_value(
        by=t.by, place=t.place, value="Tuesday coffee morning"
    ),
    "let_in_again": lambda t: _let_in_again(t),
    "erase_account": lambda t: _erase_account(t),
}  # fmt: skip


def _terms_of_contract(t: Trial) -> contracts.Terms:
    return contracts.Terms(
        commissioner_id=t.made.place.council.pk, reference=f"C {uuid.uuid4().hex[:6]}",
        review_months=12, starts_on=clock.today(),
        listing_ids=(t.keeping("published").pk,),
        manager_mailbox="contracts@testham.example",
    )  # fmt: skip


def _contract(t: Trial) -> Any:
    made = contracts.add_contract(
        by=t.made.place.lead, place=t.place, terms=_terms_of_contract(t)
    )
    t.written()
    return made.pk


def _review(t: Trial) -> None:
    with transaction.atomic():
        AssuranceLevel.objects.update_or_create(
            partnership=t.place, organization_id=t.made.organization.pk,
            defaults={"level": Level.MONITORED, "reason": "Good."},
        )  # fmt: skip
    t.written()
    levels.review_organization(
        by=t.by, place=t.place, organization_id=t.made.organization.pk
    )


def _let_in_again(t: Trial) -> None:
    number, officer = "01632 960777", t.made.place.officer
    erasure.erase_value(by=officer, place=t.place, value=number, reason="Asked.")
    t.written()
    erasure.let_in_again(by=t.by, place=t.place, value=number, reason="She agreed.")


def _erase_account(t: Trial) -> None:
    gone = world.give(world.person("Gone Away"), Role.READER, t.made.place.council)
    gone.is_active = False
    gone.save()
    t.written()
    erasing_accounts.erase_account(by=t.by, place=t.place, user=gone, reason="Asked.")


# --- the place and its people ---------------------------------------------------------


def _remit(t: Trial) -> None:
    place = t.made.place
    remits.create_remit(
        by=t.by, partner=place.council, name="A part", lead=place.assurer,
        parts=remits.Parts((t.made.organization.pk,)),
    )  # fmt: skip


def _change_remit(t: Trial) -> None:
    remit = t.made.place.remit
    remits.change_remit(
        by=t.by, remit_id=remit.pk, base=remits.state_of(remit), name="The rest",
        parts=remits.Parts(),
    )  # fmt: skip


def _hand_over_all(t: Trial) -> Any:
    remit = t.made.place.remit
    other = Remit.objects.create(
        partnership=remit.partnership, partner=remit.partner, lead=remit.lead,
        name=f"Other of {t.actor}",
    )  # fmt: skip
    return handing_over.hand_over_all(
        by=t.by, remit_id=remit.pk, to=other, reason="Better so.",
        base=handing_over.state_with_records(remit),
    )  # fmt: skip


def _end_remit(t: Trial) -> None:
    remit = t.made.place.remit
    remits.end_remit(
        by=t.by, remit_id=remit.pk, base=remits.state_of(remit), reason="Merged."
    )


def _arrange_cover(t: Trial) -> None:
    _lead_it(t)
    covers.arrange_cover(
        by=t.by, remit_id=t.made.place.remit.pk, user=t.made.place.second_assurer,
        begins_on=clock.today(), ends_on=clock.today(), reason="A holiday.",
    )  # fmt: skip


def _end_cover(t: Trial) -> None:
    _lead_it(t)
    cover = Cover.objects.create(
        remit=t.made.place.remit, user=t.made.place.second_assurer,
        begins_on=clock.today(), ends_on=clock.today(), reason="A holiday.",
        arranged_by=t.made.place.lead,
    )  # fmt: skip
    covers.end_cover(by=t.by, cover_id=cover.pk)


def _lead_it(t: Trial) -> None:
    """One's own area of work is the one that one leads."""
    if t.whose == Whose.OWN and isinstance(t.by, User):
        Remit.objects.filter(pk=t.made.place.remit.pk).update(lead=t.by)


def _roles(action: Callable[..., Any], **more: Any) -> None:
    """Rows for giving, taking or inviting to each role."""
    targets: dict[str, tuple[Role, Callable[[Trial], Any]]] = {
        "editor": (Role.EDITOR, lambda t: t.organization),
        "assurer": (Role.ASSURER, lambda t: t.made.place.council),
        "publisher": (Role.PUBLISHER, lambda t: t.place),
        "lead": (Role.LEAD, lambda t: t.place),
        "administrator": (Role.ADMINISTRATOR, lambda t: None),
    }

    def row(role: Role, on: Callable[[Trial], Any]) -> Call:
        def ask(t: Trial) -> None:
            user = t.user if isinstance(t.user, User) else t.made.person
            if action is people.invite:
                people.invite(by=t.by, email=t.email, role=role, on=on(t), **more)
                return
            if action is people.withdraw_invitation:
                invited = people.write_invitation(
                    by=t.made.person, email=t.email, role=role, on=on(t), base_url=BASE
                )
                t.written()
                action(by=t.by, invitation_id=invited.pk)
                return
            if action is people.take_role:
                with transaction.atomic():
                    people.write_grant(user=user, role=role, on=on(t), by="a test")
                t.written()
            action(by=t.by, user=user, role=role, on=on(t))

        return ask

    for case, (role, on) in targets.items():
        CALLS[f"{action.__name__} ({case})"] = row(role, on)


_roles(people.give_role)
_roles(people.take_role)
_roles(people.invite, base_url=BASE)
_roles(people.withdraw_invitation)


def _starter_lists(t: Trial) -> Any:
    """In a place that has no lists of its own."""
    for taxonomy in t.place.taxonomies.all():
        taxonomy.partnership, taxonomy.name = None, uuid.uuid4().hex
        taxonomy.save()
    return terms.add_starter_lists(by=t.by, place=t.place)


def _seen(offer: HomeOffer) -> str:
    """What a form carries of what would move."""
    listing = world.fresh(offer.listing)
    return homes.plan(listing, offer.to).fingerprint


def _ask_of(trial: Trial) -> Ask:
    """A letter about a record of the trial, to a contact point that was stopped."""
    listing = trial.made.listings["published"]
    contact, _ = ContactPoint.objects.update_or_create(
        partnership=listing.partnership,
        organization_id=str(listing.organization_id),
        position=1,
        defaults={"stopped_because": "bounced", "stopped_at": clock.now()},
    )
    ask = Ask.objects.create(
        partnership=listing.partnership, contact=contact, channel="letter",
        asked_on=clock.today(), asked_by_label="test", token_hash=uuid.uuid4().hex,
    )  # fmt: skip
    AskedListing.objects.create(
        ask=ask, listing=listing, due_on=clock.today(),
        step=AskedListing.objects.count(),
    )  # fmt: skip
    return ask


def _ask_about_several(trial: Trial) -> Any:
    listing = trial.made.listings["published"]
    ContactPoint.objects.update_or_create(
        partnership=listing.partnership,
        organization_id=str(listing.organization_id),
        position=1,
        defaults={"email": "us@friends.example", "by_hand": True},
    )
    with clock.at(late()):
        return batch_asking.ask_about_several(by=trial.by, listing_ids=[listing.pk])


def _take_ask_back(trial: Trial) -> None:
    ask = _ask_of(trial)
    ask.message = Message.objects.create(
        to="us@friends.example", kind="ask", subject="Still right?", text="Is it?"
    )
    ask.save()
    _said_before(trial, "provider_asked", ask)
    batch_asking.take_ask_back(by=trial.by, ask_id=ask.pk)


def _start_again(trial: Trial) -> Any:
    _ask_of(trial)
    return contact_points.start_again(**trial.listing("published"), position=1)


def _record_call(trial: Trial) -> CallRow:
    """A call about a record that is due and on the phone list."""
    ask = _ask_of(trial)
    asked = ask.asked.get()
    Listing.objects.filter(pk=asked.listing_id).update(
        assured_on=asked.due_on - dt.timedelta(days=92), due_on=asked.due_on,
        confirmed_on=None,
    )  # fmt: skip
    Decision.objects.filter(proposal__listing=asked.listing_id).update(
        decided_at=clock.now() - dt.timedelta(days=92)
    )
    return calling.record_call(
        by=trial.by, contact_id=ask.contact_id, about={asked.pk: None},
        said=calling.Said("no_answer"), last_id=_last_call(ask),
    )  # fmt: skip


def _last_call(ask: Ask) -> Any:
    calls = CallRow.objects.filter(contact=ask.contact_id, taken_back_at=None)
    return calls.order_by("-created_at", "-pk").values_list("pk", flat=True).first()


def _undo_call(trial: Trial) -> Any:
    """A call that the person wrote down, or (not their own) somebody else."""
    ask = _ask_of(trial)
    assert ask.contact is not None
    is_own = trial.whose == Whose.OWN and isinstance(trial.by, User)
    call = CallRow.objects.create(
        partnership=ask.partnership, contact=ask.contact, outcome="no_answer",
        called_by=trial.by if is_own else trial.made.person, body_label="test",
    )  # fmt: skip
    CalledListing.objects.create(call=call, asked=ask.asked.get())
    return calling_undo.undo_call(by=trial.by, call_id=call.pk)


CALLS |= {
    "record_call": _record_call,
    "undo_call": _undo_call,
    "save_contact_points": lambda t: contact_points.save_contact_points(
        **t.listing("published"), first=Where("office@friends.example"), second=Where()
    ),
    "start_again": _start_again,
    "ask_by_hand": lambda t: asking_by_hand.ask_by_hand(
        **t.listing("published"), channel="letter"
    ),
    "ask_about_several": _ask_about_several,
    "take_ask_back": _take_ask_back,
    "revoke_ask": lambda t: asking_by_hand.revoke_ask(by=t.by, ask_id=_ask_of(t).pk),
    "add_note": lambda t: notes.add_note(
        **t.listing("published"), words="They move in May."
    ),
    "strike_note": lambda t: notes.strike_note(by=t.by, note_id=t.made.note.pk),
    "spread_first_checks": plan_first_check,
    "take_baseline": lambda t: keeping_figures.take_baseline(by=t.by, place=t.place),
    "save_ladder": lambda t: ladders.save_ladder(
        by=t.by, place=t.place, contracted=False, steps=[(-10, "first")]
    ),
    "save_policy": lambda t: places.save_policy(
        by=t.by, place=t.place, values={"report_days": 3}
    ),
    "set_licence": lambda t: open_data.set_licence(
        by=t.by, place=t.place, licence="CC-BY-4.0"
    ),
    "save_effort_defaults": lambda t: efforts.save_effort_defaults(
        by=t.by, place=t.place, rate=None,
        minutes={(EffortKind.CHECK, Level.PROXY): 12},
    ),
    "set_level": lambda t: places.set_level(
        by=t.by, place=t.place, organization=t.made.organization, reason="Good.",
        level=Level.MONITORED,
    ),
    "add_contract": lambda t: contracts.add_contract(
        by=t.by, place=t.place, terms=_terms_of_contract(t)
    ),
    "change_contract": lambda t: contracts.change_contract(
        by=t.by, contract_id=_contract(t), terms=_terms_of_contract(t)
    ),
    "review_contract": lambda t: contracts.review_contract(
        by=t.by, contract_id=_contract(t)
    ),
    "end_contract": lambda t: contracts.end_contract(
        by=t.by, contract_id=_contract(t), reason="It was merged."
    ),
    "review_organization": lambda t: _review(t),
    "hand_over": lambda t: places.hand_over(
        **t.listing("published"), remit=t.made.place.remit, reason="Better so."
    ),
    "set_critical": lambda t: places.set_critical(
        **t.listing("published"), critical=True, reason="Statutory."
    ),
    "decide_stop": lambda t: places.decide_stop(
        by=t.by, stop_id=t.made.stop.pk, hide=False, reason="We ring them."
    ),
    "create_remit": _remit,
    "declare_main": lambda t: main_areas.declare_main(**t.listing("published")),
    "hand_over_all": _hand_over_all,
    "give_all_nobodys": lambda t: handing_over.give_all_nobodys(
        by=t.by, place=t.place, remit=t.made.place.remit, reason="Nobody had them.",
        seen=remit_previewing.nobodys(t.place.pk).count(),
    ),
    "change_remit": _change_remit,
    "end_remit": _end_remit,
    "arrange_cover": _arrange_cover,
    "end_cover": _end_cover,
    "link_own_body": lambda t: setting_up.link_own_body(
        by=t.by, partner=t.made.place.council, organization=t.made.organization
    ),
    "begin_harvest": lambda t: harvesting.begin_harvest(
        by=t.by, partner=t.made.place.council, address="https://feed.example/",
        name="A feed", standard="3.0",
    ),
    "ask_for_harvest": lambda t: asking.ask_for_harvest(
        by=t.by, partner=t.made.place.council, address="https://feed.example/"
    ),
    "propose_sharing": lambda t: sharing.propose_sharing(
        by=t.by, place=t.place, home=t.place, shown_by=t.scene.fourth
    ),
    "accept_sharing": lambda t: sharing.accept_sharing(
        by=t.by, agreement_id=t.made.asked.pk
    ),
    "decline_sharing": lambda t: sharing.decline_sharing(
        by=t.by, agreement_id=t.made.asked.pk, reason="Not now."
    ),
    "withdraw_sharing": lambda t: sharing.withdraw_sharing(
        by=t.by, agreement_id=t.made.proposed.pk
    ),
    "end_sharing": lambda t: sharing.end_sharing(
        by=t.by, place=t.place, agreement_id=t.made.agreed.pk, reason="Enough."
    ),
    "offer_home": lambda t: offering.offer_home(
        by=t.by, place=t.place, listing_id=t.made.listings["beyond"].pk,
        to=t.scene.fourth, reason="It is on their side.",
    ),
    "accept_home": lambda t: offering.accept_home(
        by=t.by, offer_id=t.made.wanted.pk, seen=_seen(t.made.wanted)
    ),
    "decline_home": lambda t: offering.decline_home(
        by=t.by, offer_id=t.made.wanted.pk, reason="It is ours."
    ),
    "withdraw_home": lambda t: offering.withdraw_home(
        by=t.by, offer_id=t.made.offered.pk
    ),
    "add_term": lambda t: terms.add_term(
        by=t.by, taxonomy_id=t.made.term.taxonomy_id, name="Choirs"
    ),
    "rename_term": lambda t: terms.rename_term(
        by=t.by, term_id=t.made.term.pk, was="Coffee mornings", name="Coffee"
    ),
    "set_other_words": lambda t: terms.set_other_words(
        by=t.by, term_id=t.made.term.pk, was=[], words=["Another word"]
    ),
    "move_term": lambda t: terms.move_term(
        by=t.by, term_id=t.made.term.pk, parent_id=t.made.other_term.pk
    ),
    "retire_term": lambda t: terms.retire_term(by=t.by, term_id=t.made.term.pk),
    "restore_term": lambda t: terms.restore_term(by=t.by, term_id=t.made.old_term.pk),
    "set_mapping": lambda t: terms.set_mapping(
        by=t.by, term_id=t.made.need.pk, was=[], type_ids=[t.made.term.pk]
    ),
    "set_plain_needs": lambda t: terms.set_plain_needs(
        by=t.by, place=t.place, was=[], term_ids=[t.made.need.pk]
    ),
    "add_starter_lists": _starter_lists,
    "use_list": lambda t: terms.use_list(
        by=t.by, place=t.place, taxonomy_id=t.scene.shared_list.pk, use=True
    ),
    "import_lists (of a place)": lambda t: term_lists.import_lists(
        by=t.by, place=t.place, lists=[FoundList("a", "A list", Facet.OTHER)]
    ),
    "import_lists (shared)": lambda t: term_lists.import_lists(
        by=t.by, place=None, lists=[FoundList("a", "A list", Facet.OTHER)]
    ),
    "run_job_now": lambda t: jobs.run_job_now(by=t.by, name="freshen"),
    "create_place": lambda t: setting_up.create_place(
        by=t.by, name="Newham", role_mailbox="directory@new.example"
    ),
    "create_partner": lambda t: setting_up.create_partner(
        by=t.by, place=t.place, name="Fire", kind="fire",
        role_mailbox="fire@new.example",
    ),
    "invite_first_editor": lambda t: places.invite_first_editor(
        by=t.by, record=t.made.record_of(t.made.organization), email=t.email,
        base_url=BASE,
    ),
    "appoint_first_editor": lambda t: places.appoint_first_editor(
        by=t.by, record=t.made.record_of(t.made.organization), user=t.user
    ),
    "close_account": lambda t: people.close_account(
        by=t.by, user=t.user, reason="Left."
    ),
}  # fmt: skip

# What is not anybody's own record has no such cell.
NO_OWN = {
    "start_listing", "save_policy", "save_effort_defaults", "spread_first_checks",
    "save_ladder", "take_baseline",
    "set_licence", "decide_stop",
    "review_organization", "add_contract", "change_contract", "review_contract",
    "end_contract",
    "create_remit", "erase_value",
    "change_remit", "end_remit", "hand_over_all", "give_all_nobodys",
    "begin_harvest", "ask_for_harvest", "run_job_now", "create_place", "create_partner",
    "propose_sharing", "accept_sharing", "decline_sharing", "withdraw_sharing",
    "end_sharing", "offer_home", "accept_home", "decline_home", "withdraw_home",
    "find_value", "let_in_again", "erase_account",
    "add_term", "rename_term", "move_term", "retire_term", "restore_term",
    "set_other_words",
    "set_mapping", "set_plain_needs", "add_starter_lists", "use_list",
    "import_lists (of a place)", "import_lists (shared)",
    "close_account",  # nobody's own account: another administrator closes it
}  # fmt: skip
# One installation, one administrator's role: there is no elsewhere.
NO_ELSEWHERE = {
    "run_job_now",
    "create_place",
    "import_lists (shared)",
    "give_role (administrator)",
    "close_account",
}


def _actions() -> Iterator[str]:
    """The names of all public actions: keyword-only, done by a person."""
    modules: list[Any] = [people]
    modules += [
        importlib.import_module(f"workflow.actions.{module.name}")
        for module in pkgutil.iter_modules(workflow.actions.__path__)
    ]
    for module in modules:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            parameters = inspect.signature(function).parameters
            if (
                inspect.unwrap(function).__module__ == module.__name__
                and not name.startswith(("_", "write_"))
                and "by" in parameters
                and parameters["by"].annotation in (User, User | None)
                and all(p.kind == p.KEYWORD_ONLY for p in parameters.values())
            ):
                yield name


def test_every_action_has_a_row_and_every_row_a_call() -> None:
    keys = [rule.key for rule in RULES]

    assert sorted({rule.action for rule in RULES}) == sorted(_actions())
    assert len(keys) == len(set(keys))
    assert set(keys) <= set(CALLS)


_TABLES = (AuditEvent, Revision, OutboxEvent, Message, HidingStop, Assurance)


def _counts() -> tuple[int, ...]:
    """How many rows there are of what no refused action may leave behind."""
    names = [table._meta.db_table for table in _TABLES]
    counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in names)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return tuple(cursor.fetchone())


SKIPPED: dict[Whose, set[str]] = {
    Whose.OWN: NO_OWN, Whose.ELSEWHERE: NO_ELSEWHERE, Whose.HERE: set(),
}  # fmt: skip


@pytest.mark.parametrize("actor", Actor, ids=lambda actor: actor.name)
def test_matrix(scene: Scene, db: None, actor: Actor) -> None:
    """All that one actor may do: each cell in a savepoint of its own."""
    allowed = {
        (rule.key, whose.value) for rule in RULES for whose in rule.who.get(actor, ())
    }
    found = set()
    for whose in Whose:
        savepoint = transaction.savepoint()
        if whose == Whose.OWN:
            make_own(scene, actor)
        counts = _counts()
        for rule in RULES:
            if rule.key in SKIPPED[whose]:
                continue
            try:
                if _is_allowed(CALLS[rule.key], Trial(scene, actor, whose), counts):
                    found.add((rule.key, whose.value))
            except Exception as fault:
                fault.add_note(f"{actor.name}: {rule.key}, {whose.value}")
                raise
        transaction.savepoint_rollback(savepoint)

    assert found == allowed


def _is_allowed(ask: Call, trial: Trial, counts: tuple[int, ...]) -> bool:
    """Whether somebody may, where there are so many rows; what is done is undone."""
    before = [counts]
    trial.written = lambda: before.append(_counts())
    savepoint = transaction.savepoint()
    try:
        ask(trial)
    except PermissionDenied:
        assert _counts() == before[-1]
        return False
    else:
        assert _counts()[0] > before[-1][0]
        return True
    finally:
        transaction.savepoint_rollback(savepoint)


def test_nobody_is_let_in_for_a_superuser_flag() -> None:
    """No rule may ask for it: the words are in no file that decides anything."""
    asked = [
        module.__name__
        for module in _rule_modules()
        if "is_superuser" in _code(module).replace("``is_superuser``", "")
    ]

    assert asked == []


def _rule_modules() -> list[Any]:
    names = ["accounts.access", "accounts.guard", "workflow.access", "accounts.actions"]
    names += [
        f"workflow.actions.{module.name}"
        for module in pkgutil.iter_modules(workflow.actions.__path__)
    ]
    return [importlib.import_module(name) for name in names]


def _code(module: Any) -> str:
    return inspect.getsource(module)


def test_an_organizations_first_editor_is_appointed_once(place: world.Place) -> None:
    listing = world.published(place)
    world.make_editor(listing)

    with pytest.raises(Exception, match="It has an editor already") as refused:
        places.appoint_first_editor(
            by=place.assurer, user=place.reader,
            record=listing.record.__class__.objects.get(pk=str(listing.organization_id)),
        )  # fmt: skip

    assert type(refused.value).__name__ == "InvalidState"

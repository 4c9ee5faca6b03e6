"""Asking everybody whose records are due: one digest for each contact point and run.

What is due is found by queries over the whole place (``workflow/asking.py``). Some
hundred contact points at a time are then one transaction that claims their rows
(skip-locked) and asks again what is due: a killed worker loses nothing, two workers or
two beats ask nothing twice, one bad row stops nobody. The mail is a row (ADR 5), so
that it is written with what it asks or not at all.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts import audit
from accounts.models import AuditEvent, Message, Partnership
from common import clock
from common.enqueue import enqueue_on_commit
from common.templatetags.vouch import counted
from workflow import (
    access,
    answer_keys,
    asking,
    asking_contacts,
    asking_words,
    erased,
    working_days,
)
from workflow.actions import bounces
from workflow.actions.noting import noted, noted_place
from workflow.actions.telling import unsaved
from workflow.asking import Step
from workflow.asking_words import Known
from workflow.choices import AskTo, Channel
from workflow.letters import letter
from workflow.models import (
    Ask,
    AskedListing,
    ContactPoint,
    JobRun,
    Listing,
    Policy,
)

NOT_BEFORE = dt.time(9)
"""No mail goes out earlier in the day, by the clock in London."""
IN_ONE_GO = 200
"""So many contact points are asked in one transaction."""


@dataclass
class Plan:
    """What a place asks today: by contact point and for the phone list, the step of
    each record; ``soon`` are records of an organization that a mail takes along."""

    by_mail: dict[Any, dict[Any, int]] = field(default_factory=dict)
    by_phone: dict[Any, dict[Any, int]] = field(default_factory=dict)
    to_lead: dict[Any, int] = field(default_factory=dict)
    soon: dict[Any, dict[Any, int]] = field(default_factory=dict)


def ask_everybody(run: JobRun) -> None:
    """Ask what is due today, in every place where it is a working day."""
    today = clock.today()
    with noted(run, "refused"):
        bounces.notice_refused()
    for policy in Policy.objects.select_related("partnership").order_by("pk"):
        with noted_place(run, policy.pk):
            if working_days.of_policy(policy).includes(today):
                ask_place(run, policy.partnership)


def ask_place(run: JobRun, place: Partnership) -> None:
    """Ask what is due today in one place."""
    carry_out(run, place, plan_of(place))


def carry_out(run: JobRun, place: Partnership, plan: Plan) -> None:
    """Ask what was planned, as far as it still waits: one transaction for each."""
    contacts = list(plan.by_mail)
    for at in range(0, len(contacts), IN_ONE_GO):
        _mail_some(run, plan, contacts[at : at + IN_ONE_GO])
    for contact_id, wanted in plan.by_phone.items():
        with noted(run, contact_id):
            run.done += _put_on_phone_list(contact_id, wanted)
    if plan.to_lead:
        with noted(run, place.pk):
            run.done += _tell_lead(place, plan.to_lead)


# --- what is due ----------------------------------------------------------------------


def plan_of(place: Partnership) -> Plan:
    """What is to be asked today, of whom. So many queries for any number of records."""
    due = _due(place)
    asking_contacts.fill(place, {row.organization_id for row in due})
    contacts = {
        (row.organization_id, row.position): row
        for row in ContactPoint.objects.filter(partnership=place)
    }
    plan = Plan()
    for row in due:
        first = contacts[row.organization_id, 1]
        whom = contacts.get((row.organization_id, row.position)) if (
            row.position and not row.by_telephone
        ) else None  # fmt: skip
        if row.to == AskTo.LEAD:
            plan.to_lead[row.listing_id] = row.step
        elif whom is None or not whom.can_be_mailed:
            # What is only soon due goes along with a mail, and waits where none goes.
            if not row.is_soon:
                plan.by_phone.setdefault(first.pk, {})[row.listing_id] = row.step
        elif row.is_soon:
            plan.soon.setdefault(whom.pk, {})[row.listing_id] = row.step
        else:
            plan.by_mail.setdefault(whom.pk, {})[row.listing_id] = row.step
    return plan


@dataclass(frozen=True)
class Due:
    """One record at one step."""

    listing_id: Any
    organization_id: Any
    step: int
    to: str
    position: int | None
    by_telephone: bool
    is_soon: bool = False


def _due(place: Partnership) -> list[Due]:
    now, today = clock.now(), clock.today()
    every = asking.askable(place)
    ladders = [
        (listings, asking.ladder_of(place, contracted=contracted))
        for contracted, listings in (
            (False, asking.uncontracted(every)),
            (True, asking.contracted(every)),
        )
    ]
    rows: dict[Any, Due] = {}
    for listings, ladder in ladders:
        # Most places have nothing under contract, so nothing on that ladder.
        if asking.has_begun(listings, ladder, today):
            for step in ladder:
                for due in _rows(asking.at_step(listings, step, now, today), step):
                    rows.setdefault(due.listing_id, due)
    # An organization has one mail, by whichever ladder: what is soon due goes along.
    if any(row.to == AskTo.FIRST for row in rows.values()):
        for listings, ladder in ladders:
            soon = asking.pulled_in(listings, ladder[0], now, today)
            for due in _rows(soon, ladder[0], is_soon=True):
                if not due.by_telephone:
                    rows.setdefault(due.listing_id, due)
    return list(rows.values())


def _rows(
    found: QuerySet[Listing], step: Step, *, is_soon: bool = False
) -> Iterable[Due]:
    position = asking.contact_position(step)
    rows = found.values_list("pk", "organization_id", asking.is_by_telephone())
    for pk, organization_id, kept in rows:
        yield Due(pk, organization_id, step.days, step.to, position, kept, is_soon)


# --- asking ---------------------------------------------------------------------------


def _mail_some(run: JobRun, plan: Plan, contact_ids: Sequence[Any]) -> None:
    """Some contact points in one transaction; where one of them is bad, each in its
    own."""
    try:
        run.done += _mail(plan, contact_ids)
    except Exception:
        for contact_id in contact_ids:
            with noted(run, contact_id):
                run.done += _mail(plan, [contact_id])


@transaction.atomic
def _mail(plan: Plan, contact_ids: Sequence[Any]) -> int:
    """One digest to each of these contact points; how many records they ask about.

    A fixed number of queries, however many there are.
    """
    erased.keep_out()
    contacts = [one for one in _claimed(contact_ids) if one.can_be_mailed]
    wanted = {one.pk: plan.by_mail[one.pk] for one in contacts}
    steps = {
        one.pk: {**plan.soon.get(one.pk, {}), **plan.by_mail[one.pk]}
        for one in contacts
    }
    if not contacts:
        return 0
    whose = {listing: key for key, some in steps.items() for listing in some}
    due: defaultdict[Any, list[Listing]] = defaultdict(list)
    every = {listing: step for some in steps.values() for listing, step in some.items()}
    for listing in _still_due(contacts[0].partnership, every):
        due[whose[listing.pk]].append(listing)
    asked = [
        one for one in contacts if any(x.pk in wanted[one.pk] for x in due[one.pk])
    ]
    known = asking_words.known_of([x for one in asked for x in due[one.pk]])
    made = []
    for contact in asked:
        listings = due[contact.pk]
        before = any(vars(one)["last_step"] is not None for one in listings)
        ask = new_ask(contact, Channel.MAIL, asking_words.asker_of(listings).body)
        ask.message = mail_of(ask, listings, asked_before=before, known=known)
        made.append((ask, listings))
    Message.objects.bulk_create([ask.message for ask, _ in made if ask.message])
    return _keep(made, every)


def new_ask(contact: ContactPoint, channel: str, body: str) -> Ask:
    """An ask of a contact point, not stored yet; what opens an answer page gets the
    hash of its key."""
    ask = Ask(
        partnership=contact.partnership,
        contact=contact,
        channel=channel,
        to_label=to_label(contact),
        asked_on=clock.today(),
        asked_by_label=body,
    )
    if channel in (Channel.MAIL, Channel.LETTER, Channel.SMS):
        ask.token_hash = answer_keys.hash_of(answer_keys.key_of(ask))
        ask.expires_at = clock.now() + asking.GOOD_FOR
    return ask


def to_label(contact: ContactPoint) -> str:
    """Who is asked at a contact point, as the history of a record has it."""
    return contact.role or contact.email


def write_mail(ask: Ask, listings: list[Listing], *, asked_before: bool) -> None:
    """Write the mail of one ask; it goes out when the day has begun."""
    ask.message = mail_of(
        ask, listings, asked_before=asked_before, known=asking_words.known_of(listings)
    )
    ask.message.save(force_insert=True)


def mail_of(
    ask: Ask, listings: list[Listing], *, asked_before: bool, known: Known
) -> Message:
    """The mail of an ask, not stored yet."""
    contact = ask.contact
    assert contact is not None  # noqa: S101
    written = asking_words.write(ask, listings, asked_before=asked_before, known=known)
    return Message(
        to=contact.email,
        reply_to=asking_words.asker_of(listings).mailbox,
        kind="ask",
        subject=written.subject,
        text=written.text,
        html=written.html,
        key=answer_keys.key_of(ask),
        about_id=ask.pk,
        send_after=max(clock.now(), _morning()),
    )


def _morning() -> dt.datetime:
    return dt.datetime.combine(clock.today(), NOT_BEFORE, tzinfo=clock.LONDON)


@transaction.atomic
def _put_on_phone_list(contact_id: Any, wanted: dict[Any, int]) -> int:
    """What no mail can reach, or has not: for the assurer to ring."""
    contact = next(iter(_claimed([contact_id])), None)
    if contact is None:
        return 0
    listings = _still_due(contact.partnership, wanted)
    if not listings:
        return 0
    body = asking_words.asker_of(listings).body
    return _keep([(new_ask(contact, Channel.PHONE, body), listings)], wanted)


@transaction.atomic
def _tell_lead(place: Partnership, wanted: dict[Any, int]) -> int:
    """One mail to each lead of a place about all that lapsed without an answer."""
    erased.keep_out()
    locked = Partnership.objects.select_for_update(no_key=True, skip_locked=True)
    if not locked.filter(pk=place.pk).exists():
        return 0
    listings = _still_due(place, wanted)
    if not listings:
        return 0
    ask = Ask(
        partnership=place, channel=Channel.LEAD, asked_on=clock.today(),
        asked_by_label=audit.SYSTEM,
    )  # fmt: skip
    leads = list(access.leads_of(place))
    ask.to_label = ", ".join(str(lead) for lead in leads)[:250]
    records = counted(len(listings), "record")
    lines = letter(
        place,
        f"Nobody who was asked about {records} of {place} has answered:",
        "",
        *(f"  - {one.title}: {_was_due(one)}" for one in listings),
        look="See how they stand",
        at="home",
    )
    mails = [
        unsaved(
            lead.email, kind="unanswered", about=ask, delay=dt.timedelta(0),
            subject=f"{place}: {records} without an answer", lines=lines,
        )
        for lead in leads
    ]  # fmt: skip
    Message.objects.bulk_create(mails)
    ask.message = mails[0] if mails else None
    return _keep([(ask, listings)], wanted)


def _was_due(listing: Listing) -> str:
    said = asking_words.dates(listing).rstrip(".")
    return said[:1].lower() + said[1:]


def _claimed(contact_ids: Sequence[Any]) -> list[ContactPoint]:
    """Contact points, locked, without those that another worker is at."""
    return list(
        ContactPoint.objects.select_for_update(
            of=("self",), no_key=True, skip_locked=True
        )
        .select_related("partnership__policy")
        .filter(pk__in=contact_ids)
        .order_by("pk")
    )


def _still_due(place: Partnership, wanted: dict[Any, int]) -> list[Listing]:
    """Those of these records that still wait for their step, the first due first."""
    rows = asking.with_last(asking.askable(place).filter(pk__in=list(wanted)))
    found = (
        asking.without_news(rows, clock.now())
        .select_related("record__revision")
        .prefetch_related("partnership__policy", "remit__partner")
        .order_by("due_on", "title", "pk")
    )
    return [
        one
        for one in found
        if (last := vars(one)["last_step"]) is None or last < wanted[one.pk]
    ]


def _keep(made: list[tuple[Ask, list[Listing]]], wanted: dict[Any, int]) -> int:
    """Store asks whose mails are stored, with what they ask about and audit rows; about
    how many records that is."""
    Ask.objects.bulk_create(ask for ask, _ in made)
    AskedListing.objects.bulk_create(
        AskedListing(ask=ask, listing=one, due_on=one.due_on, step=wanted[one.pk])
        for ask, listings in made
        for one in listings
        if one.due_on
    )
    AuditEvent.objects.bulk_create(
        audit.unsaved(
            "provider_asked" if ask.contact else "lead_told", ask, actor=audit.SYSTEM,
            body=ask.asked_by_label, partnership_id=ask.partnership_id,
            after={
                "channel": ask.channel,
                "listings": [str(listing.pk) for listing in listings],
            },
        )
        for ask, listings in made
    )  # fmt: skip
    if any(ask.message for ask, _ in made):
        enqueue_on_commit("workflow.send_mail")
    return sum(len(listings) for _, listings in made)

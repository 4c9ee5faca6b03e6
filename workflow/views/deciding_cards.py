"""The items of the queue as cards: what it is, whose, how old, why it is there."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from accounts.models import User
from common import clock
from common.or_more import OrMore
from directory import phones
from directory.declarations import RECORDS
from directory.entries import looks_like
from directory.templatetags.when import clock_time, full_date, moment
from workflow import (
    access,
    asking,
    effort,
    report_clock,
    ringing,
    sections,
    standing,
    waiting_checks,
    worklist,
)
from workflow.actions.lines import label_of
from workflow.choices import EffortKind, Grade, Gravity, ProposalKind, Stage
from workflow.effort import Reckoned
from workflow.models import AssuranceLevel, Listing, Proposal, Release
from workflow.report_clock import Light
from workflow.views.deciding_asked import Asked

Card = dict[str, Any]
Names = Mapping[str, str]


def counted(number: int, noun: str) -> str:
    """``1 change``, ``3 changes``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def time_left(until: dt.datetime, now: dt.datetime) -> tuple[str, bool]:
    """A clock in words, and whether it has run out.

    ``3 hours left``, ``2 days late``; under an hour in minutes.
    """
    late = now > until
    minutes = max(1, int(abs((until - now).total_seconds())) // 60)
    if minutes >= 24 * 60:
        words = counted(minutes // (24 * 60), "day")
    elif minutes >= 60:
        words = counted(minutes // 60, "hour")
    else:
        words = counted(minutes, "minute")
    return f"{words} {'late' if late else 'left'}", late


def how_long(minutes: int) -> str:
    """A stretch of work in words: ``about 20 minutes``, ``about 2½ hours``; where it
    was not reckoned to its end, ``more than 160 hours``."""
    if isinstance(minutes, OrMore):
        return f"more than {int(minutes) // 60:,} hours"
    if minutes < 50:
        return f"about {max(5, round(minutes / 5) * 5)} minutes"
    halves = max(2, round(minutes / 30))
    whole, half = divmod(halves, 2)
    if halves == 2:
        return "about an hour"
    return f"about {whole}{'½' if half else ''} hours"


def _proposal_card(
    proposal: Proposal, user: User, now: dt.datetime, names: Names, asked: Asked
) -> Card:
    listing = proposal.listing
    url = asked.to("proposal", proposal.pk)
    card: Card = {
        "title": listing.title if listing else proposal.title,
        "url": url,
        "caption": names.get(str(listing.organization_id), "")
        if listing
        else _kind(proposal),
        "tags": [
            *_gravity(proposal),
            *_clock(proposal, now),
            *_entry(proposal, names),
            *_overtaken(proposal),
        ],
        "text": _why(proposal),
        "facts": [{"label": "Waiting since", "date": proposal.created_at}],
    }
    until = proposal.claimed_until
    held = bool(until and until > now)
    if held and proposal.claimed_by_id == user.pk:
        card["tags"].append({"text": f"Yours until {clock_time(until)}",
                             "icon": "clock", "kind": "submitted"})  # fmt: skip
        return card | {"next_url": url, "next_label": "Carry on"}
    if held:
        words = f"{proposal.claimed_by} is on it until {clock_time(until)}"
        card["tags"].append({"text": words, "icon": "person"})
        return card
    start = asked.to("start", proposal.pk)
    return card | {"next_url": start, "next_label": "Start", "next_method": "post"}


def _entry(proposal: Proposal, names: Names) -> list[dict[str, str]]:
    """What a new service looks like, where that is no service of its own."""
    listing = proposal.listing
    if listing is None or proposal.kind != ProposalKind.NEW:
        return []
    draft = listing.draft or {}
    known = {"name": names.get(str(listing.organization_id), "")}
    looks = looks_like(draft.get("service") or {}, draft.get("organization") or known)
    if looks is None or listing.entry:
        return []
    return [{"text": f"Looks like: {looks.kind.label.lower()}", "icon": "information"}]


def _overtaken(proposal: Proposal) -> list[dict[str, str]]:
    """That some of what waits was decided differently in another proposal, and when."""
    marked = [c.overtaken_by for c in getattr(proposal, "waiting", [])]
    when = max((d.decided_at for d in marked if d), default=None)
    if when is None:
        return []
    return [{"text": f"Decided differently {moment(when)}", "icon": "clock"}]


def _kind(proposal: Proposal) -> str:
    """“Organisation” or “Place”, of what is about one by itself."""
    return RECORDS[proposal.record.kind].label if proposal.record else ""


def _gravity(proposal: Proposal) -> list[dict[str, str]]:
    if proposal.gravity == Gravity.HARM:
        text = "Somebody could come to harm"
        return [{"text": text, "icon": "warning", "kind": "bad"}]
    if proposal.kind == ProposalKind.CLOSURE:
        return [{"text": "It has closed", "icon": "unpublished"}]
    return []


def _clock(proposal: Proposal, now: dt.datetime) -> list[dict[str, str]]:
    if proposal.answer_by is None:
        return []
    words, _ = time_left(proposal.answer_by, now)
    hours = proposal.partnership.policy.amber_hours
    stands = report_clock.light(proposal.answer_by, now, hours)
    kind = {Light.RED: "bad", Light.AMBER: "due"}.get(stands, "")
    return [{"text": f"Answer: {words}", "icon": "clock", "kind": kind}]


def _why(proposal: Proposal) -> str:
    who = proposal.proposer_label
    if proposal.proposer_partner:
        who += f" ({proposal.proposer_partner})"
    waiting = getattr(proposal, "waiting", [])
    if proposal.kind == ProposalKind.NEW:
        return f"Sent in by {who}: {counted(len(waiting), 'line')} to decide."
    if not waiting:
        return f"{who}: “{_short(proposal.evidence_words)}”"
    about = ", ".join(dict.fromkeys(label_of(c).lower() for c in waiting))
    said = f" “{_short(proposal.evidence_words)}”" if proposal.evidence_words else ""
    if proposal.kind == ProposalKind.CLOSURE:
        return f"{who} says that it has closed.{said}"
    return f"{who} suggests {counted(len(waiting), 'change')}: {about}.{said}"


def _short(text: str, most: int = 160) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


def _check_card(
    listing: Listing, user: User, now: dt.datetime, names: Names, asked: Asked
) -> Card:
    card: Card = {
        "title": listing.title,
        "url": reverse("workflow:record", args=[listing.pk]),
        "caption": names.get(str(listing.organization_id), ""),
        "grade": standing.grade(listing, clock.london_day(now)),
        "text": " ".join(filter(None, (
            getattr(listing, "not_theirs", ""),
            _why_check(listing, clock.london_day(now)),
        ))),
        "facts": [],
        **_who_checks(listing, user, now, asked),
    }  # fmt: skip
    if listing.stage == Stage.UNPUBLISHED:
        card |= {"stage": listing.stage, "reasons": standing.reasons(listing)}
    for label, day in (("Checked", listing.assured_on), ("Due", listing.due_on)):
        if day:
            card["facts"].append({"label": label, "date": day})
    if ring := getattr(listing, "rings", None):
        card["facts"] += _ring(ring)
    return card


def _ring(ring: dict[str, Any]) -> list[dict[str, str]]:
    """At which number, and which not."""
    facts = [{"label": "Do not ring", "value": said} for said in ring["wrong"]]
    if not ring["number"]:
        return facts
    value = f"{ring['number']} ({ring['who']})"
    return [{"label": "Ring", "value": value, "url": ring["uri"]}, *facts]


def _who_checks(
    listing: Listing, user: User, now: dt.datetime, asked: Asked
) -> dict[str, Any]:
    """The way on, where nobody else is on it; else who is."""
    correct = {"label": "Correct and check", "url": asked.to("correct", listing.pk)}
    claim = getattr(listing, "check_claim", None)
    if claim is None or claim.until <= now:
        return {
            "next_url": asked.to("start-check", listing.pk), "next_label": "Check",
            "next_method": "post", "more": [correct],
        }  # fmt: skip
    if claim.by_id != user.pk:
        words = f"{claim.by} is on it until {clock_time(claim.until)}"
        return {"tags": [{"text": words, "icon": "person"}]}
    yours = f"Yours until {clock_time(claim.until)}"
    return {
        "tags": [{"text": yours, "icon": "clock", "kind": "submitted"}],
        "next_url": asked.to("check", listing.pk), "next_label": "Carry on",
        "more": [correct],
    }  # fmt: skip


def _why_check(listing: Listing, today: dt.date) -> str:
    """Why a record is in the queue: who checked it, and how its day stands."""
    if listing.due_on is None:
        until = listing.carried_over_until
        words = "Carried over from another directory and never checked."
        if first := listing.first_due_on:
            words += f" Its first check is planned for {full_date(first)}."
        return words + (f" Public until {full_date(until)}." if until else "")
    if listing.stage == Stage.UNPUBLISHED:
        return f"Not checked since {full_date(listing.assured_on)}, so it is hidden."
    by = f" by {listing.assurance.body_label}" if listing.assurance else ""
    days = (listing.due_on - today).days
    grade = standing.grade(listing, today)
    if days > 0:
        day = f"falls due in {counted(days, 'day')}"
    elif days == 0:
        day = "falls due today"
    elif grade == Grade.LAPSED:
        day = f"was due {counted(-days, 'day')} ago; it has lapsed and is still public"
    else:
        lapses = listing.due_on + dt.timedelta(
            days=listing.partnership.policy.lapsed_days
        )
        day = f"was due {counted(-days, 'day')} ago; it lapses on {full_date(lapses)}"
    return f"Last checked{by}. The next check {day}.{_confirmed(listing, today)}"


def _confirmed(listing: Listing, today: dt.date) -> str:
    """That its provider has said since the last check that nothing has changed."""
    day, checked = listing.confirmed_on, listing.assured_on
    if day is None or (checked is not None and day < checked):
        return ""
    when = "today" if day == today else f"on {full_date(day)}"
    return f" Its provider said {when} that nothing has changed."


def _line_card(
    release: Release, user: User, now: dt.datetime, names: Names, asked: Asked
) -> Card:
    listing = release.listing
    record = reverse("workflow:record", args=[listing.pk])
    who = release.stated_by or "The provider"
    return {
        "title": listing.title,
        "url": record,
        "caption": names.get(str(listing.organization_id), ""),
        "text": f"{who} says that {phones.display(release.value)} is the group's "
        f"public line: “{_short(release.reason)}”",
        "facts": [{"label": "Waiting since", "date": release.created_at}],
        "next_url": f"{record}#held-back",
        "next_label": "Look at it",
    }


def _publish_card(
    listing: Listing, user: User, now: dt.datetime, names: Names, asked: Asked
) -> Card:
    return {
        "title": listing.title,
        "url": reverse("workflow:record", args=[listing.pk]),
        "caption": names.get(str(listing.organization_id), ""),
        "stage": listing.stage,
        "text": "Assured. See it as the public will, then publish it.",
        "facts": [{"label": "Checked", "date": listing.assured_on}],
        "next_url": reverse("workflow:preview", args=[listing.pk]),
        "next_label": "Look and publish",
    }


Maker = Callable[[Any, User, dt.datetime, Names, Asked], Card]


def _review_card(
    row: Any, user: User, now: dt.datetime, names: Names, asked: Asked
) -> Card:
    url = reverse("workflow:review", args=[row.organization_id])
    last = {"label": "Last reviewed", "date": row.reviewed_on}
    since = {"label": "Monitored since", "date": row.since}
    return {
        "title": row.label,
        "url": url,
        "caption": "Organisation",
        "text": "It keeps its own records. Look at all of them together.",
        "facts": [last if row.reviewed_on else since],
        "next_url": url,
        "next_label": "Review",
    }


def cards(
    section: sections.Section,
    rows: Iterable[Any],
    user: User,
    now: dt.datetime,
    asked: Asked,
    names: Names,
    reckoned: Reckoned,
) -> list[Card]:
    """The cards of one section; ``names`` are those of ``names_of``, and ``reckoned``
    is what ``reckoned_for`` asked.

    A check goes on with the next of its section, a suggestion with the next of what was
    asked for.
    """
    maker: Maker = _proposal_card
    if waiting_checks.is_check(section):
        maker, asked = _check_card, asked.only(section)
    elif section == sections.LINES:
        maker = _line_card
    elif section == sections.TO_PUBLISH:
        maker = _publish_card
    elif section == sections.REVIEWS:
        maker = _review_card
    made = []
    for row in rows:
        takes = {"label": "Takes", "value": how_long(minutes(section, row, reckoned))}
        card = maker(row, user, now, names, asked)
        made.append(card | {"facts": [*card["facts"], takes]})
    return made


def minutes(section: sections.Section, row: Any, reckoned: Reckoned) -> int:
    """What one item takes, as the page that does it and the preview of several say."""
    if isinstance(section.work, EffortKind):
        return reckoned.minutes(_pair(row), section.work)
    return section.work


def _pair(row: Any) -> tuple[Any, Any]:
    """The place, and the organization whose level there counts."""
    if isinstance(row, Proposal) and row.listing is None:
        return row.partnership_id, row.record_id
    about = row if isinstance(row, Listing | AssuranceLevel) else row.listing
    return about.partnership_id, about.organization_id


def reckoned_for(rows: Iterable[Any]) -> Reckoned:
    """What is asked once of all that is shown, to say what it takes: two queries."""
    return effort.reckoned(_pair(row) for row in rows if not isinstance(row, Release))


def mark_numbers(user: User, rows: Iterable[Any]) -> None:
    """Mark each record with whom to ring about it (``rings``), and not what people of a
    trusted body look after themselves; and whether those who were asked say that it is
    not them any more (``not_theirs``). Four queries; one more for those people."""
    listings = [row for row in rows if isinstance(row, Listing)]
    me = access.authority_of(user)
    own: set[Any] = set()
    if me.trusted and listings:
        theirs = access.trusted_own_by(me).filter(pk__in=[one.pk for one in listings])
        own = set(theirs.values_list("pk", flat=True))
    found = ringing.of_listings(one for one in listings if one.pk not in own)
    told = asking.not_theirs(listings)
    for one in listings:
        one.rings = found.get(one.pk)  # type: ignore[attr-defined]
        one.not_theirs = told.get(one.pk, "")  # type: ignore[attr-defined]


def names_of(rows: Sequence[Any]) -> Names:
    """The names of the organizations of what is shown, in one query for all."""
    return worklist.organization_names(_organizations(rows))


def _organizations(rows: Sequence[Any]) -> list[Any]:
    listings = (
        row if isinstance(row, Listing | AssuranceLevel) else row.listing
        for row in rows
    )
    return [listing.organization_id for listing in listings if listing]

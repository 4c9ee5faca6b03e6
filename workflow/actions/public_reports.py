"""Saying without an account that something is wrong with a public service.

It goes the way of a contributor's report, with the least confidence. No number of them
hides a record: each waits for a person. See docs/adr/0017-the-public-may-report.md.
"""

import datetime as dt
import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from accounts import audit
from common import clock
from common.errors import InvalidInput, InvalidState
from workflow import erased, queries
from workflow.actions.outcomes import outcome
from workflow.actions.proposals import open_proposal, refuse_replaced
from workflow.actions.revising import lock_listing
from workflow.actions.telling import UNDO
from workflow.choices import (
    Evidence,
    Gravity,
    ProposalKind,
    ProposalState,
    Stage,
    WhatIsWrong,
)
from workflow.models import Change, Listing, Proposal, PublicReport

SOMEBODY = "Somebody without an account"
LONGEST = 2000
"""Characters of what one person may write; more waits for a telephone call."""

LONGEST_TOGETHER = 8000
FROM_ONE_SENDER = ((dt.timedelta(hours=1), 6), (dt.timedelta(days=1), 20))
ABOUT_ONE_SERVICE = 12
"""Reports of a day about one service; by then those who keep it know."""

ONE_DAY = dt.timedelta(days=1)
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"

FOR_GOOD, FOR_NOW, NOT_SURE = "for_good", "for_now", "not_sure"
STATUS = {FOR_GOOD: "defunct", FOR_NOW: "temporarily closed"}


_IN_YOUR_WORDS = "Say what is wrong, in your own words."
_NEEDED: dict[str, str] = {
    WhatIsWrong.REACH: "Choose which of them is wrong, or say what happened.",
    WhatIsWrong.TIMES: "Say when it is, or what you found when you were there.",
    WhatIsWrong.MOVED: "Say where it is now, or what you found when you were there.",
    WhatIsWrong.COST: "Say what it costs, or what you were asked to pay.",
    WhatIsWrong.HARM: _IN_YOUR_WORDS,
    WhatIsWrong.ELSE: _IN_YOUR_WORDS,
}
"""What is asked of who sent nothing of which somebody could look into anything; that a
service has closed says enough by itself."""


class TooMany(InvalidState):
    """So much was reported that no more is taken for now. Its text is for people."""


@dataclass(frozen=True)
class Told:
    """What somebody tells us. ``once`` is the secret of the form they were given:
    the same one twice is the same report. ``sender`` is a network address."""

    what: str
    once: str
    sender: str
    words: str = ""
    closed: str = ""
    answer_to: str = ""


def token_of(once: str) -> str:
    """The private link's token for a form's secret; only who has the form can know."""
    made = hmac.digest(
        settings.SECRET_KEY.encode(), b"report" + once.encode(), "sha256"
    )
    return made.hex()


def _hash(token: str) -> str:
    return hashlib.sha256(f"public-report:{token}".encode()).hexdigest()


def of_token(token: str) -> PublicReport | None:
    """The report that a private link opens. Looked up by a hash, so that the time it
    takes says nothing about tokens that are nearly right."""
    rows = PublicReport.objects.select_related("proposal__listing__record")
    return rows.filter(token_hash=_hash(token)).first()


def sender_of(address: str) -> str:
    """What tells a sender apart for a day: a keyed hash, which goes with the day.

    Of IPv6 the network counts, since one household has very many addresses.
    """
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        known = address
    else:
        if number.version == 6:
            # Behind a socket for both, every IPv4 address comes as ::ffff:…, all of
            # them of one network.
            number = number.ipv4_mapped or number
        known = str(number)
        if number.version == 6:
            known = str(ipaddress.ip_network(f"{number}/64", strict=False))
    message = f"{clock.today().isoformat()}|{known}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), message, "sha256").hex()


@transaction.atomic
def report_publicly(*, listing_id: Any, told: Told) -> PublicReport:
    """Take down what somebody says is wrong with a public service.

    The same form twice is one report, and what was said within a day by others too
    joins theirs, if it still waits. Raises InvalidInput by field, TooMany, InvalidState
    where the service is not public any more.
    """
    listing = lock_listing(listing_id)
    before = of_token(token_of(told.once))
    if before:
        return before
    if listing.stage != Stage.PUBLISHED:
        raise InvalidState(
            "This service is not public any more, so it is being seen to."
        )
    refuse_replaced(listing.record)
    _check(listing, told)
    sender = sender_of(told.sender)
    _refuse_flood(listing, sender)
    proposal = _waiting(listing, told) or _open(listing, told)
    report = PublicReport.objects.create(
        proposal=proposal,
        what=told.what,
        reference=_reference(),
        token_hash=_hash(token_of(told.once)),
        sender=sender,
        answer_to=told.answer_to,
    )
    audit.record(
        "reported_publicly", report, actor=SOMEBODY,
        partnership_id=listing.partnership_id, after={"what": told.what},
    )  # fmt: skip
    return report


def _check(listing: Listing, told: Told) -> None:
    wrong = {}
    if told.what not in WhatIsWrong.values:
        wrong["what"] = "Choose what is wrong."
    if told.what in _NEEDED and not told.words.strip():
        wrong["words"] = _NEEDED[told.what]
    if len(told.words) > LONGEST:
        wrong["words"] = f"Say it in {LONGEST} characters at the most."
    if told.what == WhatIsWrong.CLOSED:
        if told.closed not in (FOR_GOOD, FOR_NOW, NOT_SURE):
            wrong["closed"] = "Choose whether it is closed for good."
        elif STATUS.get(told.closed) == queries.current(listing.record).get("status"):
            wrong["closed"] = "It is marked so already. Thank you all the same."
    if wrong:
        raise InvalidInput(wrong)
    erased.refuse({"words": told.words, "answer_to": told.answer_to})


def _refuse_flood(listing: Listing, sender: str) -> None:
    """Raise TooMany where a sender, or everybody together, said so much already.

    One after the other for each sender: they may write about many services at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [sender]
        )
    now = clock.now()
    for span, most in FROM_ONE_SENDER:
        theirs = PublicReport.objects.filter(sender=sender, created_at__gt=now - span)
        if theirs.count() >= most:
            when = "an hour" if span < ONE_DAY else "a day"
            raise TooMany(
                f"{most} reports came from your connection within {when}, which is as "
                "many as we can look into. Try again later, or write or ring instead."
            )
    about = PublicReport.objects.filter(
        proposal__listing=listing, created_at__gt=now - ONE_DAY
    )
    if about.count() >= ABOUT_ONE_SERVICE:
        raise TooMany(
            "Several people have told us about this service today, and somebody is "
            "going to look into it. If yours is another matter, write or ring instead."
        )


def _waiting(listing: Listing, told: Told) -> Proposal | None:
    """What others said within a day and nobody has decided, with these words added."""
    same = Proposal.objects.filter(
        listing=listing, proposer=None, source=None, state=ProposalState.OPEN,
        public_reports__what=told.what, created_at__gt=clock.now() - ONE_DAY,
    )  # fmt: skip
    if told.what == WhatIsWrong.CLOSED:
        status = STATUS.get(told.closed)
        kind = ProposalKind.CLOSURE if status else ProposalKind.REPORT
        same = same.filter(kind=kind)
        same = same.filter(changes__value=status) if status else same
    keys = same.order_by("created_at").values_list("pk", flat=True)[:1]
    found = Proposal.objects.select_for_update(no_key=True).filter(pk__in=list(keys))
    proposal = found.filter(state=ProposalState.OPEN).first()
    if proposal is None:
        return None
    said = told.words.strip()
    together = f"{proposal.evidence_words}\n\n{said}"
    if (
        said
        and said not in proposal.evidence_words
        and (len(together) <= LONGEST_TOGETHER)
    ):
        proposal.evidence_words = together
        proposal.save(update_fields=["evidence_words"])
    return proposal


def _open(listing: Listing, told: Told) -> Proposal:
    status = STATUS.get(told.closed) if told.what == WhatIsWrong.CLOSED else None
    gravity = {
        WhatIsWrong.CLOSED: Gravity.CLOSED, WhatIsWrong.HARM: Gravity.HARM,
    }.get(WhatIsWrong(told.what), Gravity.ERROR)  # fmt: skip
    said = WhatIsWrong(told.what).label
    words = told.words.strip()
    proposal = open_proposal(
        listing,
        ProposalKind.CLOSURE if status else ProposalKind.REPORT,
        SOMEBODY,
        Evidence.OTHER,
        f"{said}. {words}" if words else f"{said}.",
        None,
        gravity,
    )
    if status:
        record = listing.record
        Change.objects.create(
            proposal=proposal,
            record=record,
            path="status",
            was=queries.current(record).get("status"),
            value=status,
            base=record.revision.number if record.revision else 0,
        )
    return proposal


def _reference() -> str:
    """Eight letters and figures to say on the telephone, none like another."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


# --- the answer -----------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What has become of a report: nothing yet, or lines of words since a moment.

    ``until`` is when its clock runs out. ``settling`` is while the answer may still be
    undone.
    """

    lines: list[str]
    until: dt.datetime | None
    settling: bool


def answer_of(report: PublicReport) -> Answer:
    """What may be told of a report to who made it."""
    proposal = report.proposal
    if proposal.state == ProposalState.OPEN:
        return Answer([], proposal.answer_by, settling=False)
    decided = proposal.decided_at
    if decided and clock.now() < decided + UNDO:
        return Answer([], None, settling=True)
    lines = [line.removeprefix("- ") for line in outcome(proposal)]
    return Answer(
        lines or ["It was looked into and closed. Thank you."], None, settling=False
    )

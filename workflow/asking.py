"""What is to be asked today, of whom: the reminder ladder as queries.

A step comes when its day has come and the one before it has been made: a record that is
long overdue is asked first, and not at once reported to the lead. Anything that was
found out within ``LATELY`` days cancels the ask (PRODUCT.md section 5).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from accounts.access import Person
from accounts.models import Partnership
from common import clock
from directory.freshness import full_date
from workflow import access, contracts
from workflow.choices import (
    Answer,
    AskTo,
    Channel,
    Hidden,
    Level,
    ProposalState,
    SaidBy,
    Stage,
    Stopped,
    Verdict,
)
from workflow.models import (
    AskedListing,
    Assurance,
    AssuranceLevel,
    Call,
    Change,
    Confirmation,
    LadderStep,
    Listing,
    Policy,
    Proposal,
)

LATELY = dt.timedelta(days=30)
"""So long what was found out counts as news."""
PULLED_IN = dt.timedelta(days=15)
"""Records whose first step comes within so many days go with a mail that is sent."""
CATCHING_UP = 7
"""Days that are left between two steps which are made late."""
BY_HAND = 1000
"""From this step on somebody asked by hand, outside the ladder; no ladder goes so far.
"""
GOOD_FOR = dt.timedelta(days=45)
"""How long a link or code works."""


IS_LISTED = Q(
    Q(stage=Stage.PUBLISHED)
    | Q(stage=Stage.UNPUBLISHED, hidden_because=[Hidden.LAPSED]),
    record__replaced_by=None,
)
"""Of listings, that the directory has them for whoever may look: public, or hidden only
because nobody checked them in time."""
IS_ASKED_ABOUT = Q(IS_LISTED, due_on__isnull=False, organization_id__isnull=False)
"""Of listings, that anybody is asked about them: see :func:`askable`."""


FIRST_OF_ALL = -(2**15)
"""A number of days before any that a ladder may have."""


@dataclass(frozen=True)
class Step:
    """A step of a ladder: who is asked so many days after the due date. ``after`` is
    the number of days of the step before it, None for the first. ``least`` is the step
    that has to have been made at the least: before the second any will do, since who
    was asked at a step that the ladder has no more was asked, and is not left out."""

    days: int
    to: str
    after: int | None
    least: int

    @property
    def gap(self) -> int:
        """Days that have to have passed since the step before it was made."""
        return 0 if self.after is None else min(self.days - self.after, CATCHING_UP)


def ladder_of(place: Partnership, *, contracted: bool = False) -> list[Step]:
    """The steps of a place, in order; the default ladder where it has set none."""
    rows = LadderStep.objects.filter(partnership=place, contracted=contracted)
    pairs = list(rows.order_by("days").values_list("days", "to"))
    return steps(pairs or default_ladder(place.policy, contracted=contracted))


def default_ladder(
    policy: Policy, *, contracted: bool = False
) -> list[tuple[int, str]]:
    """Days and whom, for a place that has set none; the lead when a record lapses.

    A provider under contract is asked twice more before anybody rings.
    """
    pairs = [
        (-policy.due_soon_days, AskTo.FIRST),
        (0, AskTo.FIRST),
        (7, AskTo.SECOND),
        (10, AskTo.PHONE),
        (max(policy.lapsed_days, 11), AskTo.LEAD),
    ]
    more = [(-5, AskTo.FIRST), (4, AskTo.FIRST)] if contracted else []
    return sorted({**dict(more), **dict(pairs)}.items())


def steps(pairs: list[tuple[int, str]]) -> list[Step]:
    """The steps of a ladder, each knowing the one before it."""
    before = [None, *(days for days, _ in pairs)]
    least = [FIRST_OF_ALL, FIRST_OF_ALL, *(days for days, _ in pairs[1:])]
    return [
        Step(days, to, after, made)
        for (days, to), after, made in zip(pairs, before, least, strict=False)
    ]


def contracted(listings: QuerySet[Listing]) -> QuerySet[Listing]:
    """Those of these that are provided under a contract, with the longer ladder."""
    return listings.filter(contracts.contracted(clock.today()))


def uncontracted(listings: QuerySet[Listing]) -> QuerySet[Listing]:
    """The others of these, with the ladder of the place."""
    return listings.exclude(contracts.contracted(clock.today()))


def is_contracted(listing: Listing) -> bool:
    """Whether a listing is provided under a contract."""
    return contracted(Listing.objects.filter(pk=listing.pk)).exists()


# --- what is asked --------------------------------------------------------------------


def askable(place: Partnership) -> QuerySet[Listing]:
    """Records of a place that are asked about at all: public, or hidden only because
    nobody checked them in time. What is closed, withdrawn or replaced is not."""
    return Listing.objects.filter(IS_ASKED_ABOUT, partnership=place)


def without_news(listings: QuerySet[Listing], now: dt.datetime) -> QuerySet[Listing]:
    """Those about which nothing was found out lately: no check, no word of the
    provider's that all is right, no accepted change, no answer, and no change of the
    provider's that waits for us."""
    since = now - LATELY
    day = since.date()
    return without_word(listings, since).filter(
        Q(assured_on=None) | Q(assured_on__lt=day),
        Q(confirmed_on=None) | Q(confirmed_on__lt=day),
    )


def without_news_since(
    listings: QuerySet[Listing], moment: dt.datetime
) -> QuerySet[Listing]:
    """Those about which nothing of that was found out after a moment: a check of the
    same day before it does not count."""
    after = moment + dt.timedelta(microseconds=1)
    checked = Assurance.objects.filter(
        listing=OuterRef("pk"), created_at__gte=after, undone_at=None
    )
    confirmed = Confirmation.objects.filter(
        listing=OuterRef("pk"), created_at__gte=after, source=SaidBy.PROVIDER
    )
    return without_word(listings, after).filter(~Exists(checked), ~Exists(confirmed))


def without_word(listings: QuerySet[Listing], since: dt.datetime) -> QuerySet[Listing]:
    """Without a change that was accepted, an answer, or a change of the provider's that
    waits, since then."""
    accepted = Change.objects.filter(
        proposal__listing=OuterRef("pk"),
        verdict__in=(Verdict.ACCEPTED, Verdict.CHANGED),
        decision__decided_at__gte=since,
        decision__undone_at=None,
    )
    waiting = Proposal.objects.filter(
        listing=OuterRef("pk"),
        by_provider=True,
        state=ProposalState.OPEN,
        created_at__gte=since,
    )
    answered = AskedListing.objects.filter(
        listing=OuterRef("pk"), answered_at__gte=since
    ).exclude(answer=Answer.NOT_US)
    return listings.filter(
        ~Exists(accepted),
        ~Exists(waiting),
        ~Exists(answered),
    )


def with_last(listings: QuerySet[Listing]) -> Any:
    """With the last step that was made for the due date as it is now, and its day."""
    made = (
        AskedListing.objects.filter(listing=OuterRef("pk"), due_on=OuterRef("due_on"))
        .order_by()
        .values("listing")
    )
    return listings.annotate(
        last_step=Subquery(
            made.filter(step__lt=BY_HAND).annotate(last=Max("step")).values("last")
        ),
        last_asked_on=Subquery(made.annotate(last=Max("ask__asked_on")).values("last")),
    )


def has_begun(
    listings: QuerySet[Listing], ladder: Sequence[Step], today: dt.date
) -> bool:
    """Whether the first day of a ladder has come for any of these: a step of it has for
    none of them before."""
    first = today - dt.timedelta(days=ladder[0].days)
    return listings.filter(due_on__lte=first).exists()


def at_step(
    listings: QuerySet[Listing], step: Step, now: dt.datetime, today: dt.date
) -> QuerySet[Listing]:
    """Those of these for which a step has come.

    What is on the phone list already stays there, and is asked nothing more until the
    lead is told.
    """
    on_the_list = Exists(
        AskedListing.objects.filter(
            listing=OuterRef("pk"),
            due_on=OuterRef("due_on"),
            ask__channel=Channel.PHONE,
        )
    )
    due = with_last(listings).filter(due_on__lte=today - dt.timedelta(days=step.days))
    if step.after is None:
        lately = today - dt.timedelta(days=CATCHING_UP)
        new = Q(last_asked_on=None) | Q(last_asked_on__lte=lately)
        return without_news(due.filter(new, last_step=None), now)
    due = due.filter(
        last_step__lt=step.days,
        last_asked_on__lte=today - dt.timedelta(days=step.gap),
    )
    before = Q(last_step__gte=step.least)
    if step.to == AskTo.LEAD:
        return without_news(due.filter(before | Q(on_the_list)), now)
    return without_news(due.filter(before, ~on_the_list), now)


def pulled_in(
    listings: QuerySet[Listing], first: Step, now: dt.datetime, today: dt.date
) -> QuerySet[Listing]:
    """Those of these whose first step comes soon: they go with a mail that is sent."""
    last = today - dt.timedelta(days=first.days) + PULLED_IN
    due = with_last(listings).filter(due_on__lte=last, last_step=None)
    return without_news(due, now)


def is_by_telephone() -> Any:
    """Of a listing, whether the assurer keeps it for the provider: nobody is written
    to."""
    kept_themselves = AssuranceLevel.objects.filter(
        partnership=OuterRef("partnership"),
        organization_id=OuterRef("organization_id"),
        level__in=(Level.MONITORED, Level.TRUSTED),
    )
    return ~Exists(kept_themselves)


# --- what is left to ring -------------------------------------------------------------


def to_ring(user: Person, now: dt.datetime) -> QuerySet[AskedListing]:
    """What this person has to ring about, the longest overdue first: one row for each
    record of their remits that nobody has answered for and that no mail can reach.

    The newest ask of the record as it is due now: on the phone list, or to a contact
    that was stopped since, or answered with “not us any more”.
    """
    standing = access.in_remit_by(user).filter(IS_ASKED_ABOUT)
    mine = without_news(standing, now)
    return (
        _newest()
        .filter(
            Q(answer="", ask__channel=Channel.PHONE)
            | Q(answer="", ask__contact__stopped_at__isnull=False)
            | Q(answer=Answer.NOT_US),
            listing__in=mine.values("pk"),
        )
        .select_related("listing__partnership", "ask__contact")
        .order_by("due_on", "listing__title", "pk")
    )


def _newest() -> QuerySet[AskedListing]:
    """The newest ask of each record as it is due now."""
    newer = AskedListing.objects.filter(
        listing=OuterRef("listing"), created_at__gt=OuterRef("created_at")
    ).exclude(ask__channel=Channel.LEAD)
    return AskedListing.objects.filter(
        ~Exists(newer),
        due_on=F("listing__due_on"),
        # Not what another place asked before the record moved here.
        ask__partnership=F("listing__partnership"),
    ).exclude(ask__channel=Channel.LEAD)


def not_theirs(listings: Iterable[Listing]) -> dict[Any, str]:
    """Of which of these those who were asked said that it is not them any more, in a
    sentence with the day: until somebody checks the record, it is asked about anew, or
    somebody says for the provider that it is right. One query."""
    since = Confirmation.objects.filter(
        listing=OuterRef("listing"),
        created_at__gt=OuterRef("answered_at"),
        source=SaidBy.PROVIDER,
    )
    rows = _newest().filter(
        ~Exists(since), answer=Answer.NOT_US, listing__in=[one.pk for one in listings]
    )
    return {
        listing: f"{Stopped.NOT_US.label} ({full_date(clock.london_day(at))})."
        for listing, at in rows.values_list("listing", "answered_at")
        if at
    }


def history_of(listing: Listing) -> QuerySet[AskedListing]:
    """Every time a record was asked about, the newest first, with what came of it;
    of what an earlier home told its own lead, nothing."""
    rows: QuerySet[AskedListing] = listing.asked.select_related(
        "ask__contact", "ask__message", "ask__partnership", "proposal"
    )
    inside = Q(ask__channel=Channel.LEAD) & ~Q(ask__partnership=listing.partnership_id)
    return rows.exclude(inside).order_by("-created_at", "-pk")


def calls_about(listing: Listing) -> QuerySet[Call]:
    """Every call of its home about a record, the newest first, those taken back too."""
    mine = Call.objects.filter(partnership=listing.partnership_id)
    return mine.filter(about__asked__listing=listing).order_by("-created_at", "-pk")


def contact_position(step: Step) -> Any:
    """The position of the contact point that a step asks; None for the others."""
    return {AskTo.FIRST: 1, AskTo.SECOND: 2}.get(AskTo(step.to))

"""What doing one thing to several records would do to each: a preview, and the same
question asked again of the locked row.

Every reason is found for all records at once; the number of queries does not grow with
them.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from accounts.access import Person
from accounts.models import User
from accounts.permissions import Permission
from common import clock
from directory.choices import Visibility
from directory.freshness import full_date
from workflow import access, asking, effort, gated, queries, teams
from workflow.choices import (
    BatchAct,
    Channel,
    EffortKind,
    Hidden,
    ProposalState,
    Stage,
)
from workflow.models import (
    AskedListing,
    Assurance,
    ContactPoint,
    Listing,
    Proposal,
    Remit,
)
from workflow.queries import Whole

MOST = 200
"""As many records are done in one go; what is left is for the next."""

ASKED_LATELY = dt.timedelta(days=7)
"""Whoever was asked within this time is not asked again in bulk; from the record's own
page they still are."""

Seen = Mapping[str, Any]
Reasons = dict[Any, str]


def offered_to(user: Person, act: str) -> QuerySet[Listing]:
    """The listings of which the person may do this to some, as far as who they are
    says; what else stands in the way is said in ``reasons``."""
    if act == BatchAct.CHECK:
        return access.checkable_by(user)
    if act == BatchAct.REMIND:
        return access.in_remit_by(user)
    if act == BatchAct.PUBLISH:
        return access.publishable_by(user)
    places = access.places_with(user, Permission.HAND_OVER)
    return Listing.objects.filter(partnership__in=places.values("pk"))


def remits_for(user: Person, listings: Iterable[Listing]) -> QuerySet[Remit]:
    """The areas of work to which the person may give these records."""
    places = access.places_with(user, Permission.HAND_OVER)
    of = {listing.partnership_id for listing in listings}
    return Remit.objects.filter(
        partnership__in=places.filter(pk__in=of).values("pk")
    ).order_by("name")


def chosen(ids: Collection[Any]) -> QuerySet[Listing]:
    """Listings with what a preview needs of them."""
    return Listing.objects.filter(pk__in=list(ids)).select_related(
        "record__revision", "record__replaced_by", "assurance__assured_by",
        "partnership__policy", "remit__partner",
    )  # fmt: skip


def state_of(listing: Listing, whole: Whole) -> dict[str, Any]:
    """What is kept of a record when it is chosen: the versions, and the check that
    stood."""
    return {"numbers": whole.numbers, "check": str(listing.assurance_id or "")}


# --- why not --------------------------------------------------------------------------


def reasons(
    user: User,
    act: str,
    listings: Sequence[Listing],
    seen: Mapping[Any, Seen],
    *,
    shown: Mapping[Any, Whole] | None = None,
) -> Reasons:
    """Why it cannot be done to some of these, in a sentence each; the others can."""
    parts = queries.wholes(listings) if shown is None else shown
    team = teams.team_of(user)
    theirs = offered_to(user, act).filter(pk__in=[one.pk for one in listings])
    mine = set(theirs.values_list("pk", flat=True))
    out: Reasons = {}
    for one in listings:
        if one.pk not in mine:
            out[one.pk] = ""
        elif one.record.replaced_by_id:
            out[one.pk] = "Another record has taken its place."
        elif act != BatchAct.ASSIGN and (
            changed := _changed(one, parts[one.pk], seen.get(one.pk), team)
        ):
            out[one.pk] = changed
    rest = [one for one in listings if one.pk not in out]
    out |= _MORE[act](user, rest, parts)
    strangers = [one for one in listings if out.get(one.pk) == ""]
    return out | _why_not_theirs(user, act, strangers)


def _changed(
    listing: Listing, whole: Whole, seen: Seen | None, team: Collection[Any]
) -> str:
    if seen is None:
        return ""
    if whole.numbers != seen["numbers"]:
        return "It has changed since you chose it. Look at it again."
    check = listing.assurance
    if str(listing.assurance_id or "") == seen["check"]:
        return ""
    if check is None:
        return "Its last check was taken back since you chose it."
    return f"{_checker(check, team)} has checked it since you chose it."


def _checker(check: Assurance, team: Collection[Any]) -> str:
    return teams.named(check.assured_by, check.body_label, team)


def _why_not_theirs(user: User, act: str, listings: Sequence[Listing]) -> Reasons:
    """Why records are not the person's to do this to."""
    keys = [one.pk for one in listings]
    own = set(
        access.own_body_by(user).filter(pk__in=keys).values_list("pk", flat=True)
        if act == BatchAct.CHECK and keys
        else []
    )
    out: Reasons = {}
    for one in listings:
        if act in (BatchAct.ASSIGN, BatchAct.PUBLISH):
            who = "lead" if act == BatchAct.ASSIGN else "publisher"
            out[one.pk] = f"This is for a {who} of {one.partnership}."
        elif one.pk in own and one.assured_on is None:
            out[one.pk] = (
                "Your own organisation runs it, so somebody else makes its first check."
            )
        elif act == BatchAct.CHECK and one.stage in (Stage.DRAFT, Stage.SUBMITTED):
            out[one.pk] = "It has to be assured before it can be checked."
        elif one.remit is None:
            out[one.pk] = "It is in no area of work."
        else:
            out[one.pk] = f"It is in “{one.remit}”, which is not your area of work."
    return out


More = Callable[[User, Sequence[Listing], Mapping[Any, Whole]], Reasons]


def _against_check(
    user: User, listings: Sequence[Listing], parts: Mapping[Any, Whole]
) -> Reasons:
    """A suggestion that waits is decided first; what was checked today is checked."""
    team = teams.team_of(user)
    waiting = dict(
        Proposal.objects.filter(
            listing__in=[one.pk for one in listings], state=ProposalState.OPEN
        )
        .values("listing")
        .annotate(number=Count("pk"))
        .values_list("listing", "number")
    )
    out: Reasons = {}
    for one in listings:
        number = waiting.get(one.pk, 0)
        if number:
            what = "A suggestion waits" if number == 1 else f"{number} suggestions wait"
            out[one.pk] = f"{what} for a decision. Decide that first."
        elif one.stage == Stage.UNPUBLISHED and one.hidden_because != [Hidden.LAPSED]:
            out[one.pk] = (
                "It has been hidden from the public for another reason than its check."
            )
        elif one.assured_on == clock.today() and one.assurance:
            out[one.pk] = f"{_checker(one.assurance, team)} has checked it today."
    return out


def _against_asking(
    user: User, listings: Sequence[Listing], parts: Mapping[Any, Whole]
) -> Reasons:
    """Nobody is asked who cannot be reached, was asked lately or has told us."""
    keys = [one.pk for one in listings]
    last = (
        AskedListing.objects.filter(listing=OuterRef("pk"))
        .exclude(ask__channel__in=(Channel.LEAD, Channel.PHONE))
        .order_by("-ask__asked_on")
    )
    asked = dict(
        Listing.objects.filter(pk__in=keys)
        .annotate(last=Subquery(last.values("ask__asked_on")[:1]))
        .values_list("pk", "last")
    )
    rows = Listing.objects.filter(pk__in=keys)
    no_news = set(asking.without_news(rows, clock.now()).values_list("pk", flat=True))
    reached = contacts_of(listings)
    out: Reasons = {}
    for one in listings:
        public = one.stage == Stage.PUBLISHED
        lapsed = one.stage == Stage.UNPUBLISHED and one.hidden_because == [
            Hidden.LAPSED
        ]
        day = asked[one.pk]
        if not (public or lapsed) or one.due_on is None:
            out[one.pk] = "It has to be checked once before anybody is asked about it."
        elif key_of(one) not in reached:
            out[one.pk] = "There is no e-mail address that we may write to. Ring them."
        elif day and day > clock.today() - ASKED_LATELY:
            out[one.pk] = f"They were asked on {full_date(day)} already."
        elif one.pk not in no_news:
            out[one.pk] = "It was checked, or they told us something, within 30 days."
    return out


def key_of(listing: Listing) -> tuple[Any, Any]:
    """Whose contact points are asked: the place's, for the organization."""
    return listing.partnership_id, listing.organization_id


def contacts_of(listings: Iterable[Listing]) -> dict[tuple[Any, Any], ContactPoint]:
    """The first contact point that may be written to, for each organization."""
    keys = {key_of(one) for one in listings if one.organization_id}
    rows = ContactPoint.objects.filter(
        partnership__in={place for place, _ in keys},
        organization_id__in={key for _, key in keys},
    ).order_by("-position")
    return {
        (row.partnership_id, row.organization_id): row
        for row in rows
        if row.can_be_mailed
    }


def _against_giving(
    user: User, listings: Sequence[Listing], parts: Mapping[Any, Whole]
) -> Reasons:
    return {}


def _against_publishing(
    user: User, listings: Sequence[Listing], parts: Mapping[Any, Whole]
) -> Reasons:
    """What the gate stops waits for somebody to look at it."""
    shown = gated.public_parts(listings)
    out: Reasons = {}
    for one in listings:
        if one.stage == Stage.PUBLISHED:
            out[one.pk] = "It is public already."
        elif one.stage != Stage.ASSURED:
            out[one.pk] = "It has to be assured before it is published."
        elif one.record.visibility != Visibility.OPEN:
            out[one.pk] = "This record is for partners only and is not published."
        elif stops := shown[one.pk].stops:
            out[one.pk] = " ".join(stops)
    return out


_MORE: Mapping[str, More] = {
    BatchAct.CHECK: _against_check,
    BatchAct.REMIND: _against_asking,
    BatchAct.ASSIGN: _against_giving,
    BatchAct.PUBLISH: _against_publishing,
}


# --- how long -------------------------------------------------------------------------

MINUTES = {BatchAct.PUBLISH: 3, BatchAct.REMIND: 0, BatchAct.ASSIGN: 0}
"""What one takes where nothing is reckoned for it."""


def minutes_of(listings: Sequence[Listing], act: str) -> dict[Any, int]:
    """About how many minutes it takes to do it to each with care: of a check what the
    place reckons at the level of its organization."""
    if act != BatchAct.CHECK:
        return {one.pk: MINUTES[BatchAct(act)] for one in listings}
    reckoned = effort.reckoned(map(key_of, listings))
    return {one.pk: reckoned.minutes(key_of(one), EffortKind.CHECK) for one in listings}


def offered(user: Person, section: str, *, of_checks: bool) -> list[BatchAct]:
    """What can be done to several records of a section of the queue at once."""
    acts = []
    if of_checks:
        acts += [BatchAct.CHECK, BatchAct.REMIND]
    if section == "publish":
        acts.append(BatchAct.PUBLISH)
    if acts and access.places_with(user, Permission.HAND_OVER).exists():
        acts.append(BatchAct.ASSIGN)
    return acts


def may_at_all(user: Person, act: str, ids: Collection[Any]) -> bool:
    """Whether any of these records is the person's to do this to."""
    return offered_to(user, act).filter(pk__in=list(ids)).exists()

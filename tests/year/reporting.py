"""The public tells that something is wrong; assurers ask the provider meanwhile.

When the time of a report ends is worked out again beside each act, from the sentences
of PRODUCT.md section 5: so many working days, closure and harm the same day, and no
time while somebody waits for the provider.
"""

import datetime as dt
from typing import Any

from accounts.models import Partnership, User
from common import clock
from directory.models import OrganizationGrant
from tests.year import plain
from tests.year.diary import Diary
from tests.year.fates import fate
from tests.year.ringing import waits_for_an_answer
from workflow import access
from workflow.actions import clocks, proposals, public_reports
from workflow.actions.public_reports import Told
from workflow.choices import Method, ProposalKind, Stage, WhatIsWrong
from workflow.models import Listing, Policy, Proposal, ReportPause

SAID = (
    (WhatIsWrong.REACH, 25), (WhatIsWrong.TIMES, 50), (WhatIsWrong.COST, 65),
    (WhatIsWrong.MOVED, 75), (WhatIsWrong.CLOSED, 88), (WhatIsWrong.HARM, 92),
    (WhatIsWrong.ELSE, 100),
)  # fmt: skip
"""What people say is wrong: so many of a hundred, each up to its number."""
LAST_MINUTE = dt.time(23, 59)


def end_of(day: dt.date) -> dt.datetime:
    """The last minute of a day."""
    return dt.datetime.combine(day, LAST_MINUTE, tzinfo=clock.LONDON)


def time_ends(policy: Policy, proposal: Proposal, told_on: dt.date) -> dt.datetime:
    """When the time to answer a report ends that was made on a day."""
    urgent = proposal.gravity in ("closed", "harm")
    days = 0 if urgent else policy.report_days
    return end_of(plain.working_day_after(policy, told_on, days))


def report(diary: Diary, place: Partnership, today: dt.date) -> None:
    """Somebody without an account reports a service or two."""
    public = list(
        Listing.objects.filter(
            partnership=place, stage=Stage.PUBLISHED, open_to_all=True
        )
        .select_related("record__revision")
        .order_by("title", "pk")
    )
    for number in range(1 + fate("reports", place.slug, today) % 2):
        luck = fate("what", place.slug, today, number)
        listing = public[fate("who", place.slug, today, number) * len(public) // 100]
        what = next(said for said, last in SAID if luck < last)
        for_now = fate("closed", place.slug, today) < 80
        told = Told(
            what, once=f"{today}:{number}:{place.slug}", sender=f"10.0.{number}.{luck}",
            words=f"It is not as you say, on {today}.",
            closed=("for_now" if for_now else "not_sure")
            if what == WhatIsWrong.CLOSED
            else "",
        )  # fmt: skip
        if what == WhatIsWrong.CLOSED and _status(listing) == "temporarily closed":
            continue
        public_reports.report_publicly(listing_id=listing.pk, told=told)
        diary.did[f"reported: {what}"] += 1


def _status(listing: Listing) -> Any:
    version = listing.record.revision
    return version.payload.get("status") if version else None


# --- the clock ------------------------------------------------------------------------


def wait_for_providers(
    diary: Diary, policy: Policy, users: list[User], today: dt.date
) -> None:
    """Some clocks stand still while a provider is asked; some providers say something,
    of some an assurer says that they did, and the others never answer."""
    for user in users:
        mine = access.decidable_at_once(user).filter(partnership=policy.partnership)
        reports = mine.filter(kind=ProposalKind.REPORT).order_by("created_at", "pk")
        for proposal in reports.select_related("listing"):
            luck = fate("wait", proposal.listing_id, clock.london_day(
                proposal.created_at
            ))  # fmt: skip
            if luck >= 45:
                continue
            paused = clocks.open_pause(proposal)
            if paused is None:
                if not proposal.pauses.exists() and clocks.can_pause(proposal):
                    _pause(diary, policy, proposal, user, today)
            elif clock.london_day(paused.created_at) < today:
                _answer(diary, policy, proposal, paused, user, luck)


def _pause(
    diary: Diary, policy: Policy, proposal: Proposal, user: User, today: dt.date
) -> None:
    assert proposal.answer_by is not None
    last = clock.london_day(proposal.answer_by)
    left = plain.working_days_between(policy, today, last)
    clocks.pause_clock(by=user, proposal_id=proposal.pk, how=Method.CALL)
    goes_on = plain.working_day_after(policy, today, policy.pause_days + 1)
    ends = end_of(plain.working_day_after(policy, goes_on, left))
    proposal.refresh_from_db()
    assert proposal.answer_by == ends, (today, proposal, proposal.answer_by, ends)
    paused = proposal.pauses.get(ended_at=None)
    until = dt.datetime.combine(goes_on, dt.time(), tzinfo=clock.LONDON)
    assert (paused.until, paused.left) == (until, left), (today, proposal)
    diary.did["paused"] += 1


def goes_on_to(policy: Policy, since: dt.date, left: int) -> dt.datetime:
    """When a clock ends that goes on with so many working days after this one."""
    while not plain.works_on(policy, since):
        since += plain.DAY
    return end_of(plain.working_day_after(policy, since, left))


def _answer(
    diary: Diary, policy: Policy, proposal: Proposal, paused: ReportPause, user: User,
    luck: int,
) -> None:  # fmt: skip
    """The day after: the provider signs in and says that all is right, or tells the
    assurer, or says nothing."""
    if luck < 15:
        clocks.resume_clock(by=user, proposal_id=proposal.pk)
        ends = goes_on_to(policy, clock.today(), paused.left)
        proposal.refresh_from_db()
        assert proposal.answer_by == ends, (proposal, proposal.answer_by, ends)
        diary.did["resumed"] += 1
    elif luck < 30 and proposal.listing and (editor := editor_of(proposal.listing)):
        say_still_right(diary, editor, proposal.listing)
        diary.did["said while paused"] += 1


def editor_of(listing: Listing) -> User | None:
    """Somebody at the organization who has an account."""
    grants = OrganizationGrant.objects.filter(
        content_object_id=listing.organization_id, user__is_active=True
    )
    first = grants.select_related("user").order_by("user__email").first()
    return first.user if first else None


def say_still_right(diary: Diary, editor: User, listing: Listing) -> None:
    """An editor signs in and says that nothing has changed: that answers what was last
    asked about it for the day on which it is due, if it waits."""
    again = listing.confirmations.filter(said_by=editor, said_on=clock.today())
    if waits_for_an_answer(listing) and not again.exists():
        diary.answers[listing.pk, "same", "sign_in"] += 1
    proposals.say_still_right(by=editor, listing_id=listing.pk)
    diary.did["signed in"] += 1

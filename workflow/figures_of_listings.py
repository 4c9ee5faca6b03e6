"""Figures about listings: how many stand in which way today.

Each is a condition over stored columns (``workflow/conditions.py``).
"""

from django.db.models import Q

from directory.choices import EntryKind
from workflow import conditions
from workflow.choices import Grade, Hidden, Stage
from workflow.conditions import PUBLIC
from workflow.figures_of_work import part_of
from workflow.measuring import Began, Figure, Unit

GLANCE = "At a glance"
FRESHNESS = "How fresh what is published is"
AHEAD = "The weeks ahead"
WAITING = "What is waiting"
STUCK = "Stuck on its way"
HIDING = "Not public, and why"
OWNERS = "Who keeps it"
SPANS = (14, 30, 60)
"""How many days ahead are counted."""

_GRADES = (
    ("not-due", Grade.CURRENT, "Not due yet",
     "Published, checked, and not due for another check soon."),
    ("due-soon", Grade.DUE_SOON, "Due soon",
     "Published; the next check falls due within the days that the policy names."),
    ("due", Grade.DUE, "Due now",
     "Published; the day of the next check has come, and it is not overdue yet."),
    ("overdue", Grade.OVERDUE, "Overdue",
     "Published, and past its day by what the policy allows, but not lapsed."),
    ("lapsed", Grade.LAPSED, "Lapsed, still public",
     "Published, not checked in time, and not hidden: kept, or waiting for you."),
    ("carried-over", Grade.NEVER, "Carried over",
     "Published without a check: taken over from another directory, for a while."),
)  # fmt: skip

GRADED = tuple(slug for slug, *_ in _GRADES)
"""Parts of what is published; together they are all of it."""

_REASONS = {
    Hidden.WITHDRAWN: "Taken away by those who run it, or by an assurer.",
    Hidden.CLOSED: "Closed for good.",
    Hidden.LAPSED: "Not checked in time. A check brings it back by itself.",
    Hidden.PERSONAL_DATA: "Taken away because it held personal data.",
    Hidden.DUPLICATE: "The same service is there under another record.",
    Hidden.CARRIED_OVER_ENDED: "Carried over, and not checked before the agreed day.",
    Hidden.REFUSED: "Refused by an assurer before it was ever public.",
    Hidden.OUT_OF_SCOPE: "Not a service that this directory lists.",
    Hidden.ABANDONED: "Begun, and never finished by whoever sent it in.",
}

GLANCES: tuple[Figure, ...] = (
    Figure(
        "published",
        "Published",
        "Every record that the public can see today.",
        GLANCE,
        lambda policy, today: PUBLIC,
    ),
    Figure(
        "in-date",
        "In date",
        "Published and checked, and the day of the next check has not come.",
        GLANCE,
        conditions.fresh,
    ),
    Figure(
        "behind",
        "Behind",
        "Overdue or lapsed by what the policy allows: still public, or hidden for "
        "want of a check.",
        GLANCE,
        conditions.behind,
    ),
)
"""The first of all."""

FIGURES: tuple[Figure, ...] = (
    Figure(
        "in-date-share",
        "In date, of what is published",
        "Of what is published, how much was checked and is not due for another check.",
        FRESHNESS,
        derived=part_of("in-date", "published"),
        unit=Unit.PERCENT,
    ),
    *(
        Figure(slug, label, definition, FRESHNESS, conditions.published(grade))
        for slug, grade, label, definition in _GRADES
    ),
    Figure(
        "behind-overdue",
        "Behind, not lapsed",
        "Overdue by what the policy allows, and not lapsed; also what is hidden for "
        "want of a check although its date says no longer so. Together with the next "
        "two it is all that is behind.",
        FRESHNESS,
        conditions.behind_not_lapsed,
    ),
    Figure(
        "behind-lapsed",
        "Behind, lapsed in the last four weeks",
        "Lapsed for less than 28 days: still public, or hidden for want of a check.",
        FRESHNESS,
        conditions.behind_lately,
    ),
    Figure(
        "behind-long",
        "Behind, lapsed for longer",
        "Lapsed for 28 days or more: still public, or hidden for want of a check.",
        FRESHNESS,
        conditions.behind_long,
    ),
    Figure(
        "due-already",
        "Due already",
        "Published, and the day of the check, or of the first one that is planned, "
        "has come.",
        AHEAD,
        conditions.due_already,
        began=Began.KEPT,
    ),
    *(
        Figure(
            f"due-{days}",
            f"Due in {days} days",
            f"Published records whose next check, or whose planned first one, falls "
            f"due in the next {days} days. What is due already is not counted.",
            AHEAD,
            conditions.due_within(days),
            began=Began.KEPT,
        )
        for days in SPANS
    ),
    Figure(
        "slipping",
        "Lapsing within two weeks",
        "Public, past its day, and lapsed within 14 days unless somebody checks it.",
        WAITING,
        conditions.slipping,
    ),
    Figure(
        "critical",
        "Critical and lapsed",
        "Public, marked as critical, and not checked in time. No machine hides "
        "these: a person decides on each.",
        WAITING,
        conditions.critical,
        began=Began.KEPT,
    ),
    Figure(
        "first-to-plan",
        "First checks to plan",
        "Published, never checked, and no day is planned for the first check yet.",
        WAITING,
        lambda policy, today: PUBLIC & Q(due_on=None, first_due_on=None),
        began=Began.KEPT,
    ),
    Figure(
        "first-late",
        "First checks past their day",
        "Published and never checked although the day that was planned for it is over.",
        WAITING,
        lambda policy, today: PUBLIC & Q(due_on=None, first_due_on__lt=today),
        began=Began.KEPT,
    ),
    Figure(
        "to-publish",
        "Assured, not public yet",
        "An assurer vouched for it; a publisher has not let it out.",
        WAITING,
        lambda policy, today: Q(stage=Stage.ASSURED),
    ),
    Figure(
        "stuck-submitted",
        "Sent in, and waiting for over 7 days",
        "New services that were sent in more than 7 days ago and are not decided.",
        STUCK,
        conditions.stuck_submitted,
    ),
    Figure(
        "stuck-returned",
        "Given back, and waiting for over 14 days",
        "New services that an assurer gave back more than 14 days ago and that were "
        "not sent in again.",
        STUCK,
        conditions.stuck_returned,
    ),
    Figure(
        "stuck-draft",
        "Drafts of over 30 days",
        "Begun more than 30 days ago and not sent in, or taken back; what an assurer "
        "gave back is counted apart.",
        STUCK,
        conditions.stuck_draft,
    ),
    *(
        Figure(
            f"hidden-{reason.value.replace('_', '-')}",
            reason.label,
            f"Not public. {sentence} A record with several reasons counts for each.",
            HIDING,
            conditions.hidden(reason),
        )
        for reason, sentence in _REASONS.items()
    ),
    Figure(
        "partners-only",
        "For partners only",
        "Assured and released, but not open: only those who work for a partner, or "
        "who keep the record, see it.",
        HIDING,
        lambda policy, today: Q(stage=Stage.PUBLISHED, open_to_all=False),
        began=Began.KEPT,
    ),
    Figure(
        "unowned",
        "In nobody’s area of work",
        "On its way or public, and no area of work answers for it. Hand it over.",
        OWNERS,
        conditions.unowned,
        began=Began.KEPT,
    ),
    Figure(
        "unowned-none",
        "Of these, matched by none",
        "In nobody’s area of work because no area of work takes it.",
        OWNERS,
        conditions.in_none,
        began=Began.KEPT,
    ),
    Figure(
        "unowned-tie",
        "Of these, claimed by several",
        "In nobody’s area of work because several claim it with the same right.",
        OWNERS,
        conditions.tied,
        began=Began.KEPT,
    ),
    Figure(
        "unclaimed",
        "Not claimed",
        "Published, and nobody at the organisation has an account to keep it.",
        OWNERS,
        conditions.unclaimed,
        began=Began.KEPT,
    ),
    Figure(
        "signposts",
        "Entries that only point elsewhere",
        "Published, and an assurer said that they only lead to another body: nobody "
        "can be sent there.",
        OWNERS,
        lambda policy, today: PUBLIC & Q(entry=EntryKind.SIGNPOST),
        began=Began.KEPT,
    ),
    Figure(
        "cards",
        "Entries that are only an organisation’s card",
        "Published, and an assurer said that they tell who a body is, not what it "
        "offers.",
        OWNERS,
        lambda policy, today: PUBLIC & Q(entry=EntryKind.BODY),
        began=Began.KEPT,
    ),
)

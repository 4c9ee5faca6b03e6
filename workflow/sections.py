"""The parts of the queue: what each is called, why it is there, how long one takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.choices import EffortKind


@dataclass(frozen=True)
class Section:
    """A part of the queue. ``work`` is the kind of work that one item is, of which
    ``workflow/effort.py`` says what it takes; or minutes, where nothing is written down
    of it."""

    slug: str
    title: str
    noun: str
    work: EffortKind | int
    why: str

    def minutes(self, reckoned: Mapping[str, int]) -> int:
        """What one item takes where there are many; ``reckoned`` is what the places say
        of each kind of work (``effort.in_general``)."""
        if isinstance(self.work, EffortKind):
            return reckoned[self.work]
        return self.work


REPORTS = Section(
    "reports",
    "Reports and closures",
    "report",
    EffortKind.DECISION,
    "Somebody says that something is wrong. Each has a clock.",
)
CHANGES = Section(
    "changes",
    "Changes",
    "suggestion",
    EffortKind.DECISION,
    "Somebody suggests what a record should say.",
)
NEW = Section(
    "new",
    "New services",
    "new service",
    EffortKind.NEW,
    "Sent in, and not yet vouched for by anybody.",
)
LINES = Section(
    "lines",
    "Public lines",
    "number",
    2,
    "A mobile that its provider says is meant for the public.",
)
TO_PUBLISH = Section(
    "publish", "To publish", "record", 3, "Assured, and waiting to be let out."
)
WEEK = Section(
    "week",
    "Due this week",
    "record",
    EffortKind.CHECK,
    "The next check falls due within seven days.",
)
DUE = Section(
    "due", "Due now", "record", EffortKind.CHECK,
    "The day of the next check has come.",
)  # fmt: skip
SOON = Section(
    "soon",
    "Due soon",
    "record",
    EffortKind.CHECK,
    "The next check falls due within the days that the policy names.",
)
OVERDUE = Section(
    "overdue",
    "Overdue",
    "record",
    EffortKind.CHECK,
    "Past their day by more than the policy allows.",
)
LAPSED = Section(
    "lapsed",
    "Lapsed",
    "record",
    EffortKind.CHECK,
    "Nobody checked them in time. A check brings back what was hidden; whom to ring "
    "for it today is on the phone list.",
)
NEVER = Section(
    "never",
    "Never checked",
    "record",
    EffortKind.CHECK,
    "Public although nobody here has vouched for them yet.",
)

REVIEWS = Section(
    "reviews", "Quarterly reviews", "organisation", EffortKind.REVIEW,
    "They keep their own records, and three months ago somebody last looked at all of "
    "it.",
)  # fmt: skip

SECTIONS = (
    REPORTS,
    CHANGES,
    NEW,
    LINES,
    TO_PUBLISH,
    WEEK,
    DUE,
    SOON,
    OVERDUE,
    LAPSED,
    NEVER,
    REVIEWS,
)
BY_SLUG = {section.slug: section for section in SECTIONS}

MOST = 200
"""How many items of a section are counted; nobody plans by how many more there are."""

"""The parts of the queue: what each is called, why it is there, how long one takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A part of the queue. ``minutes`` is what one item is reckoned to take."""

    slug: str
    title: str
    noun: str
    minutes: int
    why: str


REPORTS = Section(
    "reports",
    "Reports and closures",
    "report",
    10,
    "Somebody says that something is wrong. Each has a clock.",
)
CHANGES = Section(
    "changes", "Changes", "suggestion", 4, "Somebody suggests what a record should say."
)
NEW = Section(
    "new",
    "New services",
    "new service",
    20,
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
    "week", "Due this week", "record", 10, "The next check falls due within seven days."
)
DUE = Section(
    "due", "Due now", "record", 10,
    "The day of the next check has come.",
)  # fmt: skip
SOON = Section(
    "soon",
    "Due soon",
    "record",
    10,
    "The next check falls due within the days that the policy names.",
)
OVERDUE = Section(
    "overdue", "Overdue", "record", 10, "Past their day by more than the policy allows."
)
LAPSED = Section(
    "lapsed",
    "Calls to make",
    "record",
    10,
    "Nobody answered in time. A call settles it; a check brings back what was hidden.",
)
NEVER = Section(
    "never",
    "Never checked",
    "record",
    15,
    "Public although nobody here has vouched for them yet.",
)

REVIEWS = Section(
    "reviews", "Quarterly reviews", "organisation", 30,
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

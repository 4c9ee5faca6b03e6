"""Opening hours that go on past midnight: how they are read, and which may be a slip.

A closing time before the opening time means the next day (digest 1.6). That is right
for a night shelter, and wrong where somebody mistook am for pm.
"""

from typing import Final

from directory.recurrence import Schedule, read
from directory.wall_clock import in_words

_DAY: Final = 24 * 60
LONG: Final = 12 * 60
"""Minutes beyond which a span past midnight is more likely a slip than a night."""


def minutes_past_midnight(schedule: Schedule) -> int:
    """How long it is open, in minutes, where that goes past midnight; else 0.

    Closing at midnight itself is the end of the day. Never raises.
    """
    pattern, _ = read(schedule)
    if pattern.opens is None or not pattern.closes:
        return 0
    if pattern.closes >= pattern.opens:
        return 0
    return pattern.closes + _DAY - pattern.opens


def in_a_sentence(schedule: Schedule) -> str:
    """How hours past midnight are read: "We read this as 8pm to 6pm the next day, which
    is 22 hours."; ``""`` for all others."""
    length = minutes_past_midnight(schedule)
    if not length:
        return ""
    pattern, _ = read(schedule)
    hours, rest = divmod(length, 60)
    said = f"{hours} hour{'' if hours == 1 else 's'}" if hours else ""
    if rest:
        said = f"{said} {rest} minutes".strip()
    return (
        f"We read this as {in_words(pattern.opens or 0)} to "
        f"{in_words(pattern.closes or 0)} the next day, which is {said}."
    )


def needs_a_second_look(schedule: Schedule) -> bool:
    """Whether it goes so far past midnight that it is rather a slip."""
    return minutes_past_midnight(schedule) > LONG

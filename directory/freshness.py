"""How old a check is: due dates and grades as pure functions of today.

Rules: PRODUCT.md section 5. A period is counted in calendar months clamped to the end
of the month, and dates are never moved for holidays. Nothing here reads the clock.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from directory.weekdays import DAY_NAMES

CURRENT: Final = "current"
DUE_SOON: Final = "due_soon"
DUE: Final = "due"
OVERDUE: Final = "overdue"
LAPSED: Final = "lapsed"
NEVER: Final = "never"

#: Every grade, from the best to the worst; NEVER is a record nobody has checked yet.
GRADES: Final = (CURRENT, DUE_SOON, DUE, OVERDUE, LAPSED, NEVER)

MONTH_NAMES: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def add_months(day: date, n: int) -> date:
    """The same day ``n`` calendar months later, or the last day of a shorter month.

    31 January plus one month is 28 or 29 February. ``n`` may be negative. Raises
    OverflowError outside the years 1 to 9999.
    """
    months = day.year * 12 + (day.month - 1) + n
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("The date is outside the calendar.")
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def due_on(assured_on: date, period_months: int) -> date:
    """The day on which a record checked on ``assured_on`` has to be checked again.

    Raises ValueError when the period is not at least one month.
    """
    if period_months < 1:
        raise ValueError("The period has to be at least one month.")
    return add_months(assured_on, period_months)


def grade(
    due_on: date | None,
    today: date,
    *,
    due_soon_days: int = 15,
    overdue_days: int = 14,
    lapsed_days: int = 28,
) -> str:
    """How a record that falls due on ``due_on`` stands today; None was never checked.

    ``due_soon_days`` before the due date it is due soon, from the due date on due, from
    ``overdue_days`` after it overdue, from ``lapsed_days`` after it lapsed. Raises
    ValueError when the three numbers are not in that order.
    """
    _check_steps(due_soon_days, overdue_days, lapsed_days)
    if due_on is None:
        return NEVER
    late = (today - due_on).days
    if late >= lapsed_days:
        return LAPSED
    if late >= overdue_days:
        return OVERDUE
    if late >= 0:
        return DUE
    if late >= -due_soon_days:
        return DUE_SOON
    return CURRENT


def due_between(
    grade: str,
    today: date,
    *,
    due_soon_days: int = 15,
    overdue_days: int = 14,
    lapsed_days: int = 28,
) -> tuple[date | None, date | None]:
    """The first and the last due date that have this grade today; None has no limit.

    The twin of ``grade`` for a query over the stored due dates, so that a number on a
    page and the records behind it cannot differ. Where a grade cannot occur because two
    limits are equal, the first date is after the last. Raises ValueError for NEVER,
    which has no due date, and for an unknown grade.
    """
    _check_steps(due_soon_days, overdue_days, lapsed_days)
    soonest = today + timedelta(days=due_soon_days)
    overdue = today - timedelta(days=overdue_days)
    lapsed = today - timedelta(days=lapsed_days)
    day = timedelta(days=1)
    ranges: dict[str, tuple[date | None, date | None]] = {
        CURRENT: (soonest + day, None),
        DUE_SOON: (today + day, soonest),
        DUE: (overdue + day, today),
        OVERDUE: (lapsed + day, overdue),
        LAPSED: (None, lapsed),
    }
    if grade not in ranges:
        raise ValueError(f"“{grade}” is not a grade that has due dates.")
    return ranges[grade]


def age_in_words(then: date, today: date) -> str:
    """How long ago ``then`` was, or how far ahead it is, as people say it.

    Days up to 13, weeks up to two months, months up to two years, then years.
    """
    if then > today:
        days = (then - today).days
        return "tomorrow" if days == 1 else f"in {_length(today, then)}"
    days = (today - then).days
    if days == 0:
        return "today"
    if days == 1:
        return "yesterday"
    length = _length(then, today)
    years, months_left = divmod(months_between(then, today), 12)
    past_anniversary = months_left > 0 or add_months(then, years * 12) < today
    if years >= 2 and past_anniversary:
        return f"more than {length} ago"
    return f"{length} ago"


def months_between(earlier: date, later: date) -> int:
    """How many whole calendar months lie between two dates in order.

    The greatest ``n`` for which ``add_months(earlier, n)`` is not after ``later``.
    """
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    if add_months(earlier, months) > later:
        months -= 1
    return months


def full_date(day: date) -> str:
    """A date written in full: "3 May 2026". Always British English, whatever locale."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def day_and_date(day: date) -> str:
    """A date that is near, with its weekday: "Sunday 3 May"."""
    return f"{DAY_NAMES[day.weekday()]} {day.day} {MONTH_NAMES[day.month - 1]}"


def _length(earlier: date, later: date) -> str:
    days = (later - earlier).days
    months = months_between(earlier, later)
    if days < 14:
        return _counted(days, "day")
    if months < 2:
        return _counted(days // 7, "week")
    if months < 24:
        return _counted(months, "month")
    return _counted(months // 12, "year")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _check_steps(due_soon_days: int, overdue_days: int, lapsed_days: int) -> None:
    if due_soon_days < 0:
        raise ValueError("A record cannot be due soon after it is due.")
    if not 0 <= overdue_days <= lapsed_days:
        raise ValueError("A record cannot lapse before it is overdue.")

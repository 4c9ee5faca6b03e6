"""The forms of the policy. See ``workflow/forms.py`` for how forms are made."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from common.forms import PlainDateField, PlainForm
from directory.checks import CONDITIONAL, mandatory_choices
from directory.choices import Kind
from directory.declarations import RECORDS
from directory.elements import NATIONS
from directory.freshness import full_date
from workflow.choices import Level, WhenLapsed, WhenOverdue
from workflow.first_checks import checks_in
from workflow.forms import Options
from workflow.periods import Row

Grouped = list[tuple[str, Options]]
EMPTY_ROWS = 2
"""Rows for one more type that stand below those that there are."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
            "Sunday")  # fmt: skip
_DAY = dt.timedelta(days=1)
_MOST_CLOSED = 400


def _may_be_mandatory() -> Grouped:
    """What a record may have to hold: always, or where it applies."""
    plain = [choice for choice in mandatory_choices() if choice[0] not in CONDITIONAL]
    where = [choice for choice in mandatory_choices() if choice[0] in CONDITIONAL]
    return [("Always", plain), ("Where it applies", where)]


def _may_be_checked() -> Grouped:
    """Every declared field, under the first kind of record that has it."""
    seen: set[str] = set()
    groups: Grouped = []
    for kind, entity in RECORDS.items():
        fresh = [i for i in entity.items if i.name not in seen]
        seen |= {item.name for item in fresh}
        groups.append((Kind(kind).label, [(i.name, i.label) for i in fresh]))
    return groups


def _number(
    label: str, help_text: str, least: int, most: int, *, required: bool = True
) -> forms.IntegerField:
    """A small number, typed rather than stepped to."""
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=required,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(
            {"class": "govuk-input--width-3", "inputmode": "numeric"}
        ),
        error_messages={
            "min_value": "Write a number from %(limit_value)s up.",
            "max_value": "Write a number up to %(limit_value)s.",
        },
    )


class ClosedDaysField(forms.CharField):
    """Days on which a place is closed, one a line, as people write dates.

    "24 December 2026", or "24 December 2026 to 1 January 2027". The cleaned value is a
    list of dates in order, each once.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False, widget=forms.Textarea({"rows": 4}), strip=True, **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        """Days in a row on one line, as they are typed."""
        if isinstance(value, str) or value is None:
            return value
        runs: list[list[dt.date]] = []
        for day in sorted(value):
            if runs and day == runs[-1][-1] + _DAY:
                runs[-1].append(day)
            else:
                runs.append([day])
        ends = (dict.fromkeys((run[0], run[-1])) for run in runs)
        return "\n".join(" to ".join(map(full_date, run)) for run in ends)

    def clean(self, value: Any) -> list[dt.date]:
        """The days. Raises ValidationError naming the line that is no day."""
        lines = str(super().clean(value) or "").splitlines()
        days: set[dt.date] = set()
        for line in filter(None, map(str.strip, lines)):
            first, _, last = line.partition(" to ")
            start, end = _typed_day(first), _typed_day(last or first)
            if not 0 <= (end - start).days <= _MOST_CLOSED - len(days):
                raise ValidationError(
                    f"“{line}” does not go from a day to a later one, or is too long."
                )
            days |= {start + n * _DAY for n in range((end - start).days + 1)}
        return sorted(days)


def _typed_day(text: str) -> dt.date:
    parts = re.split(r"[\s/.-]+", text.strip())
    try:
        day = PlainDateField(required=False).clean(parts) if len(parts) == 3 else None
    except ValidationError:
        day = None
    if day is None:
        raise ValidationError(
            f"“{text}” is no date. Write each on a line of its own, like "
            "24 December 2026."
        )
    return day


_AS_OTHERS = ("", "As all others")


def _period(label: str, help_text: str) -> forms.TypedChoiceField:
    """The period of some records, where it differs."""
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        coerce=int,
        empty_value=None,
        choices=[_AS_OTHERS, ("2", "Every two months"), ("3", "Every three months")],
    )


class PolicyForm(PlainForm):
    """How the place checks and publishes (PRODUCT.md section 5).

    ``types`` are the place's types of service to choose from, ``rows`` its exceptions
    to the period. ``seen`` is the version of the policy that the person looks at.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)
    period_months = forms.TypedChoiceField(
        label="How often is a record checked?",
        help_text="Counted from the day of the last check.",
        coerce=int,
        choices=[("2", "Every two months"), ("3", "Every three months")],
        widget=forms.RadioSelect,
    )
    critical_period = _period(
        "What is marked as critical",
        "Where several of these hold for a record, the shortest counts.",
    )
    due_soon_days = _number(
        "How many days before is it “due soon”?",
        "From then on it is in the queue of those who check it. Usually 15.",
        0,
        60,
    )
    overdue_days = _number(
        "How many days after is it “overdue”?",
        "Counted from the day on which it was due. Usually 14.",
        1,
        90,
    )
    lapsed_days = _number(
        "How many days after has it “lapsed”?",
        "Counted from the day on which it was due. Usually 28.",
        2,
        120,
    )
    when_overdue = forms.ChoiceField(
        label="What happens to an overdue record?",
        help_text="Its page says in any case how late the check is.",
        choices=WhenOverdue.choices,
        widget=forms.RadioSelect,
    )
    when_lapsed = forms.ChoiceField(
        label="What happens to a lapsed record?",
        help_text="Partners see it in any case, with the day of its last check.",
        choices=WhenLapsed.choices,
        widget=forms.RadioSelect,
    )
    grace_days = _number(
        "How many days of grace does it have once it has lapsed?",
        "So long it says that it has lapsed, and nothing happens to it. Usually 0.",
        0,
        60,
    )
    stop_percent = _number(
        "What percentage may be hidden at once without asking you?",
        "Of the whole place, of a service type or of a ward. Usually 5.",
        1,
        100,
    )
    mandatory = forms.MultipleChoiceField(
        label="What has to be there before a record is assured?",
        help_text="What is missing stands beside its field, and the record waits.",
        choices=_may_be_mandatory(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    publish_at_once = forms.BooleanField(
        label="Publish a record as soon as it is assured",
        help_text="Otherwise a publisher lets each one out.",
        required=False,
    )
    trusted_assures_own = forms.BooleanField(
        label="A trusted organisation may assure its own records",
        help_text="Otherwise its records are checked like those of all others, and its "
        "level stays as it is.",
        required=False,
    )
    correct_and_check = forms.BooleanField(
        label="An assurer who has asked may correct and check in one act",
        help_text="Who told them is written down and counts as the second pair of "
        "eyes. You see how often it happens.",
        required=False,
    )
    always_checked = forms.MultipleChoiceField(
        label="What does an assurer always decide, even for a trusted organisation?",
        help_text="Everything else a trusted organisation changes by itself.",
        choices=_may_be_checked(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    working_days = forms.TypedMultipleChoiceField(
        label="On which days do people work?",
        help_text="The clock of reports runs on these days, and first checks are "
        "planned on them.",
        coerce=int,
        choices=list(enumerate(WEEKDAYS)),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one day."},
    )
    nation = forms.ChoiceField(
        label="Whose bank holidays are free?",
        help_text="England and Wales have the same ones.",
        required=False,
        choices=[*NATIONS, ("", "Nobody’s: people work on them")],
    )
    closed_days = ClosedDaysField(
        label="Which other days are you closed? (if there are some)",
        help_text="One on each line, like 24 December 2026, or 28 December 2026 to 1 "
        "January 2027.",
    )
    report_days = _number(
        "How many working days are there to answer a report?",
        "Closure and harm are answered the same day. Usually 2.",
        1,
        10,
    )
    amber_hours = _number(
        "How many hours before its end does the clock turn amber?",
        "It turns red when the time is over. Usually 24.",
        1,
        120,
    )
    pause_days = _number(
        "For how many working days may it wait for the provider?",
        "So long the clock stands still. Usually 3.",
        1,
        20,
    )
    checks_per_week = _number(
        "How many checks can be made in a week? (if you know)",
        "First checks are spread by it. Otherwise by how many assurers there are.",
        1,
        20000,
        required=False,
    )

    def __init__(
        self, *args: Any, types: Sequence[tuple[UUID, str]] = (),
        rows: Iterable[Row] = (), **more: Any,
    ) -> None:  # fmt: skip
        rows = list(rows)
        of_level = {row.level: row.months for row in rows if row.level}
        of_type: list[tuple[UUID | None, int]] = [
            (row.term_id, row.months) for row in rows if row.term_id
        ]
        initial = dict(more.pop("initial", None) or {})
        initial["critical_period"] = next((r.months for r in rows if r.critical), None)
        super().__init__(*args, initial=initial, **more)
        self.levels = list(Level)
        for level in self.levels:
            name = f"period_{level.value}"
            self.fields[name] = _period(
                f"Organisations at the level “{level.label}”", "What they run."
            )
            self.initial[name] = of_level.get(level.value)
        self.types = len(of_type) + EMPTY_ROWS
        options = [("", "Choose a type"), *((str(key), name) for key, name in types)]
        of_type += [(None, 0)] * EMPTY_ROWS
        for number, (term, months) in enumerate(of_type, start=1):
            self._add_type(number, options, term, months)

    def _add_type(
        self, number: int, options: Options, term: UUID | None, months: int
    ) -> None:
        """One row for a type; without a type chosen it says nothing."""
        self.fields[f"type_{number}"] = forms.ChoiceField(
            label=f"Type of service {number}",
            help_text="With everything below it.",
            choices=options,
            required=False,
        )
        self.fields[f"type_{number}_period"] = _period(
            f"How often, type {number}", "Choose “As all others” to end the exception."
        )
        self.initial[f"type_{number}"] = str(term) if term else ""
        self.initial[f"type_{number}_period"] = months or None

    @property
    def exceptions(self) -> list[Any]:
        """The fields of the exceptions by risk and level, for the page."""
        names = ["critical_period", *(f"period_{x.value}" for x in self.levels)]
        return [self[name] for name in names]

    @property
    def type_rows(self) -> list[tuple[Any, Any]]:
        """The fields of the exceptions by type, two and two."""
        return [
            (self[f"type_{n}"], self[f"type_{n}_period"])
            for n in range(1, self.types + 1)
        ]

    def clean(self) -> dict[str, Any]:
        """A record is overdue before it lapses; each type has one period.

        The exceptions are put together as ``period_rules``.
        """
        typed = super().clean() or {}
        overdue, lapsed = typed.get("overdue_days"), typed.get("lapsed_days")
        if overdue is not None and lapsed is not None and overdue >= lapsed:
            self.add_error(
                "lapsed_days",
                f"Write more than {overdue}: a record is overdue before it lapses.",
            )
        typed["period_rules"] = [*self._by_risk(typed), *self._by_type(typed)]
        return typed

    def _by_risk(self, typed: dict[str, Any]) -> list[Row]:
        rows = []
        if months := typed.pop("critical_period", None):
            rows.append(Row(months, critical=True))
        for level in self.levels:
            if months := typed.pop(f"period_{level.value}", None):
                rows.append(Row(months, level=level.value))
        return rows

    def _by_type(self, typed: dict[str, Any]) -> list[Row]:
        rows: dict[str, Row] = {}
        for number in range(1, self.types + 1):
            term = typed.pop(f"type_{number}", "")
            months = typed.pop(f"type_{number}_period", None)
            if term in rows:
                self.add_error(f"type_{number}", "This type has a row already.")
            elif term and months:
                rows[term] = Row(months, term_id=UUID(term))
        return list(rows.values())


class CapacityForm(PlainForm):
    """How many first checks can be made in a week. ``people`` is how many assure, and
    ``each`` the minutes that a check takes."""

    checks = _number(
        "How many checks can be made in a week?",
        "All of you together, with those that fall due anyway.",
        1,
        20000,
        required=False,
    )
    hours = _number(
        "Or how many hours a week has each assurer for it?",
        "Then it is reckoned from how long a check takes.",
        1,
        60,
        required=False,
    )

    def __init__(self, *args: Any, people: int, each: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.people, self.each = people, max(each, 1)

    @property
    def per_week(self) -> int:
        """Checks in a week, of a form that is valid."""
        checks: int | None = self.cleaned_data["checks"]
        return checks or checks_in(self.cleaned_data["hours"], self.people, self.each)

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two, and with hours somebody who has them."""
        typed = super().clean() or {}
        checks, hours = typed.get("checks"), typed.get("hours")
        if checks and hours:
            self.add_error("hours", "Fill in one of the two and leave the other empty.")
        elif not checks and not hours and not self.errors:
            self.add_error("checks", "Fill in one of the two.")
        elif hours and not checks_in(hours, self.people, self.each):
            self.add_error("hours", "Nobody assures here yet. Say the checks instead.")
        return typed

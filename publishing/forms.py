"""What somebody looking for a service may ask."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts import demo
from common import clock
from common.forms import PlainForm
from directory import locating
from directory.freshness import day_and_date
from directory.weekdays import DAY_NAMES
from publishing import facets, finding, narrowing
from publishing.api.parameters import OLDEST
from publishing.narrowing import Asked
from publishing.reasons import METRES_IN_A_MILE

MILES = (1, 3, 5, 10, 20)
_MILES_AT_FIRST = 5
ORDERS = [
    (finding.BEST, "Nearest or best match first"),
    (finding.BY_NAME, "By name"),
    (finding.CHECKED, "Most recently checked first"),
]
Choice = tuple[str, str]


@dataclass(frozen=True)
class Offered:
    """What can be chosen here: ids as text with names, and for each need the terms of
    which a service has to have one; of these, ``plain`` are those that the front page
    begins with. ``same`` tells, by the id of a term, all that are
    called the same: a neighbour's lists have terms of their own."""

    kinds: list[Choice] = field(default_factory=list)
    access: list[Choice] = field(default_factory=list)
    needs: dict[str, tuple[str, frozenset[uuid.UUID]]] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
    same: dict[str, frozenset[uuid.UUID]] = field(default_factory=dict)

    def called_as(self, term_id: Any) -> frozenset[uuid.UUID]:
        """A term and all that are called the same."""
        return self.same.get(str(term_id)) or frozenset({uuid.UUID(str(term_id))})

    def number(self, counts: dict[str, int], term_id: str) -> int:
        """How many services have a term, or one that is called the same."""
        return sum(counts.get(str(key), 0) for key in self.called_as(term_id))


def _within(miles: int) -> str:
    return f"Within {miles} mile{'' if miles == 1 else 's'}"


class FindForm(PlainForm):
    """What, where, when and for whom; nothing asked finds everything."""

    q = forms.CharField(
        label="What are you looking for?",
        help_text="A word or a name.",
        required=False,
        max_length=200,
        strip=True,
    )
    near = forms.CharField(
        label="Where? Your postcode",
        help_text="We do not keep it.",
        required=False,
        max_length=20,
        widget=forms.TextInput({"autocomplete": "postal-code", "size": 10}),
    )
    within = forms.TypedChoiceField(
        label="How far",
        required=False,
        coerce=int,
        choices=[(n, _within(n)) for n in MILES],
    )
    need = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": "Choose one of the needs."},
    )
    kind = forms.UUIDField(
        label="Kind of help",
        required=False,
        widget=forms.Select,
        error_messages={"invalid": "Choose one of the kinds of help."},
    )
    day = forms.TypedChoiceField(
        label="Day",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Any day"), *enumerate(DAY_NAMES)],
    )
    part = forms.ChoiceField(
        label="Time",
        required=False,
        choices=[
            ("", "Any time"),
            *((key, words) for key, (words, _, _) in facets.PARTS.items()),
        ],
    )
    age = forms.IntegerField(
        label="For somebody aged",
        required=False,
        min_value=0,
        max_value=OLDEST,
        widget=forms.TextInput({"inputmode": "numeric", "size": 4}),
    )
    free = forms.BooleanField(label="Only what costs nothing", required=False)
    access = forms.MultipleChoiceField(
        label="It has to have",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from the list."},
    )
    sort = forms.ChoiceField(label="In which order", required=False, choices=ORDERS)

    def __init__(self, data: QueryDict, *, offered: Offered, now: dt.datetime) -> None:
        typed = data.copy()
        typed.setdefault("within", str(_MILES_AT_FIRST))
        if not typed["within"]:
            typed["within"] = str(_MILES_AT_FIRST)
        super().__init__(typed)
        self.offered = offered
        self.now = now
        if settings.VOUCH_DEMO:
            self.fields["near"].help_text = f"We do not keep it. Try {demo.POSTCODE}."
        self._offer("kind", [("", "All kinds"), *offered.kinds])
        self._offer("access", offered.access)
        if not offered.access:
            del self.fields["access"]

    def _offer(self, name: str, choices: list[Choice]) -> None:
        """Let something be chosen; a UUID field keeps its choices in the widget."""
        widget = self.fields[name].widget
        if isinstance(self.fields[name], forms.MultipleChoiceField):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        widget.choices = choices

    def clean_q(self) -> str:
        """The words; there has to be a letter or a figure among them."""
        typed: str = self.cleaned_data["q"]
        if typed and narrowing.text_query(typed) is None:
            raise ValidationError("Write a word or two: what you wrote has no letters.")
        return typed

    def clean_near(self) -> locating.Located | None:
        """Where the postcode is."""
        typed = self.cleaned_data["near"]
        if not typed:
            return None
        try:
            return locating.locate(typed)
        except (ValueError, locating.Unknown) as wrong:
            raise ValidationError(str(wrong)) from None

    @property
    def asks_more(self) -> bool:
        """Whether anything was asked that is folded away at first."""
        folded = ("day", "part", "age", "kind", "free", "access", "sort")
        return any(self.data.get(name) for name in folded)

    def asked(self) -> Asked:
        """The question as far as it can be understood: what is wrong asks nothing."""
        self.is_valid()
        found = self.cleaned_data
        age, near, kind = found.get("age"), found.get("near"), found.get("kind")
        part, on = found.get("part"), self.on
        keys = [facets.FREE] if found.get("free") else []
        if part and on is None:
            keys.append(facets.part(part))
        miles = found.get("within", _MILES_AT_FIRST)
        chosen = [*([kind] if kind else []), *found.get("access", [])]
        any_of = [self.offered.called_as(each) for each in chosen]
        if str(found.get("need")) in self.offered.needs:
            any_of.append(self.need_ids)
        return Asked(
            words=found.get("q", ""),
            any_of=any_of,
            minimum_age=age,
            maximum_age=age,
            near=near,
            around=miles * METRES_IN_A_MILE if near else None,
            during=self._during if part or on else None,
            on=on,
            facets=keys,
        )

    @property
    def _during(self) -> tuple[int, int]:
        """The minutes of the day that were asked for."""
        part = self.cleaned_data.get("part") or ""
        _, begins, ends = facets.PARTS.get(part, ("", 0, 24 * 60))
        return begins, ends

    @property
    def on(self) -> dt.date | None:
        """The next such day: today, as long as what was asked for of it is to come."""
        day = self.cleaned_data.get("day")
        if day is None:
            return None
        here = self.now.astimezone(clock.LONDON)
        ahead = (day - here.weekday()) % 7
        if not ahead and here.hour * 60 + here.minute >= self._during[1]:
            ahead = 7
        return here.date() + dt.timedelta(days=ahead)

    @property
    def need_ids(self) -> frozenset[uuid.UUID]:
        """The kinds of help that answer the need that was chosen; empty for none."""
        need = self.offered.needs.get(str(self.cleaned_data.get("need")))
        return need[1] if need else frozenset()

    def applied(self) -> list[tuple[str, str]]:
        """What narrows the list beside the words: the field's name, and in words."""
        found = self.cleaned_data
        out = []
        need = self.offered.needs.get(str(found.get("need")))
        if need:
            out.append(("need", need[0]))
        if found.get("near"):
            miles = found.get("within", _MILES_AT_FIRST)
            out.append(("near", f"{_within(miles)} of {found['near'].postcode}"))
        if found.get("kind"):
            same = {str(key) for key in self.offered.called_as(found["kind"])}
            names = [name for key, name in self.offered.kinds if key in same]
            out.append(("kind", "".join(names) or "A kind of help"))
        if self.on is not None:
            out.append(("day", f"On {day_and_date(self.on)}"))
        if found.get("part"):
            out.append(("part", facets.PARTS[found["part"]][0]))
        if found.get("age") is not None:
            out.append(("age", f"For somebody aged {found['age']}"))
        if found.get("free"):
            out.append(("free", "Free"))
        if found.get("access"):
            access = dict(self.offered.access)
            out.append(("access", ", ".join(access[key] for key in found["access"])))
        return out

    def show_numbers(self, counts: dict[str, int]) -> None:
        """Put beside each choice how many of what is found would be left.

        Kinds of which none is left go, but for the one that is chosen. Where nothing
        was found there is nothing to count.
        """
        if not any(counts.values()):
            return
        chosen = str(self.cleaned_data.get("kind") or "")
        kinds = [
            (key, _numbered(name, self.offered.number(counts, key)))
            for key, name in self.offered.kinds
            if key == chosen or self.offered.number(counts, key)
        ]
        self._offer("kind", [("", "All kinds"), *kinds])
        if "access" in self.fields:
            access = [
                (key, _numbered(name, self.offered.number(counts, key)))
                for key, name in self.offered.access
            ]
            self._offer("access", access)
        days = [
            (number, _numbered(name, counts.get(facets.day(number), 0)))
            for number, name in enumerate(DAY_NAMES)
        ]
        parts = [
            (key, _numbered(words, counts.get(facets.part(key), 0)))
            for key, (words, _, _) in facets.PARTS.items()
        ]
        self.fields["day"].widget.choices = [("", "Any day"), *days]
        self.fields["part"].widget.choices = [("", "Any time"), *parts]
        free = self.fields["free"]
        free.label = _numbered(str(free.label), counts.get(facets.FREE, 0))

    @property
    def wider(self) -> list[int]:
        """The longer distances in miles; none where nothing near was asked."""
        miles = self.cleaned_data.get("within", _MILES_AT_FIRST)
        if not self.cleaned_data.get("near"):
            return []
        return [each for each in MILES if each > miles]


def _numbered(name: str, number: int) -> str:
    return f"{name} ({number:,})"

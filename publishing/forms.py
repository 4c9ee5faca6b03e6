"""What somebody looking for a service may ask."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from common.forms import PlainForm
from directory import locating
from directory.weekdays import DAY_NAMES
from publishing import narrowing
from publishing.api.parameters import OLDEST
from publishing.narrowing import Asked

METRES_IN_A_MILE = 1609.344
MILES = (1, 3, 5, 10, 20)
_MILES_AT_FIRST = 5
PARTS_OF_THE_DAY = {
    "morning": ("In the morning", 6 * 60, 12 * 60),
    "afternoon": ("In the afternoon", 12 * 60, 17 * 60),
    "evening": ("In the evening", 17 * 60, 24 * 60),
}
"""Words, and the minutes of the day that they stand for."""


def _within(miles: int) -> str:
    return f"Within {miles} mile{'' if miles == 1 else 's'}"


class FindForm(PlainForm):
    """What, where, when and for whom; nothing asked finds everything.

    ``kinds`` are the choices of kinds of service, id and label.
    """

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
            *((key, words) for key, (words, _, _) in PARTS_OF_THE_DAY.items()),
        ],
    )
    age = forms.IntegerField(
        label="For somebody aged",
        required=False,
        min_value=0,
        max_value=OLDEST,
        widget=forms.TextInput({"inputmode": "numeric", "size": 4}),
    )
    kind = forms.UUIDField(
        label="Kind of help",
        required=False,
        widget=forms.Select,
        error_messages={"invalid": "Choose one of the kinds of help."},
    )

    def __init__(self, data: QueryDict, *, kinds: list[tuple[str, str]]) -> None:
        typed = data.dict()
        super().__init__({**typed, "within": typed.get("within") or _MILES_AT_FIRST})
        self.kinds = dict(kinds)
        widget = self.fields["kind"].widget
        widget.choices = [("", "All kinds"), *self.kinds.items()]

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
        return any(self.data.get(name) for name in ("day", "part", "age", "kind"))

    def asked(self) -> Asked:
        """The question as far as it can be understood: what is wrong asks nothing."""
        self.is_valid()
        found = self.cleaned_data
        age, near, kind = found.get("age"), found.get("near"), found.get("kind")
        day, part = found.get("day"), found.get("part")
        during = None
        if day is not None or part:
            _, begins, ends = PARTS_OF_THE_DAY.get(part or "", ("", 0, 24 * 60))
            during = (day, begins, ends)
        miles = found.get("within", _MILES_AT_FIRST)
        return Asked(
            words=found.get("q", ""),
            terms=[kind] if kind else [],
            minimum_age=age,
            maximum_age=age,
            near=near,
            around=miles * METRES_IN_A_MILE if near else None,
            during=during,
        )

    def applied(self) -> list[tuple[str, str]]:
        """What narrows the list beside the words: the field's name, and in words."""
        found = self.cleaned_data
        out = []
        if found.get("near"):
            miles = found.get("within", _MILES_AT_FIRST)
            out.append(("near", f"{_within(miles)} of {found['near'].postcode}"))
        if found.get("kind"):
            kind = self.kinds.get(str(found["kind"]), "A kind of help")
            out.append(("kind", kind.rpartition(" (")[0] or kind))
        if found.get("day") is not None:
            out.append(("day", f"On {DAY_NAMES[found['day']]}s"))
        if found.get("part"):
            out.append(("part", PARTS_OF_THE_DAY[found["part"]][0]))
        if found.get("age") is not None:
            out.append(("age", f"For somebody aged {found['age']}"))
        return out

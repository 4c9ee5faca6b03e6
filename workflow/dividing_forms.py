"""Forms of who says that one service is really two."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from common.forms import PlainForm
from directory.declare import List
from workflow import showing
from workflow.choices import Goes
from workflow.dividing import Line
from workflow.forms import InformantForm, words
from workflow.keeping_forms import wanted


class DivideForm(PlainForm):
    """What the new service is called, and where each line of the old one goes."""

    name = forms.CharField(
        label="What is the new service called?",
        help_text="The other one keeps its name. For example: Carers’ lunch.",
        max_length=255,
        error_messages={"required": "Give the new service a name."},
    )

    def __init__(
        self, *args: Any, lines: Iterable[Line], names: Mapping[str, str], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.paths: dict[str, list[str]] = {}
        for line in lines:
            item = line.item
            self.fields[line.path] = forms.ChoiceField(
                label=item.entity.label if isinstance(item, List) else item.label,
                help_text=showing.say(item, line.value, names),
                choices=Goes.choices,
                initial=line.goes_at_first.value,
                widget=forms.RadioSelect,
                # one that came meanwhile was not on the page: it stays
                required=False,
            )
            self.paths.setdefault(item.name, []).append(line.path)

    @property
    def goes(self) -> dict[str, str]:
        """What was chosen, by path; only of a valid form."""
        return {
            path: to
            for path, to in self.cleaned_data.items()
            if path not in ("name", "words") and to
        }  # fmt: skip


class SuggestTwoForm(DivideForm):
    """A provider's suggestion that it is two, and why."""

    words = wanted(
        words(
            "Why is it really two services?",
            help_text="For example: they meet on other days, and different people come "
            "to each.",
        ),
        "Say why; an assurer reads it.",
    )


class SplitReasonForm(PlainForm):
    """Why it is two services."""

    reason = words(
        "Why is it really two services?",
        help_text="Others read this, today and next year.",
    )


class VouchForm(InformantForm):
    """Whether the new service was asked about, and what they said."""

    vouched = forms.BooleanField(
        label="I asked somebody who knows, and all of the new service is right",
        help_text="If you say so, it is assured at once. Else a colleague looks at it "
        "first.",
        required=False,
    )
    note = words("A note for colleagues (if there is something to say)", length=1000)
    override_reason = words("If something looks odd and is right all the same, say why")
    field_order = (
        "vouched", "informant", "informed_by", "informed_on", "note", "override_reason",
    )  # fmt: skip

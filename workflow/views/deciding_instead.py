"""What else may become of a new service than being assured: return it or decline it.

Their fields stand in the form of the decision page, so that a reason left out loses
nothing of what else was chosen and typed there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, Form

from accounts.models import User
from common.errors import InvalidInput
from workflow.choices import ProposalKind
from workflow.forms import told
from workflow.models import Proposal
from workflow.views import deciding_acts
from workflow.views.deciding_acts import Act

SLUGS = ("return", "decline")


@dataclass
class Entry:
    """One act with its form; ``open`` where something stands in it."""

    act: Act
    form: Form
    open: bool


def entries(
    user: User, proposal: Proposal, data: Mapping[str, Any] | None
) -> list[Entry]:
    """What this person may do with a new service that they cannot assure."""
    listing = proposal.listing
    if listing is None or proposal.kind != ProposalKind.NEW:
        return []
    out = []
    for act in deciding_acts.possible(user, listing):
        if act.slug in SLUGS:
            form = deciding_acts.make_form(act, listing, data, prefix=act.slug)
            typed = any(form[name].value() for name in form.fields)
            out.append(Entry(act, form, typed or asked_for(act, data)))
    return out


def asked_for(act: Act, data: Mapping[str, Any] | None) -> bool:
    return data is not None and data.get("decide") == act.slug


def carry_out(user: User, proposal: Proposal, entry: Entry) -> bool:
    """Do it; False with the refusal in its form. Raises InvalidState."""
    if proposal.listing is None or not entry.form.is_valid():
        return False
    try:
        entry.act.run(user, proposal.listing, entry.form.cleaned_data)
    except InvalidInput as error:
        told(entry.form, error)
        return False
    return True


def written(
    proposal: Proposal, forms: Sequence[BaseForm], data: Mapping[str, Any]
) -> list[dict[str, str]]:
    """The sentences that were typed into a page that came too late, to be copied."""
    acts = [
        deciding_acts.make_form(
            deciding_acts.BY_SLUG[slug], proposal.listing, data, prefix=slug
        )
        for slug in SLUGS
        if proposal.listing and proposal.kind == ProposalKind.NEW
    ]
    return [
        {"label": str(field.label), "text": str(field.value())}
        for form in [*forms, *acts]
        for field in form
        if not hasattr(form.fields[field.name], "choices")
        and field.name in form.changed_data
        and _says(field.value())
    ]


def _says(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())

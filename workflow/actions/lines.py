"""The lines of a proposal: what each is about, and whom the whole of them alarms."""

from directory import diff
from directory.declarations import RECORDS
from directory.declare import Field, List
from workflow.actions.revising import announce
from workflow.choices import URGENT
from workflow.models import Change, Proposal


def label_of(change: Change) -> str:
    """The words for the field that a change is about."""
    item: Field | List = diff.declaration(RECORDS[change.record.kind], change.path)
    return item.entity.label if isinstance(item, List) else item.label


def announce_if_urgent(proposal: Proposal) -> None:
    """Let the public see at once that it is being checked, or no longer is."""
    if proposal.gravity in URGENT and proposal.listing:
        announce(proposal.listing.record_id)

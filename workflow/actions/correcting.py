"""Where one person corrects and decides in one act: the proposal that tells of it."""

from accounts.models import User
from workflow.actions.choosing import Informant
from workflow.actions.vouching import body_for, body_for_record
from workflow.choices import Evidence, Method, ProposalKind
from workflow.models import Decision, Listing, Proposal, Record


def own_proposal(
    about: Listing | Record, by: User, informant: Informant
) -> tuple[Proposal, Decision]:
    """A proposal of who corrects, without lines yet, and its single-handed decision.

    ``about`` is locked and whoever calls has authorised it.
    """
    listing = about if isinstance(about, Listing) else None
    record = about if isinstance(about, Record) else None
    proposal = Proposal.objects.create(
        kind=ProposalKind.EDIT,
        partnership=about.partnership if isinstance(about, Listing) else about.home,
        listing=listing,
        record=record,
        title=str(about)[:255],
        proposer=by,
        proposer_label=str(by),
        evidence=Evidence.RANG if informant.method == Method.CALL else Evidence.OTHER,
        evidence_words=informant.name_and_role,
    )
    decision = Decision.objects.create(
        proposal=proposal,
        decided_by=by,
        body_label=body_for(by, about)
        if isinstance(about, Listing)
        else body_for_record(by, about),
        single_handed=True,
    )
    return proposal, decision

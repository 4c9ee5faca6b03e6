"""Keeping that what we asked was answered in another way than by the link."""

from common import clock
from workflow.choices import Answer, Answered, Channel
from workflow.models import AskedListing, Confirmation, Listing, Proposal


def answered_signed_in(listing: Listing, said: Confirmation) -> None:
    """The newest open ask about a locked listing is answered by a provider who signed
    in and said that nothing has changed; nothing happens where there is none."""
    if asked := _newest(listing):
        asked.confirmation = said
        _keep(asked, Answer.SAME, Answered.SIGN_IN)


def answered_by_telephone(listing: Listing, proposal: Proposal, who: str) -> None:
    """The newest open ask about a locked listing is answered by somebody who was rung
    and said what is different, as the proposal has it; nothing where there is none."""
    if asked := _newest(listing):
        asked.proposal, asked.answered_by = proposal, who[:250]
        _keep(asked, Answer.CHANGE, Answered.PHONE)


def _newest(listing: Listing) -> AskedListing | None:
    if listing.due_on is None:
        return None
    return (
        AskedListing.objects.select_for_update(of=("self",), no_key=True)
        .filter(listing=listing, due_on=listing.due_on, answer="")
        .exclude(ask__channel=Channel.LEAD)
        .order_by("-created_at", "-pk")
        .first()
    )


def _keep(asked: AskedListing, answer: Answer, how: Answered) -> None:
    asked.answer, asked.answered_how = answer, how
    asked.answered_at = clock.now()
    asked.save(
        update_fields=[
            "answer", "answered_how", "answered_at", "answered_by", "confirmation",
            "proposal",
        ]
    )  # fmt: skip

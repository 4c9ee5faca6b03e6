"""Keeping that what we asked was answered in another way than by the link."""

from common import clock
from workflow.choices import Answer, Answered, Channel
from workflow.models import AskedListing, Confirmation, Listing


def answered_signed_in(listing: Listing, said: Confirmation) -> None:
    """The newest open ask about a locked listing is answered by a provider who signed
    in and said that nothing has changed; nothing happens where there is none."""
    if listing.due_on is None:
        return
    asked = (
        AskedListing.objects.select_for_update(of=("self",), no_key=True)
        .filter(listing=listing, due_on=listing.due_on, answer="")
        .exclude(ask__channel=Channel.LEAD)
        .order_by("-created_at", "-pk")
        .first()
    )
    if asked is None:
        return
    asked.answer, asked.answered_how = Answer.SAME, Answered.SIGN_IN
    asked.answered_at = clock.now()
    asked.confirmation = said
    asked.save(update_fields=["answer", "answered_how", "answered_at", "confirmation"])

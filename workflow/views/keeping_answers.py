"""What the pages of those who keep records share: whose what is, and refusals."""

from collections.abc import Callable, Iterable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.urls import reverse

from accounts.actions import withdraw_invitation
from accounts.models import Invitation, Partnership, User
from common import clock
from common.errors import InvalidInput, InvalidState
from directory.forms import RecordForm
from directory.freshness import full_date
from workflow import access, places, standing
from workflow.actions import repeating
from workflow.models import Confirmation, Listing, Proposal

DONE = 302
"""An action was done: the answer leads on to another page."""


def person(request: HttpRequest) -> User:
    """Who asks. The door has seen to it that somebody is signed in."""
    return cast(User, request.user)


def place_of(request: HttpRequest) -> Partnership | None:
    """The place the person works in, None where none is set up yet."""
    return places.here(request)


def may_start(request: HttpRequest) -> bool:
    """Whether the person may begin a listing in the place that answers."""
    place = place_of(request)
    return place is not None and access.can_start_listing(person(request), place)


def attempt(act: Callable[[], Any], *forms: BaseForm) -> int:
    """Do something on behalf of a page: the status that the page answers with.

    A refusal stands beside its field in the first form that has it, else at the top of
    the first form. 200 is for what was typed, 409 for what happened meanwhile.
    """
    try:
        act()
    except InvalidInput as error:
        for path, sentence in error.errors.items():
            _tell(path, sentence, forms)
        return 200
    except InvalidState as error:
        forms[0].add_error(None, error.sentence)
        return 409
    except Listing.DoesNotExist:  # a draft, thrown away since the page was read
        raise Http404 from None
    return DONE


def _tell(path: str, sentence: str, forms: Iterable[BaseForm]) -> None:
    several = list(forms)
    for form in several:
        if not isinstance(form, RecordForm) and path in form.fields:
            form.add_error(path, sentence)
            return
    for form in several:
        if isinstance(form, RecordForm):
            form.add_errors({path: sentence})
            return
    several[0].add_error(None, sentence)


def day_of(proposal: Proposal) -> str:
    """The day on which something was sent in, in words."""
    return full_date(proposal.created_at.astimezone(clock.LONDON))


def contrary_notice(listing: Listing, user: User) -> dict[str, str] | None:
    """Why the person cannot say “still right” now, with the way to what they said
    before; None where nothing of theirs says the opposite."""
    before = repeating.contrary(listing, user)
    if before is None:
        return None
    return {
        "text": repeating.contrary_in_words(before),
        "url": reverse("workflow:suggestion", args=[before.pk]),
    }


def thank_for_confirming(
    request: HttpRequest, said: Confirmation, sentence: str
) -> None:
    """Say thank you, or that the same was written down today already."""
    if said.repeats:
        messages.info(
            request, "Thank you. You told us so today already, so it is noted."
        )
    else:
        messages.success(request, sentence)


def withdraw_with_message(request: HttpRequest, found: Invitation) -> None:
    """Take an invitation back, and say what came of it on the page it leads to."""
    try:
        withdraw_invitation(by=person(request), invitation_id=found.pk)
    except InvalidState as error:
        messages.warning(request, error.sentence)
    else:
        messages.success(
            request,
            f"The invitation to {found.email} is taken back, and its link no longer "
            "works.",
        )


def said_before(proposal: Proposal, listing: Listing) -> str:
    """What somebody is told who has said the same before (``Proposal.repeats``)."""
    since = day_of(proposal)
    body = standing.waits_for(listing)
    if proposal.repeats == repeating.MORE:
        return (
            f"You told us about this on {since}. What you added now goes with it, and "
            f"{body} reads both."
        )
    return (
        f"{body} has had this from you since {since}, so nothing was sent twice. You "
        "can take it back while nobody has decided."
    )


def ready(listings: QuerySet[Listing]) -> Any:
    return listings.select_related(
        "record__revision", "partnership__policy", "remit__partner"
    )


def kept_listings(user: User) -> Any:
    """Listings with a page of their own for this person: those of the organizations
    they edit, and what they began themselves until it has been assured."""
    return ready(Listing.objects.all()).filter(
        Q(pk__in=access.own_by(user).values("pk"))
        | Q(pk__in=access.begun_by(user).values("pk"))
    )


def kept_listing(request: HttpRequest, listing_id: UUID) -> Listing:
    """One of them, or 404: what one may not see is not there."""
    return _one(kept_listings(person(request)), listing_id)


def seen_listings(user: User) -> Any:
    """Assured listings of which the person sees something, ready to be shown."""
    return ready(access.shown_to(user))


def seen_listing(request: HttpRequest, listing_id: UUID) -> Listing:
    """One of them, or 404; a sentence for one that is hidden for personal data."""
    say_if_withheld(person(request), listing_id)
    return _one(seen_listings(person(request)), listing_id)


def say_if_withheld(user: User, listing_id: UUID) -> None:
    """Raise PermissionDenied, with a kind sentence, for what only those may see now
    who put it right: 404 would tell a person who was sent there nothing."""
    found = access.withheld_from(user).select_related("remit__partner", "partnership")
    if listing := found.filter(pk=listing_id).first():
        raise PermissionDenied(standing.withheld(listing))


def _one(listings: Any, listing_id: UUID) -> Listing:
    listing: Listing | None = listings.filter(pk=listing_id).first()
    if listing is None:
        raise Http404
    return listing

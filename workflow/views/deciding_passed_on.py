"""What is said of a suggestion that was in the person's work and is another's now: an
area of work ended, or the record was handed over."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from workflow import access, standing
from workflow.models import Proposal
from workflow.views.deciding import conflict
from workflow.views.keeping_answers import person


def passed_on(request: HttpRequest, proposal_id: Any) -> HttpResponse:
    """Who has it now, for who assures in its place and reads its record; 404 for
    everybody else."""
    user = person(request)
    found = (
        Proposal.objects.select_related("listing__remit__partner", "partnership")
        .filter(
            access.one_of(access.read_by(user), "listing_id"),
            pk=proposal_id,
            partnership__in=access.places_assured_by(user),
        )
        .first()
    )
    if found is None or found.listing is None:
        raise Http404
    remit = found.listing.remit
    sentence = (
        f"“{found.title}” is in another area of work now: “{remit}”. "
        f"{standing.waits_for(found.listing)} decides about it."
        if remit
        else f"“{found.title}” is in nobody’s area of work at the moment. The lead of "
        f"{found.partnership} gives it away."
    )
    url = reverse("workflow:queue")
    return conflict(request, sentence, url, "Back to my work")

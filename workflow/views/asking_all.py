"""All of a provider's services that wait for a word, on one page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guard import signed_in
from common.errors import InvalidInput, InvalidState
from common.models import as_uuid
from workflow import duties
from workflow.actions.proposals import say_still_right
from workflow.answer_pages import of_services
from workflow.models import Listing
from workflow.views.keeping_answers import person

ON_A_PAGE = 20


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def all_right(request: HttpRequest) -> HttpResponse:
    """Say “nothing has changed” one by one, or for all that are shown; the rest
    stays."""
    user = person(request)
    waiting: Any = (
        duties.waits_for_a_word(user)
        .select_related("record__revision", "partnership__policy", "remit__partner")
        .order_by("due_on", "title", "pk")
    )
    late: list[str] = []
    if request.method == "POST":
        said, late = _say(request, waiting)
        if said:
            messages.success(request, _thanks(said))
        if not late:
            left = waiting.exists()
            return redirect("workflow:all-right" if left else "workflow:my-services")
    shown = list(waiting[:ON_A_PAGE])
    context = {
        "shown": of_services(shown),
        "more": max(waiting.count() - len(shown), 0),
        "sentences": late,
    }
    status = 409 if late else 200
    return render(request, "workflow/asking/all_right.html", context, status=status)


def _say(request: HttpRequest, waiting: Any) -> tuple[list[Listing], list[str]]:
    """What was said, and a sentence for each that could not be."""
    versions = _shown(request)
    said: list[Listing] = []
    late: list[str] = []
    for listing in waiting.filter(pk__in=list(versions)).order_by("pk"):
        if listing.record.revision.number != versions[listing.pk]:
            late.append(f"“{listing}” was changed meanwhile. Look at it once more.")
            continue
        try:
            say_still_right(by=person(request), listing_id=listing.pk)
        except InvalidState as error:
            late.append(f"“{listing}”: {error.sentence}")
        except InvalidInput as error:
            late += error.errors.values()
        else:
            said.append(listing)
    return said, late


def _shown(request: HttpRequest) -> dict[Any, int]:
    """The records that the press of a button is about, with the versions shown."""
    out: dict[Any, int] = {}
    for text in request.POST.getlist("shown"):
        name, _, number = text.partition(":")
        key = as_uuid(name)
        if key and number.isdecimal() and len(number) < 9:
            out[key] = int(number)
    said = str(request.POST.get("same", ""))
    return out if said == "all" else {k: n for k, n in out.items() if str(k) == said}


def _thanks(said: list[Listing]) -> str:
    if len(said) == 1:
        return f"Thank you. We have written down that “{said[0]}” is still right."
    return f"Thank you. We have written down that these {len(said)} are still right."

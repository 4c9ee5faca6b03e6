"""“My list”: a page to print, hand over or send, without an account."""

import uuid

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.guard import public
from common.posting import of_our_own, posted_from
from publishing import queries, shortlist
from publishing.views.service import shown


@public
@require_safe
def my_list(request: HttpRequest) -> HttpResponse:
    """What this browser has put aside, or what an address that was sent names.

    What is no longer public is left out, and that some is missing is said.
    """
    sent = request.GET.get("of")
    ids = shortlist.read(request) if sent is None else shortlist.unpacked(sent)
    place = request.place  # type: ignore[attr-defined]
    rows = queries.services_by_id(queries.endpoint_of(place), ids)
    entries = [
        shown(row, orjson.loads(bytes(row.full)), place) | {"own": sent is None}
        for row in rows
    ]
    share = f"{reverse('publishing:my-list')}?of={shortlist.packed(ids)}"
    context = {
        "entries": entries,
        "missing": len(ids) - len(rows),
        "own": sent is None,
        "share": request.build_absolute_uri(share),
        "sent": shortlist.packed(ids) if sent is not None else "",
    }
    return render(request, "publishing/my_list.html", context)


@public
@of_our_own
@posted_from("publishing:my-list")
def add(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """Put a public service on the list; one that is not public is passed over.

    Leads back to what somebody was leafing through, where they came from there.
    """
    ids = shortlist.read(request)
    endpoint = queries.endpoint_of(request.place)  # type: ignore[attr-defined]
    answer = redirect(_back(request))
    if service_id not in ids and queries.service(endpoint, service_id):
        # The newest is kept where there is no more room.
        shortlist.write(answer, [*ids, service_id][-shortlist.MOST :])
    return answer


def _back(request: HttpRequest) -> str:
    """The page of results that the button stood on; the list itself for any other."""
    asked = request.GET.get("back", "")
    front = reverse("publishing:front")
    if asked.partition("#")[0].partition("?")[0] == front:
        return asked
    return reverse("publishing:my-list")


@public
@of_our_own
@posted_from("publishing:my-list")
def take_off(request: HttpRequest, service_id: uuid.UUID) -> HttpResponse:
    """Take one off the list."""
    left = [each for each in shortlist.read(request) if each != service_id]
    answer = redirect("publishing:my-list")
    shortlist.write(answer, left)
    return answer


@public
@of_our_own
@posted_from("publishing:my-list")
def clear(request: HttpRequest) -> HttpResponse:
    """Forget the list: this may be a library's computer."""
    answer = redirect("publishing:my-list")
    shortlist.write(answer, [])
    return answer

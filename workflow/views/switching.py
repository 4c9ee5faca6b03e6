"""Working in another of one's places."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.guard import signed_in
from common.posting import posted_from
from workflow import places


@signed_in
@posted_from("workflow:home")
def switch(request: HttpRequest) -> HttpResponse:
    """Choose one of the places in which the person has a part."""
    asked = request.POST.get("place")
    for place in places.mine(request):
        if str(place.pk) == asked:
            places.choose(request, place)
            messages.success(request, f"You are working in {place.name} now.")
            return redirect("workflow:home")
    raise Http404

"""Where each person begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.guard import signed_in
from workflow import roles
from workflow.views.keeping_answers import person


@signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """To the page on which the person's work begins."""
    name = roles.home_of(roles.held_by(person(request)))
    if name:
        return redirect(name)
    return render(request, "workflow/keeping/no_part.html")

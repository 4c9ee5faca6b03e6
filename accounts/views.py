"""Signing in and out, a forgotten password, an invitation; the mail of the demo."""

from typing import Any

from axes.utils import reset
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import FormView

from accounts import demo
from accounts.actions import (
    accept_invitation,
    closed_invitation,
    open_invitation,
    send_reset,
    target_of,
)
from accounts.forms import InvitationForm, NewPasswordForm, ResetForm, SignInForm
from accounts.guard import public
from accounts.models import Invitation, Message, User
from accounts.roles import ROLES, Role
from common.errors import InvalidInput, InvalidState

MAILS_ON_A_PAGE = 30
BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignIn(auth_views.LoginView):
    """Sign in; in demo mode with the people that anybody may be."""

    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if settings.VOUCH_DEMO:
            kwargs |= {"demo_people": demo.ACCOUNTS, "demo_password": demo.PASSWORD}
        return super().get_context_data(**kwargs)


class AskReset(FormView[ResetForm]):
    """Ask for a link to choose a new password."""

    form_class = ResetForm
    template_name = "registration/password_reset_form.html"
    success_url = reverse_lazy("accounts:password-reset-done")

    def form_valid(self, form: ResetForm) -> HttpResponse:
        place = getattr(self.request, "place", None)
        send_reset(
            email=form.cleaned_data["email"],
            base_url=settings.PUBLIC_URL,
            mailbox=place.role_mailbox if place else "",
        )
        return super().form_valid(form)


class ChoosePassword(auth_views.PasswordResetConfirmView):
    """Choose a new password with the link from the mail."""

    form_class = NewPasswordForm
    success_url = reverse_lazy("accounts:password-reset-complete")

    def form_valid(self, form: Any) -> HttpResponse:
        # Whoever has the mailbox may try again at once.
        reset(username=form.user.email)
        return super().form_valid(form)


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Look at an invitation, and accept it. One that has gone says what to do."""
    found = open_invitation(token)
    if found is None:
        return _gone(request, token)
    known = User.objects.filter(email=found.email).exists()
    form = InvitationForm(
        request.POST if request.method == "POST" else None, email=found.email
    )
    if form.is_bound and (known or form.is_valid()):
        typed = {} if known else form.cleaned_data
        try:
            user = accept_invitation(token=token, target=target_of(found), **typed)
        except InvalidInput as error:
            for name, sentence in error.errors.items():
                form.add_error(name if name in form.fields else None, sentence)
        except InvalidState:
            return _gone(request, token)
        else:
            return _welcome(request, user, found, known=known)
    role = ROLES[Role(found.role)]
    context = {
        "invitation": found,
        "known": known,
        "form": form,
        "role_title": role.title,
        "role_sentence": role.sentence,
    }
    return render(request, "accounts/invitation.html", context)


def _gone(request: HttpRequest, token: str) -> HttpResponse:
    """Why an invitation opens nothing any more, and what to do."""
    context = {"gone": closed_invitation(token)}
    return render(request, "accounts/invitation.html", context, status=410)


def _welcome(
    request: HttpRequest, user: User, taken: Invitation, *, known: bool
) -> HttpResponse:
    """A new account is signed in; another proves itself by its password."""
    joined = f"You have joined {taken.target_label}."
    if known and request.user != user:
        messages.success(request, f"{joined} Sign in to begin.")
        return redirect("accounts:sign-in")
    if not known:
        login(request, user, backend=BACKEND)
    messages.success(request, f"Welcome, {user.name}. {joined}")
    return redirect(settings.LOGIN_REDIRECT_URL)


@public
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """In demo mode every mail can be read here, newest first; nothing was sent."""
    if not settings.VOUCH_DEMO:
        raise Http404
    mails = Message.objects.order_by("-created_at", "pk")
    page = Paginator(mails, MAILS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/outbox.html", {"page": page})


sign_in = public(SignIn.as_view())
sign_out = public(auth_views.LogoutView.as_view())
password_reset = public(AskReset.as_view())
password_reset_done = public(auth_views.PasswordResetDoneView.as_view())
password_reset_confirm = public(ChoosePassword.as_view())
password_reset_complete = public(auth_views.PasswordResetCompleteView.as_view())

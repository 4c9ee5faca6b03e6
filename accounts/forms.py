"""Forms for signing in, for a password, and for taking up an invitation."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password

from accounts.actions import set_password, whom_to_ask
from accounts.models import User
from common.forms import PlainErrors, PlainForm

HINT = "At least 12 characters. Three or four words are easy to remember."


class SignInForm(PlainErrors, AuthenticationForm):
    """E-mail address and password."""

    error_messages = {
        "invalid_login": (
            "This address and this password do not belong together. Look at both and "
            "try again."
        ),
        "inactive": (
            "Your account has been closed, so it does not let you in any more. If you "
            "still need it, %(whom)s."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["username"]
        name.label = "E-mail address"
        name.error_messages["required"] = "Fill in “E-mail address”."
        name.widget = forms.EmailInput(
            {"autocomplete": "username", "autofocus": True, "maxlength": 254}
        )

    def get_invalid_login_error(self) -> forms.ValidationError:
        """Why these two open nothing. That an account is closed is said to those alone
        who know its password; whoever is locked out gets another page instead."""
        typed = str(self.cleaned_data.get("password", ""))
        user = User.objects.filter(
            email=self.cleaned_data.get("username"), is_active=False
        ).first()
        # A password is looked at in each case: how long it takes tells nothing.
        if user is None:
            make_password(typed)
        elif user.check_password(typed):
            return self._closed()
        return super().get_invalid_login_error()

    def _closed(self) -> forms.ValidationError:
        place = getattr(self.request, "place", None)
        whom = whom_to_ask(place.role_mailbox if place else "")
        return forms.ValidationError(
            self.error_messages["inactive"], code="inactive", params={"whom": whom}
        )

    def clean_username(self) -> str:
        """In lower case, as it is stored: other spellings must not count as others."""
        return str(self.cleaned_data["username"]).strip().lower()


class ResetForm(PlainForm):
    """The address that a link to choose a new password goes to."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )


class NewPasswordForm(PlainErrors, SetPasswordForm):
    """A new password, twice."""

    user: User

    error_messages = {
        "password_mismatch": "The two passwords are not the same. Type them again.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].help_text = HINT
        self.fields["new_password2"].label = "The same once more"

    def save(self, commit: bool = True) -> User:
        """Through the action, which writes down that it was done."""
        set_password(user=self.user, password=self.cleaned_data["new_password1"])
        return self.user


class InvitationForm(PlainForm):
    """Name and password of somebody who has no account yet.

    ``email`` is the address of the account, which the password must not be like.
    """

    name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="As colleagues know you. The public never sees it.",
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="Choose a password",
        strip=False,
        help_text=HINT,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        """Judged here as well, so that it is said together with a missing name."""
        password = str(self.cleaned_data["password"])
        name = str(self.cleaned_data.get("name", ""))
        validate_password(password, User(email=self.email, name=name))
        return password

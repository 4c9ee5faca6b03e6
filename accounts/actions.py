"""Everything that changes who people are and what they may do."""

import datetime as dt
import hashlib
import secrets
import uuid

from django.conf import settings
from django.contrib.auth.models import Permission as GrantName
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models, transaction
from django.db.models import Value
from django.db.models.functions import Least
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts import audit
from accounts.access import Person, grants_on, holds, is_administrator, is_person
from accounts.models import Invitation, Message, Partner, Partnership, User
from accounts.permissions import Permission
from accounts.roles import ROLES, Role, Target, roles_with
from common import clock
from common.enqueue import enqueue_on_commit
from common.errors import InvalidInput, InvalidState
from common.words import one_line

INVITATION_DAYS = 14
# More mails than this in an hour help nobody, and may be somebody's joke.
RESETS_IN_AN_HOUR = 3


def can_appoint(by: Person, role: Role, on: models.Model | None) -> bool:
    """Whether ``by`` may give (or take) this role on this object.

    PRODUCT.md section 1: a lead appoints assurers and publishers, an organisation's
    lead its editors; administrators set up leads and fellow administrators.
    """
    if not is_person(by):
        return False
    target = ROLES[role].target
    if target == Target.INSTALLATION or role == Role.LEAD:
        return is_administrator(by)
    if isinstance(on, Partnership):
        return holds(by, Permission.APPOINT_PARTNER_ROLES, on)
    if isinstance(on, Partner):
        return holds(by, Permission.APPOINT_PARTNER_ROLES, on.partnership)
    return on is not None and holds(by, Permission.APPOINT_EDITORS, on)


def write_grant(
    *, user: User, role: Role, on: models.Model | None, by: User | str, reason: str = ""
) -> bool:
    """Store the grant and its audit row; False if it was held already.

    The caller has authorised it. Raises InvalidInput if the role is not held on that
    kind of object, InvalidState for a partner that has ended.
    """
    _check_target(role, on)
    if isinstance(on, Partner):
        need_taking_part(on)
    if on is None:
        name = GrantName.objects.get(codename=role.value)
        if user.user_permissions.filter(pk=name.pk).exists():
            return False
        user.user_permissions.add(name)
    else:
        grants = grants_on(on._meta.model)
        held = grants.filter(
            user=user, content_object_id=on.pk, permission__codename=role.value
        )
        if held.exists():
            return False
        grants.assign_perm(role.value, user, on)
    audit.record(
        "role_given", user, actor=by, after=_role_label(role, on), reason=reason
    )
    return True


@transaction.atomic
def give_role(
    *, by: User, user: User, role: Role, on: models.Model | None, reason: str = ""
) -> None:
    """Appoint a person. Raises PermissionDenied; nobody appoints themselves."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.pk == by.pk:
        raise PermissionDenied("Nobody appoints themselves. Ask somebody else.")
    if not can_appoint(by, role, on):
        raise PermissionDenied("You may not give this role.")
    if not user.is_active:
        raise InvalidState(f"The account of {user} is closed.")
    write_grant(user=user, role=role, on=on, by=by, reason=reason)


@transaction.atomic
def take_role(
    *, by: User, user: User, role: Role, on: models.Model | None, reason: str = ""
) -> None:
    """End an appointment. Raises PermissionDenied, InvalidState if it is not held or
    nobody would administer the installation any more."""
    if not can_appoint(by, role, on):
        raise PermissionDenied("You may not take this role away.")
    if role == Role.ADMINISTRATOR:
        _keep_an_administrator(user)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    _check_target(role, on)
    if on is None:
        name = GrantName.objects.get(codename=role.value)
        held = user.user_permissions.filter(pk=name.pk).exists()
        user.user_permissions.remove(name)
    else:
        grants = grants_on(on._meta.model).filter(
            user=user, content_object_id=on.pk, permission__codename=role.value
        )
        held = bool(grants.delete()[0])
    if not held:
        raise InvalidState(f"{user} does not hold this role any more.")
    audit.record(
        "role_taken", user, actor=by, before=_role_label(role, on), reason=reason
    )


@transaction.atomic
def invite(
    *, by: User, email: str, role: Role, on: models.Model | None, base_url: str
) -> Invitation:
    """Send an invitation to take a role; it replaces an older one to the same.

    Raises PermissionDenied, InvalidInput (also where the person holds it already).
    """
    email = email.strip().lower()
    if not can_appoint(by, role, on):
        raise PermissionDenied("You may not invite somebody to this role.")
    if email == by.email:
        raise PermissionDenied("Nobody appoints themselves. Ask somebody else.")
    _check_target(role, on)
    if isinstance(on, Partner):
        need_taking_part(on)
    if _has_role(email, role, on):
        title = ROLES[role].title.lower()
        raise InvalidInput(
            {"email": f"They are {title} for {on or 'this installation'} already."}
        )
    return write_invitation(by=by, email=email, role=role, on=on, base_url=base_url)


def _has_role(email: str, role: Role, on: models.Model | None) -> bool:
    if on is None:
        administrators = User.objects.filter(user_permissions__codename=role.value)
        return administrators.filter(email=email).exists()
    return (
        grants_on(on._meta.model)
        .filter(
            user__email=email, content_object_id=on.pk, permission__codename=role.value
        )
        .exists()
    )


def write_invitation(
    *, by: User, email: str, role: Role, on: models.Model | None, base_url: str
) -> Invitation:
    """Store an invitation and its mail; the caller has authorised it.

    Of two to one address for the same role the newer one counts: the older runs out.
    """
    _replace_older(email, role, on)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email,
        role=role.value,
        target_id=on.pk if on else None,
        target_label=str(on or "this installation"),
        invited_by_id=by.pk,
        invited_by_label=str(by),
        token_hash=_hash(token),
        expires_at=clock.now() + dt.timedelta(days=INVITATION_DAYS),
    )
    link = base_url.rstrip("/") + reverse("accounts:invitation", args=[token])
    Message.objects.create(
        to=email,
        kind="invitation",
        subject=f"An invitation to Vouch for {invitation.target_label}",
        about_id=invitation.pk,
        forget_when_sent=True,
        text=(
            f"{by.name} asks you to join as {ROLES[role].title.lower()} for "
            f"{invitation.target_label}.\n\n{ROLES[role].sentence}\n\n"
            f"To accept, open this page within {INVITATION_DAYS} days:\n{link}\n\n"
            "If you were not expecting this, you can ignore it: nothing happens "
            "until you accept."
        ),
    )
    audit.record("person_invited", invitation, actor=by, after=_role_label(role, on))
    return invitation


def _take_turns(about: str) -> None:
    """Wait for whoever does the same thing; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [about])


def _replace_older(email: str, role: Role, on: models.Model | None) -> None:
    """Let what was sent before run out, and its mail stay, if it has not gone.

    Two who invite the same person at once wait for each other here.
    """
    of_it = Invitation.objects.filter(
        email=email, role=role.value, target_id=on.pk if on else None
    )
    _take_turns(f"invitation {email} {role.value} {on.pk if on else ''}")
    now = clock.now()
    older = list(
        of_it.select_for_update(no_key=True)
        .filter(accepted_at=None, replaced_at=None)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    Invitation.objects.filter(pk__in=older).update(
        replaced_at=now, expires_at=Least("expires_at", Value(now))
    )
    _stop_mail(older)


def _stop_mail(invitation_ids: list[uuid.UUID]) -> None:
    """Keep back the mail of these invitations that has not gone yet."""
    Message.objects.filter(
        about_id__in=invitation_ids, sent_at=None, claimed_at=None, cancelled_at=None
    ).update(cancelled_at=clock.now())


@transaction.atomic
def withdraw_invitation(*, by: User, invitation_id: uuid.UUID) -> Invitation:
    """Take back an invitation that nobody has accepted; its link says so.

    Who may invite to a role may. Raises PermissionDenied, InvalidState where it was
    accepted or has run out, Invitation.DoesNotExist.
    """
    found = Invitation.objects.select_for_update(no_key=True).get(pk=invitation_id)
    if not can_appoint(by, Role(found.role), target_of(found)):
        raise PermissionDenied("Only who may invite to this role takes that back.")
    now = clock.now()
    if found.accepted_at:
        raise InvalidState(f"{found.email} has accepted it. You can end their part.")
    if found.expires_at <= now:
        raise InvalidState(
            "This invitation no longer works, so nothing had to be done."
        )
    found.withdrawn_at = found.expires_at = now
    found.save(update_fields=["withdrawn_at", "expires_at"])
    _stop_mail([found.pk])
    audit.record("invitation_withdrawn", found, actor=by)
    return found


def closed_invitation(token: str) -> Invitation | None:
    """The invitation of this token where it no longer opens anything."""
    found = Invitation.objects.filter(token_hash=_hash(token)).first()
    return found if found and open_invitation(token) is None else None


def open_invitation(token: str) -> Invitation | None:
    """The invitation this token opens, if it is still open."""
    return Invitation.objects.filter(
        token_hash=_hash(token), accepted_at=None, expires_at__gt=clock.now()
    ).first()


@transaction.atomic
def accept_invitation(
    *, token: str, target: models.Model | None, name: str = "", password: str = ""
) -> User:
    """Take the role; makes the account if the address has none yet.

    An address that already has an account keeps its name and password, whatever was
    typed. Raises InvalidState if the invitation has gone, InvalidInput by field.
    """
    invitation = (
        Invitation.objects.select_for_update(no_key=True)
        .filter(token_hash=_hash(token), accepted_at=None)
        .first()
    )
    if invitation is None or invitation.expires_at <= clock.now():
        raise InvalidState(
            "This invitation has been used or has run out. Ask for a new one."
        )
    if (target.pk if target else None) != invitation.target_id:
        raise InvalidState("This invitation is for something else.")
    _refuse_if_inviter_may_not(invitation, target)
    # Two invitations to one address may be taken up at once: one account is made.
    _take_turns(f"account {invitation.email}")
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        user = new_account(invitation.email, name, password)
    if not user.is_active:
        raise InvalidState("This account is closed. Ask an administrator.")
    write_grant(
        user=user,
        role=Role(invitation.role),
        on=target,
        by=invitation.invited_by_label,
        reason="accepted an invitation",
    )
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    return user


def _refuse_if_inviter_may_not(
    invitation: Invitation, target: models.Model | None
) -> None:
    """An invitation is worth what its sender may still do.

    The lead of an organisation's listings may be an assurer's first appointment, which
    ``workflow`` judged when it was sent; their account must still be open.
    """
    role = Role(invitation.role)
    sender = User.objects.filter(pk=invitation.invited_by_id, is_active=True).first()
    if sender is None or (
        role != Role.ORGANIZATION_LEAD and not can_appoint(sender, role, target)
    ):
        raise InvalidState(
            "Who sent this invitation may no longer give this role. Ask for a new one."
        )


def target_of(invitation: Invitation) -> models.Model | None:
    """What an invitation gives a role on; None for the installation.

    The model is the one that declares the role as a permission, whatever its app.
    Raises InvalidState where the thing is not there any more.
    """
    if invitation.target_id is None:
        return None
    declared = GrantName.objects.select_related("content_type")
    model = declared.get(codename=invitation.role).content_type.model_class()
    rows = model._default_manager.filter(pk=invitation.target_id) if model else None
    found = rows.first() if rows is not None else None
    if found is None:
        raise InvalidState(f"{invitation.target_label} is not here any more.")
    return found


def whom_to_ask(mailbox: str) -> str:
    """Whom somebody asks who cannot get in: an end of a sentence. ``mailbox`` is that
    of the place; it may be empty."""
    if mailbox:
        return f"ask the people who look after the directory: {mailbox}"
    return "ask whoever invited you"


@transaction.atomic
def send_reset(*, email: str, base_url: str, mailbox: str = "") -> None:
    """Write a mail with a link to choose a new password, if the address has an account;
    where that is closed, a mail that says so and whom to ask (``mailbox``).

    Says nothing about whether it has one: the page is the same in every case.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None or _asked_too_often(user):
        return
    key = {
        "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    words = {
        "link": base_url.rstrip("/")
        + reverse("accounts:password-reset-confirm", kwargs=key)
    }
    name = "password_reset"
    if not user.is_active:
        name, words = "account_closed", {"whom": whom_to_ask(mailbox)}
    subject = render_to_string(f"registration/{name}_subject.txt")
    Message.objects.create(
        to=user.email,
        kind="password_reset",
        subject=subject.strip(),
        about_id=user.pk,
        forget_when_sent=True,
        text=render_to_string(f"registration/{name}_email.txt", words),
    )
    audit.record("password_reset_asked", user, actor="somebody on the sign-in page")
    enqueue_on_commit("workflow.send_mail")


def _asked_too_often(user: User) -> bool:
    since = clock.now() - dt.timedelta(hours=1)
    asked = Message.objects.filter(
        about_id=user.pk, kind="password_reset", created_at__gt=since
    )
    return asked.count() >= RESETS_IN_AN_HOUR


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """Give an account a new password; the caller has checked the key and the password.

    Other sessions of the account end, since they were opened with the old one.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("password_set", user, actor=user)


@transaction.atomic
def close_account(*, by: User, user: User, reason: str) -> None:
    """Close a person's account: they cannot sign in and hold nothing that opens."""
    if not is_administrator(by):
        raise PermissionDenied("Only an administrator closes an account.")
    if user.pk == by.pk:
        raise InvalidState("Ask another administrator to close your account.")
    _keep_an_administrator(user)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not user.is_active:
        raise InvalidState("This account is closed already.")
    if not reason.strip():
        raise InvalidInput({"reason": "Give a reason; it stays on record."})
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record("account_closed", user, actor=by, reason=reason)


def _keep_an_administrator(user: User) -> None:
    """Refuse to close the last administrator's account, or to take the role away.

    All of their rows are locked, so that no two of them close each other at once.
    """
    those = User.objects.filter(
        is_active=True,
        user_permissions__codename__in=roles_with(
            Permission.ADMINISTER, Target.INSTALLATION
        ),
    )
    locked = User.objects.select_for_update(no_key=True).filter(
        is_active=True, pk__in=those.values("pk")
    )
    if {one.pk for one in locked.order_by("pk")} == {user.pk}:
        raise InvalidState(
            f"{user} is the last administrator. Appoint another one first."
        )


def new_account(email: str, name: str, password: str) -> User:
    """A new account. Raises InvalidInput for a missing name or a weak password."""
    errors = {}
    if not one_line(name):
        errors["name"] = "Enter your name."
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        errors["password"] = " ".join(error.messages)
    if errors:
        raise InvalidInput(errors)
    return User.objects.create_user(email, password, name=one_line(name))


def _check_target(role: Role, on: models.Model | None) -> None:
    kind = on._meta.model_name if on is not None else Target.INSTALLATION.value
    if ROLES[role].target != kind:
        raise InvalidInput(f"{ROLES[role].title} is not a role on a {kind}.")


def need_taking_part(partner: Partner) -> None:
    """Raise InvalidState for a partner that has ended; nobody ends it before the
    transaction does."""
    rows = Partner.objects.select_for_update(of=("self",), no_key=True)
    if not rows.filter(pk=partner.pk, ended_at=None).exists():
        raise InvalidState(f"{partner} takes part no more.")


def _role_label(role: Role, on: models.Model | None) -> dict[str, str]:
    return {"role": role.value, "on": str(on or ""), "on_id": str(on.pk if on else "")}


def _hash(token: str) -> str:
    return hashlib.sha256((settings.SECRET_KEY + token).encode()).hexdigest()

"""Who people are, which bodies take part, and what was done."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from guardian.models import UserObjectPermissionBase

from accounts import licences
from accounts.licences import Licence
from accounts.roles import Target, grants_for
from common import clock
from common.models import CreatedModel, UUIDModel


class UserAccounts(BaseUserManager["User"]):
    """Makes accounts whose e-mail address is stored in lower case."""

    def create_user(
        self, email: str, password: str | None = None, **extra: Any
    ) -> "User":
        """An account; without a password it cannot sign in until one is set."""
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **extra: Any) -> "User":
        """An account with Django's flag. The flag opens nothing in Vouch."""
        return self.create_user(email, password, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin, UUIDModel):
    """A person who signs in with an e-mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[UserAccounts] = UserAccounts()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        permissions = grants_for(Target.INSTALLATION)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_lower",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Partnership(CreatedModel):
    """A place: the bodies that keep one directory of local services together."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(unique=True)
    host_names = ArrayField(models.CharField(max_length=253), default=list, blank=True)
    role_mailbox = models.EmailField(blank=True)
    accent = models.CharField(max_length=20, default="spruce")
    open_licence = models.CharField(
        max_length=20, choices=licences.CHOICES, default=licences.OPEN_GOVERNMENT
    )

    class Meta:
        permissions = grants_for(Target.PARTNERSHIP)

    def __str__(self) -> str:
        return self.name

    @property
    def licence(self) -> Licence:
        """Under which anybody may use what is public here."""
        return licences.BY_KEY[self.open_licence]


class PartnerKind(models.TextChoices):
    COUNCIL = "council", "Council"
    HEALTH = "health", "Health"
    POLICE = "police", "Police"
    FIRE = "fire", "Fire and rescue"
    HOUSING = "housing", "Housing"
    EDUCATION = "education", "School or college"
    VOLUNTARY = "voluntary", "Voluntary sector"


class Partner(CreatedModel):
    """A body that takes part in a place. Not a provider in the data.

    One that ``ended_at`` a time takes part no more, and is named by what it did.
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="partners"
    )
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=PartnerKind)
    role_mailbox = models.EmailField(
        blank=True, help_text="A shared mailbox, shown to the public. Not a person's."
    )
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        permissions = grants_for(Target.PARTNER)
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "name"), name="partner_name_once_in_a_place"
            ),
        )

    def __str__(self) -> str:
        return self.name


class PartnershipGrant(UserObjectPermissionBase):
    """A role held by a person on a place (a django-guardian direct table)."""

    content_object = models.ForeignKey(Partnership, on_delete=models.CASCADE)


class PartnerGrant(UserObjectPermissionBase):
    """A role held by a person on a partner (a django-guardian direct table)."""

    content_object = models.ForeignKey(Partner, on_delete=models.CASCADE)


class Invitation(CreatedModel):
    """An invitation by e-mail to take a role. Only a hash of its token is kept.

    One that was ``replaced_at`` a time gave way to a newer one and has run out; one
    that was ``withdrawn_at`` a time was taken back, and has run out too.
    """

    email = models.EmailField()
    role = models.CharField(max_length=30)
    target_id = models.UUIDField(null=True)
    target_label = models.CharField(max_length=250)
    invited_by_id = models.UUIDField()
    invited_by_label = models.CharField(max_length=250)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)


KEY_MARK = "⟨key⟩"
"""Where a mail's key goes into its words when it is sent."""


class Message(CreatedModel):
    """A mail: the row is the truth, a task sends it once ``send_after`` has come.

    Words that stay and a ``key`` that does not: it is put in where ``KEY_MARK`` stands
    when the mail is sent, and forgotten then. ``refused_at`` is when the receiving
    server said that it will never take it, ``refused_with`` the code it gave.
    """

    to = models.EmailField()
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    key = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=40)
    about_id = models.UUIDField(null=True)
    send_after = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_with = models.CharField(max_length=20, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    forget_when_sent = models.BooleanField(
        default=False, help_text="It carries a key (reset, invitation): blank it."
    )

    class Meta:
        indexes = (
            models.Index(
                fields=("send_after",),
                condition=models.Q(sent_at=None, cancelled_at=None),
                name="message_waiting",
            ),
        )

    @property
    def words(self) -> str:
        """Its text as it goes out; without its key once that is forgotten."""
        return self.text.replace(KEY_MARK, self.key) if self.key else self.text


class AuditEvent(models.Model):
    """What was done, by whom, to what. Frozen names, no foreign keys.

    A database trigger refuses update, delete and truncate (erasure apart), so a row
    outlives and outranks whatever it describes.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=clock.now, editable=False)
    request_id = models.UUIDField(db_index=True)
    verb = models.CharField(max_length=60)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=250)
    body_label = models.CharField(max_length=250, blank=True)
    partnership_id = models.UUIDField(null=True)
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
    object_label = models.CharField(max_length=250)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("object_id", "id"), name="audit_object"),
            models.Index(fields=("partnership_id", "at"), name="audit_place"),
        )

    def __str__(self) -> str:
        return f"{self.actor_label}: {self.verb} {self.object_label}"

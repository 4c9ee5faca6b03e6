"""Asking providers whether what we say of them is still right: whom, when, and what
they answered (PRODUCT.md section 5)."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from accounts.models import Message, Partnership
from common.models import CreatedModel
from workflow.choices import Answer, Answered, AskTo, Channel, Stopped
from workflow.models.assurance import Confirmation
from workflow.models.listing import Listing
from workflow.models.proposal import Proposal


class ContactPoint(CreatedModel):
    """Where an organization is asked, in one place: a mailbox or number of the body,
    not of a person. ``position`` 1 is asked first, 2 after that.

    One that nobody has written (``by_hand`` is false) follows what the record says.
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="contact_points"
    )
    organization_id = models.UUIDField()
    position = models.PositiveSmallIntegerField(default=1)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=120, blank=True)
    postal = models.TextField(blank=True)
    by_hand = models.BooleanField(default=False)
    stopped_because = models.CharField(max_length=20, choices=Stopped, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=("partnership", "organization_id", "position"),
                name="one_contact_point_for_each_position",
            ),
            CheckConstraint(
                condition=Q(position__in=(1, 2)), name="contact_first_or_second"
            ),
            CheckConstraint(
                condition=Q(stopped_because="", stopped_at=None)
                | (~Q(stopped_because="") & Q(stopped_at__isnull=False)),
                name="contact_stopped_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.role or "Contact point"

    @property
    def can_be_mailed(self) -> bool:
        """Whether a mail may go there."""
        return bool(self.email) and self.stopped_at is None


class LadderStep(CreatedModel):
    """One step of the ladder: so many ``days`` after a record is due (before, where
    negative), somebody is asked. A place without any has the default ladder."""

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="ladder_steps"
    )
    contracted = models.BooleanField(default=False)
    days = models.SmallIntegerField()
    to = models.CharField(max_length=20, choices=AskTo)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=("partnership", "contracted", "days"),
                name="one_ladder_step_in_a_day",
            ),
        )
        ordering = ("contracted", "days")

    def __str__(self) -> str:
        return f"{AskTo(self.to).label}, {self.days:+d} days"


class Ask(CreatedModel):
    """One message to one contact point in one run, about one or several records.

    ``token_hash`` is a hash of what opens the answer page: it can be worked out again
    only with the installation's key (``workflow/answer_keys.py``).
    """

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="asks"
    )
    contact = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, related_name="asks"
    )
    channel = models.CharField(max_length=20, choices=Channel)
    to_label = models.CharField(max_length=250, blank=True)
    asked_on = models.DateField()
    asked_by_label = models.CharField(max_length=250)
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    token_hash = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    bounced_with = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=("token_hash",),
                condition=~Q(token_hash=""),
                name="one_ask_for_each_key",
            ),
            CheckConstraint(
                condition=Q(contact__isnull=False) | Q(channel=Channel.LEAD),
                name="ask_is_of_a_contact_point_or_the_lead",
            ),
        )
        indexes = (models.Index(fields=("contact", "asked_on"), name="ask_of_contact"),)

    def __str__(self) -> str:
        return f"{Channel(self.channel).label} of {self.asked_on}"


class AskedListing(CreatedModel):
    """That one record was asked about, at one step for one due date, and the answer.

    ``due_on`` goes with the record's when its period changes, so that what was asked
    still counts; a check begins anew.
    ``answered_by`` is the name and role that whoever answered has given; a person's
    name has its time (``workflow/retention.py``).
    """

    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="asked")
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="asked")
    due_on = models.DateField()
    step = models.SmallIntegerField()
    answer = models.CharField(max_length=20, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_how = models.CharField(max_length=20, choices=Answered, blank=True)
    answered_by = models.CharField(max_length=250, blank=True)
    confirmation = models.OneToOneField(
        Confirmation, on_delete=models.SET_NULL, null=True, related_name="asked"
    )
    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, null=True, related_name="asked"
    )

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=("listing", "due_on", "step"), name="nothing_is_asked_twice"
            ),
            CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="answer_has_a_moment",
            ),
        )
        indexes = (
            models.Index(fields=("listing", "answered_at"), name="asked_of_listing"),
        )

    def __str__(self) -> str:
        return f"{self.listing}, due {self.due_on}"

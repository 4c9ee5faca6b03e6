"""What people, sources and rules say should be different, and what was decided."""

from django.db import models
from django.db.models import Q

from accounts.models import Partner, Partnership, User
from common import clock
from common.models import CreatedModel
from workflow.choices import (
    Evidence,
    Gravity,
    Method,
    ProposalKind,
    ProposalState,
    RejectReason,
    Verdict,
)
from workflow.models.listing import Listing
from workflow.models.record import Record


class Proposal(CreatedModel):
    """A suggested change: zero or more changes with evidence (PRODUCT.md section 4).

    It stands on a service (``listing``), and may then change what the service shows of
    its organization and places, or on one of those by itself (``record``).
    """

    kind = models.CharField(max_length=20, choices=ProposalKind)
    state = models.CharField(
        max_length=20, choices=ProposalState, default=ProposalState.OPEN
    )
    # No index of its own: "proposal_waits" begins with it.
    partnership = models.ForeignKey(
        Partnership,
        on_delete=models.PROTECT,
        related_name="proposals",
        db_index=False,
    )
    listing = models.ForeignKey(
        Listing,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
    )
    record = models.ForeignKey(
        Record,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        help_text="The organization or place it is about, where that is no service.",
    )
    title = models.CharField(max_length=255)

    proposer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    proposer_partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposer_label = models.CharField(max_length=250)
    source = models.ForeignKey(
        "workflow.Source", on_delete=models.PROTECT, null=True, blank=True
    )
    by_provider = models.BooleanField(default=False)
    evidence = models.CharField(max_length=20, choices=Evidence)
    evidence_words = models.TextField(blank=True)
    gravity = models.CharField(max_length=20, choices=Gravity, default=Gravity.ERROR)
    division = models.JSONField(
        null=True,
        blank=True,
        help_text="Where one is really two: the name of the new one, where each path "
        "goes, and the version that was seen.",
    )
    answer_by = models.DateTimeField(
        null=True, blank=True, help_text="When the clock of a report runs out."
    )
    answer_to = models.EmailField(blank=True)

    claimed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    repeats: str = ""
    """Only on what an action answers: ``"same"`` where the person had said just this
    and it still waits, ``"more"`` where something was added to it. Never stored."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN) | Q(decided_at__isnull=False),
                name="proposal_closed_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(listing__isnull=True) ^ Q(record__isnull=True),
                name="proposal_is_about_a_service_or_a_record",
            ),
            models.UniqueConstraint(
                fields=("listing",),
                condition=Q(kind=ProposalKind.NEW, state=ProposalState.OPEN),
                name="one_open_new_proposal_per_listing",
            ),
        )
        indexes = (
            models.Index(
                # What waited at some moment, and how long decisions took.
                fields=("partnership", "decided_at"),
                name="proposal_waits",
            ),
            models.Index(
                fields=("partnership", "created_at"),
                condition=Q(state=ProposalState.OPEN),
                name="proposal_open",
            ),
            # The queue of who decides much is read in the order of its duty.
            models.Index(
                fields=("partnership", "kind", "answer_by", "created_at", "id"),
                condition=Q(state=ProposalState.OPEN),
                name="proposal_open_oldest",
            ),
            # Whose queue it is in is found by what it is about.
            models.Index(
                fields=("listing",),
                include=("id", "kind", "proposer"),
                condition=Q(state=ProposalState.OPEN),
                name="proposal_open_about",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Decision(CreatedModel):
    """One act of deciding on a proposal. Undone only by a compensating revision."""

    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="decisions"
    )
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    rule = models.CharField(max_length=100, blank=True)
    body_label = models.CharField(max_length=250)
    decided_at = models.DateTimeField(default=clock.now)
    single_handed = models.BooleanField(default=False)
    override_reason = models.TextField(blank=True)
    answer = models.TextField(blank=True, help_text="Words for who suggested it.")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_label = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=False) | ~Q(rule=""),
                name="decider_is_a_person_or_a_named_rule",
            ),
        )

    def __str__(self) -> str:
        return f"Decision on {self.proposal}"


class Change(CreatedModel):
    """One difference: a record, a path in it, what was there, what should be.

    ``base`` is the number of the revision the proposer saw, 0 for a new record.
    An ``informant`` is the second pair of eyes where the decider put the value in.
    """

    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="changes"
    )
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="changes")
    path = models.CharField(max_length=120)
    was = models.JSONField(null=True)
    value = models.JSONField(null=True)
    base = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    verdict = models.CharField(max_length=20, choices=Verdict, default=Verdict.PENDING)
    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
    )
    accepted_value = models.JSONField(null=True)
    overtaken_by = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="overtook",
        help_text="The decision that gave the field another value while this waited.",
    )
    reason = models.CharField(max_length=20, choices=RejectReason, blank=True)
    reason_words = models.TextField(blank=True)

    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    informant = models.CharField(max_length=250, blank=True)
    informed_on = models.DateField(null=True, blank=True)
    informed_by = models.CharField(max_length=20, choices=Method, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("proposal", "record", "path"), name="one_change_per_path"
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.REJECTED) | ~Q(reason=""),
                name="rejection_has_a_reason",
            ),
        )
        indexes = (
            models.Index(
                fields=("record", "path"),
                include=("id", "proposal", "proposed_by"),
                condition=Q(verdict=Verdict.PENDING),
                name="change_waiting",
            ),
            models.Index(
                fields=("proposal",),
                include=("id", "record", "proposed_by"),
                condition=Q(verdict=Verdict.PENDING),
                name="change_waiting_in",
            ),
        )
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.path

"""What somebody without an account has told us, and where the answer goes."""

from django.db import models

from common.models import CreatedModel
from workflow.choices import WhatIsWrong
from workflow.models.proposal import Proposal


class PublicReport(CreatedModel):
    """One person's word that something is wrong; several may share a proposal.

    ``token_hash`` is a hash of the private link, ``sender`` a keyed hash of the network
    address that is good for one day. Neither can be turned back, and what they wrote
    stands on the proposal alone.
    """

    proposal = models.ForeignKey(
        Proposal, on_delete=models.PROTECT, related_name="public_reports"
    )
    what = models.CharField(max_length=20, choices=WhatIsWrong)
    reference = models.CharField(max_length=12, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    sender = models.CharField(max_length=64, blank=True)
    answer_to = models.EmailField(blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("sender", "created_at"), name="report_of_sender"),
        )

    def __str__(self) -> str:
        return self.reference

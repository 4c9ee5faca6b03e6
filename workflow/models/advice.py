"""What the facts say about how far an organization may be trusted."""

from django.db import models

from accounts.models import Partnership
from common.models import CreatedModel
from workflow.choices import Advice


class LevelAdvice(CreatedModel):
    """The facts of twelve months about one organization, and what follows by the rule.

    Worked out every night (``workflow/readiness.py``); it decides nothing. ``facts``
    are counts by name.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    organization_id = models.UUIDField()
    advice = models.CharField(max_length=20, choices=Advice, blank=True)
    facts = models.JSONField(default=dict)
    as_at = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("partnership", "organization_id"), name="advice_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("partnership", "advice"),
                condition=~models.Q(advice=""),
                name="advice_given",
            ),
        )

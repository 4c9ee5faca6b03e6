"""How many listings of a place stand alike, so that nobody has to count them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import Partnership


class ListingCount(models.Model):
    """So many listings of a place agree in all these columns: the sum of such rows.

    The columns are named as those of Listing, so that a condition reads the same of
    both. ``remit_id`` and ``tied_remit_ids`` only say whether there is any: the id of
    the place stands for them.

    A trigger writes what each statement adds or takes away and never waits for
    another; ``workflow/listing_counts.py`` folds them (docs/adr/0036).
    """

    id = models.BigAutoField(primary_key=True)
    # Without a constraint, as nothing that counts may refuse what is counted.
    partnership = models.ForeignKey(
        Partnership, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    stage = models.CharField(max_length=20)
    open_to_all = models.BooleanField()
    due_on = models.DateField(null=True)
    first_due_on = models.DateField(null=True)
    critical = models.BooleanField()
    entry = models.CharField(max_length=20, blank=True)
    hidden_because = ArrayField(models.CharField(max_length=30))
    remit = models.UUIDField(null=True)
    tied_remit_ids = ArrayField(models.UUIDField())
    number = models.IntegerField()
    is_folded = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(fields=("partnership",), name="listing_count_of_place"),
            models.Index(
                fields=("id",), condition=models.Q(is_folded=False),
                name="listing_count_to_fold",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.stage}, due on {self.due_on}: {self.number:+}"

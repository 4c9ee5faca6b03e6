"""What was erased, so that it is known again: never the value itself."""

from django.db import models

from accounts.models import Partnership
from common import clock
from common.models import CreatedModel
from directory import blanking


class ErasedValue(CreatedModel):
    """A value that was erased, as a keyed hash (``directory/remembering.py``).

    Whoever brings it again is told; the officer of the place may let it in once more,
    where whose it is agrees.
    """

    KINDS = tuple(
        (kind, kind)
        for kind in (
            blanking.NUMBER,
            blanking.EMAIL,
            blanking.POSTCODE,
            blanking.WORDS,
        )
    )

    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=KINDS)
    size = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField(default=clock.now)
    erased_by_label = models.CharField(max_length=250)
    reason = models.TextField()
    let_in_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("digest",),
                condition=models.Q(let_in_at=None),
                name="erased_value_once",
            ),
        )

    def __str__(self) -> str:
        return f"A value erased for {self.partnership}"

"""What every table of Vouch has in common. No domain noun lives here."""

import uuid
from typing import Any

from django.db import models

from common import clock


def as_uuid(value: Any) -> uuid.UUID | None:
    """The UUID that a value says, None where it says none."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None


class UUIDModel(models.Model):
    """A row with a random UUID for its key (ORUK 3.0: every ``id`` is a UUID)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class CreatedModel(UUIDModel):
    """A row that also remembers the instant it was made."""

    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True

"""The one question that the public pages ask of the write side: may they suggest?

It is about who is signed in, never about what is shown.
"""

import uuid
from typing import Any

from workflow import access


def may_suggest(user: Any, listing_id: uuid.UUID) -> bool:
    """Whether somebody may say something about a service; False for a stranger,
    without asking the database."""
    if not user.is_authenticated:
        return False
    return bool(access.proposable_by(user).filter(pk=listing_id).exists())

"""How a mail about the work is written: what it is, where to look, and from whom.

Who reads it may not have signed in for months: a mail that asks for something says
where that is done, and every one says which directory wrote it.
"""

from typing import Any

from django.urls import reverse

from accounts.models import Partnership
from workflow.asking_words import base_url


def letter(
    place: Partnership, *said: str, look: str = "", at: str = "", key: Any = None
) -> list[str]:
    """The lines of a mail of a place: what is ``said``, and ``look`` ("See what would
    move, and answer") with the address of the page ``at``, an address's name."""
    where = ["", f"{look}:", f"  {page(place, at, key)}"] if look else []
    return ["Hello,", "", *said, *where, "", f"The directory of {place}"]


def page(place: Partnership, at: str, key: Any = None) -> str:
    """The whole address of a page of a place, by its name in ``workflow/urls``."""
    path = reverse(f"workflow:{at}", args=[] if key is None else [key])
    return f"{base_url(place)}{path}"

"""The keys that open an answer page: the long one of a link, the short one of a letter.

A key is worked out from the ask and the installation's own key, so that a letter can be
printed twice; what is stored is a hash, by which it is looked up and which opens
nothing. See docs/adr/0031-answering-without-an-account.md.
"""

import base64
import hashlib
import hmac

from django.conf import settings

from accounts.models import Partnership
from workflow.choices import Channel
from workflow.models import Ask

_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""None is like another, and without vowels they make no words."""
_CODE_LENGTH = 12
_GROUP = 4


def key_of(ask: Ask) -> str:
    """What opens the answer page of an ask."""
    message = f"answer:{ask.pk}".encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), message, "sha256")
    if ask.channel != Channel.LETTER:
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
    number = int.from_bytes(digest)
    letters = ""
    for _ in range(_CODE_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters += _LETTERS[place]
    return in_groups(letters)


def in_groups(code: str) -> str:
    """A code as it is printed and read out: ``BCDF-2345-XYZW``."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def typed(text: str) -> str:
    """A code as it is printed, however somebody typed it; ``""`` for what is none."""
    letters = "".join(c for c in text.upper() if c.isalnum())
    is_code = len(letters) == _CODE_LENGTH and set(letters) <= set(_LETTERS)
    return in_groups(letters) if is_code else ""


def hash_of(key: str) -> str:
    """What is stored of a key, and what it is looked up by."""
    return hashlib.sha256(f"answer:{key}".encode()).hexdigest()


def of_key(key: str, place: Partnership | None = None) -> Ask | None:
    """The ask that a key opens, whether it still works or not. Looked up by its hash,
    so that the time it takes says nothing about keys that are nearly right."""
    found = Ask.objects.select_related("partnership", "contact").filter(
        token_hash=hash_of(typed(key) or key)
    )
    return (found.filter(partnership=place) if place else found).first()

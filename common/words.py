"""Words that somebody typed: without what is not seen and changes what is."""

import re
from typing import Final

# Overrides, embeddings and isolates turn the text around them, also on other people's
# pages; NUL and its like cannot be stored or end a header.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def plain(text: str) -> str:
    """The text without controls and direction marks; line ends and tabs stay."""
    return _UNSEEN.sub("", text)


def one_line(text: str) -> str:
    """The same on one line, as a name or the header of a mail has to be."""
    return " ".join(plain(text).split())

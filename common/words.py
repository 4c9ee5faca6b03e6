"""Words that somebody typed: without what is not seen and changes what is."""

import re
import unicodedata
from typing import Final

# NUL and its like cannot be stored or end a header.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

INVISIBLE: Final = (
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f"
)
"""The format characters (Unicode Cf) that show nothing, for a class of a pattern: soft
hyphens, spaces without width, joiners, marks of direction, tags. Overrides, embeddings
and isolates turn the text around them, also on other people's pages."""

_UNSEEN: Final = re.compile(f"[{INVISIBLE}]")
# Joiners shape the scripts from Arabic to Mongolian and put emoji together; tags after
# a black flag make it that of England, Scotland or Wales.
_NEEDED: Final = re.compile(
    "(?<=[\u0600-\u1cff\u2190-\u2bff\ua8e0-\uabff\ufe0e\ufe0f\U0001f000-\U0001faff])"
    "[\u200c\u200d]|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
)


def plain(text: str) -> str:
    """The text without controls and what is not seen, each letter with its accent as
    one character (NFC); line ends, tabs and what emoji need stay."""
    text = unicodedata.normalize("NFC", _CONTROLS.sub("", text))
    if not _UNSEEN.search(text):
        return text
    out, at = [], 0
    for needed in _NEEDED.finditer(text):
        out += [_UNSEEN.sub("", text[at : needed.start()]), needed[0]]
        at = needed.end()
    return "".join([*out, _UNSEEN.sub("", text[at:])])


def folded(text: str) -> str:
    """The text as it is compared: in NFC, without anything that is not seen."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", _UNSEEN.sub("", text)))


def folded_with_places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The same, and for each of its characters from where up to where it stood."""
    if not _UNSEEN.search(text) and unicodedata.is_normalized("NFC", text):
        return text, [(at, at + 1) for at in range(len(text))]
    out: list[str] = []
    places: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and _belongs_to_last(text[end]):
            end += 1
        letter = folded(text[start:end])
        out.append(letter)
        places += [(start, end)] * len(letter)
        start = end
    return "".join(out), places


def _belongs_to_last(character: str) -> bool:
    """Accents, the later parts of a Korean syllable, and what is not seen."""
    return bool(
        unicodedata.combining(character)
        or "\u1160" <= character <= "\u11ff"
        or _UNSEEN.match(character)
    )


def one_line(text: str) -> str:
    """The same on one line, as a name or the header of a mail has to be."""
    return " ".join(plain(text).split())

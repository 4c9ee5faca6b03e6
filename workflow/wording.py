"""What differs between two texts, word by word, for showing them beside each other.

Pure. A segment is a piece of text with a mark: ``""`` (in both), ``"del"`` (only in the
first) or ``"ins"`` (only in the second); the page shows marks by line and weight as
well as by colour.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

Segment = tuple[str, str]

_WORDS = re.compile(r"\s+|\w+(?:[-'’.@/:]\w+)*|.", re.DOTALL)
# Beyond this many comparisons only what lies between equal ends is marked.
_MOST = 1_000_000
# Texts that share less than this have been written anew: marking each shared "the"
# would only make them harder to read.
_ALIKE = 0.35


@dataclass(frozen=True)
class Comparison:
    """Two texts side by side. None where there is nothing on that side."""

    before: list[Segment] | None
    after: list[Segment] | None


def compare(before: str | None, after: str | None) -> Comparison:
    """Mark the words that were taken out and those that were put in."""
    if not before or not after:
        return Comparison(
            [(before, "del")] if before else None, [(after, "ins")] if after else None
        )
    if before == after:
        return Comparison([(before, "")], [(after, "")])
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    left: list[Segment] = []
    right: list[Segment] = []
    for same, a, b in _blocks(old, new):
        left.append(("".join(a), "" if same else "del"))
        right.append(("".join(b), "" if same else "ins"))
    return Comparison(_joined(left), _joined(right))


def plain(text: str | None) -> list[Segment] | None:
    """A text without marks, in the form of a comparison's side."""
    return [(text, "")] if text else None


def _blocks(old: list[str], new: list[str]) -> list[tuple[bool, list[str], list[str]]]:
    """Equal and different runs of words, in order."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    head, tail = old[:start], old[len(old) - end :]
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    out = [(True, head, head)]
    if len(a) * len(b) > _MOST:
        out.append((False, a, b))
    else:
        out += _matched(a, b, start + end)
    return [*out, (True, tail, tail)]


def _matched(
    a: list[str], b: list[str], shared: int
) -> list[tuple[bool, list[str], list[str]]]:
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    runs = [
        (tag == "equal", a[i:j], b[k:n]) for tag, i, j, k, n in matcher.get_opcodes()
    ]
    words = sum(_count(x) for same, x, _ in runs if same) + shared
    most = max(_count(a), _count(b)) + shared
    if not most or words < _ALIKE * most:
        return [(False, a, b)]
    return _without_crumbs(runs)


def _without_crumbs(
    runs: list[tuple[bool, list[str], list[str]]],
) -> list[tuple[bool, list[str], list[str]]]:
    """The runs with a mere space between two changed words taken as changed too."""
    out: list[tuple[bool, list[str], list[str]]] = []
    for at, (same, a, b) in enumerate(runs):
        crumb = same and 0 < at < len(runs) - 1 and not _count(a)
        if (crumb or not same) and out and not out[-1][0]:
            out[-1] = (False, out[-1][1] + a, out[-1][2] + b)
        else:
            out.append((same and not crumb, a, b))
    return out


def _count(tokens: list[str]) -> int:
    return sum(1 for token in tokens if token[0].isalnum())


def _common(a: list[str], b: list[str]) -> int:
    length = 0
    for one, other in zip(a, b, strict=False):
        if one != other:
            break
        length += 1
    return length


def _joined(segments: list[Segment]) -> list[Segment]:
    """Segments without empty ones, neighbours of one mark made into one."""
    out: list[Segment] = []
    for text, mark in segments:
        if not text:
            continue
        if out and out[-1][1] == mark:
            out[-1] = (out[-1][0] + text, mark)
        else:
            out.append((text, mark))
    return out

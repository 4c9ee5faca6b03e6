"""Numbers as the points of a drawing: no drawing here, only where everything stands.

A chart is read by shape, points and words; colour says nothing that they do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, RIGHT, TOP, FOOT = 34, 14, 26, 30
"""Room for words around the drawing, in its own units."""


@dataclass(frozen=True)
class Dot:
    """One value where it is drawn. ``label`` stands under it, ``value`` above it where
    ``is_said``."""

    x: float
    y: float
    value: int
    label: str
    is_said: bool


@dataclass(frozen=True)
class Chart:
    """A line through dots, in a box of ``width`` by ``height`` units."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    lines: tuple[tuple[float, int], ...]
    """Heights at which a quiet line is drawn, each with its value."""

    @property
    def points(self) -> str:
        """The line, as an SVG polyline takes it."""
        return " ".join(f"{dot.x:g},{dot.y:g}" for dot in self.dots)

    @property
    def last(self) -> Dot:
        """Where it ends."""
        return self.dots[-1]

    @property
    def foot(self) -> int:
        """The height of the words under it."""
        return self.height - 8


def line(values: Sequence[tuple[str, int]], *, width: int, height: int) -> Chart:
    """A line with words. ``values`` are labels with numbers, earliest first, at least
    one; the foot of the drawing is nought, so that a small change looks small."""
    top = ceiling(max(number for _, number in values))
    wide = (width - LEFT - RIGHT) / max(1, len(values) - 1)
    high = height - TOP - FOOT

    def y(number: int) -> float:
        return round(TOP + high * (1 - number / top), 1)

    last = len(values) - 1
    peak = max(range(len(values)), key=lambda place: values[place][1])
    dots = tuple(
        Dot(
            round(LEFT + wide * place, 1), y(number), number, label,
            place in (0, last) or (place == peak and 1 < peak < last - 1),
        )
        for place, (label, number) in enumerate(values)
    )  # fmt: skip
    return Chart(width, height, dots, tuple((y(n), n) for n in (0, top)))


def ceiling(number: int) -> int:
    """The next round number at or above this one: 1, 2, 5 and their tens."""
    if number <= 1:
        return 1
    step = 10 ** (len(str(number)) - 1)
    return next(step * by for by in (1, 2, 5, 10) if step * by >= number)


def spark(numbers: Sequence[int], *, width: int = 160, height: int = 40) -> Chart:
    """A small line without words, drawn between its least and its most."""
    least, most = min(numbers), max(numbers)
    wide = (width - 12) / max(1, len(numbers) - 1)
    high = height - 12

    def y(number: int) -> float:
        share = (number - least) / (most - least) if most > least else 0.5
        return round(6 + high * (1 - share), 1)

    last = len(numbers) - 1
    dots = tuple(
        Dot(round(6 + wide * place, 1), y(number), number, "", place in (0, last))
        for place, number in enumerate(numbers)
    )
    return Chart(width, height, dots, ())

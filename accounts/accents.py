"""The colours of which a place has one, by the names that the stylesheet gives them."""

from typing import Final

DEFAULT: Final = "spruce"
CHOICES: Final = (
    (DEFAULT, "Spruce, a deep green"),
    ("heather", "Heather, a purple"),
    ("ochre", "Ochre, a dark yellow"),
    ("harbour", "Harbour, a blue"),
    ("clay", "Clay, a brick red"),
    ("moss", "Moss, a yellow green"),
)
NAMES: Final = frozenset(name for name, _ in CHOICES)

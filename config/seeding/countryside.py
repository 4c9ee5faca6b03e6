"""Villages without number, none of which exists: names, points and postcodes. Pure."""

import math
from dataclasses import dataclass

FIRST = (
    "", "Nether", "Upper", "Great", "Little", "Long", "East", "West", "North", "South",
    "Old", "Abbots", "Kings", "Bishops", "Market", "Lower", "Higher", "Castle", "Monks",
    "Temple", "Steeple", "Priors", "Earls",
)  # fmt: skip
STEMS = (
    "Alder", "Ash", "Barrow", "Beck", "Birch", "Bram", "Broad", "Brock", "Cald", "Char",
    "Clay", "Clover", "Cold", "Copper", "Cotter", "Crane", "Dene", "Drake", "Elder",
    "Elm", "Farn", "Fern", "Flax", "Fox", "Garth", "Gorse", "Grims", "Hals", "Hawk",
    "Hazel", "Heather", "Holm", "Horn", "Ivel", "Kestrel", "Lark", "Lind", "Lox", "Mal",
    "Mere", "Moss", "Nettle", "Oak", "Otter", "Pen", "Pyre", "Quill", "Raven", "Reed",
    "Rook", "Rush", "Sedge", "Shel", "Sorrel", "Stan", "Swin", "Teasel", "Thorn",
    "Tilling", "Wether",
)  # fmt: skip
ENDS = (
    "beck", "borough", "bourne", "bridge", "bury", "by", "combe", "cote", "croft",
    "dale", "den", "field", "ford", "gate", "ham", "hurst", "ingham", "lea", "ley",
    "mere", "minster", "stead", "stock", "stone", "stow", "thorpe", "ton", "wade",
    "well", "worth",
)  # fmt: skip
LAST = ("", "Parva", "Magna", "Green", "Cross")
STREETS = (
    "The Green", "Church Lane", "Mill Lane", "High Street", "Station Road",
    "School Lane", "Back Lane", "Chapel Street", "Pound Lane", "Orchard Way",
)  # fmt: skip

_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
_SECOND = "ACEFGKQRTUVWX"
MIDDLE = (51.9, -2.4)
_STRIDE = 7_919


@dataclass(frozen=True)
class Village:
    """Where one block of the place happens. ``number`` counts from 0."""

    number: int
    name: str
    point: tuple[float, float]
    seed: int

    def postcode(self, nth: int) -> str:
        """The postcode of its nth building; no two of one place are the same."""
        index = self.number * 8 + nth % 8
        index, unit = divmod(index, len(_LETTERS) ** 2)
        sector, district = index % 10, index // 10 % 98 + 1
        letters = _LETTERS[unit // len(_LETTERS)] + _LETTERS[unit % len(_LETTERS)]
        area = "Y" + _SECOND[self.seed % len(_SECOND)]
        return f"{area}{district} {sector}{letters}"

    def building(self, nth: int) -> tuple[float, float]:
        """Where its nth building stands, within a mile of the middle."""
        angle = nth * 2.4
        reach = 0.002 * (1 + nth % 5)
        latitude, longitude = self.point
        return (
            round(latitude + reach * math.sin(angle), 6),
            round(longitude + reach * math.cos(angle), 6),
        )


def village(number: int, villages: int, seed: int) -> Village:
    """The numbered one of so many, on a grid that grows with them."""
    width = math.ceil(math.sqrt(max(villages, 1)))
    step = min(0.03, 2.0 / width)
    row, column = divmod(number, width)
    point = (
        round(MIDDLE[0] + (row - width / 2) * step, 6),
        round(MIDDLE[1] + (column - width / 2) * step * 1.5, 6),
    )
    return Village(number, _name(number, seed), point, seed)


def _name(number: int, seed: int) -> str:
    """A name that no other village of the place has."""
    total = len(FIRST) * len(STEMS) * len(ENDS) * len(LAST)
    index = (number * _STRIDE + seed * 104_729) % total
    index, stem = divmod(index, len(STEMS))
    index, end = divmod(index, len(ENDS))
    last, first = divmod(index, len(FIRST))
    words = (FIRST[first], STEMS[stem] + ENDS[end], LAST[last])
    return " ".join(word for word in words if word)

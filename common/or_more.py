"""Numbers that were not counted to their end: “1,000+”."""

from collections.abc import Iterable


class OrMore(int):
    """So many and more: who counted stopped here. Wherever it is written it says so."""

    def __str__(self) -> str:
        return f"{int(self):,}+"

    def __format__(self, spec: str) -> str:
        return str(self)


def up_to(most: int, number: int) -> int:
    """A number that was counted up to ``most`` and one more."""
    return OrMore(most) if number > most else number


def together(numbers: Iterable[int]) -> int:
    """The sum; where one of them is more than was counted, so is the sum."""
    several = list(numbers)
    whole = sum(several)
    return OrMore(whole) if any(isinstance(n, OrMore) for n in several) else whole


def times(by: int, number: int) -> int:
    """So many times a number, or more than that."""
    return OrMore(by * number) if isinstance(number, OrMore) else by * number

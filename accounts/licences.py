"""The well-known open licences under which a place may give its data to anybody."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Licence:
    """One of them: its SPDX identifier, what it is called and where it stands.

    ``asks`` is what it asks of whoever uses the data, in a sentence; ``names`` is
    whether that is to say where they are from.
    """

    key: str
    name: str
    url: str
    asks: str
    names: bool = True


_SAY = "Say where it is from."
_SAME = "Say where it is from, and share what you make of it under the same licence."

LICENCES: Final = (
    Licence(
        "OGL-UK-3.0",
        "Open Government Licence v3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        _SAY,
    ),
    Licence(
        "CC-BY-4.0",
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
        _SAY,
    ),
    Licence(
        "CC-BY-SA-4.0",
        "Creative Commons Attribution-ShareAlike 4.0 International",
        "https://creativecommons.org/licenses/by-sa/4.0/",
        _SAME,
    ),
    Licence(
        "ODC-By-1.0",
        "Open Data Commons Attribution License v1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
        _SAY,
    ),
    Licence(
        "ODbL-1.0",
        "Open Database License v1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
        _SAME,
    ),
    Licence(
        "CC0-1.0",
        "Creative Commons Zero v1.0 Universal",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "It asks for nothing; it is kind to say where it is from.",
        names=False,
    ),
)
OPEN_GOVERNMENT: Final = LICENCES[0].key
BY_KEY: Final = {licence.key: licence for licence in LICENCES}
CHOICES: Final = [(licence.key, licence.name) for licence in LICENCES]

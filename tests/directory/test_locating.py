"""Where postcodes are: the grid, the package's files, and what is loaded of them."""

from pathlib import Path
from typing import Any

import brotli
import msgpack
import pytest
from django.core.management import CommandError, call_command

from directory import grid, locating
from directory.locating import Located
from directory.models import Postcode

LETTER_Z = next(f for f in locating.files() if f.name == "postcodes_Z.msgpack.br")


@pytest.mark.parametrize(
    ("easting", "northing", "latitude", "longitude"),
    [
        # The worked example of the Ordnance Survey's guide.
        (651409.903, 313177.270, 52.657979, 1.716052),
        (530034, 180381, 51.507407, -0.127724),
        (447692, 1141289, 60.1534, -1.1428),
    ],
)
def test_grid_becomes_latitude_and_longitude(
    easting: float, northing: float, latitude: float, longitude: float
) -> None:
    found = grid.to_wgs84(easting, northing)

    assert found == pytest.approx((latitude, longitude), abs=0.0003)


def packed(folder: Path, **columns: list[Any]) -> Path:
    """A data file as the package has them."""
    file = folder / "postcodes_X.msgpack.br"
    data = msgpack.packb({"columns": list(columns), "data": columns})
    file.write_bytes(brotli.compress(data))
    return file


def test_file_gives_what_is_in_great_britain_and_has_a_place(tmp_path: Path) -> None:
    file = packed(
        tmp_path,
        pcd=["B1  1AA", "BT1 1AA", "JE1 1AA", "B10 0AA"],
        laua=["E08000025", "N09000003", None, None],
        oseast1m=[530034.0, 1.0, float("nan"), 530034.0],
        osnrth1m=[180381.0, 1.0, float("nan"), 180381.0],
    )

    assert list(locating.read(file)) == [
        ("B11AA", 51.507407, -0.127724, "E08000025"),
        ("B100AA", 51.507407, -0.127724, ""),
    ]


@pytest.mark.django_db
def test_postcode_is_found_however_it_is_typed() -> None:
    Postcode.objects.create(code="BA123AB", latitude=51.2, longitude=-2.2)

    assert locating.locate(" ba12-3ab ") == Located("BA12 3AB", 51.2, -2.2, "")


@pytest.mark.django_db
def test_postcode_that_is_not_in_the_list_is_told() -> None:
    with pytest.raises(locating.Unknown, match="We do not know where BA12 3AB is"):
        locating.locate("ba123ab")
    with pytest.raises(ValueError, match="only the first half"):
        locating.locate("BA12")


@pytest.mark.django_db
def test_loading_again_puts_right_and_keeps_the_rest() -> None:
    Postcode.objects.create(code="BA123AB", latitude=1.0, longitude=1.0)
    Postcode.objects.create(code="WX11AA", latitude=2.0, longitude=2.0)
    again = [("BA123AB", 51.2, -2.2, "E07000187")] * 2

    assert locating.write_postcodes(again) == 2
    assert locating.write_postcodes(again) == 2
    assert set(Postcode.objects.values_list("code", "latitude")) == {
        ("BA123AB", 51.2), ("WX11AA", 2.0),
    }  # fmt: skip


@pytest.mark.django_db
def test_command_loads_the_real_files_and_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(locating, "files", lambda: [LETTER_Z])
    call_command("load_postcodes")
    said = capsys.readouterr().out.splitlines()
    lerwick = locating.locate("ZE1 0AA")

    assert said[0].startswith("1 of 1: Z, ")
    assert (lerwick.latitude, lerwick.longitude) == pytest.approx(
        (60.15, -1.14), abs=0.02
    )
    assert lerwick.council == "S12000027"
    assert Postcode.objects.count() > 500


def test_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locating, "_PACKAGE", "no_such_package_anywhere")

    with pytest.raises(CommandError, match="not installed"):
        call_command("load_postcodes")

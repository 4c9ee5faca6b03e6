"""Reading the lists of terms that are really published: all of each is found."""

from pathlib import Path

import pytest

from directory.term_files.found import FoundList
from directory.term_files.reading import read_lists

# Origin → terms, those of them below another, rows that are told about.
REAL: dict[str, dict[str, tuple[int, int, int]]] = {
    "lga_services_2015.csv": {"lga-services": (1519, 0, 0)},
    # 113 functions and 1,127 services below them.
    "lga_functions_services_2013.csv": {"lga-functions": (113 + 1127, 1227, 0)},
    # One id of this file stands in two rows.
    "openeligibility_v2.csv": {
        "open-eligibility-services": (290, 279, 1),
        "open-eligibility-situations": (94, 72, 0),
    },
    # Of its activities 22 are below several others.
    "openactive_activity-list.jsonld": {
        "skos:https://openactive.io/activity-list": (768, 622, 22),
    },
    "openactive_accessibility-support.jsonld": {
        "skos:https://openactive.io/accessibility-support": (6, 0, 0),
    },
    "dfe_familyhubs_taxonomy.csv": {"dfe-family-hubs": (49, 43, 0)},
}
"""What each real file holds, counted without the reader."""


def read(folder: Path, name: str) -> list[FoundList]:
    return read_lists((folder / name).read_bytes())


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    """Where the real lists are."""
    return shared / "data" / "taxonomies"


def test_every_real_file_is_known_here(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == sorted(REAL)


@pytest.mark.parametrize("name", REAL)
def test_all_terms_of_a_real_file_are_read(folder: Path, name: str) -> None:
    counts = {
        found.origin: (
            len(found.terms),
            sum(term.above != "" for term in found.terms.values()),
            len(found.problems),
        )
        for found in read(folder, name)
    }

    assert counts == REAL[name]


@pytest.mark.parametrize("name", REAL)
def test_every_real_list_says_whose_it_is(folder: Path, name: str) -> None:
    """Each is another body's, under a licence that asks for its name."""
    for found in read(folder, name):
        assert "" not in (found.name, found.licence, found.attribution)

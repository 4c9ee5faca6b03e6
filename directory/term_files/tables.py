"""Lists that come as tables (CSV): told apart by their headings."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from directory.choices import Facet
from directory.term_files.found import FoundList, FoundTerm, NotAList

Row = Mapping[str, str]
Rows = Iterable[tuple[int, Row]]

ESD = "esd-toolkit / LG Inform Plus programme"
OGL = "Open Government Licence"
_ENDED = re.compile(
    r"(?:^|[.;]\s+)(?:this |the )?(?:term |service )?(?:was |has been )?"
    r"(?:deleted|withdrawn|ended|discontinued|made obsolete|superseded)\b",
    re.IGNORECASE,
)
"""A sentence of the history that says the term itself has come to its end."""


def read_table(content: str) -> list[FoundList]:
    """The lists of a table. Raises NotAList."""
    try:
        rows = list(csv.reader(io.StringIO(content, newline="")))
    except csv.Error as error:
        raise NotAList("This table is damaged: it cannot be read as CSV.") from error
    names = [name.strip().lower() for name in rows[0]] if rows else []
    for wanted, read in _KNOWN:
        if wanted <= set(names):
            found = read(
                (number, _row(names, row))
                for number, row in enumerate(rows[1:], 2)
                if any(cell.strip() for cell in row)
            )
            return [each for each in found if each.terms or each.problems]
    raise NotAList(
        "This is none of the tables that can be read here. Its first row has: "
        f"{', '.join(names)[:200] or 'nothing'}."
    )


def _row(names: list[str], cells: list[str]) -> Row:
    padded = [*cells, *("" for _ in names)]
    return {
        name: " ".join(cell.split()) for name, cell in zip(names, padded, strict=False)
    }


def _lga_services(rows: Rows) -> list[FoundList]:
    found = FoundList(
        "lga-services", "Local government services", Facet.SERVICE_TYPE,
        "What councils do, by the Local Government Association’s list of services.",
        "http://id.esd.org.uk/list/services", licence=OGL, attribution=ESD,
    )  # fmt: skip
    for number, row in rows:
        key = row["identifier"]
        found.add(
            FoundTerm(
                number, key, row["label"], row["description"],
                f"esdServiceType:{key}", f"http://id.esd.org.uk/service/{key}",
                ended=bool(_ENDED.search(row["history notes"])),
            )
        )  # fmt: skip
    return [found]


def _lga_functions(rows: Rows) -> list[FoundList]:
    found = FoundList(
        "lga-functions", "Local government functions and services",
        Facet.SERVICE_TYPE, "What councils do, under what they are there for.",
        "http://id.esd.org.uk/list/functions", licence=OGL, attribution=ESD,
    )  # fmt: skip
    prefixes = {"function": "esdFunction", "service": "esdServiceType"}
    for number, row in rows:
        kind = row["kind"].lower()
        if kind not in prefixes:
            found.say(number, row["label"], f"“{row['kind']}” is no kind of term.")
            continue
        above = row["parent_function"]
        found.add(
            FoundTerm(
                number, f"{kind}/{row['identifier']}", row["label"],
                row["description"], f"{prefixes[kind]}:{row['identifier']}",
                row["uri"], f"function/{above}" if above else "",
            )
        )  # fmt: skip
    return [found]


def _open_eligibility(rows: Rows) -> list[FoundList]:
    about: dict[str, Any] = {
        "licence": "Creative Commons Attribution-ShareAlike 3.0",
        "attribution": "Open Eligibility 2.0, Aunt Bertha",
        "version": "2.0",
    }
    lists = {
        "services": FoundList(
            "open-eligibility-services", "Open Eligibility: services",
            Facet.SERVICE_TYPE, "Human services.", **about,
        ),
        "situations": FoundList(
            "open-eligibility-situations", "Open Eligibility: situations",
            Facet.CIRCUMSTANCE, "Human situations.", **about,
        ),
    }  # fmt: skip
    for number, row in rows:
        found = lists.get(row["section"].lower())
        if found is None:
            lists["services"].say(
                number, row["title"], f"“{row['section']}” is no section of this list."
            )
            continue
        found.add(
            FoundTerm(
                number, row["id"], row["title"], row["description"],
                f"openEligibility:{row['id']}", above=row["parent_id"],
            )
        )  # fmt: skip
    return list(lists.values())


def _family_hubs(rows: Rows) -> list[FoundList]:
    found = FoundList(
        "dfe-family-hubs", "Family hub services", Facet.SERVICE_TYPE,
        "The categories of family hubs.", licence="MIT",
        attribution="Department for Education, Crown copyright",
    )  # fmt: skip
    for number, row in rows:
        found.add(
            FoundTerm(
                number, row["id"], row["name"], code=f"familyHubs:{row['id']}",
                above=row["parent_id"],
            )
        )  # fmt: skip
    return [found]


_KNOWN: tuple[tuple[set[str], Callable[..., list[FoundList]]], ...] = (
    ({"identifier", "label", "description", "history notes"}, _lga_services),
    ({"kind", "identifier", "label", "parent_function", "uri", "description"},
     _lga_functions),
    ({"section", "id", "parent_id", "title", "description"}, _open_eligibility),
    ({"id", "name", "type", "parent_id"}, _family_hubs),
)  # fmt: skip

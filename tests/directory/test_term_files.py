"""Reading published lists of terms: each known by its shape, small invented ones."""

import json
from typing import Any

import pytest

from directory.choices import Facet
from directory.term_files.found import FoundList, NotAList
from directory.term_files.reading import MOST_BYTES, read_lists

SERVICES = """Identifier,Label,Description,Created,Modified,History notes,Type,
7,Kite lending,"Kites, lent for a day.",2013-04-03,2013-04-03,Added in version 4.00.,Service,
8,Kite repair,,2010-10-14,2010-10-14,Scope notes changed. Deleted in version 4.00.,Service,
"""  # noqa: E501

FUNCTIONS = """kind,identifier,label,parent_function,uri,description
function,1,Leisure,,http://terms.example.org/function/1,
function,2,Kites,1,http://terms.example.org/function/2,
service,1,Kite lending,2,http://terms.example.org/service/1,Kites for a day.
thing,9,Odd,,,
"""

ELIGIBILITY = """section,id,parent_id,level,title,description
services,11,,1,Play,Things to play with.
services,12,11,2,Kites,
services,12,11,2,Kites again,
situations,21,,1,Windy places,
"""

HUBS = """id,name,type,parent_id
1,Play,ServiceCategory,
2,Kites,ServiceCategory,1
"""

SKOS: dict[str, Any] = {
    "@context": "https://openactive.io/",
    "id": "https://terms.example.org/activity-list",
    "title": "An activity list",
    "description": "What people do.",
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "concept": [
        {"id": "https://terms.example.org/a#1", "prefLabel": "Flying"},
        {
            "id": "https://terms.example.org/a#2",
            "prefLabel": {"en": "Kites", "cy": "Barcudiaid"},
            "definition": "On a string.",
            "notation": "kites",
            "broader": [
                "https://terms.example.org/a#1",
                "https://terms.example.org/a#3",
            ],
        },
        {
            "id": "https://terms.example.org/a#3",
            "prefLabel": "Old",
            "deprecated": True,
        },
        "nothing",
    ],
}

ORUK = {
    "taxonomies": [
        {"id": "t1", "name": "Our needs", "description": "Ours.", "version": "2"}
    ],
    "taxonomy_terms": [
        {"id": "1", "name": "Company", "taxonomy_id": "t1", "code": "n:1"},
        {
            "id": "2",
            "name": "A chat",
            "taxonomy_id": "t1",
            "parent_id": "1",
            "term_uri": "https://terms.example.org/n/2",
        },
        {"id": "9", "term": "Kites", "vocabulary": "esdServiceTypes"},
    ],
}


def terms(found: FoundList) -> list[tuple[str, str, str, bool]]:
    """Key, name, what it is below, and whether it has ended."""
    return [(t.key, t.name, t.above, t.ended) for t in found.terms.values()]


def told(found: FoundList) -> list[tuple[int, str, str]]:
    return [(p.row, p.what, p.sentence) for p in found.problems]


def read(content: Any) -> list[FoundList]:
    text = content if isinstance(content, str) else json.dumps(content)
    return read_lists(text.encode())


def test_services_of_councils_are_a_flat_list_whose_terms_may_have_ended() -> None:
    (found,) = read(SERVICES)

    assert (found.origin, found.facet) == ("lga-services", Facet.SERVICE_TYPE)
    assert terms(found) == [
        ("7", "Kite lending", "", False),
        ("8", "Kite repair", "", True),
    ]
    first = found.terms["7"]
    assert (first.code, first.uri, first.description) == (
        "esdServiceType:7",
        "http://id.esd.org.uk/service/7",
        "Kites, lent for a day.",
    )
    assert (found.licence, found.attribution) == (
        "Open Government Licence",
        "esd-toolkit / LG Inform Plus programme",
    )


def test_functions_of_councils_have_services_below_them() -> None:
    (found,) = read(FUNCTIONS)

    assert terms(found) == [
        ("function/1", "Leisure", "", False),
        ("function/2", "Kites", "function/1", False),
        ("service/1", "Kite lending", "function/2", False),
    ]
    assert found.terms["service/1"].uri == "http://terms.example.org/service/1"
    assert told(found) == [(5, "Odd", "“thing” is no kind of term.")]


def test_eligibility_is_two_lists_and_a_second_id_is_told() -> None:
    services, situations = read(ELIGIBILITY)

    assert terms(services) == [("11", "Play", "", False), ("12", "Kites", "11", False)]
    assert terms(situations) == [("21", "Windy places", "", False)]
    assert (services.facet, situations.facet) == (
        Facet.SERVICE_TYPE,
        Facet.CIRCUMSTANCE,
    )
    assert told(services) == [(4, "Kites again", "Its id stands in row 3 already.")]


def test_family_hubs_are_two_levels() -> None:
    (found,) = read(HUBS)

    assert terms(found) == [("1", "Play", "", False), ("2", "Kites", "1", False)]


def test_scheme_of_concepts_is_read_with_what_is_broader() -> None:
    (found,) = read(SKOS)
    first, second, third = SKOS["concept"][:3]

    assert (found.name, found.facet, found.licence) == (
        "An activity list",
        Facet.SERVICE_TYPE,
        "CC BY 4.0",
    )
    assert terms(found) == [
        (first["id"], "Flying", "", False),
        (second["id"], "Kites", first["id"], False),
        (third["id"], "Old", "", True),
    ]
    assert told(found) == [
        (2, "Kites", "It is below several; the first was taken."),
        (4, "", "This is not a term."),
    ]


def test_terms_of_open_referral_fall_into_their_lists() -> None:
    needs, services = read(ORUK)

    assert (needs.name, needs.facet, needs.version) == ("Our needs", Facet.NEED, "2")
    assert terms(needs) == [("1", "Company", "", False), ("2", "A chat", "1", False)]
    assert needs.terms["2"].uri == "https://terms.example.org/n/2"
    assert (services.name, services.facet) == ("esdServiceTypes", Facet.SERVICE_TYPE)
    assert terms(services) == [("9", "Kites", "", False)]


@pytest.mark.parametrize("envelope", ["contents", "content"])
def test_page_of_terms_is_read_too(envelope: str) -> None:
    (found,) = read(
        {envelope: [{"id": "1", "name": "Kites", "taxonomy": {"name": "Ours"}}]}
    )

    assert (found.name, terms(found)) == ("Ours", [("1", "Kites", "", False)])


def test_what_does_not_fit_together_is_left_out() -> None:
    rows = [
        {"id": "1", "name": "A", "parent_id": "2", "code": "x", "term_uri": "a b://c"},
        {"id": "2", "name": "B", "parent_id": "1", "code": "x"},
        {"id": "3", "name": "C", "parent_id": "9"},
        {"id": "4", "name": ""},
        {"id": "5", "name": "D" * 300},
    ]

    (found,) = read(rows)

    assert [(t.key, t.above, t.code, t.uri) for t in found.terms.values()] == [
        ("1", "", "x", ""),
        ("2", "1", "", ""),
        ("3", "", "", ""),
    ]
    assert [p.sentence for p in found.problems] == [
        "It has no name, or no id.",
        "Its name or code is far too long.",
        "It is below itself.",
        "Its web address cannot be used.",
        "Its code “x” is another’s too.",
        "What it is below is not in the list.",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b" \n", "This file is empty."),
        (b"a" * (MOST_BYTES + 1), "This file is larger than 10 MB"),
        (b"PK\x03\x04\x00\x00", "This file is neither a table (CSV) nor JSON."),
        (b"name,town\nAnn,Wex\n", "Its first row has: name, town."),
        (b"{", "it cannot be read as JSON."),
        (b"[" * 100_000, "it cannot be read as JSON."),
        (b'{"id": 1}', "No terms were found in this file."),
        (b'{"content": [{"id": 1, "name": "A hall"}]}', "This file holds no terms"),
        (b"id,name,type,parent_id\n,,,\n1,,,\n", "Not one term of this file"),
        (b'id,name,type,parent_id\n1,"' + b"a" * 200_000, "it cannot be read as CSV."),
    ],
)
def test_other_files_are_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(NotAList) as refused:
        read_lists(content)

    assert sentence in refused.value.sentence


def test_endless_list_is_refused() -> None:
    rows = [{"id": n, "name": f"Term {n}", "code": ""} for n in range(20_001)]

    with pytest.raises(NotAList, match="more than 20,000 terms"):
        read(rows)


def test_table_of_another_code_page_is_read() -> None:
    (found,) = read_lists(HUBS.replace("Play", "Caf\u00e9s").encode("cp1252"))

    assert found.terms["1"].name == "Caf\u00e9s"


def scheme(address: str, *concepts: dict[str, Any], title: str = "A list") -> FoundList:
    document = {"id": address, "title": title, "concept": list(concepts)}
    (found,) = read_lists(json.dumps(document).encode())
    return found


def test_lists_of_one_publisher_that_begin_alike_are_two() -> None:
    one = {"id": "1", "prefLabel": "One"}
    about = "https://terms.example.org/vocabularies/of-the-council/needs-of"
    origins = {scheme(f"{about}-{who}", one).origin for who in ("people", "dogs")}
    assert len(origins) == 2
    assert max(map(len, origins)) <= 50
    assert scheme(f"{about}-dogs", one).origin in origins


def test_what_is_not_seen_does_not_get_into_names() -> None:
    found = scheme(
        "https://terms.example.org/x",
        {"id": "1", "prefLabel": "\u202eOne\u2066", "definition": "\u202ea",
         "notation": "\u202ec"},
        {"id": "2", "prefLabel": "\u202e"},
        title="\u202eLists\u2066",
    )  # fmt: skip
    assert [(t.name, t.description, t.code) for t in found.terms.values()] == [
        ("One", "a", "c")
    ]
    assert found.name == "Lists"


def test_a_list_without_a_name_is_given_one() -> None:
    assert scheme("", {"id": "1", "prefLabel": "One"}, title="").name == (
        "Imported terms"
    )


@pytest.mark.parametrize("backwards", [False, True])
def test_terms_that_stand_ever_deeper_are_put_at_the_top(backwards: bool) -> None:
    chain = [{"id": "0", "prefLabel": "T0"}] + [
        {"id": str(n), "prefLabel": f"T{n}", "broader": str(n - 1)}
        for n in range(1, 15_000)
    ]
    found = scheme("x", *(reversed(chain) if backwards else chain))
    assert len(found.terms) == 15_000
    deepest = 0
    for key in list(found.terms)[:100]:
        deepest = max(deepest, len(list(found._upwards(key))))
    assert deepest == (1 if backwards else 12)


NEEDS: dict[str, Any] = {
    "identifier": "needs",
    "label": "Needs",
    "uri": "http://id.esd.org.uk/list/needs",
    "description": "What people need.",
    "items": [
        {"identifier": "69", "label": "Social inclusion", "description": "Company."},
        {
            "identifier": "71",
            "label": "Community facilities",
            "items": [{"identifier": "72", "label": "Kite halls"}],
        },
        {"identifier": "", "label": "Nameless"},
        "nothing",
    ],
}


@pytest.mark.parametrize(
    "document", [NEEDS, {"list": NEEDS}, {"lists": [NEEDS]}, [NEEDS]]
)
def test_list_with_identifiers_and_labels_is_read_wherever_it_stands(
    document: Any,
) -> None:
    (found,) = read(document)

    assert (found.origin, found.name, found.facet) == (
        "list:http://id.esd.org.uk/list/needs", "Needs (local government)", "need"
    )  # fmt: skip
    assert (found.uri, found.licence) == (
        "http://id.esd.org.uk/list/needs", "Open Government Licence"
    )  # fmt: skip
    assert terms(found) == [
        ("69", "Social inclusion", "", False),
        ("71", "Community facilities", "", False),
        ("72", "Kite halls", "71", False),
    ]
    first = found.terms["69"]
    assert (first.code, first.uri, first.description) == (
        "esdNeed:69", "http://id.esd.org.uk/need/69", "Company."
    )  # fmt: skip
    assert [p.sentence for p in found.problems] == [
        "It has no name, or no id.", "This is not a term."
    ]  # fmt: skip


def test_two_lists_with_identifiers_and_labels_stay_two() -> None:
    second = {
        "uri": "http://id.esd.org.uk/list/circumstancesPersonal",
        "label": "Personal circumstances",
        "items": [{"identifier": "LowIncome", "label": "Low income"}],
    }
    needs, circumstances = read({"lists": [NEEDS, second]})

    assert (needs.facet, circumstances.facet) == (Facet.NEED, Facet.CIRCUMSTANCE)
    (one,) = circumstances.terms.values()
    assert (one.code, one.uri) == (
        "esdCircumstance:LowIncome", "http://id.esd.org.uk/circumstance/LowIncome"
    )  # fmt: skip


def test_bare_items_are_a_list_without_a_name_told_by_their_addresses() -> None:
    (found,) = read(
        [{"identifier": "1", "label": "Kites", "uri": "https://x.example.org/need/1"}]
    )

    assert (found.name, found.facet) == ("Imported terms", Facet.NEED)
    assert found.terms["1"].code == ""


@pytest.mark.parametrize("key", ["toys", "needs"])
def test_list_of_another_publisher_gets_no_address_of_the_official_ones(
    key: str,
) -> None:
    """Its identifier says nothing of who publishes it."""
    items = [{"identifier": "1", "label": "Kites"}]
    (found,) = read({"identifier": key, "label": "Toys", "items": items})
    (other,) = read({"identifier": key, "label": "Others", "items": items})

    assert (found.licence, found.uri, found.name) == ("", "", "Toys")
    assert (found.terms["1"].uri, found.terms["1"].code) == ("", "")
    assert found.origin != other.origin


def test_official_list_is_known_by_the_addresses_of_what_is_in_it() -> None:
    items = [
        {"identifier": "69", "label": "A", "uri": "http://id.esd.org.uk/need/69"},
        {"identifier": "71", "label": "B"},
    ]
    (found,) = read({"identifier": "needs", "label": "Needs", "items": items})

    assert [(term.code, term.uri) for term in found.terms.values()] == [
        ("esdNeed:69", "http://id.esd.org.uk/need/69"),
        ("esdNeed:71", "http://id.esd.org.uk/need/71"),
    ]

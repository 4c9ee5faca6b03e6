"""Finding a term of a source on our own lists."""

import pytest

from directory.choices import Kind
from directory.models import TaxonomyTerm
from tests import world
from tests.workflow.importing import feeds
from tests.workflow.importing.mapped import Read, term
from workflow.importing.terms import Terms
from workflow.models import Source

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "clue",
    [
        {"id": "{pk}"},
        {"id": "esdServiceType:298"},
        {"code": "CARERS-298"},
        {"uri": "http://id.esd.org.uk/service/298"},
        {"name": " Carers  Support "},
        {"name": "carers support", "taxonomy": "service types"},
    ],
)
def test_term_is_found_by_any_of_its_names(
    clue: dict[str, str], place: world.Place
) -> None:
    key = term(
        "Carers support",
        "Service types",
        code="carers-298",
        term_uri="http://id.esd.org.uk/service/298",
    )
    given = {name: said.format(pk=key) for name, said in clue.items()}

    assert Terms.kept(place.partnership).find(given) == key


def test_term_that_may_be_two_is_not_guessed(place: world.Place) -> None:
    ours = term("Carers", "Audiences", code="1")
    term("Carers", "Service types", code="1")

    terms = Terms.kept(place.partnership)

    assert terms.find({"name": "Carers"}) is None
    assert terms.find({"code": "1"}) is None
    assert terms.find({"name": "Carers", "taxonomy": "Audiences"}) == ours
    assert terms.find({"id": "", "name": ""}) is None


def test_retired_term_is_not_found(place: world.Place) -> None:
    key = term("Carers", "Audiences")
    TaxonomyTerm.objects.filter(pk=key).update(retired_on="2026-01-01")

    assert Terms.kept(place.partnership).find({"name": "Carers"}) is None


def test_retired_term_is_found_as_what_replaced_it(place: world.Place) -> None:
    old, new = term("Carers", "Audiences"), term("Unpaid carers", "Audiences")
    TaxonomyTerm.objects.filter(pk=old).update(retired_on="2026-01-01", replaced_by=new)

    terms = Terms.kept(place.partnership)

    assert [terms.find({"name": "Carers"}), terms.find({"id": old})] == [new, new]


def test_need_and_term_of_another_place_are_not_found(place: world.Place) -> None:
    elsewhere = world.make_place("Elsewhere")
    world.term("Crafts", of=elsewhere.partnership)
    term("Company", "Needs")

    terms = Terms.kept(place.partnership)

    assert [terms.find({"name": n}) for n in ("Crafts", "Company")] == [None, None]


def test_same_term_twice_is_one(source: Source) -> None:
    term("Crafts", "Service types")
    twice = [{"taxonomy_term": {"name": "Crafts"}, "link_type": t} for t in ("", "x")]

    assert len(Read(source, feeds.service(attributes=twice)).service["attributes"]) == 1


def test_kind_of_a_record_does_not_matter_to_its_problems(source: Source) -> None:
    read = Read(source, feeds.service(organization=feeds.organization(email="none")))

    assert [(p.kind, p.external_id, p.label) for p in read.notes.every()] == [
        (Kind.ORGANIZATION, feeds.MAKERS, "Pinfold Makers")
    ]

"""The lists of terms of a place."""

import datetime as dt
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from directory import starter, starter_words, terms
from directory.choices import Facet
from directory.models import Taxonomy, TaxonomyTerm, TermMapping
from tests import world

pytestmark = pytest.mark.django_db

GONE = dt.date(2026, 1, 1)


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


def replace(old: TaxonomyTerm, new: TaxonomyTerm | None) -> None:
    old.retired_on, old.replaced_by = GONE, new
    old.save()


# --- the starter lists ----------------------------------------------------------------


def test_starter_lists_are_those_of_one_place(place: world.Place) -> None:
    elsewhere = world.make_place("Elsewhere")
    for each in (place, elsewhere):
        starter.write_starter_lists(each.partnership)

    mine = terms.lists_of(place.partnership)

    assert [(t.facet, t.name, t.terms.count()) for t in mine] == [
        ("service_type", "Service types", 67),
        ("need", "Needs", 12),
        ("circumstance", "Circumstances", 10),
        ("audience", "Audiences", 9),
        ("accessibility", "Access", 12),
    ]
    assert {t.partnership for t in mine} == {place.partnership}
    assert terms.terms_of(place.partnership).count() == 110


def test_starter_words_are_each_one_and_lead_to_service_types() -> None:
    groups = starter_words.SERVICE_TYPES
    kinds = [g.name for g in groups] + [k for g in groups for k, _ in g.kinds]
    needs = (*starter_words.PLAIN_NEEDS, *starter_words.MORE_NEEDS)
    ways = (*needs, *starter_words.CIRCUMSTANCES)

    assert len(kinds) == len(set(kinds))
    assert len(needs) == len({n.name for n in needs})
    assert [name for way in ways for name in way.to if name not in kinds] == []
    assert [way.name for way in ways if not way.to] == []


def test_every_service_type_answers_some_need(place: world.Place) -> None:
    starter.write_starter_lists(place.partnership)
    needs = terms.terms_of(place.partnership, Facet.NEED)
    led = terms.led_to(need.pk for need in needs)
    answered = frozenset[Any]().union(*led.values())

    types = terms.terms_of(place.partnership, Facet.SERVICE_TYPE)

    assert [t.name for t in types if t.pk not in answered] == []


def test_ids_of_starter_terms_follow_from_the_place(place: world.Place) -> None:
    starter.write_starter_lists(place.partnership)
    key = starter.starter_id(place.partnership, Facet.SERVICE_TYPE, "Debt advice")

    term = TaxonomyTerm.objects.get(pk=key)

    assert (term.name, str(term.parent)) == ("Debt advice", "Money and debt")


def test_name_of_a_list_is_taken_once_in_a_place(place: world.Place) -> None:
    world.term(taxonomy="Needs")
    Taxonomy.objects.create(name="Needs", partnership=None)

    for partnership in (place.partnership, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            Taxonomy.objects.create(name="Needs", partnership=partnership)


# --- whose lists ----------------------------------------------------------------------


def test_shared_list_is_there_once_the_place_uses_it(place: world.Place) -> None:
    shared = Taxonomy.objects.create(name="National", facet=Facet.SERVICE_TYPE)
    term = TaxonomyTerm.objects.create(taxonomy=shared, name="Advice")
    before = list(terms.terms_of(place.partnership))

    shared.used_by.add(place.partnership)

    assert before == []
    assert list(terms.terms_of(place.partnership)) == [term]
    assert terms.may_be_chosen(place.partnership, term.pk)


def test_terms_are_those_of_a_facet_that_are_in_use(place: world.Place) -> None:
    tea, company = world.term("Tea"), world.term("Company", "Needs")
    old = world.term("Soup", retired_on=GONE)
    world.term("Elsewhere’s", of=world.make_place("Elsewhere").partnership)

    def names(*facets: Facet, **more: Any) -> list[str]:
        return [t.name for t in terms.terms_of(place.partnership, *facets, **more)]

    assert names() == [company.name, tea.name]
    assert names(Facet.SERVICE_TYPE) == [tea.name]
    assert names(Facet.SERVICE_TYPE, retired=True) == [old.name, tea.name]
    assert not terms.may_be_chosen(place.partnership, old.pk)


# --- what stands for what -------------------------------------------------------------


def test_term_resolves_to_the_end_of_its_replacements(
    place: world.Place, django_assert_num_queries: Any
) -> None:
    first, second, third, alone = (world.term(name) for name in "abcd")
    replace(first, second)
    replace(second, third)
    replace(alone, None)
    unknown = place.remit.pk

    with django_assert_num_queries(1):
        found = terms.resolve([first.pk, second.pk, third.pk, alone.pk, unknown])

    assert found == {
        first.pk: third.pk, second.pk: third.pk, third.pk: third.pk,
        alone.pk: alone.pk, unknown: unknown,
    }  # fmt: skip


def test_no_term_costs_no_query(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert (terms.resolve([]), terms.descendants([])) == ({}, {})


def test_below_a_term_are_those_in_use(
    place: world.Place, django_assert_num_queries: Any
) -> None:
    top = world.term("Food")
    retired = world.term("Meals", parent=top, retired_on=GONE)
    leaf = world.term("Lunch clubs", parent=retired)
    other = world.term("Housing")

    with django_assert_num_queries(1):
        below = terms.descendants([top.pk, other.pk])

    assert below == {
        top.pk: frozenset({top.pk, leaf.pk}), other.pk: frozenset({other.pk}),
    }  # fmt: skip


def test_plain_needs_lead_to_types_in_use_and_all_below(
    place: world.Place, django_assert_num_queries: Any
) -> None:
    food, housing = world.term("Food"), world.term("Housing")
    lunch = world.term("Lunch clubs", parent=food)
    old = world.term("Soup kitchens")
    replace(old, food)
    second = world.term("A home", "Needs", plain_position=2)
    first = world.term("Something to eat", "Needs", plain_position=1)
    bare = world.term("Something else", "Needs", plain_position=3)
    world.term("Company", "Needs")
    TermMapping.objects.create(from_term=first, to_term=old)
    TermMapping.objects.create(from_term=second, to_term=housing)

    with django_assert_num_queries(4):
        needs = terms.plain_needs(place.partnership)

    assert [(need.term, need.service_type_ids) for need in needs] == [
        (first, frozenset({food.pk, lunch.pk})),
        (second, frozenset({housing.pk})),
        (bare, frozenset()),
    ]


# --- lists from before they belonged to places ----------------------------------------


def upgrade() -> None:
    """What the migration does with the lists that are there."""
    step: Any = import_module("directory.migrations.0005_rules_of_terms")
    step.give_to_places(apps, None)


def test_lists_of_the_only_place_become_its_own(place: world.Place) -> None:
    Taxonomy.objects.create(name="Service types")
    Taxonomy.objects.create(name="Ours")

    upgrade()

    assert [(t.name, t.facet) for t in terms.lists_of(place.partnership)] == [
        ("Service types", "service_type"), ("Ours", "other"),
    ]  # fmt: skip
    assert set(place.partnership.taxonomies.all()) == set(Taxonomy.objects.all())


def test_lists_of_several_places_become_shared_ones(place: world.Place) -> None:
    elsewhere = world.make_place("Elsewhere")
    old = Taxonomy.objects.create(name="Needs")

    upgrade()

    old.refresh_from_db()
    assert (old.partnership, old.facet) == (None, "need")
    for each in (place, elsewhere):
        assert list(terms.lists_of(each.partnership)) == [old]

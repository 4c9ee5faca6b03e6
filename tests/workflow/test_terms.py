"""What a lead does with the lists of terms."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from accounts.roles import Role
from common import clock
from common.errors import InvalidInput, InvalidState
from directory import terms
from directory.choices import Facet
from directory.models import Taxonomy, TaxonomyTerm
from directory.payload import read
from publishing import render
from tests import world
from workflow import naming, queries
from workflow.actions import terms as acts
from workflow.actions.setting_up import create_place
from workflow.actions.term_lists import change_list, list_as_read
from workflow.models import OutboxEvent, Revision

pytestmark = pytest.mark.django_db

GONE = dt.date(2026, 1, 1)


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def fresh(term: TaxonomyTerm) -> TaxonomyTerm:
    return TaxonomyTerm.objects.get(pk=term.pk)


def last(verb: str) -> AuditEvent:
    return AuditEvent.objects.filter(verb=verb).latest("id")


def announced() -> list[Any]:
    waiting = OutboxEvent.objects.filter(done_at=None).order_by("id")
    return list(waiting.values_list("record_id", flat=True))


# --- one term -------------------------------------------------------------------------


def test_new_term_stands_below_another(place: world.Place) -> None:
    top = world.term("Food")

    term = acts.add_term(
        by=place.lead, taxonomy_id=top.taxonomy_id, name="  Lunch   clubs ",
        description=" Hot meals. ", parent_id=top.pk, code="f-1",
        term_uri="https://terms.example.org/f-1",
    )  # fmt: skip

    assert (fresh(term).name, fresh(term).parent) == ("Lunch clubs", top)
    assert (term.description, term.code) == ("Hot meals.", "f-1")
    assert last("term_added").object_id == term.pk
    assert terms.may_be_chosen(place.partnership, term.pk)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": " "}, {"name": "Give the term a name."}),
        ({"name": "food"}, {"name": "“food” is on the list already."}),
        ({"code": "f-1"}, {"code": "Another term of the list has this code."}),
        (
            {"term_uri": "https://terms.example.org/1"},
            {"term_uri": "Another term of the list has this web address."},
        ),
        (
            {"term_uri": "none"},
            {
                "term_uri": "“none” is not a web address. A web address looks like "
                "www.example.org."
            },
        ),
    ],
)
def test_term_like_another_is_refused(
    place: world.Place, values: dict[str, str], told: dict[str, str]
) -> None:
    food = world.term("Food", code="f-1", term_uri="https://terms.example.org/1")
    given: dict[str, Any] = {"name": "Soup", "taxonomy_id": food.taxonomy_id, **values}

    with pytest.raises(InvalidInput) as refused:
        acts.add_term(by=place.lead, **given)

    assert refused.value.errors == told
    assert TaxonomyTerm.objects.count() == 1


def test_renamed_term_is_rendered_anew(place: world.Place) -> None:
    term = world.term("Food")

    acts.rename_term(
        by=place.lead, term_id=term.pk, was=acts.term_as_read(term),
        name="Food and drink",
    )  # fmt: skip

    assert fresh(term).name == "Food and drink"
    assert announced() == [term.pk]
    event = last("term_renamed")
    assert event.before == {"name": "Food", "description": ""}
    assert event.after == {"name": "Food and drink", "description": ""}


def test_same_name_again_changes_nothing(place: world.Place) -> None:
    term = world.term("Food")

    acts.rename_term(
        by=place.lead, term_id=term.pk, was=acts.term_as_read(term), name="Food"
    )

    assert announced() == []
    assert not AuditEvent.objects.filter(verb="term_renamed").exists()


def test_code_and_address_of_a_term_are_set_and_published(place: world.Place) -> None:
    term = world.term("Food")

    acts.set_term_code(
        by=place.lead, term_id=term.pk, was=("", ""), code=" cs: 1 ",
        term_uri="terms.example.org/1",
    )  # fmt: skip

    said = {"code": "cs: 1", "term_uri": "https://terms.example.org/1"}
    assert {name: getattr(fresh(term), name) for name in said} == said
    document = render.term_document(fresh(term), strict=False)
    assert {name: document[name] for name in said} == said
    assert announced() == [term.pk]
    event = last("term_code_set")
    assert (event.before, event.after) == ({"code": "", "term_uri": ""}, said)


@pytest.mark.parametrize(
    ("code", "term_uri", "told"),
    [
        ("cs:1", "", {"code": "Another term of the list has this code."}),
        ("", "https://terms.example.org/1",
         {"term_uri": "Another term of the list has this web address."}),
        ("", "ftp://terms.example.org/1",
         {"term_uri": "An address that begins with “ftp:” cannot be used here. Give "
          "one that begins with https://."}),
        ("", "none", {"term_uri": "“none” is not a web address. A web address looks "
                      "like www.example.org."}),
        ("x" * 101, "",
         {"code": "Ensure this value has at most 100 characters (it has 101)."}),
    ],
)  # fmt: skip
def test_code_and_address_are_good_and_on_a_list_once(
    place: world.Place, code: str, term_uri: str, told: dict[str, str]
) -> None:
    world.term("Drink", code="cs:1", term_uri="https://terms.example.org/1")
    term = world.term("Food")

    with pytest.raises(InvalidInput) as refused:
        acts.set_term_code(
            by=place.lead, term_id=term.pk, was=("", ""), code=code, term_uri=term_uri
        )

    assert refused.value.errors == told
    assert (fresh(term).code, fresh(term).term_uri) == ("", "")


def test_who_was_too_late_with_a_code_is_told(place: world.Place) -> None:
    term = world.term("Food", code="cs:1")

    with pytest.raises(InvalidState):
        acts.set_term_code(
            by=place.lead, term_id=term.pk, was=("", ""), code="cs:2", term_uri=""
        )


def test_same_code_again_changes_nothing(place: world.Place) -> None:
    term = world.term("Food", code="cs:1")

    acts.set_term_code(
        by=place.lead, term_id=term.pk, was=("cs:1", ""), code="cs:1", term_uri=""
    )

    assert announced() == []
    assert not AuditEvent.objects.filter(verb="term_code_set").exists()


def test_term_moves_with_what_is_below_it(place: world.Place) -> None:
    food, meals = world.term("Food"), world.term("Meals")
    lunch = world.term("Lunch", parent=meals)

    acts.move_term(by=place.lead, term_id=meals.pk, parent_id=food.pk)

    assert fresh(meals).parent == food
    assert terms.descendants([food.pk]) == {food.pk: {food.pk, meals.pk, lunch.pk}}
    acts.move_term(by=place.lead, term_id=meals.pk, was=food.pk)
    assert fresh(meals).parent is None


def test_form_that_is_sent_twice_finds_what_it_wanted(place: world.Place) -> None:
    food, meals = world.term("Food"), world.term("Meals")
    need = world.term("Company", "Needs")

    for _ in range(2):
        acts.move_term(by=place.lead, term_id=meals.pk, parent_id=food.pk)
        acts.set_other_words(by=place.lead, term_id=food.pk, was=[], words=["grub"])
        acts.set_mapping(by=place.lead, term_id=need.pk, was=[], type_ids=[food.pk])
        acts.set_plain_needs(
            by=place.lead, place=place.partnership, was=[], term_ids=[need.pk]
        )

    verbs = ("term_moved", "other_words_set", "mapping_set", "plain_needs_set")
    written = AuditEvent.objects.filter(verb__in=verbs).values_list("verb", flat=True)
    assert sorted(written) == sorted(verbs)
    with pytest.raises(InvalidState, match="Somebody moved"):
        acts.move_term(by=place.lead, term_id=meals.pk)
    with pytest.raises(InvalidState, match="Somebody changed the words"):
        acts.set_other_words(by=place.lead, term_id=food.pk, was=[], words=["nosh"])


def test_term_never_comes_below_itself(place: world.Place) -> None:
    food = world.term("Food")
    meals = world.term("Meals", parent=food, retired_on=GONE)
    lunch = world.term("Lunch", parent=meals)

    for parent in (food, lunch):
        with pytest.raises(InvalidInput, match="is below it"):
            acts.move_term(by=place.lead, term_id=food.pk, parent_id=parent.pk)


def test_parent_is_of_the_same_list_and_in_use(place: world.Place) -> None:
    food, need = world.term("Food"), world.term("Company", "Needs")
    old = world.term("Soup", retired_on=GONE)

    with pytest.raises(InvalidInput, match="of the same list"):
        acts.move_term(by=place.lead, term_id=food.pk, parent_id=need.pk)
    with pytest.raises(InvalidState, match="was retired meanwhile"):
        acts.move_term(by=place.lead, term_id=food.pk, parent_id=old.pk)


# --- retired, replaced ----------------------------------------------------------------


def test_retired_term_is_told_by_what_replaced_it(place: world.Place) -> None:
    old, new = world.term("Tea"), world.term("Coffee")
    listing = world.published(
        place, attributes=[{"taxonomy_term_id": str(t.pk)} for t in (old, new)]
    )
    before = queries.current(listing.record)
    OutboxEvent.objects.all().delete()

    acts.retire_term(by=place.lead, term_id=old.pk, replacement_id=new.pk)

    assert (fresh(old).retired_on, fresh(old).replaced_by) == (clock.today(), new)
    assert announced() == [old.pk]
    assert last("term_retired").after == "Coffee"
    assert queries.current(world.fresh(listing).record) == before
    assert read("service", listing.record_id)["attributes"] == before["attributes"]
    assert Revision.objects.filter(record=listing.record_id).count() == 1
    assert naming.names([before])[str(old.pk)] == "Coffee"
    assert not terms.may_be_chosen(place.partnership, old.pk)


def test_retired_term_cannot_be_chosen_but_stays(place: world.Place) -> None:
    old = world.term("Tea")
    acts.retire_term(by=place.lead, term_id=old.pk)

    with pytest.raises(InvalidInput, match="This term is not on our lists"):
        world.published(place, attributes=[{"taxonomy_term_id": str(old.pk)}])


def test_term_is_retired_once(place: world.Place) -> None:
    old, new = world.term("Tea"), world.term("Coffee")
    acts.retire_term(by=place.lead, term_id=old.pk)

    with pytest.raises(InvalidState, match="“Tea” was retired on"):
        acts.retire_term(by=place.lead, term_id=old.pk, replacement_id=new.pk)
    with pytest.raises(InvalidState, match="“Tea” was retired meanwhile"):
        acts.retire_term(by=place.lead, term_id=new.pk, replacement_id=old.pk)


def test_replacement_is_another_term_for_the_same_purpose(place: world.Place) -> None:
    tea, need = world.term("Tea"), world.term("Company", "Needs")
    elsewhere = world.term("Tea", of=world.make_place("Elsewhere").partnership)

    for wrong in (tea, need, elsewhere):
        with pytest.raises(InvalidInput, match="for the same purpose"):
            acts.retire_term(by=place.lead, term_id=tea.pk, replacement_id=wrong.pk)


def test_shared_list_may_replace_our_own(place: world.Place) -> None:
    tea = world.term("Tea")
    shared = Taxonomy.objects.create(name="National", facet=Facet.SERVICE_TYPE)
    theirs = TaxonomyTerm.objects.create(taxonomy=shared, name="Refreshments")
    acts.use_list(
        by=place.lead, place=place.partnership, taxonomy_id=shared.pk, use=True
    )

    acts.retire_term(by=place.lead, term_id=tea.pk, replacement_id=theirs.pk)

    assert terms.resolve([tea.pk]) == {tea.pk: theirs.pk}
    with pytest.raises(PermissionDenied, match="changed by nobody"):
        acts.rename_term(by=place.lead, term_id=theirs.pk, was="", name="Ours")


def test_term_with_others_below_it_is_not_retired(place: world.Place) -> None:
    food = world.term("Food")
    lunch = world.term("Lunch", parent=food)

    with pytest.raises(InvalidInput, match="Other terms are below “Food”"):
        acts.retire_term(by=place.lead, term_id=food.pk)
    acts.retire_term(by=place.lead, term_id=lunch.pk)
    acts.retire_term(by=place.lead, term_id=food.pk)


def test_retired_need_leaves_the_front_page(place: world.Place) -> None:
    need = world.term("Company", "Needs", plain_position=1)

    acts.retire_term(by=place.lead, term_id=need.pk)

    assert terms.plain_needs(place.partnership) == []
    assert fresh(need).plain_position is None


def test_restored_term_stands_for_itself(place: world.Place) -> None:
    old, new = world.term("Tea"), world.term("Coffee")
    acts.retire_term(by=place.lead, term_id=old.pk, replacement_id=new.pk)

    acts.restore_term(by=place.lead, term_id=old.pk)

    assert (fresh(old).retired_on, fresh(old).replaced_by) == (None, None)
    assert last("term_restored").before == "Coffee"
    with pytest.raises(InvalidState, match="in use already"):
        acts.restore_term(by=place.lead, term_id=old.pk)


def test_term_is_not_restored_beside_its_like_or_below_a_retired(
    place: world.Place,
) -> None:
    food = world.term("Food", retired_on=GONE)
    lunch = world.term("Lunch", parent=food, retired_on=GONE)
    old = world.term("Tea", retired_on=GONE)
    world.term("tea")

    with pytest.raises(InvalidInput, match="take that back first"):
        acts.restore_term(by=place.lead, term_id=lunch.pk)
    with pytest.raises(InvalidInput, match="is on the list already"):
        acts.restore_term(by=place.lead, term_id=old.pk)


# --- what leads where -----------------------------------------------------------------


def test_mapping_is_set_as_a_whole(place: world.Place) -> None:
    food, housing = world.term("Food"), world.term("Housing")
    need = world.term("Something to eat", "Needs")
    acts.set_mapping(by=place.lead, term_id=need.pk, was=[], type_ids=[food.pk])

    acts.set_mapping(
        by=place.lead, term_id=need.pk, was=[food.pk], type_ids=[housing.pk]
    )

    assert list(need.leads_to.all()) == [housing]
    assert (last("mapping_set").before, last("mapping_set").after) == (
        ["Food"], ["Housing"],
    )  # fmt: skip
    with pytest.raises(InvalidState, match="Somebody changed"):
        acts.set_mapping(by=place.lead, term_id=need.pk, was=[food.pk], type_ids=[])


def test_mapping_leads_from_a_need_to_types_of_the_same_place(
    place: world.Place,
) -> None:
    food, need = world.term("Food"), world.term("Company", "Needs")
    old = world.term("Tea", retired_on=GONE)
    theirs = world.term("Food", of=world.make_place("Elsewhere").partnership)

    for wrong in (need, old, theirs, place.remit):
        with pytest.raises(InvalidInput, match="kinds of service in use"):
            acts.set_mapping(
                by=place.lead, term_id=need.pk, was=[], type_ids=[wrong.pk]
            )
    with pytest.raises(InvalidInput, match="Only needs and circumstances"):
        acts.set_mapping(by=place.lead, term_id=food.pk, was=[], type_ids=[food.pk])


def test_mapping_that_leads_to_a_retired_type_may_stay(place: world.Place) -> None:
    food, need = world.term("Food"), world.term("Something to eat", "Needs")
    acts.set_mapping(by=place.lead, term_id=need.pk, was=[], type_ids=[food.pk])
    acts.retire_term(by=place.lead, term_id=food.pk)

    acts.set_mapping(by=place.lead, term_id=need.pk, was=[food.pk], type_ids=[food.pk])

    assert list(need.leads_to.all()) == [food]
    assert terms.led_to([need.pk]) == {need.pk: frozenset()}


def test_plain_needs_stand_in_the_order_chosen(place: world.Place) -> None:
    first, second, third = (world.term(n, "Needs") for n in "abc")
    by, where = place.lead, place.partnership
    acts.set_plain_needs(by=by, place=where, was=[], term_ids=[first.pk, second.pk])

    acts.set_plain_needs(
        by=by, place=where, was=[first.pk, second.pk],
        term_ids=[third.pk, second.pk, first.pk],
    )  # fmt: skip

    needs = [need.term for need in terms.plain_needs(where)]
    assert needs == [third, second, first]
    assert last("plain_needs_set").after == ["c", "b", "a"]
    with pytest.raises(InvalidState, match="Somebody chose other needs"):
        acts.set_plain_needs(by=by, place=where, was=[first.pk], term_ids=[])


def test_plain_needs_are_few_and_each_once(place: world.Place) -> None:
    many = [world.term(name, "Needs").pk for name in "abcdefg"]
    food = world.term("Food")

    for wrong, told in (
        (many, "6 at most"), ([many[0]] * 2, "each once"), ([food.pk], "your own"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput, match=told):
            acts.set_plain_needs(
                by=place.lead, place=place.partnership, was=[], term_ids=wrong
            )


# --- whole lists ----------------------------------------------------------------------


def test_new_place_begins_with_lists_of_its_own(place: world.Place) -> None:
    admin = world.give(world.person("Ada"), Role.ADMINISTRATOR, None)

    made = create_place(by=admin, name="Newham", role_mailbox="new@new.example")

    assert [need.term.name for need in terms.plain_needs(made)] == [
        "Food and essentials", "Money and debt", "Somewhere to live",
        "Feeling low or worried", "Safe from harm",
        "Help at home or with getting out",
    ]  # fmt: skip
    assert list(terms.lists_of(place.partnership)) == []


def test_starter_lists_are_added_once(place: world.Place) -> None:
    lists = acts.add_starter_lists(by=place.lead, place=place.partnership)

    assert set(terms.lists_of(place.partnership)) == set(lists)
    with pytest.raises(InvalidState, match="has a list called"):
        acts.add_starter_lists(by=place.lead, place=place.partnership)


def test_starter_lists_are_not_added_beside_one_that_was_renamed(
    place: world.Place,
) -> None:
    for taxonomy in acts.add_starter_lists(by=place.lead, place=place.partnership):
        change_list(
            by=place.lead, taxonomy_id=taxonomy.pk, was=list_as_read(taxonomy),
            name=f"Our {taxonomy.name}", uri="", version="",
        )  # fmt: skip

    with pytest.raises(InvalidState, match="has a list called “Our "):
        acts.add_starter_lists(by=place.lead, place=place.partnership)


def test_shared_list_is_left_again(place: world.Place) -> None:
    shared = Taxonomy.objects.create(name="National")
    given: dict[str, Any] = {"by": place.lead, "place": place.partnership}
    acts.use_list(**given, taxonomy_id=shared.pk, use=True)

    with pytest.raises(InvalidState, match="uses “National” already"):
        acts.use_list(**given, taxonomy_id=shared.pk, use=True)
    acts.use_list(**given, taxonomy_id=shared.pk, use=False)

    assert list(terms.lists_of(place.partnership)) == []
    with pytest.raises(InvalidState, match="does not use “National” any more"):
        acts.use_list(**given, taxonomy_id=shared.pk, use=False)

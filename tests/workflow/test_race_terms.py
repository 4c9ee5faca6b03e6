"""Two leads at one list: one wins, the other is told."""

import pytest

from accounts.models import AuditEvent, User
from accounts.roles import Role
from common.errors import InvalidInput, InvalidState
from directory.models import TaxonomyTerm
from tests import world
from tests.workflow.threads import together
from workflow.actions import terms

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


@pytest.fixture
def second(place: world.Place) -> User:
    return world.give(world.person("Lars Lead"), Role.LEAD, place.partnership)


def test_of_two_new_names_one_wins(place: world.Place, second: User) -> None:
    term = world.term("Food")

    results = together(*(
        lambda by=by, name=name: terms.rename_term(
            by=by, term_id=term.pk, was=terms.term_as_read(term), name=name
        )
        for by, name in ((place.lead, "Meals"), (second, "Groceries"))
    ))  # fmt: skip

    (lost,) = [r for r in results if isinstance(r, Exception)]
    now = TaxonomyTerm.objects.get(pk=term.pk).name
    assert isinstance(lost, InvalidState)
    assert f"It is now called “{now}”;" in lost.sentence
    assert AuditEvent.objects.filter(verb="term_renamed").count() == 1


def test_two_terms_never_replace_each_other(place: world.Place, second: User) -> None:
    tea, coffee = world.term("Tea"), world.term("Coffee")

    results = together(
        lambda: terms.retire_term(
            by=place.lead, term_id=tea.pk, replacement_id=coffee.pk
        ),
        lambda: terms.retire_term(by=second, term_id=coffee.pk, replacement_id=tea.pk),
    )

    assert [type(r) for r in results].count(InvalidState) == 1
    assert TaxonomyTerm.objects.exclude(retired_on=None).count() == 1


def test_two_terms_never_come_below_each_other(
    place: world.Place, second: User
) -> None:
    tea, coffee = world.term("Tea"), world.term("Coffee")

    results = together(
        lambda: terms.move_term(by=place.lead, term_id=tea.pk, parent_id=coffee.pk),
        lambda: terms.move_term(by=second, term_id=coffee.pk, parent_id=tea.pk),
    )

    assert [type(r) for r in results].count(InvalidInput) == 1
    assert TaxonomyTerm.objects.exclude(parent=None).count() == 1

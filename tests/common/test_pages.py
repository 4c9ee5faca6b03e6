"""Pages of a long list hold what plain pages hold, from either end."""

from typing import Any

import pytest
from django.core.paginator import Paginator
from django.db.models import QuerySet

from accounts.models import User
from common import pages
from common.or_more import OrMore
from common.pages import Pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> QuerySet[User]:
    """Several of the same name, so that their ids decide; some have never signed in."""
    User.objects.bulk_create(
        User(email=f"person.{n}@example.org", name=f"Person {n % 5}") for n in range(23)
    )
    return User.objects.order_by("last_login", "name", "pk")


def told(page: Any) -> list[str]:
    return [person.email for person in page]


def as_they_are(found: QuerySet[Any]) -> QuerySet[Any]:
    return found


@pytest.mark.parametrize("far", [0, 10, 50_000])
def test_each_page_holds_what_a_plain_one_holds(
    people: QuerySet[User], monkeypatch: pytest.MonkeyPatch, far: int
) -> None:
    monkeypatch.setattr(pages, "FAR", far)
    plain, found = Paginator(people, 4), Pages(people, 4, as_they_are)

    for number in plain.page_range:
        assert told(found.page(number)) == told(plain.page(number)), number

    assert found.num_pages == 6
    assert told(found.get_page("no number")) == told(plain.page(1))


def test_what_was_not_counted_to_its_end_is_not_begun_there(
    people: QuerySet[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "FAR", 0)
    found = Pages(people, 4, as_they_are)
    found.count = OrMore(20)

    assert told(found.page(5)) == told(Paginator(people, 4).page(5))


def test_page_asks_twice_and_reads_only_its_rows(
    people: QuerySet[User], django_assert_num_queries: Any
) -> None:
    found = Pages(people, 4, lambda rows: rows.only("email"))
    found.count = 23

    with django_assert_num_queries(2) as asked:
        told(found.page(3))

    assert "OFFSET 8" in asked[0]["sql"]
    assert "name" not in asked[1]["sql"]

"""The pages that say what the data is: each example on them is followed."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from directory.models import Postcode
from publishing import actions
from publishing.models import Endpoint
from tests import world

pytestmark = pytest.mark.django_db

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SAYS_IT = re.compile(r"\bchecked\b", re.IGNORECASE)


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_every_example_works(place: world.Place, client: Client) -> None:
    times = [
        {"freq": "WEEKLY", "byday": "TU", "opens_at": "10:30", "closes_at": "12:00"}
    ]
    term = world.term("Company")
    attributes = [{"taxonomy_term_id": str(term.pk)}]
    listing = world.published(place, schedules=times, attributes=attributes)
    Postcode.objects.create(
        code="BA129AA", latitude=51.2, longitude=-2.1, council="E07000187"
    )
    actions.consume_outbox()
    examples = client.get("/developers/").context["examples"]

    assert len(examples) == 17
    for example in examples:
        answer = client.get(example.path, headers=example.headers)
        body = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == example.status, example.title
        if example.path.startswith("/oruk/v3/services") and example.status == 200:
            assert str(listing.record_id).encode() in body, example.title


def test_examples_stand_on_the_page_as_they_are_sent(
    place: world.Place, client: Client
) -> None:
    world.published(place)
    actions.consume_outbox()
    said = text(client, "/developers/")
    commands = re.findall(r"<code>curl '([^']*)'</code>", said)

    for command in commands:
        path = command.replace("&amp;", "&").removeprefix("http://testserver")
        assert client.get(path).status_code == 200
    assert len(commands) >= 10


def test_page_for_developers_answers_where_nothing_is_public(
    endpoint: Endpoint, client: Client
) -> None:
    assert "Nothing is published here yet" in text(client, "/developers/")


def test_pages_about_the_data_answer_where_there_is_no_place(client: Client) -> None:
    for path in ("/developers/", "/about-the-data/"):
        text(client, path)


def test_page_about_the_data_says_the_rules_of_the_place(
    place: world.Place, client: Client
) -> None:
    place.policy.period_months = 2
    place.policy.report_days = 4
    place.policy.save()
    said = text(client, "/about-the-data/")

    assert "checked again after two months at the most" in said
    assert "within 4 working days" in said
    assert "mailto:directory@testham.example" in said


@pytest.mark.parametrize("path", ["/", "/about-the-data/", "/developers/", "/my-list/"])
def test_foot_leads_to_what_the_data_is_and_how_to_use_it(
    place: world.Place, client: Client, path: str
) -> None:
    said = text(client, path)
    foot = said[said.index('<footer class="v-foot">') :]

    assert 'href="/about-the-data/"' in foot
    assert 'href="/developers/"' in foot


@pytest.mark.parametrize(
    "path", ["/", "/?q=zzz", "/about-the-data/", "/developers/", "/my-list/"]
)
def test_numbers_for_help_stand_first_on_every_public_page(
    place: world.Place, client: Client, path: str
) -> None:
    said = text(client, path)
    between = said[said.index("</header>") : said.index('class="v-page"')]

    assert re.findall(r'href="tel:(\d+)"', between) == [
        "999", "111", "116123", "08001111", "08082000247",
    ]  # fmt: skip


def test_level_of_an_organization_is_told_as_who_keeps_the_record(
    place: world.Place, client: Client
) -> None:
    listing = world.published(place)
    actions.consume_outbox()
    page = f"/services/{listing.record_id}/"
    before = text(client, page)
    world.trust(place, listing)
    actions.consume_outbox()

    assert "Kept by Testham Council. Checked" in before
    assert "Kept by Testham Friends, who run it. Checked" in text(client, page)


# --- the word itself ------------------------------------------------------------------

BARE = {"_components", "django"}
"""Parts of a page, whose page says it; and fields, that say "checked" of a box."""


def _says_checked(path: Path) -> bool:
    words = re.sub(
        r"{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", " ", path.read_text(), flags=re.S
    )
    return SAYS_IT.search(words) is not None


def _whole(path: Path, seen: set[Path]) -> str:
    """A template with what it extends and includes."""
    if path in seen or not path.exists():
        return ""
    seen.add(path)
    body = path.read_text()
    named = re.findall(r'{% (?:extends|include) "([^"]+)"', body)
    return body + "".join(_whole(TEMPLATES / name, seen) for name in named)


@pytest.mark.parametrize(
    "path",
    [
        p for p in sorted(TEMPLATES.rglob("*.html"))
        if _says_checked(p) and "{% extends" in p.read_text()
    ],
    ids=lambda p: str(p.relative_to(TEMPLATES)),
)  # fmt: skip
def test_page_that_says_checked_says_what_that_means(path: Path) -> None:
    whole = _whole(path, set())

    assert "checked_means.html" in whole or "Checked means the" in whole

"""The pages that say what the data is: each example on them is followed."""

import datetime as dt
import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from common import clock
from directory.choices import Facet
from directory.models import Postcode, Taxonomy
from publishing import actions
from publishing.models import Endpoint
from tests import world
from tests.publishing import sample
from workflow.actions.open_data import set_licence

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


def test_examples_that_narrow_show_less_than_there_is(
    endpoint: Endpoint, client: Client
) -> None:
    Postcode.objects.create(
        code="BA129AA", latitude=51.2, longitude=-2.1, council="E07000187"
    )
    term, other = world.term("Company"), world.term("Food")
    hall = {
        "location_type": "physical", "name": "Hall", "latitude": 51.2,
        "longitude": -2.1, "addresses": [
            {
                "id": str(uuid.uuid4()), "address_1": "1 High Street",
                "city": "Testham",
                "state_province": "Wiltshire", "postal_code": "BA12 9AA",
                "country": "GB", "address_type": "physical",
            }
        ],
    }  # fmt: skip
    for number in range(8):
        with clock.at(clock.now() - dt.timedelta(days=number)):
            sample.shelve(
                endpoint, f"Tea {number}", places=[hall],
                terms=[other if number else term],
            )  # fmt: skip

    shown = {
        one.title: client.get(one.path).json()["total_items"]
        for one in client.get("/developers/").context["examples"]
        if one.title in ("What changed since", "For a postcode, and of one kind")
    }

    assert shown == {"What changed since": 5, "For a postcode, and of one kind": 1}


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


def test_licence_of_the_place_stands_wherever_the_data_is_described(
    endpoint: Endpoint, place: world.Place, client: Client
) -> None:
    set_licence(by=place.lead, place=place.partnership, licence="CC-BY-4.0")
    name = "Creative Commons Attribution 4.0 International"
    url = "https://creativecommons.org/licenses/by/4.0/"

    for path in ("/developers/", "/about-the-data/", "/data-dictionary/"):
        assert f'<a class="govuk-link" href="{url}" rel="external">{name}</a>' in (
            client.get(path).content.decode()
        )
    assert "Open Government" not in text(client, "/developers/")
    said = {"name": name, "url": url}
    assert client.get("/data-dictionary.json").json()["licence"] == said
    assert client.get("/oruk/v3/openapi.json").json()["info"]["license"] == said


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

PAGES = [p for p in sorted(TEMPLATES.rglob("*.html")) if "{% extends" in p.read_text()]
LISTS = ("front.html",)
"""Pages that end with a list: the foot that follows says what checked means."""
_NOT_WORDS = re.compile(
    r"{% comment %}.*?{% endcomment %}|{#.*?#}|{%.*?%}|{{.*?}}|<[^>]*>", re.DOTALL
)


def _name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def _inner(path: Path, seen: set[Path]) -> str:
    """A page with what it includes, but for the base that all pages share."""
    if path in seen or not path.exists() or path.name.startswith("base"):
        return ""
    seen.add(path)
    body = path.read_text()
    named = re.findall(r'{% (?:extends|include) "([^"]+)"', body)
    return body + "".join(_inner(TEMPLATES / name, seen) for name in named)


def test_foot_of_every_page_says_what_checked_means() -> None:
    foot = (TEMPLATES / "_components/foot.html").read_text()
    base = (TEMPLATES / "base.html").read_text()

    assert "Checked means the information was checked, not the service." in foot
    assert '{% block foot %}{% include "_components/foot.html" %}{% endblock %}' in base
    assert [_name(p) for p in PAGES if "{% block foot %}" in p.read_text()] == []


@pytest.mark.parametrize(
    "path",
    [p for p in PAGES if p.parent.name == "publishing" and p.name not in LISTS],
    ids=_name,
)
def test_public_page_that_says_checked_says_beside_it_what_that_means(
    path: Path,
) -> None:
    body = _inner(path, set())
    says_it = SAYS_IT.search(_NOT_WORDS.sub(" ", body)) is not None

    assert says_it <= ("_components/checked_means.html" in body)


def test_page_names_the_lists_of_terms_with_whose_they_are_and_the_licence(
    place: world.Place, client: Client
) -> None:
    Taxonomy.objects.create(
        partnership=place.partnership, facet=Facet.SERVICE_TYPE, name="Kinds of help"
    )
    shared = Taxonomy.objects.create(
        facet=Facet.AUDIENCE, name="Circles", uri="https://lists.example/circles",
        version="3.1", licence="An open licence", attribution="Standards Body",
    )  # fmt: skip
    Taxonomy.objects.create(facet=Facet.NEED, name="Used by nobody here")
    shared.used_by.add(place.partnership)

    answer = client.get("/about-the-data/")

    assert [(one["name"], one["whose"], one["licence"])
            for one in answer.context["lists"]] == [
        ("Kinds of help", "Testham", ""),
        ("Circles", "Standards Body", "An open licence"),
    ]  # fmt: skip
    page = " ".join(answer.content.decode().split())
    assert page.count("version 3.1. Of Standards Body. Licence: An open licence.") == 1
    assert page.count('href="https://lists.example/circles"') == 1

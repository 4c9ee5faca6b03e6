"""The lead's pages about terms."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from directory import terms
from directory.models import Taxonomy, TaxonomyTerm, TermMapping
from directory.starter import write_starter_lists
from publishing.actions import consume_outbox
from tests import world
from tests.workflow.leading import signed_in
from workflow.actions.term_lists import list_as_read
from workflow.models import OutboxEvent

pytestmark = pytest.mark.django_db

ALL = "/lead/terms/"


@pytest.fixture
def place(stocked_place: world.Place) -> world.Place:
    return stocked_place


@pytest.fixture
def lead(place: world.Place) -> Client:
    return signed_in(place.lead)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def of_list(term: TaxonomyTerm) -> str:
    return f"{ALL}{term.taxonomy_id}/"


WAS = {
    "code": ("was_code", "was_uri"), "words": ("was",), "move": ("was",),
    "mapping": ("was",),
}  # fmt: skip
"""The hidden fields with what stood on the page, by act."""


def of_term(term: TaxonomyTerm) -> str:
    return f"{ALL}term/{term.pk}/"


def test_only_who_leads_opens_the_lists(place: world.Place) -> None:
    term = world.term()

    for address in (ALL, of_list(term), of_term(term)):
        assert signed_in(place.assurer).get(address).status_code == 403


def test_lists_of_others_are_not_there(lead: Client) -> None:
    theirs = world.term(of=world.make_place("Elsewhere").partnership)

    for address in (of_list(theirs), of_term(theirs)):
        assert lead.get(address).status_code == 404


def test_every_list_is_shown_with_its_numbers(place: world.Place, lead: Client) -> None:
    tea = world.term("Tea")
    world.term("Cake")
    world.published(place, attributes=[{"taxonomy_term_id": str(tea.pk)}])

    (facet,) = lead.get(ALL).context["facets"]

    assert facet["title"] == "Kinds of service"
    assert [(c["title"], c["facts"]) for c in facet["cards"]] == [
        (
            "Service types",
            [
                {"label": "Terms", "value": "2"},
                {"label": "Said by records", "value": "1 time"},
            ],
        )
    ]


def test_starter_lists_are_added_by_a_button(place: world.Place, lead: Client) -> None:
    assert "Add the lists to begin with" in text(lead.get(ALL))

    answer = lead.post(ALL, {"act": "starter"}, follow=True)

    assert "Your lists are there." in text(answer)
    assert terms.lists_of(place.partnership).count() == 5


def test_shared_list_is_used_and_left_by_a_button(
    place: world.Place, lead: Client
) -> None:
    shared = Taxonomy.objects.create(name="National", licence="OGL")
    sent = {"list": str(shared.pk)}

    assert "National" in text(lead.post(ALL, sent | {"act": "use"}, follow=True))
    assert list(terms.lists_of(place.partnership)) == [shared]
    again = lead.post(ALL, sent | {"act": "use"}, follow=True)
    assert "uses “National” already" in text(again)
    lead.post(ALL, sent | {"act": "leave"})
    assert list(terms.lists_of(place.partnership)) == []


def test_term_is_found_on_all_lists(lead: Client) -> None:
    world.term("Tea", description="With cake")
    world.term("Cake", "Needs")
    world.term("Soup")

    found = lead.get(ALL, {"q": "cake"}).context["found"]

    assert [row[0]["text"] for row in found] == ["Cake", "Tea"]
    assert "No term like that" in text(lead.get(ALL, {"q": "nothing"}))


def test_list_is_a_tree_with_the_records_that_say_each(
    place: world.Place, lead: Client
) -> None:
    top = world.term("Food")
    tea = world.term("Tea", parent=top)
    world.term("Zoo", retired_on="2026-01-01", replaced_by=top)
    world.published(place, attributes=[{"taxonomy_term_id": str(tea.pk)}])

    rows = lead.get(of_list(top)).context["rows"]

    assert [(r[0]["text"], r[2]["text"], r[3]["text"]) for r in rows] == [
        ("Food", "0", "In use"),
        ("– Tea", "1", "In use"),
        ("Zoo", "0", "Retired; “Food” stands for it"),
    ]
    found = lead.get(of_list(top), {"q": "tea"}).context["rows"]
    assert [row[0]["text"] for row in found] == ["– Tea"]


def test_term_is_added_and_a_refusal_stands_at_its_field(lead: Client) -> None:
    top = world.term("Food")
    sent = {"name": "Lunch clubs", "description": "", "parent": str(top.pk)}

    assert lead.post(of_list(top), sent).status_code == 302
    again = lead.post(of_list(top), sent)

    assert TaxonomyTerm.objects.get(name="Lunch clubs").parent == top
    assert again.context["form"].errors == {
        "name": ["“Lunch clubs” is on the list already."]
    }


def changed(taxonomy: Taxonomy, **values: str) -> dict[str, str]:
    """What the form of a list sends."""
    sent = {name: getattr(taxonomy, name) for name in ("name", "uri", "version")}
    return {"act": "change", "was": list_as_read(taxonomy), **sent, **values}


def test_list_gets_another_name_address_and_version(
    place: world.Place, lead: Client, settings: Any
) -> None:
    settings.DEFAULT_PLACE = place.partnership.slug
    said, unsaid = world.term("Food"), world.term("Never said")
    said_once = [{"taxonomy_term_id": str(said.pk)}]
    listing = world.published(place, attributes=said_once)
    consume_outbox()
    taxonomy = said.taxonomy
    sent = changed(taxonomy, name="What it  is", uri="terms.example.org", version="2.1")

    assert lead.post(of_list(said), sent).status_code == 302

    after = {"name": "What it is", "uri": "https://terms.example.org", "version": "2.1"}
    taxonomy.refresh_from_db()
    assert {name: getattr(taxonomy, name) for name in after} == after
    event = AuditEvent.objects.get(verb="list_changed")
    assert (event.after, event.partnership_id) == (after, place.partnership.pk)
    waiting = OutboxEvent.objects.filter(done_at=None)
    assert set(waiting.values_list("record_id", flat=True)) == {said.pk}
    consume_outbox()
    told = Client().get(f"/oruk/v3/services/{listing.record_id}").json()
    terms = [each["taxonomy_term"]["taxonomy"] for each in told["attributes"]]
    assert terms == ["What it is"]
    told = Client().get(f"/oruk/v3/taxonomies/{taxonomy.pk}").json()
    assert {name: told[name] for name in after} == after
    assert "Version 2.1" in text(lead.get(of_list(unsaid)))


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"name": " "}, "name", "Fill in “Name of the list”."),
        ({"name": "needs"}, "name",
         "There is another list called “needs” already."),
        ({"uri": "ftp://x.example"}, "uri",
         ("An address that begins with “ftp:” cannot be used here. Give one that "
          "begins with https://.")),
        ({"version": "x" * 51}, "version", None),
    ],
)  # fmt: skip
def test_refusal_of_a_list_stands_at_its_field(
    lead: Client, values: dict[str, str], field: str, told: str | None
) -> None:
    term = world.term("Food")
    world.term("Company", "Needs")

    answer = lead.post(of_list(term), changed(term.taxonomy, **values))

    errors = answer.context["about"].errors
    assert list(errors) == [field]
    assert told is None or errors[field] == [told]
    assert "govuk-error-summary" in text(answer)
    assert not AuditEvent.objects.filter(verb="list_changed").exists()


def test_late_save_of_a_list_overwrites_nobody(lead: Client) -> None:
    term = world.term("Food")
    mine = changed(term.taxonomy, version="2")
    theirs = changed(term.taxonomy, uri="https://terms.example.org")
    sent = [lead.post(of_list(term), theirs).status_code for _ in range(2)]
    assert sent == [302, 302], "sent twice, it is saved"

    late = lead.post(of_list(term), mine)

    taxonomy = Taxonomy.objects.get(pk=term.taxonomy_id)
    assert (taxonomy.uri, taxonomy.version) == ("https://terms.example.org", "")
    assert late.status_code == 409
    assert "its web address: https://terms.example.org. If you save" in text(late)
    form = late.context["about"]
    assert form["version"].value() == "2"
    again = mine | {"was": form["was"].value()}
    assert lead.post(of_list(term), again).status_code == 302
    assert AuditEvent.objects.filter(verb="list_changed").count() == 2


def test_pages_ask_no_more_for_more_terms(place: world.Place, lead: Client) -> None:
    first = world.term("Tea 0")
    need = world.term("Company", "Needs")
    pages = (ALL, of_list(first), of_term(first), of_term(need), f"{ALL}?q=tea")
    asked = []
    for _ in range(2):
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as counter:
                assert lead.get(page).status_code == 200
            counts.append(len(counter))
        asked.append(counts)
        for number in range(1, 4):
            world.term(f"Tea {number}", f"List {number}", parent=None)
            term = world.term(f"Tea {number}")
            world.published(place, attributes=[{"taxonomy_term_id": str(term.pk)}])

    assert asked[0] == asked[1]


# --- one term -------------------------------------------------------------------------


def test_term_is_renamed_moved_retired_and_taken_back(lead: Client) -> None:
    food, tea = world.term("Food"), world.term("Tea")
    url = of_term(tea)
    was = lead.get(url).context["forms"]["rename"]["was"].value()

    for sent in (
        {"act": "rename", "was": was, "name": "Coffee", "description": "Hot"},
        {"act": "move", "was": "", "parent": str(food.pk)},
        {"act": "retire", "replacement": str(food.pk)},
    ):
        assert lead.post(url, sent).status_code == 302, sent
    tea.refresh_from_db()
    assert (tea.name, tea.parent, tea.replaced_by) == ("Coffee", food, food)
    assert list(lead.get(url).context["forms"]) == ["restore"]
    lead.post(url, {"act": "restore"})
    tea.refresh_from_db()
    assert tea.retired_on is None


def test_code_and_address_are_set_on_the_page_of_a_term(lead: Client) -> None:
    tea = world.term("Tea")
    sent = {"act": "code", "was_code": "", "was_uri": "", "code": "7",
            "term_uri": "not one"}  # fmt: skip

    refused = lead.post(of_term(tea), sent)
    taken = lead.post(of_term(tea), sent | {"term_uri": "https://terms.example.org/7"})

    assert list(refused.context["forms"]["code"].errors) == ["term_uri"]
    assert taken.status_code == 302
    tea.refresh_from_db()
    assert (tea.code, tea.term_uri) == ("7", "https://terms.example.org/7")
    twice = lead.post(of_term(tea), sent | {"term_uri": "https://terms.example.org/7"})
    assert twice.status_code == 302, "what is so already is saved"
    other = lead.post(of_term(tea), sent | {"term_uri": "", "code": "8"})
    assert other.status_code == 409


def test_page_says_how_many_records_it_touches(
    place: world.Place, lead: Client
) -> None:
    tea = world.term("Tea")
    world.published(place, attributes=[{"taxonomy_term_id": str(tea.pk)}])

    assert "1 record says it now; no record is changed" in text(lead.get(of_term(tea)))


def test_late_save_of_a_term_overwrites_nobody(lead: Client) -> None:
    tea = world.term("Tea", description="Hot\nand cold")
    was = lead.get(of_term(tea)).context["forms"]["rename"]["was"].value()
    sent = {"act": "rename", "was": was, "name": "Tea", "description": ""}
    theirs = sent | {"description": "With milk"}
    twice = [lead.post(of_term(tea), theirs).status_code for _ in range(2)]
    assert twice == [302, 302], "sent twice, it is saved"

    late = lead.post(of_term(tea), sent | {"name": "Cake"})

    assert late.status_code == 409
    tea.refresh_from_db()
    assert (tea.name, tea.description) == ("Tea", "With milk")
    assert "called “Tea”; what belongs to it: “With milk”. If you save" in text(late)
    form = late.context["forms"]["rename"]
    assert form["name"].value() == "Cake"
    again = sent | {"name": "Cake", "was": form["was"].value()}
    assert lead.post(of_term(tea), again).status_code == 302


@pytest.mark.parametrize("act", ["code", "words", "move", "mapping"])
def test_who_was_late_reads_what_stands_and_may_save(
    place: world.Place, lead: Client, act: str
) -> None:
    term, food = world.term("Company", "Needs"), world.term("Food")
    above, beside = world.term("Above", "Needs"), world.term("Beside", "Needs")
    typed = {
        "code": ({"code": "c:2", "term_uri": ""}, {"code": "c:1", "term_uri": ""}),
        "words": ({"words": "pals"}, {"words": "mates"}),
        "move": ({"parent": str(above.pk)}, {"parent": str(beside.pk)}),
        "mapping": ({"types": str(food.pk)}, {"types": str(world.term("Tea").pk)}),
    }[act]
    mine, theirs = (form | {"act": act} for form in typed)
    form = lead.get(of_term(term)).context["forms"][act]
    seen = {name: form[name].value() for name in WAS[act]}
    assert lead.post(of_term(term), seen | theirs).status_code == 302

    late = lead.post(of_term(term), seen | mine)

    form = late.context["forms"][act]
    assert late.status_code == 409
    again = {name: form[name].value() for name in WAS[act]}
    assert again != seen
    assert lead.post(of_term(term), again | mine).status_code == 302


def saved_meanwhile(answer: Any) -> dict[str, list[str]]:
    """What a page that came back says somebody else has saved, by label."""
    found = text(answer).partition("What somebody else has saved</h3>")[2]
    panel = found.partition("If you save yours, it takes the place of this.")[0]
    return {
        label.strip(): re.findall(r"<p[^>]*>(.*?)</p>", row)
        for label, row in re.findall(r"<dt[^>]*>(.*?)</dt>(.*?)</dd>", panel)
    }


def late_with(
    lead: Client, term: TaxonomyTerm, act: str, theirs: dict[str, Any], **mine: Any
) -> Any:
    """The answer to a form that was read before somebody else saved theirs."""
    form = lead.get(of_term(term)).context["forms"][act]
    seen = {name: form[name].value() for name in WAS[act]} | {"act": act}
    assert lead.post(of_term(term), seen | theirs).status_code == 302
    answer = lead.post(of_term(term), seen | mine)
    assert answer.status_code == 409
    return answer


def test_late_mapping_says_what_somebody_else_added_and_took_away(
    place: world.Place, lead: Client
) -> None:
    need = world.term("Company", "Needs")
    tea, food, talk = (world.term(name) for name in ("Tea", "Food", "Talk"))
    TermMapping.objects.create(from_term=need, to_term=tea)
    theirs, mine = {"types": [str(food.pk)]}, {"types": [str(talk.pk)]}

    late = late_with(lead, need, "mapping", theirs, **mine)

    assert saved_meanwhile(late) == {
        "It leads to": ["Food"],
        "Somebody else added": ["Food"],
        "Somebody else took away": ["Tea"],
    }
    assert late.context["forms"]["mapping"]["types"].value() == mine["types"]
    assert saved_meanwhile(lead.get(of_term(need))) == {}


def test_late_mapping_of_a_kind_that_went_meanwhile_is_saved_once_it_is_read(
    place: world.Place, lead: Client
) -> None:
    need, talk = world.term("Company", "Needs"), world.term("Talk")
    tea = world.term("Tea")
    TermMapping.objects.create(from_term=need, to_term=tea)
    seen = {"act": "mapping", "was": [str(tea.pk)], "types": [str(talk.pk)]}
    assert lead.post(of_term(tea), {"act": "retire"}).status_code == 302
    need.mappings.all().delete()

    late = lead.post(of_term(need), seen)

    assert late.status_code == 409
    assert saved_meanwhile(late) == {
        "It leads to": ["Nothing"], "Somebody else took away": ["Tea"],
    }  # fmt: skip
    was = late.context["forms"]["mapping"]["was"].value()
    assert lead.post(of_term(need), seen | {"was": was}).status_code == 302


def test_other_late_forms_of_a_term_say_what_stands(
    place: world.Place, lead: Client
) -> None:
    term = world.term("Company", "Needs")
    above, beside = world.term("Above", "Needs"), world.term("Beside", "Needs")
    TaxonomyTerm.objects.filter(pk=term.pk).update(
        code="c:1", other_words=["mates", "pals"]
    )
    theirs: dict[str, dict[str, Any]] = {
        "words": {"words": "mates\nfriends"},
        "code": {"code": "", "term_uri": "https://a.example/1"},
        "move": {"parent": str(beside.pk)},
    }
    mine: dict[str, dict[str, Any]] = {
        "words": {"words": "chums"}, "code": {"code": "c:2", "term_uri": ""},
        "move": {"parent": str(above.pk)},
    }  # fmt: skip

    said = {
        act: saved_meanwhile(late_with(lead, term, act, theirs[act], **mine[act]))
        for act in theirs
    }

    assert said == {
        "words": {
            "Other words": ["mates", "friends"],
            "Somebody else added": ["friends"],
            "Somebody else took away": ["pals"],
        },
        "code": {"Code": ["None"], "Web address": ["https://a.example/1"]},
        "move": {"Below": ["Beside"]},
    }


def test_need_is_mapped_by_ticks(place: world.Place, lead: Client) -> None:
    write_starter_lists(place.partnership)
    (need, *_) = [n.term for n in terms.plain_needs(place.partnership)]
    form = lead.get(of_term(need)).context["forms"]["mapping"]
    before = form.initial["was"]
    sent = {"act": "mapping", "was": before, "types": before[:1]}

    assert lead.post(of_term(need), sent).status_code == 302
    assert [str(pk) for pk in need.leads_to.values_list("pk", flat=True)] == before[:1]
    assert lead.post(of_term(need), sent).status_code == 302
    assert lead.post(of_term(need), sent | {"types": before[1:]}).status_code == 409


@pytest.mark.parametrize("key", ["", "x", "a\x00b", "0" * 32])
def test_a_list_that_is_none_is_not_there(lead: Client, key: str) -> None:
    assert lead.post(ALL, {"act": "use", "list": key}).status_code == 404


def test_term_of_a_shared_list_is_only_looked_at(
    place: world.Place, lead: Client
) -> None:
    shared = Taxonomy.objects.create(name="National")
    shared.used_by.add(place.partnership)
    term = TaxonomyTerm.objects.create(taxonomy=shared, name="Advice")

    assert "which nobody changes here" in text(lead.get(of_term(term)))
    assert lead.post(of_term(term), {"act": "retire"}).status_code == 200
    assert TaxonomyTerm.objects.get(pk=term.pk).retired_on is None


def test_needs_of_the_front_page_are_chosen(place: world.Place, lead: Client) -> None:
    first, second = world.term("Company", "Needs"), world.term("Food", "Needs")
    sent = {"was": "", "need_2": str(second.pk), "need_5": str(first.pk)}

    assert lead.post(ALL, sent).status_code == 302
    assert [n.term for n in terms.plain_needs(place.partnership)] == [second, first]
    assert lead.post(ALL, sent).status_code == 302
    assert lead.post(ALL, sent | {"need_5": ""}).status_code == 409


def test_who_was_late_with_the_needs_of_the_front_page_reads_them_and_may_save(
    place: world.Place, lead: Client
) -> None:
    first, second, third = (
        world.term(name, "Needs") for name in ("Company", "Food", "Money")
    )
    sent = {"was": "", "need_1": str(first.pk)}
    assert lead.post(ALL, sent).status_code == 302
    read = sent | {"was": str(first.pk)}
    theirs = read | {"need_1": str(third.pk), "need_2": str(second.pk)}
    assert lead.post(ALL, theirs).status_code == 302

    late = lead.post(ALL, read | {"need_2": str(third.pk)})

    assert late.status_code == 409
    assert saved_meanwhile(late) == {
        "It begins with": ["Money", "Food"],
        "Somebody else added": ["Money", "Food"],
        "Somebody else took away": ["Company"],
    }
    form = late.context["form"]
    back = {name: form[name].value() or "" for name in form.fields}
    assert (back["need_1"], back["need_2"]) == (str(first.pk), str(third.pk))
    assert lead.post(ALL, back).status_code == 302
    assert [n.term for n in terms.plain_needs(place.partnership)] == [first, third]
    assert saved_meanwhile(lead.get(ALL)) == {}

"""Bringing a published list in, again and again."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from common.errors import InvalidInput
from directory import terms
from directory.choices import Facet
from directory.models import Taxonomy, TaxonomyTerm
from directory.term_files.found import FoundList, FoundTerm
from tests import world
from tests.workflow.leading import signed_in
from workflow.actions import terms as acts
from workflow.actions.term_lists import Brought, import_lists
from workflow.models import OutboxEvent

pytestmark = pytest.mark.django_db

TABLE = b"id,name,type,parent_id\n1,Play,ServiceCategory,\n2,Kites,ServiceCategory,1\n"


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


def found(*said: tuple[Any, ...]) -> FoundList:
    """A list of terms, each key, name, what it is below and more."""
    out = FoundList("ours", "Toys", Facet.SERVICE_TYPE, licence="OGL")
    for row, (key, name, above, *more) in enumerate(said, 2):
        code = f"t:{more[0]}" if more else f"t:{key}"
        out.add(FoundTerm(row, key, name, above=above, code=code))
    out.settle()
    return out


def bring(place: world.Place, *said: tuple[Any, ...]) -> Brought:
    (brought,) = import_lists(
        by=place.lead, place=place.partnership, lists=[found(*said)]
    )
    return brought


def numbers(brought: Brought) -> tuple[int, ...]:
    return brought.new, brought.changed, brought.unchanged, brought.retired


def state(brought: Brought) -> list[tuple[str, str, bool]]:
    rows = brought.taxonomy.terms.select_related("parent").order_by("name")
    return [(t.name, str(t.parent or ""), t.retired_on is not None) for t in rows]


FIRST = (("1", "Kites", "2"), ("2", "Toys", ""), ("3", "Balls", "2"))


def test_list_is_written_with_what_is_below(place: world.Place) -> None:
    brought = bring(place, *FIRST)

    assert numbers(brought) == (3, 0, 0, 0)
    assert state(brought) == [
        ("Balls", "Toys", False), ("Kites", "Toys", False), ("Toys", "", False),
    ]  # fmt: skip
    assert list(terms.lists_of(place.partnership)) == [brought.taxonomy]
    event = AuditEvent.objects.get(verb="list_imported")
    assert event.after == {
        "new": 3, "changed": 0, "unchanged": 0, "retired": 0, "left out": 0,
    }  # fmt: skip


def test_same_list_again_changes_nothing(place: world.Place) -> None:
    bring(place, *FIRST)
    before = list(TaxonomyTerm.objects.order_by("pk").values())

    assert numbers(bring(place, *FIRST)) == (0, 0, 3, 0)
    assert list(TaxonomyTerm.objects.order_by("pk").values()) == before
    assert not OutboxEvent.objects.exists()


def test_newer_list_renames_moves_retires_and_brings_back(place: world.Place) -> None:
    bring(place, *FIRST)

    newer = bring(place, ("1", "Kites and flags", ""), ("2", "Toys", ""))
    assert numbers(newer) == (0, 1, 1, 1)
    assert state(newer) == [
        ("Balls", "Toys", True), ("Kites and flags", "", False), ("Toys", "", False),
    ]  # fmt: skip
    assert numbers(bring(place, *FIRST)) == (0, 2, 1, 0)
    assert [name for name, _, gone in state(newer) if gone] == []


def test_codes_may_change_hands(place: world.Place) -> None:
    bring(place, ("1", "A", "", 1), ("2", "B", "", 2))

    again = bring(place, ("1", "A", "", 2), ("2", "B", "", 1))

    assert numbers(again) == (0, 2, 0, 0)


def test_what_people_did_to_a_list_stays(place: world.Place) -> None:
    taxonomy = bring(place, *FIRST).taxonomy
    kites, balls = (taxonomy.terms.get(name=n) for n in ("Kites", "Balls"))
    acts.add_term(by=place.lead, taxonomy_id=taxonomy.pk, name="Hoops")
    acts.retire_term(by=place.lead, term_id=kites.pk, replacement_id=balls.pk)

    again = bring(place, *FIRST)

    assert numbers(again) == (0, 0, 3, 0)
    assert ("Kites", "Toys", True) in state(again)
    assert ("Hoops", "", False) in state(again)


def test_what_is_said_of_a_changed_term_is_rendered_anew(place: world.Place) -> None:
    taxonomy = bring(place, *FIRST).taxonomy
    kites = taxonomy.terms.get(name="Kites")
    world.published(place, attributes=[{"taxonomy_term_id": str(kites.pk)}])
    OutboxEvent.objects.all().delete()

    bring(place, ("1", "Kites and flags", "2"), ("2", "All toys", ""))

    assert [event.record_id for event in OutboxEvent.objects.all()] == [kites.pk]


def test_list_of_another_hand_is_not_overwritten(place: world.Place) -> None:
    Taxonomy.objects.create(partnership=place.partnership, name="Toys")

    with pytest.raises(InvalidInput, match="another list called “Toys” already"):
        bring(place, *FIRST)


# --- the command ----------------------------------------------------------------------


def command(path: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_terms", str(path), stdout=out, **options)
    return out.getvalue()


def test_command_writes_a_shared_list_or_one_of_a_place(
    place: world.Place, tmp_path: Path
) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(TABLE + b",Nothing,,\n")

    said = command(path)
    command(path, place=place.partnership.slug)

    assert said == (
        "Family hub services: 2 new, 0 changed, 0 unchanged, 0 retired, 1 left out\n"
        "  row 4, Nothing: It has no name, or no id.\n"
    )
    lists = Taxonomy.objects.order_by("partnership_id")
    assert {row.partnership for row in lists} == {None, place.partnership}
    assert TaxonomyTerm.objects.count() == 4


def test_command_says_why_it_cannot(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("nothing")

    for options, sentence in (
        ({"path": path}, "none of the tables"),
        ({"path": tmp_path / "none.csv"}, "The file cannot be opened"),
        ({"path": path, "place": "nowhere"}, "no place called “nowhere”"),
    ):
        with pytest.raises(CommandError, match=sentence):
            command(**options)


# --- the page -------------------------------------------------------------------------


def test_lead_brings_a_file_in(place: world.Place) -> None:
    client = signed_in(place.lead)

    def send(content: bytes) -> Any:
        file = SimpleUploadedFile("list.csv", content)
        return client.post("/lead/terms/", {"act": "import", "file": file})

    answer = send(TABLE + b",Nothing,,\n")
    wrong = send(b"nothing")

    (brought,) = answer.context["brought"]
    assert numbers(brought) == (2, 0, 0, 0)
    assert "Row 4, Nothing: It has no name, or no id." in answer.content.decode()
    assert brought.taxonomy.partnership == place.partnership
    assert list(wrong.context["upload"].errors) == ["file"]

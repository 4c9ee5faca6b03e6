"""The pages of the documentation that are written from the code."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from workflow.handbook import PAGES
from workflow.matrix import RULES, Actor, Whose


@pytest.mark.parametrize("name", PAGES)
def test_committed_page_is_up_to_date(name: str) -> None:
    committed = (settings.BASE_DIR / "docs" / name).read_text(encoding="utf-8")

    assert committed == PAGES[name](), "Run manage.py write_docs"


def test_command_writes_every_page(tmp_path: Path, settings) -> None:
    (tmp_path / "docs").mkdir()
    settings.BASE_DIR = tmp_path
    out = StringIO()

    call_command("write_docs", stdout=out)

    written = {p.name: p.read_text() for p in (tmp_path / "docs").iterdir()}
    assert written == {name: page() for name, page in PAGES.items()}
    assert out.getvalue().splitlines() == [
        "docs/states.md written.",
        "docs/permission-matrix.md written.",
        "docs/retention.md written.",
    ]


def test_nothing_is_open_to_those_without_a_role() -> None:
    def cells(actor: Actor) -> set[Whose]:
        return {whose for rule in RULES for whose in rule.who.get(actor, ())}

    assert cells(Actor.INACTIVE) == cells(Actor.ANONYMOUS) == set()
    assert cells(Actor.SUPERUSER) == {Whose.OWN}

"""Putting services of a source in our names without storing anything of them."""

import json
from pathlib import Path
from typing import Any

from tests import world
from workflow.bundles import Bundle
from workflow.importing import oruk3
from workflow.importing.identities import Identities
from workflow.importing.noting import Notes, What
from workflow.importing.settling import Settler
from workflow.importing.taking import Raw
from workflow.importing.terms import Terms
from workflow.models import Source

FEEDS = Path(__file__).resolve().parents[2] / "fixtures" / "feeds"


class Read:
    """Services of a source put in our names, and what was said about them."""

    def __init__(self, source: Source, *services: Raw, standard: Any = oruk3) -> None:
        self.notes = Notes()
        ids = Identities(source)
        readings = [standard.read(each, self.notes) for each in services]
        for found in (f for each in readings for f in each.every):
            ids.of(found.kind, found.external_id)
        settler = Settler(ids, Terms.kept(source.partner.partnership), {})
        self.bundles = [settler.bundle(each) for each in readings]

    @property
    def bundle(self) -> Bundle:
        (bundle,) = self.bundles
        assert bundle is not None
        return bundle

    @property
    def service(self) -> Any:
        return self.bundle.service.payload

    def told(self, label: str = "") -> list[tuple[What, str, str]]:
        """What was said about a record: kind of problem, field, value."""
        return [
            (p.what, p.field, p.value)
            for p in self.notes.every()
            if not label or p.label == label
        ]


def fixture(name: str) -> Any:
    return json.loads((FEEDS / name).read_text(encoding="utf-8"))


def plain(value: Any) -> Any:
    """A payload without the ids of its elements."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items() if k != "id"}
    return [plain(v) for v in value] if isinstance(value, list) else value


def term(name: str, taxonomy: str, **values: Any) -> str:
    return str(world.term(name, taxonomy, **values).pk)

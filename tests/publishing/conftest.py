"""A place that answers, and the standard's own schemas."""

import functools
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from publishing.models import Endpoint
from tests import world


@pytest.fixture
def place(db: None, settings: Any) -> world.Place:
    """The place that answers on every host name."""
    settings.DEFAULT_PLACE = "testham"
    return world.make_place()


@pytest.fixture
def endpoint(place: world.Place) -> Endpoint:
    """The end-point of the place, before anything was published there."""
    return Endpoint.objects.create(
        partnership=place.partnership, slug="testham", name="Testham"
    )


@pytest.fixture(scope="session")
def validator(shared: Path) -> Any:
    """The tool that repeats the official validator, as a module."""
    path = shared / "tools" / "oruk_accept.py"
    spec = importlib.util.spec_from_file_location("oruk_accept", path)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


@pytest.fixture(scope="session")
def schema_of(shared: Path, validator: Any) -> Callable[[str], Any]:
    """A schema of the ORUK 3.0 specification by its name, with all it refers to."""
    folder = shared / "standard" / "oruk"

    def load(url: str) -> Any:
        path = folder / url.removeprefix(validator.SPEC_BASE)
        return json.loads(path.read_text())

    @functools.cache
    def schema(name: str) -> Any:
        raw = load(f"3.0/schema/{name}.json")
        return validator.resolve(raw, raw, load)

    return schema


@pytest.fixture(scope="session")
def faults_of(schema_of: Any, validator: Any) -> Callable[[str, Any], list[str]]:
    """What a schema of the specification has against a document.

    Formats are asserted, as the official validator does (digest 3.4).
    """

    def faults(name: str, document: Any) -> list[str]:
        checker = Draft202012Validator(schema_of(name), format_checker=validator.fc)
        found = checker.iter_errors(document)
        return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in found]

    return faults

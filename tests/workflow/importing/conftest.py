"""Where the files beside the project are, for the tests that read real input."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import world
from tests.workflow.importing import feeds
from tests.workflow.importing.looking import assure, listing_of
from workflow.importing.harvesting import Summary, harvest
from workflow.models import Listing, Source

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("VOUCH_SHARED") or ROOT.parent / "shared")

# Where nobody has those files there is nothing to test; where the directory is there,
# or is named, a missing file fails.
collect_ignore = (
    [] if SHARED.is_dir() or "VOUCH_SHARED" in os.environ else ["test_real_page.py"]
)


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[feeds.Feed]:
    """A server on this machine that gives what the test puts into it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with feeds.served() as running:
        yield running


@pytest.fixture
def place() -> world.Place:
    return world.make_place()


@pytest.fixture
def run(place: world.Place, tmp_path: Path) -> Callable[..., Summary]:
    """Harvest these services as the whole of one source."""

    def harvest_these(*services: Any, total: int | None = None, **options: Any) -> Any:
        content = feeds.page(*services, total=total)
        path = feeds.write(tmp_path / "feed.json", content)
        return harvest(source=str(path), partner=place.council, **options)

    return harvest_these


@pytest.fixture
def assured(run: Callable[..., Summary], place: world.Place) -> Listing:
    run(feeds.service(), feeds.repairs())
    assure(place, listing_of(feeds.REPAIRS))
    return assure(place, listing_of())


@pytest.fixture
def source(place: world.Place) -> Source:
    return Source.objects.create(
        partner=place.council, name="Feed", address="feed.json"
    )

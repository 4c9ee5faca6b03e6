"""A harvest whose process is killed: what is there is whole, and the rest follows."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests import world
from tests.workflow.importing import feeds
from workflow.choices import ProposalKind, ProposalState, Stage
from workflow.models import Change, Harvest, Listing, Proposal, Record, SourceRecord

ROOT = Path(__file__).resolve().parents[3]
MANY = 120

pytestmark = pytest.mark.slow


def _start(path: Path, environment: dict[str, str]) -> "subprocess.Popen[str]":
    whose = "--partner=Testham Council"
    return subprocess.Popen(
        [sys.executable, "manage.py", "harvest", str(path), whose],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def _is_whole(listing: Listing) -> bool:
    """Whether a listing has all that its one transaction writes."""
    changes = Change.objects.filter(proposal__listing=listing)
    return (
        listing.stage == Stage.SUBMITTED
        and changes.filter(record__kind="organization").count() == 3
        and SourceRecord.objects.filter(record_id=listing.record_id).exists()
    )


def test_killed_harvest_leaves_whole_services_and_is_simply_repeated(
    process_environment: dict[str, str], tmp_path: Path
) -> None:
    world.make_place()
    services: list[Any] = [
        feeds.service(id=f"knitting-{n}", name=f"Knitting {n}") for n in range(MANY)
    ]
    path = feeds.write(tmp_path / "feed.json", feeds.page(*services))

    running = _start(path, process_environment)
    deadline = time.monotonic() + 60
    while Listing.objects.count() < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()

    left = list(Listing.objects.all())
    assert 3 <= len(left) < MANY
    assert [each.title for each in left if not _is_whole(each)] == []
    assert Harvest.objects.get().finished_at is None

    repeated = _start(path, process_environment)
    said, _ = repeated.communicate(timeout=120)

    assert repeated.returncode == 0
    assert said.splitlines()[:3] == [
        f"feed.json (ORUK 3.0): {MANY} services read.",
        f"{MANY - len(left):>7} new, in the queue now",
        f"{len(left):>7} unchanged",
    ]
    assert [each.title for each in Listing.objects.all() if not _is_whole(each)] == []
    open_ones = Proposal.objects.filter(kind=ProposalKind.NEW, state=ProposalState.OPEN)
    assert open_ones.count() == Proposal.objects.count() == MANY
    assert Record.objects.count() == SourceRecord.objects.count() == MANY + 2

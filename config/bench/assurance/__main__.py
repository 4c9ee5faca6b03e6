"""``make bench-assurance``: what a very large place costs by night and by day.

``python -m config.bench.assurance [--listings 500000] [--remits 2000] [--times 20]
[--digests 20000] [--only WORDS]``.
The place is made at the first run, in some ten minutes, and kept in ``var/bench``.
"""

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from config.bench.__main__ import HOME
from config.bench.assurance.made import Size, made
from config.bench.serving import cpu_of
from config.local.faults import CannotStart
from config.local.postgres import LARGE, Postgres

if TYPE_CHECKING:
    from config.bench.assurance.measuring import Taken
    from config.bench.assurance.tasks import Task

HEADINGS = ("queries", "p50", "p95", "web", "database")


def main(arguments: list[str]) -> int:
    """Measure and print; raises CannotStart where something could not be started."""
    parser = argparse.ArgumentParser(prog="make bench-assurance", description=__doc__)
    parser.add_argument("--listings", type=int, default=500_000)
    parser.add_argument("--remits", type=int, default=2_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--digests", type=int, default=20_000)
    parser.add_argument("--only", default="", help="Only what is called so.")
    options = parser.parse_args(arguments)
    HOME.mkdir(parents=True, exist_ok=True)
    server = Postgres(HOME / "postgres", HOME / "postgres.log", settings=LARGE)
    server.start()
    try:
        made(server, Size(options.listings, options.remits))
        postgres = server.child.process.pid if server.child else 0
        _measure(options, lambda: cpu_of(postgres))
    finally:
        server.stop()
    return 0


def _measure(options: argparse.Namespace, database: Callable[[], float]) -> None:
    import config.wsgi  # noqa: F401 - as the web server begins
    from config.bench.assurance import measuring, tasks
    from workflow.models import Listing, Remit

    times, only = options.times, options.only
    busy = os.getloadavg()[0]
    _say(
        f"\n{Listing.objects.count():,} listings, {Remit.objects.count():,} areas of "
        f"work; load average {busy:.1f} on {os.cpu_count()} processors"
    )
    _say(_row("seconds, once", *HEADINGS))
    for task in tasks.jobs(options.digests):
        if only in task.name:
            with measuring.taken_back():
                taken = measuring.once(task.prepare(), database)
            _say(_line(task, taken, 1))
    _say(_row(f"milliseconds, {times} times", *HEADINGS))
    for task in tasks.pages():
        if only in task.name:
            taken = measuring.repeated(task.prepare(), times, database)
            _say(_line(task, taken, 1000))


def _line(task: "Task", taken: "Taken", unit: float) -> str:
    figures = (taken.p50, taken.p95, taken.web, taken.database)
    row = _row(
        task.name, f"{taken.queries:,}", *(f"{one * unit:,.2f}" for one in figures)
    )
    said = f"  {taken.done:,} {task.noun}" if task.noun else ""
    if task.aim:
        found = taken.done / taken.p50 if task.aim.at_least else taken.p95 * unit
        said += f"  {found:,.0f} {task.aim.unit}" if task.aim.at_least else ""
        said += f"  {task.aim} {'met' if task.aim.reached(found) else 'MISSED'}"
    return row + said


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _row(name: str, *cells: str) -> str:
    return f"{name:<28}" + "".join(f"{cell:>11}" for cell in cells)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotStart as fault:
        sys.exit(str(fault))

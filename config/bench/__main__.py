"""``make bench``: what the open data costs, beside the least that it could.

``python -m config.bench [--public 5000,60000] [--times 300]``. The databases are made
at the first run, which takes its time, and kept in ``var/bench``.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING

from config.bench.measuring import (
    Asking,
    Streamed,
    Taken,
    ask,
    in_turn,
    round_trip,
    stream,
)
from config.bench.places import SLUG, Place, made
from config.bench.serving import Server, cpu_of, production, serving
from config.local.faults import CannotStart
from config.local.paths import VAR
from config.local.postgres import LARGE, Postgres

if TYPE_CHECKING:
    from config.bench.questions import Question

HOME = VAR / "bench"
HEADINGS = (
    "queries", "p50", "p95", "web", "database", "bare", "times", "plain",
)  # fmt: skip
EVERYTHING = "/oruk/v3/services?format=ndjson&full=true"
MOST_P95 = 50.0
"""Milliseconds, at the largest place."""


def main(arguments: list[str]) -> int:
    """Measure and print; 1 where something could not be started."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--public", default="5000,60000")
    parser.add_argument("--times", type=int, default=300)
    options = parser.parse_args(arguments)
    HOME.mkdir(parents=True, exist_ok=True)
    server = Postgres(HOME / "postgres", HOME / "postgres.log", settings=LARGE)
    server.start()
    try:
        places = [made(server, int(one)) for one in options.public.split(",")]
        largest = max(place.wanted for place in places)
        for place in places:
            most = MOST_P95 if place.wanted == largest else None
            _measure(place, server, options.times, most)
    finally:
        server.stop()
    return 0


def _measure(
    place: Place, server: Postgres, times: int, most_p95: float | None
) -> None:
    """One place: a process of its own reads it, since Django knows one database."""
    child = os.fork()
    if child:
        if os.waitpid(child, 0)[1]:
            raise CannotStart(f"{place.wanted:,} services could not be measured.")
        return
    try:
        _measure_here(place, server, times, most_p95)
    except BaseException as fault:
        sys.stderr.write(f"{type(fault).__name__}: {fault}\n")
        os._exit(1)
    os._exit(0)


def _measure_here(
    place: Place, server: Postgres, times: int, most_p95: float | None
) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.bench.plain_settings"
    os.environ["DATABASE_URL"] = place.url
    os.environ["DEFAULT_PLACE"] = SLUG
    import django

    django.setup()
    from config.bench.counting import queries_of
    from config.bench.questions import questions
    from publishing.models import PublishedService

    shown = PublishedService.objects.count()
    asked = questions(shown)
    counted = {question.name: queries_of(next(question.paths())) for question in asked}
    postgres = server.child.process.pid if server.child else 0

    def database() -> float:
        return cpu_of(postgres)

    busy = os.getloadavg()[0]
    _say(
        f"\n{shown:,} public services; milliseconds, of {times} requests each; "
        f"load average {busy:.1f} on {os.cpu_count()} processors; to ask the database "
        f"for nothing takes {round_trip(place.url, times):.2f}"
    )
    _say(_row("", *HEADINGS))
    environment = production(place.url, SLUG)
    plain_environment = {"DATABASE_URL": place.url, "DEFAULT_PLACE": SLUG}
    with (
        serving("config.wsgi:application", HOME / "web.log", environment) as web,
        serving(
            "config.bench.plain_wsgi:application", HOME / "plain.log", plain_environment
        ) as plain,
        tempfile.TemporaryDirectory() as folder,
    ):
        _keep_answers(web, asked, Path(folder))
        with serving(
            "config.bench.bare:application", HOME / "bare.log",
            {"BENCH_ANSWERS": folder},
        ) as bare:  # fmt: skip
            for number, question in enumerate(asked):
                ours, least = in_turn(
                    (
                        Asking(web, question.paths(), database),
                        Asking(bare, repeat(f"/{number}"), lambda: 0.0),
                    ),
                    times,
                )
                theirs = _plain(plain, question, times, database)
                count = counted[question.name]
                _say(_line(question, count, ours, least, theirs, most_p95))
        _say(_streamed(stream(web, EVERYTHING)))


def _keep_answers(web: Server, asked: "list[Question]", folder: Path) -> None:
    """The bytes that the bare view sends are those of our own answers."""
    connection = web.connection()
    for number, question in enumerate(asked):
        body = ask(connection, next(question.paths()))
        (folder / str(number)).write_bytes(body)
    connection.close()


def _plain(
    server: Server, question: "Question", times: int, database: Callable[[], float]
) -> Taken | None:
    if question.plain is None:
        return None
    asking = Asking(server, question.plain(), database)
    return in_turn([asking], max(times // 10, 20))[0]


def _line(
    question: "Question", queries: int, ours: Taken, least: Taken,
    theirs: Taken | None, most_p95: float | None,
) -> str:  # fmt: skip
    times = ours.p50 / least.p50
    aims = []
    if question.most is not None:
        aims.append((f"≤ {question.most:g}×", times <= question.most))
    if most_p95 is not None:
        aims.append((f"p95 ≤ {most_p95:g}", ours.p95 <= most_p95))
    said = ", ".join(f"{aim} {'met' if met else 'MISSED'}" for aim, met in aims)
    plain = f"{theirs.p50:.1f} ({theirs.p50 / ours.p50:.0f}×)" if theirs else "–"
    figures = (ours.p50, ours.p95, ours.web, ours.database, least.p50)
    return _row(
        question.name, str(queries), *(f"{figure:.2f}" for figure in figures),
        f"{times:.1f}×", plain,
    ) + f"  {said}"  # fmt: skip


def _streamed(taken: Streamed) -> str:
    return (
        f"everything as lines: {taken.sent:.1f} MB in {taken.seconds:.1f} s; "
        f"{taken.most:.0f} MB of memory at most, {taken.before:.0f} MB before"
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _row(name: str, *cells: str) -> str:
    return f"{name:<20}" + "".join(f"{cell:>10}" for cell in cells)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotStart as fault:
        sys.exit(str(fault))

"""What every test stands on: a throwaway PostgreSQL, and servers for those that ask.

The cluster is started when the first test wants a database; parallel test processes
share one. DATABASE_URL and REDIS_URL, when set, are used instead.
"""

import contextlib
import copy
import gc
import os
import re
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from psycopg import sql
from pytest_django.plugin import blocking_manager_key

from common import clock
from config.local import browser as browsers
from config.local.paths import ROOT
from config.local.throwaway import throwaway_postgres, throwaway_valkey
from config.settings import base
from tests import world

_servers = contextlib.ExitStack()
_shared_database_url = ""
SHARED = Path(os.environ.get("VOUCH_SHARED") or ROOT.parent / "shared")
WAIT_FOR_MAKER = "SELECT pg_advisory_lock(47)"
"""Takes the lock that is held while the database is made which all processes copy."""

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
)


# --- How the run goes -----------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many days `make year` plays."""
    parser.addoption("--days", type=int, default=365)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process waits at the end for another:
    files marked as slow, then files of many tests."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    tests = Counter(item.path for item in items)
    items.sort(key=lambda i: (i.path not in slow, -tests[i.path], str(i.path)))


def pytest_collection_finish() -> None:
    """Let the garbage collector look at what the tests make, and rarely: it need not
    go through all modules and thousands of collected tests again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Start the one cluster that all parallel test processes share, and begin with the
    database that each of them copies."""
    global _shared_database_url
    if not os.environ.get("DATABASE_URL"):
        if not _shared_database_url:
            server = _servers.enter_context(throwaway_postgres())
            _shared_database_url = server.url
            _begin_database(node.config)
        node.workerinput["database_url"] = _shared_database_url


def _begin_database(config: pytest.Config) -> None:
    """Make the database with all migrations, once, while the processes collect their
    tests: it takes as long as that, and whoever wants it sooner waits for the lock."""
    lock = psycopg.connect(_shared_database_url, autocommit=True)
    lock.execute(WAIT_FOR_MAKER)

    def make() -> None:
        with lock, config.stash[blocking_manager_key].unblock():
            connections["default"].settings_dict.update(
                base.database(_shared_database_url)
            )
            connection.creation.create_test_db(verbosity=0, autoclobber=True)
            connection.close()

    maker = threading.Thread(target=make)
    maker.start()
    _servers.callback(maker.join)


def pytest_unconfigure() -> None:
    """Stop what the run started."""
    _servers.close()


def _skipping_is_failing(report: pytest.CollectReport | pytest.TestReport) -> None:
    if report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        where = report.longrepr
        reason = where[2] if isinstance(where, tuple) else str(where)
        report.outcome = "failed"
        report.longrepr = f"{reason} (with CI=true a skipped test is a failure)"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """With CI=true nothing may be left out unnoticed."""
    report = yield
    if os.environ.get("CI") == "true":
        _skipping_is_failing(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """The same for a whole file that asks to be skipped."""
    report = yield
    if os.environ.get("CI") == "true":
        _skipping_is_failing(report)
    return report


# --- The database ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def _cluster(request: pytest.FixtureRequest) -> Iterator[None]:
    """Point Django at the shared cluster, or at one of this process's own."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with contextlib.ExitStack() as stack:
        url = getattr(request.config, "workerinput", {}).get("database_url")
        if url is None:
            url = stack.enter_context(throwaway_postgres()).url
        connections["default"].settings_dict.update(base.database(url))
        yield
        connections.close_all()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    _cluster: None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Runs before pytest-django makes the test database, which is the place for it."""


@pytest.fixture(scope="session")
def django_db_keepdb(
    request: pytest.FixtureRequest, django_db_modify_db_settings: None
) -> bool:
    """Whether pytest-django finds its database made: a parallel test process copies
    the one that was made for all. It goes with the cluster."""
    url = getattr(request.config, "workerinput", {}).get("database_url")
    if url is None:
        return bool(request.config.getvalue("reuse_db"))
    made = connection.settings_dict["TEST"]["NAME"]
    with psycopg.connect(url, autocommit=True) as cluster:
        cluster.execute(WAIT_FOR_MAKER)
        cluster.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(made), sql.Identifier(made.rpartition("_")[0])
            )
        )
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Before the test database is dropped, send away whoever still has it open: a
    connection of a thread that ended stays until the collector comes by."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _emptying_passes_the_guards() -> Iterator[None]:
    """Let a transactional test be cleaned up after.

    It is by truncating every table, which the audit trail's triggers rightly refuse.
    Deleting would take less time, but leave the planner with what a table once held.
    """
    empty = DatabaseOperations.execute_sql_flush

    def without_triggers(operations: DatabaseOperations, sql_list: list[str]) -> None:
        empty(
            operations,
            [
                "SET session_replication_role = replica",
                *sql_list,
                "RESET session_replication_role",
            ],
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", without_triggers)
        yield


@pytest.fixture(scope="module")
def file_transaction(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """One transaction around all tests of a file; each test is undone to its start."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def file_place(file_transaction: None) -> world.Place:
    """A place with a public service, made once for all tests of a file.

    A file that begins with another service has a fixture of its own of this name.
    """
    return world.stocked()


_CHANGES = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "(workflow|directory)_')


@pytest.fixture
def stocked_place(file_place: world.Place, db: None) -> Iterator[world.Place]:
    """`file_place` for one test, to change as it likes: what it does is undone.

    The service is there from the start. A test that asks for one (`world.published`)
    before it has changed anything, or the time, is given it; else another is made.
    """
    place = copy.deepcopy(file_place)
    place.ready_at = clock.now()

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if _CHANGES.match(sql):
            place.ready = None
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield place


# --- The files beside the project -----------------------------------------------------


@pytest.fixture(scope="session")
def shared() -> Path:
    """The standard, its tool, real input: VOUCH_SHARED, default ../shared."""
    if not SHARED.is_dir():
        pytest.skip(f"There is no {SHARED}: set VOUCH_SHARED to where the files are.")
    return SHARED


# --- The clock ------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _real_time_afterwards() -> Iterator[None]:
    """A test may move the clock; the next one starts at the real time."""
    yield
    clock.reset()


# --- Real processes -------------------------------------------------------------------


@pytest.fixture(scope="session")
def _valkey_url() -> Iterator[str]:
    given = os.environ.get("REDIS_URL")
    if given:
        yield given
        return
    with throwaway_valkey() as server:
        yield server.url


@pytest.fixture
def broker_url(_valkey_url: str) -> str:
    """The address of an empty private Valkey."""
    with redis.Redis.from_url(_valkey_url) as client:
        client.flushdb()
    return _valkey_url


@pytest.fixture
def process_environment(transactional_db: None, broker_url: str) -> dict[str, str]:
    """The environment for a web, worker or beat that shares this test's database."""
    database = connections["default"].settings_dict
    who = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    where = f"host={quote(str(database['HOST']))}"
    if database["PORT"]:
        where += f"&port={database['PORT']}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.live",
        "DATABASE_URL": f"postgresql://{who}@/{quote(database['NAME'])}?{where}",
        "REDIS_URL": broker_url,
        "CLOCK_FILE": str(settings.CLOCK_FILE),
    }


# --- The browser ----------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser():
    """Chromium, driven by Playwright. Tests that use it carry the marker `slow`."""
    from playwright.sync_api import sync_playwright

    program = browsers.find()
    if program is None:
        pytest.skip("No Chromium: install it, or set VOUCH_CHROMIUM to its program.")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright runs an event loop in this thread, which Django would refuse.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = playwright.chromium.launch(
            executable_path=str(program), args=list(CHROMIUM_ARGUMENTS)
        )
        yield running
        running.close()

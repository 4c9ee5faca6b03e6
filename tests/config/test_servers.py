"""The private servers: they start as whoever may, keep data, and refuse kindly."""

import os
import signal
import stat

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.local import identity
from config.local.faults import CannotStart
from config.local.postgres import Postgres, find_installation
from config.local.throwaway import throwaway_postgres
from config.local.valkey import Valkey

# Root can become either; anybody else is only themselves.
IDENTITIES = [identity.choose(), *([identity.nobody()] if os.geteuid() == 0 else [])]


@pytest.fixture
def postgres(tmp_path):
    server = Postgres(tmp_path / "data", tmp_path / "log")
    yield server
    server.stop()


@pytest.fixture
def valkey(tmp_path):
    server = Valkey(tmp_path / "valkey", tmp_path / "log")
    yield server
    server.stop()


@pytest.mark.slow
@pytest.mark.parametrize("who", IDENTITIES, ids=lambda who: who.kind)
def test_postgres_runs_as_whoever_it_can(monkeypatch, who):
    monkeypatch.setattr(identity, "choose", lambda: who)
    with throwaway_postgres() as server:
        with psycopg.connect(server.url) as connection:
            answer = connection.execute("SELECT lower('É')").fetchone()
        assert answer == ("é",)
        assert server.sockets is not None
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700


@pytest.mark.slow
def test_postgres_keeps_its_data_when_killed(postgres):
    postgres.start()
    with psycopg.connect(postgres.url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('here')")
    postgres.child.process.send_signal(signal.SIGKILL)
    postgres.child.process.wait()
    postgres.start()
    with psycopg.connect(postgres.url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("here",)]


def test_postgres_refuses_data_of_another_version(postgres):
    postgres.data.mkdir()
    (postgres.data / "PG_VERSION").write_text("9\n")
    _, major = find_installation()
    with pytest.raises(CannotStart) as fault:
        postgres.start()
    assert str(fault.value).startswith(
        f"The data in {postgres.data} was made by PostgreSQL 9, and this environment "
        f"has {major}."
    )


def test_postgres_says_to_set_database_url_where_none_runs(monkeypatch):
    monkeypatch.setattr("config.local.postgres._candidates", list)
    with pytest.raises(CannotStart, match="Set DATABASE_URL"):
        find_installation()


def test_valkey_keeps_port_password_and_data(valkey):
    valkey.start()
    before = valkey.url
    with redis.Redis.from_url(before) as client:
        client.set("kept", "here")
    valkey.stop()
    valkey.start()
    with redis.Redis.from_url(valkey.url) as client:
        kept = client.get("kept")
    assert (valkey.url, kept) == (before, b"here")


def test_valkey_refuses_who_has_no_password(valkey):
    valkey.start()
    with (
        redis.Redis(port=valkey.port, retry=Retry(NoBackoff(), 0)) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_identity_reaches_only_through_open_directories(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for directory in tmp_path.parents:
        if directory.stat().st_uid == os.geteuid():
            directory.chmod(directory.stat().st_mode | 0o001)
    tmp_path.chmod(0o755)
    stranger = identity.Identity("nobody", 65534, 65534, None)
    assert (
        stranger.reachable(tmp_path / "data"),
        stranger.reachable(closed / "data"),
    ) == (True, False)


def test_data_directory_is_linked_from_where_it_was_wanted(tmp_path, monkeypatch):
    monkeypatch.setattr(identity, "_OPEN_GROUND", tmp_path / "open")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    stranger = identity.Identity("nobody", 65534, 65534, None)
    given = identity.data_directory(closed / "var" / "postgres", stranger)
    assert given.parent == tmp_path / "open"
    assert (closed / "var" / "postgres").resolve() == given.resolve()
    assert identity.data_directory(closed / "var" / "postgres", stranger) == given

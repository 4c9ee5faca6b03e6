"""A backup comes back whole, into an empty database, and is compared."""

import contextlib
import json
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts import actions as accounts_actions
from accounts.models import AuditEvent, User
from accounts.roles import Role
from config import backups
from config.backups import BackupFault
from publishing import actions as publishing
from tests import world
from workflow.actions.erasing_accounts import NAMELESS, erase_account
from workflow.actions.erasing_again import erase_again, erased_so_far
from workflow.actions.erasure import erase_value
from workflow.models import ErasedValue, Revision

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PAGES = ("/oruk/v3/services", "/oruk/v3/services?format=ndjson", "/")
NUMBER = "07700 900456"


@pytest.fixture
def place() -> world.Place:
    made = world.make_place()
    world.published(made, name="Friday lunch", fees=f"Ring {NUMBER}")
    world.published(made, name="Monday choir")
    publishing.consume_outbox()
    return made


@contextlib.contextmanager
def another_database() -> Iterator[None]:
    """An empty database beside the test's own, which everything uses meanwhile."""
    name = connection.settings_dict["NAME"]
    other = f"{name}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {other} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {other} TEMPLATE template0")
    _use(other)
    try:
        yield
    finally:
        _use(name)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {other} WITH (FORCE)")


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def served(client: Client) -> list[bytes]:
    answers = [client.get(page) for page in PAGES]
    assert [answer.status_code for answer in answers] == [200] * len(PAGES)
    return [answer.getvalue() for answer in answers]


def everything() -> dict[str, set[str]]:
    """Every row of every table but the sessions, as text."""
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {name} t")  # noqa: S608
            found[name] = {row for (row,) in cursor.fetchall()}
    found["django_session"].clear()
    return found


def test_a_restored_backup_has_every_row_and_serves_the_same_bytes(
    place: world.Place, tmp_path: Path, client: Client
) -> None:
    client.force_login(place.assurer)
    file = tmp_path / "vouch.dump"
    call_command("back_up", file)
    rows, bytes_before = everything(), served(Client())

    with another_database():
        call_command("restore", file)
        assert everything() == rows
        assert served(Client()) == bytes_before
        assert client.get("/work/").status_code == 302  # nobody is signed in


def test_a_restored_database_refuses_what_the_first_refused(
    place: world.Place, tmp_path: Path
) -> None:
    file = tmp_path / "vouch.dump"
    backups.back_up(file)
    with another_database():
        backups.restore(file)
        with pytest.raises(Exception, match="append-only"):
            AuditEvent.objects.update(reason="Another")


def test_the_files_are_for_their_owner_alone(
    place: world.Place, tmp_path: Path
) -> None:
    file = tmp_path / "vouch.dump"
    backups.back_up(file)
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    assert modes == {"vouch.dump": 0o600, "vouch.dump.json": 0o600}


def test_a_backup_writes_over_nothing(place: world.Place, tmp_path: Path) -> None:
    file = tmp_path / "vouch.dump"
    file.write_text("the last one")
    with pytest.raises(CommandError) as refused:
        call_command("back_up", file)
    assert str(refused.value) == f"{file} is there already, and stays as it is."
    assert file.read_text() == "the last one"


def test_a_backup_that_fails_leaves_nothing(
    place: world.Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "erased_so_far", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        backups.back_up(tmp_path / "vouch.dump")
    assert list(tmp_path.iterdir()) == []


def test_restore_touches_no_database_that_holds_anything(
    place: world.Place, tmp_path: Path
) -> None:
    file = tmp_path / "vouch.dump"
    backups.back_up(file)
    before = everything()
    with pytest.raises(BackupFault, match="This database is not empty"):
        backups.restore(file)
    assert everything() == before


def test_restore_refuses_a_backup_of_a_newer_vouch(
    place: world.Place, tmp_path: Path
) -> None:
    file = tmp_path / "vouch.dump"
    backups.back_up(file)
    _change(file, lambda listed: listed["migrations"].append("workflow.9999_later"))
    with another_database():
        with pytest.raises(BackupFault, match=r"newer Vouch.*workflow\.9999_later"):
            backups.restore(file)
        assert backups._tables() == []


def test_restore_names_the_table_that_is_not_as_it_was(
    place: world.Place, tmp_path: Path
) -> None:
    file = tmp_path / "vouch.dump"
    backups.back_up(file)
    _change(file, lambda listed: listed["tables"]["workflow_listing"].__setitem__(1, 7))
    refusal = pytest.raises(BackupFault, match=r"Not the same: workflow_listing\.")
    with another_database(), refusal:
        backups.restore(file)


def test_restore_of_half_a_file_leaves_the_database_empty(
    place: world.Place, tmp_path: Path
) -> None:
    file = tmp_path / "vouch.dump"
    backups.back_up(file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with another_database():
        with pytest.raises(BackupFault, match="pg_restore failed"):
            backups.restore(file)
        assert backups._tables() == []


@pytest.mark.parametrize("words", ["", "[]", '{"format": 7}', "no JSON"])
def test_a_list_of_something_else_is_refused(tmp_path: Path, words: str) -> None:
    (tmp_path / "list").write_text(words)
    with pytest.raises(CommandError, match="list"):
        call_command("erase_again", tmp_path / "list")


def test_the_password_is_in_no_list_of_processes(
    place: world.Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, ...]] = []
    run = subprocess.run

    def watched(command, **named):
        seen.append(tuple(map(str, command)))
        if "--version" not in command:
            assert named["env"]["PGPASSWORD"] == "pass-word-1"
        return run(command, **named)

    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "pass-word-1")
    monkeypatch.setattr(subprocess, "run", watched)
    backups.back_up(tmp_path / "vouch.dump")
    assert [line for line in seen if "pass-word-1" in " ".join(line)] == []
    assert [line[0].rpartition("/")[2] for line in seen if "--version" not in line] == [
        "pg_dump"
    ]


# --- what was erased after the backup -------------------------------------------------


def test_what_was_erased_after_a_backup_is_erased_again(
    place: world.Place, tmp_path: Path
) -> None:
    file, noted = tmp_path / "vouch.dump", tmp_path / "erased.json"
    worker = place.contributor
    backups.back_up(file)
    administrator = world.give(world.person("Ada"), Role.ADMINISTRATOR, None)
    accounts_actions.close_account(by=administrator, user=worker, reason="Left.")
    worker.refresh_from_db()
    erase_account(
        by=place.officer, place=place.partnership, user=worker, reason="Asked."
    )
    erase_value(
        by=place.officer, place=place.partnership, value=NUMBER, reason="Asked."
    )
    call_command("note_erasures", noted)
    left = Revision.objects.filter(payload__icontains=NUMBER).count()
    text = noted.read_text()

    with another_database():
        backups.restore(file)
        assert Revision.objects.filter(payload__icontains=NUMBER).exists()
        call_command("erase_again", noted)
        assert Revision.objects.filter(payload__icontains=NUMBER).count() == left == 0
        assert User.objects.get(pk=worker.pk).name == NAMELESS
        assert ErasedValue.objects.count() == 1
        publishing.consume_outbox()
        assert NUMBER.encode() not in b"".join(served(Client()))
        assert erase_again(json.loads(text)["erased"]) == 0  # may be repeated
    assert "900456" not in text
    assert worker.name not in text


def test_a_value_let_in_again_is_not_on_the_list(place: world.Place) -> None:
    erase_value(
        by=place.officer, place=place.partnership, value=NUMBER, reason="Asked."
    )
    assert len(erased_so_far()["values"]) == 1
    ErasedValue.objects.update(let_in_at="2026-11-01T10:00Z")
    assert erased_so_far()["values"] == []


def test_a_list_that_names_another_installations_place_is_refused(
    place: world.Place, tmp_path: Path
) -> None:
    erase_value(
        by=place.officer, place=place.partnership, value=NUMBER, reason="Asked."
    )
    noted = tmp_path / "erased.json"
    call_command("note_erasures", noted)
    _change(noted, lambda n: n["erased"]["values"][0].update(place="elsewhere"))
    with pytest.raises(CommandError, match=r"names places not here: elsewhere\."):
        call_command("erase_again", noted)


def _change(file: Path, change) -> None:
    beside = backups.listed_beside(file)
    file = beside if beside.exists() else file
    listed = json.loads(file.read_text())
    change(listed)
    file.write_text(json.dumps(listed))

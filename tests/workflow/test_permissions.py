"""Every cell of the permission matrix, tried against the actions.

The table is workflow/matrix.py. A cell that is not allowed raises PermissionDenied and
writes nothing; an allowed one leaves an audit row.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

import workflow.actions
from accounts import actions as people
from accounts.models import AuditEvent, Message, User
from tests import world
from tests.workflow.rights import keeping, providers, suggesting
from tests.workflow.rights import places as of_places
from tests.workflow.rights.scene import (
    Scene,
    make_own,
    make_scene,
)
from tests.workflow.rights.trial import Call, Trial
from workflow.actions import place as places
from workflow.matrix import RULES, Actor, Whose
from workflow.models import (
    Assurance,
    HidingStop,
    OutboxEvent,
    Revision,
)

CALLS: dict[str, Call] = {
    **suggesting.CALLS, **keeping.CALLS, **providers.CALLS, **of_places.CALLS,
}  # fmt: skip


@pytest.fixture(scope="module")
def scene(file_transaction: None) -> Scene:
    return make_scene()


# What is not anybody's own record has no such cell.
NO_OWN = {
    "start_listing", "save_policy", "save_effort_defaults", "spread_first_checks",
    "save_ladder", "take_baseline",
    "set_licence", "decide_stop",
    "review_organization", "add_contract", "change_contract", "review_contract",
    "end_contract",
    "create_remit", "erase_value",
    "change_remit", "end_remit", "name_leaders", "hand_over_all", "give_all_nobodys",
    "begin_harvest", "ask_for_harvest", "run_job_now", "create_place", "create_partner",
    "update_place", "update_partner", "end_partner", "restart_partner",
    "propose_sharing", "accept_sharing", "decline_sharing", "withdraw_sharing",
    "end_sharing", "offer_home", "accept_home", "decline_home", "withdraw_home",
    "find_value", "let_in_again", "erase_account",
    "add_term", "rename_term", "move_term", "retire_term", "restore_term",
    "set_other_words", "set_term_code", "change_list",
    "set_mapping", "set_plain_needs", "add_starter_lists", "use_list",
    "import_lists (of a place)", "import_lists (shared)",
    "close_account",  # nobody's own account: another administrator closes it
}  # fmt: skip
# One installation, one administrator's role: there is no elsewhere.
NO_ELSEWHERE = {
    "run_job_now",
    "create_place",
    "import_lists (shared)",
    "give_role (administrator)",
    "close_account",
}


def _actions() -> Iterator[str]:
    """The names of all public actions: keyword-only, done by a person."""
    modules: list[Any] = [people]
    modules += [
        importlib.import_module(f"workflow.actions.{module.name}")
        for module in pkgutil.iter_modules(workflow.actions.__path__)
    ]
    for module in modules:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            parameters = inspect.signature(function).parameters
            if (
                inspect.unwrap(function).__module__ == module.__name__
                and not name.startswith(("_", "write_"))
                and "by" in parameters
                and parameters["by"].annotation in (User, User | None)
                and all(p.kind == p.KEYWORD_ONLY for p in parameters.values())
            ):
                yield name


def test_every_action_has_a_row_and_every_row_a_call() -> None:
    keys = [rule.key for rule in RULES]

    assert sorted({rule.action for rule in RULES}) == sorted(_actions())
    assert len(keys) == len(set(keys))
    assert set(keys) <= set(CALLS)


_TABLES = (AuditEvent, Revision, OutboxEvent, Message, HidingStop, Assurance)


def _counts() -> tuple[int, ...]:
    """How many rows there are of what no refused action may leave behind."""
    names = [table._meta.db_table for table in _TABLES]
    counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in names)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return tuple(cursor.fetchone())


SKIPPED: dict[Whose, set[str]] = {
    Whose.OWN: NO_OWN, Whose.ELSEWHERE: NO_ELSEWHERE, Whose.HERE: set(),
}  # fmt: skip


@pytest.mark.parametrize("actor", Actor, ids=lambda actor: actor.name)
def test_matrix(scene: Scene, db: None, actor: Actor) -> None:
    """All that one actor may do: each cell in a savepoint of its own."""
    allowed = {
        (rule.key, whose.value) for rule in RULES for whose in rule.who.get(actor, ())
    }
    found = set()
    for whose in Whose:
        savepoint = transaction.savepoint()
        if whose == Whose.OWN:
            make_own(scene, actor)
        counts = _counts()
        for rule in RULES:
            if rule.key in SKIPPED[whose]:
                continue
            try:
                if _is_allowed(CALLS[rule.key], Trial(scene, actor, whose), counts):
                    found.add((rule.key, whose.value))
            except Exception as fault:
                fault.add_note(f"{actor.name}: {rule.key}, {whose.value}")
                raise
        transaction.savepoint_rollback(savepoint)

    assert found == allowed


def _is_allowed(ask: Call, trial: Trial, counts: tuple[int, ...]) -> bool:
    """Whether somebody may, where there are so many rows; what is done is undone."""
    before = [counts]
    trial.written = lambda: before.append(_counts())
    savepoint = transaction.savepoint()
    try:
        ask(trial)
    except PermissionDenied:
        assert _counts() == before[-1]
        return False
    else:
        assert _counts()[0] > before[-1][0]
        return True
    finally:
        transaction.savepoint_rollback(savepoint)


def test_nobody_is_let_in_for_a_superuser_flag() -> None:
    """No rule may ask for it: the words are in no file that decides anything."""
    asked = [
        module.__name__
        for module in _rule_modules()
        if "is_superuser" in _code(module).replace("``is_superuser``", "")
    ]

    assert asked == []


def _rule_modules() -> list[Any]:
    names = ["accounts.access", "accounts.guard", "workflow.access", "accounts.actions"]
    names += [
        f"workflow.actions.{module.name}"
        for module in pkgutil.iter_modules(workflow.actions.__path__)
    ]
    return [importlib.import_module(name) for name in names]


def _code(module: Any) -> str:
    return inspect.getsource(module)


def test_an_organizations_first_editor_is_appointed_once(place: world.Place) -> None:
    listing = world.published(place)
    world.make_editor(listing)

    with pytest.raises(Exception, match="It has an editor already") as refused:
        places.appoint_first_editor(
            by=place.assurer, user=place.reader,
            record=listing.record.__class__.objects.get(pk=str(listing.organization_id)),
        )  # fmt: skip

    assert type(refused.value).__name__ == "InvalidState"

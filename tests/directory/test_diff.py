"""Differences between two versions, and putting them in."""

from typing import Any

import pytest

from directory import diff
from directory.declarations import SERVICE

ONE, TWO = (
    {"id": "1", "number": "01632 960101"},
    {"id": "2", "number": "01632 960102"},
)
CONTACT = {"id": "c", "name": "Office", "phones": [ONE, TWO]}


def found(base: Any, target: Any, *names: str) -> list[tuple[str, str, Any, Any]]:
    return [(c.op, c.path, c.was, c.value)
            for c in diff.changes(SERVICE, base, target, names)]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "target", "expected"),
    [
        ({}, {"name": "Tea"}, [("add", "name", None, "Tea")]),
        ({"name": "Tea"}, {"name": "T"}, [("replace", "name", "Tea", "T")]),
        ({"name": "Tea"}, {}, [("remove", "name", "Tea", None)]),
        ({}, {"phones": [ONE]}, [("add", "phones/1", None, ONE)]),
        ({"phones": [ONE]}, {}, [("remove", "phones/1", ONE, None)]),
        ({"phones": [ONE, TWO]}, {"phones": [TWO, ONE]}, []),
        (
            {"contacts": [CONTACT]},
            {"contacts": [{**CONTACT, "phones": [TWO, ONE]}]},
            [],
        ),
        (
            {"contacts": [CONTACT]},
            {"contacts": [{**CONTACT, "phones": [ONE]}]},
            [("replace", "contacts/c", CONTACT, {**CONTACT, "phones": [ONE]})],
        ),
    ],
)
def test_changes_are_by_path(base: Any, target: Any, expected: Any) -> None:
    assert found(base, target) == expected


def test_changes_come_in_declared_order() -> None:
    target = {"phones": [TWO, ONE], "fees": "Free", "name": "Tea"}

    assert [path for _, path, _, _ in found({}, target)] == [
        "name", "fees", "phones/2", "phones/1",
    ]  # fmt: skip


def test_form_that_showed_some_fields_changes_no_other() -> None:
    assert found({"name": "Tea", "fees": "Free"}, {"name": "T"}, "name") == [
        ("replace", "name", "Tea", "T")
    ]


def test_putting_leaves_the_original_alone() -> None:
    base = {"phones": [ONE]}

    assert diff.put(base, "phones/2", TWO) == {"phones": [ONE, TWO]}
    assert diff.put(base, "phones/1", None) == {}
    assert diff.put(base, "phones/9", None) == base
    assert diff.put(base, "name", "Tea") == {"phones": [ONE], "name": "Tea"}
    assert diff.put(base, "name", None) == base
    assert base == {"phones": [ONE]}


def test_undeclared_path_is_refused() -> None:
    with pytest.raises(KeyError):
        diff.declaration(SERVICE, "made_up/1")

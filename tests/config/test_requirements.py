import re

import pytest

from config.local.paths import REQUIREMENTS, ROOT

SETS = ("base", "local", "dev")


@pytest.mark.parametrize("name", SETS)
def test_every_requirement_says_what_it_is_for(name):
    lines = (REQUIREMENTS / f"{name}.in").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-r"))]
    assert [line for line in wanted if not re.search(r"\S\s+# \S", line)] == []


@pytest.mark.parametrize("name", SETS)
def test_every_pin_has_a_hash_and_no_file_names_a_registry(name):
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    pins = re.split(r"\n(?=[a-z0-9])", text)
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []
    assert re.findall(r"(?:https?|file)://|--(?:extra-)?index-url", text) == []


def test_sets_agree_on_every_version():
    versions: dict[str, set[str]] = {}
    for name in SETS:
        text = (REQUIREMENTS / f"{name}.txt").read_text()
        for package, version in re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", text):
            versions.setdefault(package, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_no_lock_file_of_a_tool_is_committed():
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"uv.lock", "package-lock.json"} <= set(ignored)

"""docs/settings.md is what the code reads, no more and no less."""

import re
import subprocess

from config import env
from tests.journeys.site import ROOT


def test_the_list_of_settings_is_the_one_in_the_code() -> None:
    written = (ROOT / "docs" / "settings.md").read_text()
    assert written.endswith("\n\n" + env.describe() + "\n")


_NOT_INSTALLED = (
    "tests/", "config/bench/", "config/local/", "config/settings/live.py",
    "config/settings/local.py", "styles/",
)  # fmt: skip


def test_nothing_else_reads_the_environment_of_an_installation() -> None:
    """Only the launcher of `make run` and `make test`, which no installation uses, and
    programs that hand it on."""
    read = re.compile(r"os\.environ(\.get\(|\[)|os\.getenv")
    files = subprocess.run(
        ["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True,
        check=True,
    ).stdout.split()  # fmt: skip
    found = {
        name
        for name in files
        if not name.startswith(_NOT_INSTALLED)
        and read.search((ROOT / name).read_text())
    }
    assert found == {"config/env.py"}

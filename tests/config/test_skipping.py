"""With CI=true a skipped test fails the run."""

import os
import shutil
import subprocess
import sys

import pytest

from config.local.paths import ROOT

FILES = {
    "test_one.py": "import pytest\ndef test_left_out(): pytest.skip('tired')\n",
    "test_two.py": "import pytest\npytest.skip('tired', allow_module_level=True)\n",
}


@pytest.mark.parametrize(
    ("ci", "last_line"),
    [("true", "1 failed, 1 error in"), ("", "2 skipped in")],
)
def test_skip_fails_only_in_ci(tmp_path, ci, last_line):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    for name, content in FILES.items():
        (tmp_path / name).write_text(content)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"),
            *("--continue-on-collection-errors", "-c", str(ROOT / "pyproject.toml")),
            *("--rootdir", str(tmp_path), str(tmp_path)),
        ],
        cwd=ROOT,
        env=os.environ | {"CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1].startswith(last_line), done.stdout

"""With CI=true a skipped test fails the run."""

import os
import shutil
import subprocess
import sys

import pytest

from config.local.paths import ROOT

IN_A_TEST = "import pytest\ndef test_left_out(): pytest.skip('tired')\n"
IN_A_FILE = "import pytest\npytest.skip('tired', allow_module_level=True)\n"


@pytest.mark.parametrize("content", [IN_A_TEST, IN_A_FILE])
@pytest.mark.parametrize(
    ("ci", "outcome"),
    [("true", "(with CI=true a skipped test is a failure)"), ("", "1 skipped in")],
)
def test_skip_fails_only_in_ci(tmp_path, content, ci, outcome):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_x.py").write_text(content)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"),
            *("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path)),
            str(tmp_path),
        ],
        cwd=ROOT,
        env=os.environ | {"CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.count(outcome) >= 1, done.stdout
    assert (done.returncode in (1, 2)) is (ci == "true")

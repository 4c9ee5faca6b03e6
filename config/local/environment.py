"""The Python environment in `.venv`, built from the hashed requirements."""

import contextlib
import fcntl
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from config.local.browser import install_packages
from config.local.faults import CannotStart
from config.local.paths import PYTHON, REQUIREMENTS, ROOT, VAR, VENV
from config.local.processes import run

_STAMP = VENV / "installed.json"
# Installing a set installs what it is built on too.
_COVERS = {"base": ("base",), "local": ("base", "local")}
_COVERS["dev"] = (*_COVERS["local"], "dev")


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let two commands started together build one environment between them."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "environment.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fingerprint(name: str) -> str:
    return hashlib.sha256((REQUIREMENTS / f"{name}.txt").read_bytes()).hexdigest()


def _installed() -> dict[str, str]:
    """Which requirement files this environment was built from, by their hash."""
    try:
        stamp = json.loads(_STAMP.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return dict(stamp)


def _python_works() -> bool:
    """False as well where the Python it was made with has gone."""
    try:
        return run([PYTHON, "-c", "import pip"], keep="everything").returncode == 0
    except OSError:
        return False


def _make_venv() -> None:
    command: list[str | Path] = [sys.executable, "-m", "venv", "--clear", VENV]
    made = run(command, keep="everything")
    if made.returncode != 0:
        # Debian keeps the module in a package of its own.
        version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if install_packages(version) or install_packages("python3-venv"):
            made = run(command, keep="everything")
    if made.returncode != 0:
        raise CannotStart(
            f"The Python environment could not be made:\n{made.stdout}\n"
            "On Debian and Ubuntu install the package python3-venv, and try again."
        )


def _install(path: Path) -> None:
    command: list[str | Path] = [
        *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--no-input", "--require-hashes", "--no-deps", "-r", path),
    ]
    done = run(command, cwd=ROOT, keep="everything")
    if done.returncode != 0:
        raise CannotStart(
            f"The requirements could not be installed:\n{done.stdout}\n"
            "Check that pip reaches a package index, and try again."
        )


def is_ready(name: str) -> bool:
    """Whether `.venv` holds what requirements/`name`.txt asks for."""
    return _installed().get(name) == _fingerprint(name) and _python_works()


def ensure(name: str) -> None:
    """Build or bring up to date `.venv` for "local" or "dev". Raises CannotStart."""
    with _one_at_a_time():
        if is_ready(name):
            return
        if not _python_works():
            _make_venv()
        _install(REQUIREMENTS / f"{name}.txt")
        known = _installed() | {part: _fingerprint(part) for part in _COVERS[name]}
        _STAMP.write_text(json.dumps(known))

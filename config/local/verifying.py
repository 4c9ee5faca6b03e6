"""`make test`, `make check`, `make year` and the benchmarks."""

import os
import shlex
from pathlib import Path

from config.local import browser, environment
from config.local.paths import PYTHON, ROOT, VENV
from config.local.processes import run
from config.local.steps import complain, say, step

# Made up, and refused by nobody: enough for `check --deploy` to look at the rest.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "only-for-looking-at-the-settings-0123456789-abcdefghijkl",
    "ERASURE_KEY": "only-for-looking-at-the-settings-9876543210-abcdefghijkl",
    "ALLOWED_HOSTS": "vouch.example.org",
    "PUBLIC_URL": "https://vouch.example.org",
    "DATABASE_URL": "postgresql:///vouch",
    "REDIS_URL": "redis://localhost:6379/0",
    "VOUCH_DEMO": "0",
    "CLOCK_FILE": "",
}
_MANAGE = ("python", "manage.py")
_TEST = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
# What is checked, the command from `.venv/bin`, and what its environment adds.
_CHECKS: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
    ("Format", ("ruff", "format", "--check", "--quiet", "."), {}),
    ("Lint", ("ruff", "check", "--quiet", "."), {}),
    ("Types", ("mypy", "--no-error-summary", "."), _TEST),
    ("Templates", ("djlint", "--lint", "--quiet", "templates"), {}),
    ("Imports", ("lint-imports", "--no-cache"), {}),
    ("Migrations", (*_MANAGE, "makemigrations", "--check", "--dry-run"), _TEST),
    (
        "Production settings",
        (*_MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
        PRODUCTION,
    ),
)


def _prepare() -> None:
    with step("Python environment"):
        environment.ensure("dev")
    with step("Chromium"):
        found = browser.ensure()
    if found is None:
        complain("No Chromium here and none may be installed; set VOUCH_CHROMIUM.")


def _pytest(arguments: list[str], *how: str) -> int:
    """Run tests; unless told how, all of them once, two files at a time: what a file
    shares is made once."""
    chosen = shlex.split(os.environ.get("ARGS", "")) + arguments
    how = how or ("-n", "2", "--dist", "loadfile")
    command: list[str | Path] = [PYTHON, "-m", "pytest", *how, *chosen]
    settings = os.environ | {"PYTHONUNBUFFERED": "1"}
    settings.pop("DJANGO_SETTINGS_MODULE", None)
    # The tests start dozens of processes; each would compile Vouch for itself.
    settings.pop("PYTHONDONTWRITEBYTECODE", None)
    return run(command, env=settings, cwd=ROOT).returncode


def test(arguments: list[str]) -> int:
    """Set up what the tests need and run them; arguments and ARGS go to pytest."""
    say("Setting up the tests")
    _prepare()
    return _pytest(arguments)


def year(arguments: list[str]) -> int:
    """Play a year of the demo with worker and beat, a day at a time."""
    say("Setting up the year")
    _prepare()
    return _pytest(arguments, "-m", "year", "-s", "-q", "tests/year")


def check(arguments: list[str]) -> int:
    """Everything that must hold before a change lands, the tests once and last."""
    say("Checking")
    _prepare()
    failed = []
    for name, command, settings in _CHECKS:
        with step(name):
            program = VENV / "bin" / command[0]
            done = run(
                [program, *command[1:]],
                env=os.environ | settings,
                cwd=ROOT,
                keep="everything",
            )
        if done.returncode != 0:
            failed.append(name.lower())
            complain(f"{done.stdout}\n  {name}: not as it should be, see above")
    tests = _pytest(arguments)
    if failed:
        complain(f"Before the tests, these checks failed: {', '.join(failed)}.")
    return tests or len(failed)


def bench(arguments: list[str]) -> int:
    """Measure the open data; arguments and ARGS go to `config.bench`."""
    return _measure("config.bench", arguments)


def bench_assurance(arguments: list[str]) -> int:
    """Measure a very large place; arguments and ARGS go to `config.bench.assurance`."""
    return _measure("config.bench.assurance", arguments)


def _measure(module: str, arguments: list[str]) -> int:
    say("Measuring")
    with step("Python environment"):
        environment.ensure("local")
    chosen = shlex.split(os.environ.get("ARGS", "")) + arguments
    return run([PYTHON, "-m", module, *chosen], cwd=ROOT).returncode

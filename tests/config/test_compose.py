"""docker-compose.yml means what it says: its commands run with its environment.

No containers here: the image is a copy of the checkout as the Dockerfile makes it, and
the servers are throwaway ones.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from config import env
from config.local.postgres import Postgres
from tests.journeys.site import ROOT, free_port, until

ENV_FILE = {
    "SECRET_KEY": "for-a-test-of-the-compose-file-0123456789-abcdefghijklm",
    "ERASURE_KEY": "for-a-test-of-the-compose-file-9876543210-abcdefghijklm",
    "ALLOWED_HOSTS": "vouch.example.org",
    "PUBLIC_URL": "https://vouch.example.org",
    "POSTGRES_PASSWORD": "postgres0",
    "VALKEY_PASSWORD": "valkey0",
}
OF_THE_FILE = {
    "POSTGRES_PASSWORD", "POSTGRES_SHARED_BUFFERS", "POSTGRES_EFFECTIVE_CACHE_SIZE",
    "VALKEY_PASSWORD", "PORT_RANGE",
}  # fmt: skip
"""What the compose file itself asks for, beside what Vouch reads."""
NOT_FOR_CONTAINERS = {
    "VOUCH_DEMO", "CLOCK_FILE", "EMAIL_BACKEND", "SECURE_HSTS_SECONDS",
}  # fmt: skip
"""What an installation leaves as it is, or must not set."""

_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def compose(given: dict[str, str]) -> dict[str, Any]:
    """The file as Compose reads it: variables put in, a missing needed one refused."""

    def value(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if given.get(name):
            return given[name]
        if kind == "?":
            raise KeyError(name)
        return rest or ""

    def put_in(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: put_in(inner) for key, inner in part.items()}
        if isinstance(part, list):
            return [put_in(inner) for inner in part]
        return _VARIABLE.sub(value, part) if isinstance(part, str) else part

    return dict(put_in(yaml.safe_load((ROOT / "docker-compose.yml").read_text())))


def test_every_variable_is_one_that_is_listed() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    declared = {variable.name for variable in env.VARIABLES}
    asked = {name for name, _, _ in _VARIABLE.findall(text)}
    assert asked - declared == OF_THE_FILE
    for name in ("migrate", "web", "worker", "beat"):
        given = set(compose(ENV_FILE)["services"][name]["environment"])
        assert given - declared == set()


def test_every_setting_can_be_given_to_the_containers() -> None:
    given = set(compose(ENV_FILE)["services"]["web"]["environment"])
    declared = {variable.name for variable in env.VARIABLES}
    assert declared - given == NOT_FOR_CONTAINERS


@pytest.mark.parametrize("name", sorted(ENV_FILE))
def test_nothing_starts_without_what_it_needs(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        compose(ENV_FILE | {name: ""})


def test_every_dependency_is_a_service_that_can_be_waited_for() -> None:
    services = compose(ENV_FILE)["services"]
    waited = {
        (name, condition["condition"])
        for service in services.values()
        for name, condition in service.get("depends_on", {}).items()
    }
    assert waited == {
        ("postgres", "service_healthy"),
        ("valkey", "service_healthy"),
        ("migrate", "service_completed_successfully"),
    }
    assert {"healthcheck"} <= set(services["postgres"]) & set(services["valkey"])


@pytest.mark.slow
def test_database_starts_with_what_it_is_given(tmp_path: Path) -> None:
    given = ENV_FILE | {"POSTGRES_SHARED_BUFFERS": "32MB"}
    words = compose(given)["services"]["postgres"]["command"]
    settings = tuple(word for word in words[1:] if word != "-c")
    server = Postgres(tmp_path / "data", tmp_path / "log", settings=settings)
    server.start()
    try:
        with psycopg.connect(server.url) as connection:
            shown = {
                name: connection.execute(f"SHOW {name}").fetchone()
                for name in ("shared_buffers", "effective_cache_size", "work_mem")
            }
    finally:
        server.stop()

    assert words[0] == "postgres"
    assert shown == {
        "shared_buffers": ("32MB",), "effective_cache_size": ("1GB",),
        "work_mem": ("16MB",),
    }  # fmt: skip


# --- the commands, run ----------------------------------------------------------------


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """What the Dockerfile's COPY takes, with its collected static files."""
    root = tmp_path / "vouch"
    ignored = (ROOT / ".dockerignore").read_text().split()
    names = [line.removeprefix("**/") for line in ignored if not line.startswith("!")]
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*names))
    collecting = re.search(
        r"^RUN (SECRET_KEY=.*?)\nUSER",
        (ROOT / "Dockerfile").read_text().replace("\\\n", " "),
        re.MULTILINE | re.DOTALL,
    )
    assert collecting is not None
    words = shlex.split(collecting[1])
    given = dict(word.split("=", 1) for word in words if "=" in word)
    done = subprocess.run(
        [sys.executable, *words[len(given) + 1 :]],
        cwd=root, env=environment(given), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return root


def environment(given: dict[str, str]) -> dict[str, str]:
    """Only what a container would have: nothing of the machine but where programs are,
    with the Dockerfile's own ENV."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "PYTHONUNBUFFERED": "1",
        **given,
    }


@pytest.fixture
def started(
    image: Path, process_environment: dict[str, str], tmp_path: Path
) -> Iterator[str]:
    """Web, worker and beat by their commands; the web process's address."""
    services = compose(ENV_FILE)["services"]
    servers = {
        name: process_environment[name] for name in ("DATABASE_URL", "REDIS_URL")
    }
    port = free_port()
    serving = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.M)
    assert serving is not None
    commands = {name: services[name].get("command") for name in ("worker", "beat")}
    commands["web"] = [
        word.replace("0.0.0.0:8000", f"127.0.0.1:{port}")
        for word in yaml.safe_load(serving[1])
    ]
    done = subprocess.run(
        services["migrate"]["command"], cwd=image, capture_output=True, text=True,
        env=environment(services["migrate"]["environment"] | servers), check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    running = []
    for name, command in commands.items():
        with (tmp_path / f"{name}.log").open("wb") as log:
            running.append(
                subprocess.Popen(
                    command, cwd=image, stdout=log, stderr=log,
                    env=environment(services[name]["environment"] | servers),
                )
            )  # fmt: skip
    yield f"http://127.0.0.1:{port}"
    for process in running:
        process.terminate()
    for process in running:
        process.wait(20)


def ask(address: str, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    """What curl would see of one request: status, body, headers."""
    import httpx

    answer = httpx.get(address + path, headers=headers, timeout=10)
    return answer.status_code, answer.text, dict(answer.headers)


@pytest.mark.slow
def test_the_services_start_with_their_environment_and_are_well(started: str) -> None:
    import httpx

    def well() -> bool:
        try:
            status, body, _ = ask(started, "/healthz", host="localhost")
        except httpx.TransportError:
            return False
        return status == 200 and '"beat": "ok"' in body.replace('":"', '": "')

    until(well, "every service to be well", 60)

    proxied = {"host": "vouch.example.org", "x-forwarded-proto": "https"}
    status, page, headers = ask(started, "/", **proxied)
    assert (status, headers["strict-transport-security"][:8]) == (200, "max-age=")
    sheet = re.search(r'href="(/static/[^"]+\.css)"', page)
    assert sheet is not None
    assert ask(started, sheet[1], **proxied)[0] == 200
    status, _, headers = ask(started, "/", host="vouch.example.org")
    assert (status, headers["location"]) == (301, "https://vouch.example.org/")
    assert ask(started, "/", host="elsewhere.example.org")[0] == 400

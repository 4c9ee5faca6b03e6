"""Production settings start with everything said, and refuse anything less."""

import os
import subprocess
import sys

import pytest
from django.core.management import call_command

from config.local.verifying import PRODUCTION

_NEEDED = ["SECRET_KEY", "ERASURE_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL"]


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    """Import the production settings in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", "import config.settings.production"],
        env=os.environ | PRODUCTION | changes,
        capture_output=True,
        text=True,
        check=False,
    )


def refusals(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The sentences that say why the settings do not start."""
    lines = done.stderr.splitlines()
    return [line.removeprefix("- ") for line in lines if line.startswith("- ")]


def test_production_starts_when_everything_is_said():
    assert start().returncode == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"VOUCH_DEMO": "1"},
            "VOUCH_DEMO is on: demo mode shows passwords to everybody. Unset it.",
        ),
        (
            {"CLOCK_FILE": "/var/clock"},
            (
                "CLOCK_FILE is set: the clock of an installation cannot be moved. "
                "Unset it."
            ),
        ),
        (
            {"SECRET_KEY": "short"},
            "SECRET_KEY is too short: give it at least 50 random characters.",
        ),
        (
            {"ERASURE_KEY": "short"},
            "ERASURE_KEY is too short: give it at least 50 random characters.",
        ),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the host names, not “*”."),
        (
            {"PUBLIC_URL": "http://vouch.example.org"},
            "PUBLIC_URL must be the https:// address that people use.",
        ),
        (
            {"ALLOWED_HOSTS": ""},
            (
                "Set ALLOWED_HOSTS in the environment. Host names this installation "
                "answers to, separated by commas."
            ),
        ),
    ],
)
def test_production_refuses_in_a_sentence(changes, sentence):
    done = start(**changes)
    assert (done.returncode, refusals(done)) == (1, [sentence])


def test_production_names_everything_missing_at_once():
    done = start(
        SECRET_KEY="", ERASURE_KEY="", ALLOWED_HOSTS="", DATABASE_URL="", REDIS_URL=""
    )
    named = [sentence.split()[1] for sentence in refusals(done)]
    assert named == [
        "SECRET_KEY",
        "ERASURE_KEY",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "REDIS_URL",
    ]


@pytest.mark.django_db
def test_content_security_policy_allows_nothing_inline(client):
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert sorted(policy.split("; ")) == [
        "base-uri 'self'",
        "default-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "object-src 'none'",
    ]


def test_static_files_refer_only_to_files_there_are(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        }
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()

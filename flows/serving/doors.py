"""The locks of a Prefect server of our own: its port, its login, and what it and its clients are told.

A server without a login runs what it is told to: whoever can post a deployment with a ``run_shell_script``
step has this user's shell. Each local user reaches the loopback address, and so does each page that a
browser on this machine shows.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

FIRST_PORT = 4200
"""Where Prefect's documentation has the dashboard."""
_NEXT_PORTS = 20

SERVER_LOGIN = "PREFECT_SERVER_API_AUTH_STRING"
CLIENT_LOGIN = "PREFECT_API_AUTH_STRING"


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A server on the loopback address. ``login`` is its secret, as ``name:password``. ``wanted_port`` is the
    one that it should have had, which another program has taken if ``port`` is another.
    """

    home: Path
    port: int
    wanted_port: int
    login: str

    @property
    def url(self) -> str:
        """The dashboard's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """What clients are given."""
        return f"{self.url}/api"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "server.log"

    @property
    def login_file(self) -> Path:
        """Where a person finds the login."""
        return self.home / "dashboard-login"

    def for_clients(self) -> dict[str, str]:
        """The variables by which Prefect's clients find the server and log in."""
        return {
            "PREFECT_HOME": str(self.home),
            "PREFECT_API_URL": self.api_url,
            CLIENT_LOGIN: self.login,
            "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "true",
        }

    def for_server(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The server's whole environment, made of that of this process.

        The dashboard asks for the API at its own address, whatever name that has (another one, behind an SSH
        tunnel), and its pages are kept in ``home``: where Prefect is installed this user may not write.
        """
        of_clients = ("PREFECT_API_URL", CLIENT_LOGIN)
        kept = {name: value for name, value in environ.items() if name not in of_clients}
        return {
            **kept,
            "PREFECT_HOME": str(self.home),
            SERVER_LOGIN: self.login,
            "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": self.url,
            "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
            "PREFECT_SERVER_UI_API_URL": "/api",
            "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(self.home / "ui"),
        }


def own_server_in(home: Path, environ: Mapping[str, str], port: int | None = None) -> OwnServer:
    """A server to be started, with a new login, or that which the environment names.

    It gets ``port`` or, where none is named, the one it had before, which is remembered in ``home``; where it
    had none yet, the first that is free. Where that is taken, it gets another for this time.
    """
    remembered = home / "port"
    wanted = port or _read_port(remembered)
    free = _first_free(wanted or FIRST_PORT)
    if wanted is None:
        write_private(remembered, f"{free}\n")
    login = environ.get(SERVER_LOGIN) or f"presswatch:{secrets.token_urlsafe(24)}"
    return OwnServer(home, free, wanted or free, login)


def make_private(folder: Path) -> None:
    """Make the folder, or take what it lets others do away from it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read, from its first byte on."""
    with suppress(FileNotFoundError):
        path.unlink()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def is_free(port: int) -> bool:
    """Whether a server can listen there, as far as this moment tells."""
    with socket.socket() as probe:
        if os.name == "posix":  # as servers do: a connection that has ended does not hold the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _first_free(port: int) -> int:
    for candidate in chain([port], range(FIRST_PORT, FIRST_PORT + _NEXT_PORTS)):
        if is_free(candidate):
            return candidate
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free: int = probe.getsockname()[1]
        return free


def _read_port(path: Path) -> int | None:
    try:
        port = int(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return port if 0 < port < 65536 else None

"""``presswatch browse``: the archive in a browser."""

from __future__ import annotations

import ipaddress
import os
import socket
import webbrowser
from pathlib import Path

import click

from cli.extras import lacks
from cli.looking.safe import cell
from cli.options import config_option
from config.loader import load

try:
    import resource
except ImportError:  # where there is none, as on Windows
    resource = None  # type: ignore[assignment]

MOST_FILE = 1_000_000_000
VARIABLE = "PRESSWATCH_BROWSE_PASSWORD"


@click.command()
@config_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0 takes a free one."
)
@click.option("--open/--no-open", "show", default=False, show_default=True, help="Open it in your browser.")
def browse(config: Path, host: str, port: int, show: bool) -> None:
    """Browse the archive in a browser. It has search, facets, a page a release, questions, charts.

    Read-only, and only for this machine. To let others in, name an address of it with --host and set
    PRESSWATCH_BROWSE_PASSWORD; they log in as "reader" with that password.
    """
    try:
        import uvicorn

        from storage.browsing.metadata import READER
        from storage.browsing.site import make_site
    except ModuleNotFoundError as error:
        raise lacks("browsing needs", error.name) from error
    password = os.environ.get(VARIABLE, "")
    if not password and not _is_loopback(host):
        raise click.BadParameter(
            f"{host} can be reached by others: set {VARIABLE} to a password first",
            param_hint="--host",
        )
    _bound_files()
    site = make_site(load(config).archive, password, cell=cell)
    listening = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listening.getsockname()[1]}/"
    click.echo(f"The archive is at {address}" + (f" (log in as {READER})" if password else ""))
    click.echo("Ctrl-C ends it.", err=True)
    if show:
        webbrowser.open(address)
    server = uvicorn.Server(uvicorn.Config(site, log_level="warning", timeout_graceful_shutdown=2))
    server.run(sockets=[listening])


def _bound_files() -> None:
    """No file grows beyond :data:`MOST_FILE` bytes by this process. It writes none but those in which SQLite
    sorts what does not fit into memory.
    """
    if resource is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        if hard in (resource.RLIM_INFINITY, -1) or hard > MOST_FILE:
            resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE, hard))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {host}, port {port}: {error.strerror}; name another with --port or --host"
        ) from error

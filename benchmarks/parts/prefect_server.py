"""A Prefect server as a process, on SQLite or on a PostgreSQL server that is made for it and thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import requests

from benchmarks.parts.engine_sides import environment
from tests.support.ports import free_port

_START_SECONDS = 120


@dataclass
class PrefectServer:
    """``api_url`` is what clients are given."""

    api_url: str
    home: Path
    process: subprocess.Popen[bytes]

    def environment(self, **more: str) -> dict[str, str]:
        """What a client of it runs in."""
        return environment(PREFECT_API_URL=self.api_url, PREFECT_HOME=str(self.home), **more)

    def cpu(self) -> float:
        """Seconds of CPU it has used so far."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system


@contextmanager
def prefect_server(home: Path, database: str = "") -> Iterator[PrefectServer]:
    """Run a server until the block ends; ``database`` is an SQLAlchemy URL, else SQLite in ``home``."""
    home.mkdir(parents=True, exist_ok=True)
    port = str(free_port())
    more = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": database} if database else {}
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port],
            env=environment(PREFECT_HOME=str(home), **more),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/api/health", process)
        yield PrefectServer(f"http://127.0.0.1:{port}/api", home, process)
    finally:
        process.terminate()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise RuntimeError("the Prefect server did not start")


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server of our own with its data in the folder; its address for SQLAlchemy.

    PostgreSQL does not run as root; then it is run as its own user, ``postgres``.
    """
    programs = _programs()
    port = free_port()
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    data = folder / "postgres"
    data.mkdir(parents=True)
    if as_user:
        for each in (data, *data.parents[: len(data.parents) - 2]):
            each.chmod(0o755)
        shutil.chown(data, "postgres")
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-s", "-w"]
    subprocess.run(
        [*as_user, str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data}"
    subprocess.run([*control, "-o", options, "-l", str(data / "log"), "start"], check=True)
    try:
        yield f"postgresql+asyncpg://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True)


def _programs() -> Path:
    """Where initdb and pg_ctl lie; Debian has them outside the path."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not installed:
        sys.exit("PostgreSQL is not installed: on Debian, apt-get install postgresql")
    return installed[-1].parent

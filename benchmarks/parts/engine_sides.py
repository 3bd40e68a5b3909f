"""One cycle as a process of its own: by the command, or by the flow on a Prefect server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts.cycle_server import Server
from tests.support.setup import write_config

ROOT = Path(__file__).parents[2]
_FLOW = "import sys; from flows.watch import watch; watch(sys.argv[1])"


@dataclass(frozen=True)
class Spent:
    """Seconds of a process, and the seconds of CPU of those that served it."""

    wall: float
    cpu: float
    elsewhere: float = 0.0


def configure(server: Server, folder: Path, fetch: str = "") -> Path:
    """A watch on all feeds of the server, always due."""
    folder.mkdir(parents=True)
    return write_config(folder, server.urls.read_text().split(), fetch=fetch)


def environment(**more: str) -> dict[str, str]:
    """The environment without Prefect's settings, but for those given, quiet and private."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **kept,
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "ERROR",
        **more,
    }


def by_command(config: Path) -> subprocess.Popen[bytes]:
    """``presswatch run``."""
    command = [sys.executable, "-m", "cli.main", "run", "--json", "-c", str(config)]
    return subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL)


def by_flow(config: Path, api_url: str, home: Path) -> subprocess.Popen[bytes]:
    """The flow ``watch``, called in a process that starts for it, as a worker does."""
    return subprocess.Popen(
        [sys.executable, "-c", _FLOW, str(config)],
        cwd=ROOT,
        env=environment(PREFECT_API_URL=api_url, PREFECT_HOME=str(home)),
        stderr=subprocess.DEVNULL,
    )


def spent(process: subprocess.Popen[bytes], begun: float) -> Spent:
    """Wait for the process, which began then by ``time.perf_counter``; what others used is not counted."""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"a cycle ended with exit code {process.returncode}")
    return Spent(wall, usage.ru_utime + usage.ru_stime)

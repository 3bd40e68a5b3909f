"""Who is compared in the benchmark of a cycle, each as a command for one cycle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts.cycle_server import Server

ROOT = Path(__file__).parents[2]
FLOOR = Path(__file__).with_name("cycle_floor.py")
_BELIEVE = """
import certifi, runpy, sys
bundle = sys.argv.pop(1)
certifi.where = lambda: bundle
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@dataclass(frozen=True)
class Cost:
    """Of one process: seconds, megabytes; and how many new items it found (``None``: it counts none)."""

    cpu: float
    wall: float
    peak: float
    new: int | None


@dataclass(frozen=True)
class Side:
    """What is done before the first cycle, and the command for a cycle, in a folder for the state."""

    name: str
    prepare: Callable[[Server, Path], None]
    command: Callable[[Server, Path], list[str]]


def measure(command: list[str], server: Server) -> Cost:
    """Run a process to its end."""
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else a checkout would be compiled each time
    if server.bundle:
        environment["REQUESTS_CA_BUNDLE"] = str(server.bundle)
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    printed = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit code {process.returncode} of {' '.join(command)}\n{printed}")
    lines = printed.splitlines()
    new = json.loads(lines[-1]).get("new") if lines else None
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, new)


def presswatch(connections: int) -> Side:
    """``presswatch run``, with the programs that ship."""

    def prepare(server: Server, state: Path) -> None:
        feeds = "".join(
            f'[[feeds]]\nurl = "{url}"\npublisher = "Newsroom {number}"\n'
            for number, url in enumerate(server.urls.read_text().split())
        )
        (state / "watch.toml").write_text(
            f'include = ["{ROOT}/config/programs.toml"]\n[archive]\npath = "archive.db"\n'
            '[fetch]\ninterval = "0s"\nallow_private_addresses = true\nfulltext = "never"\n'
            f"connections = {connections}\n{feeds}"
        )

    def command(server: Server, state: Path) -> list[str]:
        return [sys.executable, "-m", "cli.main", "run", "--json", "-c", str(state / "watch.toml")]

    return Side("presswatch", prepare, command)


def reader(venv: Path, script: Path, workers: int) -> Side:
    """lemon24/reader with its search index."""

    def call(server: Server, *words: str) -> list[str]:
        python = [str(venv / "bin" / "python")]
        if server.bundle:  # it looks nowhere else than in certifi's file
            python += ["-c", _BELIEVE, str(server.bundle)]
        return [*python, str(script), *words]

    def prepare(server: Server, state: Path) -> None:
        urls = ["--urls", str(server.urls)]
        measure(call(server, "setup", "--db", str(state / "reader.db"), *urls), server)

    def command(server: Server, state: Path) -> list[str]:
        return call(server, "poll", "--db", str(state / "reader.db"), "--workers", str(workers))

    return Side("reader", prepare, command)


def floor(connections: int) -> Side:
    """requests alone."""

    def command(server: Server, state: Path) -> list[str]:
        known = str(state / "validators.json")
        return [sys.executable, str(FLOOR), str(server.urls), known, str(connections)]

    return Side("requests alone", lambda server, state: None, command)

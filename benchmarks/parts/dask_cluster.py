"""A Dask cluster of this machine: a scheduler and workers, each a process that can be killed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_START_SECONDS = 60


@dataclass
class Cluster:
    """``address`` is the scheduler's; ``workers`` are in the order in which they were started."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self, threads: int) -> None:
        """One more worker, which no nanny brings back."""
        command = [sys.executable, "-m", "distributed.cli.dask_worker", self.address]
        command += ["--no-nanny", "--no-dashboard", "--nthreads", str(threads), "--host", "127.0.0.1"]
        self.workers.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def cpu(self) -> float:
        """Seconds of CPU that those that still run have used so far."""
        used = 0.0
        for process in [self.scheduler, *self.workers]:
            if process.poll() is None:
                times = psutil.Process(process.pid).cpu_times()
                used += times.user + times.system
        return used


@contextmanager
def dask_cluster(folder: Path, workers: int, threads: int = 2) -> Iterator[Cluster]:
    """Run a cluster until the block ends; the scheduler writes its address into the folder."""
    told = folder / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    command += ["--no-dashboard", "--scheduler-file", str(told)]
    scheduler = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cluster = Cluster("", scheduler)
    try:
        cluster.address = _address(told, scheduler)
        for _ in range(workers):
            cluster.start_worker(threads)
        yield cluster
    finally:
        for process in [*cluster.workers, scheduler]:
            process.kill()
            process.wait()


def _address(told: Path, scheduler: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and scheduler.poll() is None:
        try:
            return str(json.loads(told.read_text())["address"])
        except (OSError, ValueError, KeyError):
            time.sleep(0.1)
    raise RuntimeError("the Dask scheduler did not start")

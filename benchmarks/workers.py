"""Two workers of a Prefect work pool, on a server with PostgreSQL; one is killed in the middle of a run.

    python benchmarks/workers.py [--feeds 100] [--cycles 10] [--every 15]

Makes a PostgreSQL server and a Prefect server, deploys the flow ``watch`` from this checkout to a process
work pool, starts two workers, and lets newsrooms publish before each of the scheduled cycles. When half of
them are done, a worker is killed while a run of its own is at work, with that run (SIGKILL): a machine that
is gone. Prints the states of the runs. Ends with 1 if a release is missing or twice in the archive, or was
not told exactly once.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil
import requests

from benchmarks.parts.engine_sides import ROOT
from benchmarks.parts.newsrooms import Newsrooms
from benchmarks.parts.prefect_server import PrefectServer, postgres, prefect_server
from benchmarks.parts.tree import command_of
from tests.support.receiver import receive_hooks
from tests.support.setup import write_config
from tests.support.site import Site, serve_site

PREFECT = [sys.executable, "-m", "prefect", "--no-prompt"]
POOL = "presswatch"
_DELAY = 0.03  # seconds of each feed, one after the other: a cycle that lasts long enough to be killed


def prefect(server: PrefectServer, *arguments: str) -> None:
    """Call Prefect's command, which must work."""
    environment = server.environment(PRESSWATCH_HOME=str(ROOT))
    done = subprocess.run(
        [*PREFECT, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def start_worker(server: PrefectServer, name: str, folder: Path) -> subprocess.Popen[bytes]:
    """A worker, in a session of its own as on a machine of its own."""
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [*PREFECT, "worker", "start", "--pool", POOL, "--name", name, "--limit", "2"],
            cwd=folder,
            env=server.environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def runs(server: PrefectServer) -> Counter[str]:
    """How many runs of the flow are in which state, by the state's name."""
    found = requests.post(f"{server.api_url}/flow_runs/filter", json={"limit": 200}, timeout=30).json()
    return Counter(run["state_name"] for run in found)


def kill_at_work(workers: list[subprocess.Popen[bytes]], site: Site) -> str:
    """Kill the worker that reads feeds, in the middle of that, and what it has started; say what was done."""
    asked = sum(site.requests.values())
    while sum(site.requests.values()) < asked + len(site.pages) // 3:
        time.sleep(0.02)
    for number, worker in enumerate(workers, 1):
        started = psutil.Process(worker.pid).children(recursive=True)
        if any("prefect" in command_of(process) for process in started):
            for process in [psutil.Process(worker.pid), *started]:
                process.kill()
            worker.wait()
            return f"worker-{number} and the run that it was at were killed, {len(started) + 1} processes"
    raise RuntimeError("no worker is at work")


def main() -> None:
    """Run, check and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    parser.add_argument("--feeds", type=int, default=100)
    parser.add_argument("--cycles", type=int, default=10)
    parser.add_argument("--every", type=int, default=15, metavar="SECONDS")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        postgres(Path(name)) as database,
        prefect_server(Path(name) / "prefect", database) as server,
        serve_site() as site,
        receive_hooks() as hook,
    ):
        folder = Path(name) / "watch"
        folder.mkdir()
        newsrooms = Newsrooms(site, asked.feeds, delay=_DELAY)
        config = write_config(
            folder,
            newsrooms.open(),
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[{"id": "desk", "channel": "hook"}],
        )
        prefect(server, "work-pool", "create", POOL, "--type", "process")
        prefect(
            server, "deploy", "--name", "watch/presswatch", "--param", f"config={config}",
            "--interval", str(asked.every),
        )  # fmt: skip
        workers = [start_worker(server, f"worker-{number}", folder) for number in (1, 2)]
        try:
            follow(asked.cycles, asked.every, server, newsrooms, workers)
        finally:
            for worker in workers:
                if worker.poll() is None:
                    worker.terminate()
                    worker.wait()
        wrong = newsrooms.mistakes(folder / "archive.db", hook)
        print(f"{len(newsrooms.published)} published, {len(newsrooms.telling)} to tell; {dict(runs(server))}")
        print("\n".join(wrong) or "each is in the archive once and was told once")
        sys.exit(1 if wrong else 0)


def follow(
    cycles: int,
    every: int,
    server: PrefectServer,
    newsrooms: Newsrooms,
    workers: list[subprocess.Popen[bytes]],
) -> None:
    """Publish before each cycle, kill a worker half way, and wait until all is done."""
    done, killed, begun = 0, False, time.monotonic()
    while done < cycles:
        newsrooms.publish(newsrooms.number // 5)
        before = done
        while done == before:
            time.sleep(0.5)
            states = runs(server)
            done = states["Completed"] + states["Skipped"] + states["Busy"]
        print(f"{time.monotonic() - begun:5.0f} s  {done} cycles done, {dict(states)}", flush=True)
        if not killed and done >= cycles // 2:
            print(f"        {kill_at_work(workers, newsrooms.site)}", flush=True)
            killed = True
    time.sleep(every * 2)  # what was published last


if __name__ == "__main__":
    main()

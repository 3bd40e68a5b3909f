"""``presswatch serve`` for a long time, over newsrooms that publish, fail and come back, while it is killed.

    python benchmarks/soak.py [--minutes 60] [--feeds 300] [--every 10] [--kills 5]

The Prefect server is the one that ``serve`` starts. In the first two thirds of the time the server and the
whole of ``serve`` are killed (SIGKILL), in turn, each as often as asked; ``serve`` is started again then, the
server comes back by itself. In the last tenth nothing more is published. Prints what of memory and file
handles each process used in the first and the last third of the time after the last kill. Ends with 1 if a
release is missing or twice in the archive, or was not told exactly once.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.parts.engine_sides import environment
from benchmarks.parts.newsrooms import Newsrooms
from benchmarks.parts.tree import Use, command_of, tree
from tests.support.receiver import receive_hooks
from tests.support.setup import write_config
from tests.support.site import serve_site

_ROLES = {"server": "prefect server start", "runner": "flows.serving.process", "serve": "cli.main serve"}
_PUBLISH_SECONDS = 5.0


class Served:
    """``presswatch serve`` as a process, again and again."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self._log = (config.parent / "serve.log").open("ab")
        self.start()

    def start(self) -> None:
        """Start it in a session of its own."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "serve", "-c", str(self._config)],
            cwd=self._config.parent,
            env=environment(),
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def roles(self) -> dict[str, psutil.Process]:
        """Its processes by what they are for, as far as they run."""
        found: dict[str, psutil.Process] = {}
        for process in tree(self.process.pid):
            command = command_of(process)
            for role, words in _ROLES.items():
                if words in command:
                    found[role] = process
        return found

    def kill(self, role: str) -> bool:
        """Kill one of them; whether it was there. Of ``serve`` the rest is killed too: a power failure."""
        if role == "serve":
            for process in [*tree(self.process.pid)]:
                with_it(process)
            self.process.wait()
            self.start()
            return True
        process = self.roles().get(role)
        return process is not None and with_it(process)

    def stop(self) -> float:
        """End it as a service manager does; how many seconds that took."""
        begun = time.monotonic()
        self.process.terminate()
        self.process.wait(120)
        self._log.close()
        return time.monotonic() - begun


def with_it(process: psutil.Process) -> bool:
    """Kill a process; whether it was still there."""
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return False
    return True


def main() -> None:
    """Run, check and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--every", type=int, default=10, metavar="SECONDS")
    parser.add_argument("--kills", type=int, default=5, help="of the server, and as many of serve")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, serve_site() as site, receive_hooks() as hook:
        newsrooms = Newsrooms(site, asked.feeds)
        config = write_config(
            Path(name),
            newsrooms.open(),
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[{"id": "desk", "channel": "hook", "health": False}],
            serve=f'watch_every = "{asked.every}s"\ndeliver_every = "{asked.every * 2}s"',
        )
        served, use = Served(config), Use()
        soak(served, newsrooms, use, asked.minutes * 60, asked.kills)
        took = served.stop()
        left = [command_of(process) for process in psutil.process_iter() if name in command_of(process)]
        wrong = newsrooms.mistakes(Path(name) / "archive.db", hook)
        repeated = len(hook.received) - len(dict(hook.received))
        print(
            f"{len(newsrooms.published)} published, {len(newsrooms.telling)} to tell, "
            f"{len(hook.received)} messages, {repeated} of them sent again under the same identity; "
            f"stopped in {took:.1f} s, {len(left)} processes left behind"
        )
        print("\n".join(use.lines()))
        print("\n".join(wrong) or "each is in the archive once and was told once")
        if wrong:
            print((Path(name) / "serve.log").read_text()[-5000:])
        sys.exit(1 if wrong or left else 0)


def soak(served: Served, newsrooms: Newsrooms, use: Use, seconds: float, kills: int) -> None:
    """Let time pass, with all that is to happen in it."""
    begun = time.monotonic()
    span = seconds * 2 / 3 / (2 * kills + 1)
    due = [(span * (number + 1), "server" if number % 2 else "serve") for number in range(2 * kills)]
    told = begun
    while (now := time.monotonic() - begun) < seconds:
        if now < seconds * 0.9:
            newsrooms.publish(max(newsrooms.number // 30, 1))
            newsrooms.fail(newsrooms.number // 15 if now < seconds * 0.8 else 0)
        if due and now >= due[0][0]:
            role = due[0][1]
            if served.kill(role):
                print(f"{now:6.0f} s  {role} killed", flush=True)
                due.pop(0)
                use.samples.clear()
        for role, process in served.roles().items():
            use.sample(role, process, now)
        if time.monotonic() - told > 600:
            told = time.monotonic()
            print(f"{now:6.0f} s\n" + "\n".join(use.lines()), flush=True)
        time.sleep(_PUBLISH_SECONDS)


if __name__ == "__main__":
    main()

"""Attacks beside 100 honest newsrooms: how late their releases are told, and who is named for it.

    python -m benchmarks.attacks [--newsrooms 100] [--cycles 2] [--only WORDS] [--longest-cycle 60]
                                 [--patience 300]

Each attack is a newsroom, or a receiver, beside honest ones whose releases mention a program. They are read
by `presswatch run`, as it stands on the command line, and told at once by three channels: a folder, a mail
server and a webhook, which are real ones on loopback addresses. In each cycle each honest newsroom publishes
a release. The first row is without an attack.

Prints for each attack how many of the honest releases were told by all channels in the cycle in which they
came out, how many seconds after the command began the last one was (of each channel), the peak of memory of
the command and all that it starts, how long the longest command ran and how it ended, and what the archive
says of the attacker. A command that takes longer than PATIENCE is killed.

A further attack is a row of ``SCENARIOS``: a document, pages, or another mail server.
"""

from __future__ import annotations

import argparse
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.parts.attacks.documents import ATTACKS, Attack, links
from benchmarks.parts.attacks.places import Told, Web, honest_mail, served, trickling_mail
from benchmarks.parts.tree import tree

ROOT = Path(__file__).parents[1]
CHANNELS = ("file", "mail", "webhook")


@dataclass(frozen=True)
class Scenario:
    """An attack: a newsroom's document, or the feed that leads to its pages; and the mail server."""

    name: str
    attack: Attack | None = None
    pages: Callable[[Web], bytes] | None = None
    mail: Callable[[Told], AbstractContextManager[int]] = honest_mail
    spared: tuple[str, ...] = CHANNELS
    """The channels by which honest releases must come."""


SCENARIOS = (
    Scenario("no attack"),
    *(Scenario(attack.name, attack) for attack in ATTACKS),
    Scenario("1,500 pages that trickle", pages=lambda web: links(web.page_host, 1_500)),
    Scenario("a mail server that trickles", mail=trickling_mail, spared=("file", "webhook")),
)


@dataclass
class Outcome:
    """What came of the cycles of a scenario."""

    expected: int = 0
    told: int = 0
    late: dict[str, float] = field(default_factory=dict)
    peak: float = 0
    longest: float = 0
    ends: list[str] = field(default_factory=list)
    named: str = ""


def live_through(scenario: Scenario, asked: argparse.Namespace) -> Outcome:
    """Let the cycles of a scenario run, and measure them."""
    outcome = Outcome()
    web = Web(attack=scenario.attack, pages=scenario.pages)
    with tempfile.TemporaryDirectory() as name, served(web), scenario.mail(web.told) as port:
        folder = Path(name)
        write_config(folder, web, port, asked)
        for web.cycle in range(1, asked.cycles + 1):
            begun, begun_at = time.monotonic(), time.time()
            outcome.ends.append(run(folder, outcome, asked.patience))
            outcome.longest = max(outcome.longest, time.monotonic() - begun)
            read_files(folder / "digests", web.told, begun - begun_at)
            for number in range(asked.newsrooms):
                title = f"Parish {number} case {web.cycle}"
                times = {channel: web.told.at.get((channel, title)) for channel in scenario.spared}
                outcome.expected += 1
                outcome.told += all(times.values())
                for channel, at in times.items():
                    if at is not None:
                        outcome.late[channel] = max(outcome.late.get(channel, 0), at - begun)
        outcome.named = "; ".join(named(folder / "archive.db"))
    return outcome


def write_config(folder: Path, web: Web, mail_port: int, asked: argparse.Namespace) -> None:
    """The honest newsrooms, the attacker among them, and three subscriptions."""
    feeds = [(web.honest(number), f"Parish {number}") for number in range(asked.newsrooms)]
    if web.attack is not None or web.pages is not None:
        feeds.insert(len(feeds) // 2, (web.hostile, "Attacker"))
    text = f"""include = ["{ROOT}/config/programs.toml"]
[archive]
path = "archive.db"
[fetch]
interval = "0s"
allow_private_addresses = true
longest_cycle = "{asked.longest_cycle}s"
timeout = "5s"
total_timeout = "20s"
[[channels]]
id = "file"
type = "file"
path = "digests"
[[channels]]
id = "mail"
type = "smtp"
host = "127.0.0.1"
port = {mail_port}
security = "none"
sender = "watch@example.org"
[[channels]]
id = "webhook"
type = "webhook"
url = "http://127.0.0.1:{web.port}/hook"
[[subscriptions]]
id = "by-file"
channel = "file"
[[subscriptions]]
id = "by-mail"
channel = "mail"
recipients = ["desk@example.org"]
[[subscriptions]]
id = "by-webhook"
channel = "webhook"
"""
    for url, publisher in feeds:
        fulltext = "auto" if publisher == "Attacker" else "never"
        text += f'[[feeds]]\nurl = "{url}"\npublisher = "{publisher}"\nfulltext = "{fulltext}"\n'
    (folder / "watch.toml").write_text(text, encoding="utf-8")


def run(folder: Path, outcome: Outcome, patience: float) -> str:
    """One `presswatch run`; how it ended."""
    command = [sys.executable, "-m", "cli.main", "run", "--json", "-c", str(folder / "watch.toml")]
    with (folder / "said.txt").open("a") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        done = threading.Event()
        watching = threading.Thread(target=watch_memory, args=(process.pid, outcome, done))
        watching.start()
        try:
            return f"exit {process.wait(patience)}"
        except subprocess.TimeoutExpired:
            for one in [*tree(process.pid)][::-1]:
                with suppress(psutil.Error):
                    one.kill()
            process.wait()
            return "killed"
        finally:
            done.set()
            watching.join()


def watch_memory(pid: int, outcome: Outcome, done: threading.Event) -> None:
    """Note the peak of the process and all that it has started, in megabytes."""
    while not done.wait(0.05):
        used = 0
        for process in tree(pid):
            with suppress(psutil.Error):
                used += process.memory_info().rss
        outcome.peak = max(outcome.peak, used / 1e6)


def read_files(folder: Path, told: Told, offset: float) -> None:
    """What came to the folder; files know the time of day, which is ``offset`` before the monotonic clock."""
    for page in folder.glob("*.eml"):
        told.note("file", page.read_text(encoding="utf-8"), page.stat().st_mtime + offset)


def named(archive: Path) -> Iterator[str]:
    """What the archive says of newsrooms and pages that could not be read, or only in part."""
    with closing(sqlite3.connect(archive)) as database:
        rows = database.execute(
            "SELECT publisher, last_error, warning FROM feeds WHERE last_error != '' OR warning != ''"
        )
        for publisher, error, warning in rows:
            yield f"{publisher}: {error or warning}"
        pages = database.execute("SELECT count(*), reason FROM pages WHERE reason != '' GROUP BY reason")
        for count, reason in pages:
            yield f"{count} pages: {reason}"
        failed = "SELECT count(*), said FROM attempts WHERE outcome != 'accepted' GROUP BY said"
        for count, said in database.execute(failed):
            yield f"{count} attempts: {said}"


def main() -> None:
    """Run the scenarios, and print a row for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    parser.add_argument("--newsrooms", type=int, default=100, help="honest ones")
    parser.add_argument("--cycles", type=int, default=2, help="of each scenario")
    parser.add_argument("--only", default="", help="attacks whose name holds these words")
    parser.add_argument("--longest-cycle", type=int, default=60, metavar="SECONDS")
    parser.add_argument("--patience", type=float, default=300, metavar="SECONDS")
    asked = parser.parse_args()
    print(f"{'':<40}{'told':>10}{'file':>7}{'mail':>7}{'hook':>7}{'MB':>7}{'run':>7}  ends")
    for scenario in SCENARIOS:
        if asked.only in scenario.name:
            out = live_through(scenario, asked)
            late = "".join(f"{out.late.get(channel, float('nan')):7.1f}" for channel in CHANNELS)
            told = f"{out.told}/{out.expected}"
            ends = ", ".join(dict.fromkeys(out.ends))
            print(f"{scenario.name:<40}{told:>10}{late}{out.peak:7.0f}{out.longest:7.1f}  {ends}", flush=True)
            if out.named:
                print(f"  {out.named}", flush=True)


if __name__ == "__main__":
    main()

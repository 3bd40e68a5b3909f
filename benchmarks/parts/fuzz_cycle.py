"""Spoilt feeds beside untouched ones, through whole cycles into an archive."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypeVar

from benchmarks.parts.fuzz_reading import Fuzz
from flows.cycle import in_threads, load_ready, run_once
from presswatch.errors import FetchError
from presswatch.feeds.document import read_document
from presswatch.feeds.values import ShardJob
from storage.archive import Archive

Job = TypeVar("Job")
Result = TypeVar("Result")
Page = tuple[bytes, str]
"""What a server answers: body and content type."""

EACH = 10
"""So many spoilt feeds come into an archive, and as many untouched ones."""
_PLAIN = "text/xml"


@dataclass(frozen=True, slots=True)
class Rounds:
    """What came of the spoilt feeds' cycles: untouched feeds, their items, and how many the archive
    lacks; how many readings of spoilt feeds failed, and what should never be.
    """

    spoilt: int = 0
    untouched: int = 0
    items: int = 0
    lost: int = 0
    refused: int = 0
    faults: tuple[str, ...] = ()

    def __add__(self, other: Rounds) -> Rounds:
        return Rounds(
            self.spoilt + other.spoilt,
            self.untouched + other.untouched,
            self.items + other.items,
            self.lost + other.lost,
            self.refused + other.refused,
            self.faults + other.faults,
        )


def run_round(fuzz: Fuzz, first: int, count: int = EACH) -> Rounds:
    """Spoil feeds by the numbers from ``first`` on, and read them with others into a new archive.

    Two cycles: first the feeds to be spoilt, as they are, and half of the others; then the spoilt ones, and
    all of the others. Pieces of the spoilt ones come from the others, as far as these are enough. No
    untouched feed may lose an item, be it to another's error or to its likeness.
    """
    made = [fuzz.spoil(number) for number in range(first, first + count)]
    taken = {one.feed for one in made}
    others = sorted(name for name in fuzz.feeds if name not in taken and _items(fuzz.feeds[name]))
    Random(f"{fuzz.seed} {first} beside").shuffle(others)
    lenders = {one.other for one in made}
    chosen = sorted(others, key=lambda name: name not in lenders)[:count]
    before = {f"/{number}": (fuzz.feeds[one.feed], _PLAIN) for number, one in enumerate(made)}
    spoilt = {f"/{number}": (one.body, one.kind) for number, one in enumerate(made)}
    beside = {f"/beside/{number}": (fuzz.feeds[name], _PLAIN) for number, name in enumerate(chosen)}
    early = dict(list(beside.items())[::2])
    with TemporaryDirectory() as folder, _serve() as (base, pages):
        config = Path(folder) / "watch.toml"
        _cycle(config, base, pages, before | early)
        failures = _cycle(config, base, pages, spoilt | beside)
        found = _found(config.with_name("archive.db"), base)
    wanted = {path: _items(body) for path, (body, _) in beside.items()}
    lost = {path: items - found[path] for path, items in wanted.items() if found[path] < items}
    return Rounds(
        len(spoilt),
        len(beside),
        sum(wanted.values()),
        sum(lost.values()),
        sum(path in spoilt for path in failures),
        tuple(_faults(first, failures, lost, beside)),
    )


def _faults(
    first: int, failures: Mapping[str, str], lost: Mapping[str, int], beside: Mapping[str, Page]
) -> Iterator[str]:
    for path, reason in failures.items():
        if path in beside or reason.startswith("unexpected"):
            yield f"round {first}: {path} could not be read: {reason}"
    for path, number in lost.items():
        yield f"round {first}: {path}, which is untouched, lost {number} items"


def _items(body: bytes) -> int:
    """How many distinct items the feed holds, read alone; 0 if it can't be read."""
    try:
        return len(read_document(body, url="", publisher="", content_type=_PLAIN, known="").entries)
    except FetchError:
        return 0


def _cycle(config: Path, base: str, pages: dict[str, Page], shown: Mapping[str, Page]) -> dict[str, str]:
    """Read all that is shown; say which could not be read, and why."""
    pages.clear()
    pages.update(shown)
    config.write_text(_config([base + path for path in shown]), encoding="utf-8")
    report = run_once(load_ready(config), _only_feeds)
    return {failure.url.removeprefix(base): failure.reason for failure in report.failures}


def _only_feeds(read: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
    """Read feeds, and ask nobody for what a spoilt one no longer shows: its links lead anywhere."""
    return in_threads(read, [job for job in jobs if isinstance(job, ShardJob)])


def _config(urls: Sequence[str]) -> str:
    fetch = (
        '[fetch]\ninterval = "0s"\nhost_delay = "0s"\nallow_private_addresses = true\nfulltext = "never"\n'
    )
    feeds = [
        f"[[feeds]]\nurl = {json.dumps(url)}\npublisher = {json.dumps(f'Publisher {url}')}\n" for url in urls
    ]
    return '[archive]\npath = "archive.db"\n' + fetch + "".join(feeds)


def _found(archive: Path, base: str) -> dict[str, int]:
    """How many releases were seen in each feed."""
    query = (
        "SELECT url, (SELECT count(DISTINCT release_id) FROM sightings s WHERE s.feed_id = f.id) FROM feeds f"
    )
    with Archive(archive, read_only=True) as opened:
        return {url.removeprefix(base): number for url, number in opened.database.execute(query)}


@contextmanager
def _serve() -> Iterator[tuple[str, dict[str, Page]]]:
    """A server on the loopback address, and its pages by their paths."""
    pages: dict[str, Page] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body, kind = pages[self.path]
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", pages
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""A trial: a table's newsrooms are served and watched; what was told and archived is held against truth."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flows.cycle import in_threads, load_ready, run_once
from tests.identity.case import START, Case, Item, Outcome, Room, Table, Told
from tests.identity.wire import Web, listed, page, rss, serve
from tests.support.receiver import Receiver, receive_hooks

_CLOCKS = (
    "flows.cycle",
    "presswatch.feeds.shard",
    "presswatch.feeds.page",
    "presswatch.web.fetch",
    "presswatch.recovery.shard",
    "presswatch.pages.visitor",
    "presswatch.pipeline",
)
_PROGRAM = '[[programs]]\nid = "s-comm"\nname = "Secure Communities"\nterms = ["S-Comm"]\n'
_LIST = 'kind = "page"\nselectors = { item = "li.item", link = "h3 a", date = "time" }\n'


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a case went: ``faults`` says in words what is wrong, and is empty where all is right."""

    case: Case
    told: Outcome
    faults: tuple[str, ...]


@dataclass
class _Stage:
    """The table on the web."""

    table: Table
    web: Web

    def name(self, case: int, publisher: str) -> str:
        """A publisher's name in the configuration."""
        return f"Newsroom {case} {publisher}"

    def put(self, key: str, case: int) -> str:
        """A link or guid with the case's real hosts and numbers in it, so that cases share none."""
        if ".example" not in key:
            return f"{key}{case:03}" if key else ""
        key = key.replace("//", "http://", 1) if key.startswith("//") else key
        key = key.replace(".example", f"{case}.example:{self.web.port}")
        return f"{key}{case:03}" if "?p=" in key else key

    def show(self, reading: int) -> None:
        """Put on the web what every newsroom shows at a reading."""
        for number, case in enumerate(self.table.cases):
            for room in case.rooms:
                items = [self._real(item, number) for item in room.at(reading)]
                late = START + reading * self.table.every
                assert all(item.date is None or item.date <= late for item in items), case.name
                self._show_list(room, items, number, cut=room.cut if reading == 0 else 0)
                if self.table.fulltext != "never":
                    for item in reversed(items):  # where several have one address, the newest stands there
                        host, _, path = item.link.removeprefix("http://").partition("/")
                        shown = ("text/html; charset=utf-8", page(item).encode())
                        self.web.pages[host.partition(":")[0], f"/{path}"] = shown

    def _show_list(self, room: Room, items: list[Item], number: int, cut: int) -> None:
        title, host = self.name(number, room.publisher), f"{room.host}{number}.example"
        if room.kind == "page":
            self.web.pages[host, room.path] = ("text/html; charset=utf-8", listed(items, title).encode())
            return
        most = room.most or len(items) or 1
        parts = [items[first : first + most] for first in range(0, len(items), most)] or [[]]
        paths = [room.path, *(f"{room.path}/{part}" for part in range(1, len(parts)))]
        for part, path, older in zip(parts, paths, [*paths[1:], ""], strict=True):
            body = rss(part, title, f"http://{host}:{self.web.port}{older}" if older else "")
            if cut:
                body = body[: [*re.finditer("<item>", body)][cut].end() + 12]
            self.web.pages[host, path] = ("application/rss+xml", body.encode())

    def _real(self, item: Item, case: int) -> Item:
        return replace(item, link=self.put(item.link, case), guid=self.put(item.guid, case))

    def config(self, folder: Path, hook: Receiver) -> Path:
        """The watch, as a person writes it."""
        lines = ['[archive]\npath = "archive.db"\n[fetch]\ninterval = "0s"\nallow_private_addresses = true']
        lines += [f'host_delay = "0s"\npage_delay = "0s"\nfulltext = "{self.table.fulltext}"\n', _PROGRAM]
        lines += [f'[[channels]]\nid = "hook"\ntype = "webhook"\nurl = "{hook.url}"\n']
        lines += ['[[subscriptions]]\nid = "desk"\nchannel = "hook"\nhealth = false\n']
        for number, case in enumerate(self.table.cases):
            for room in case.rooms:
                url = self.put(f"//{room.host}.example{room.path}", number)
                publisher = self.name(number, room.publisher)
                more = "" if room.kind == "feed" else _LIST
                lines.append(f'[[feeds]]\nurl = "{url}"\npublisher = "{publisher}"\n{more}')
        path = folder / "watch.toml"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path


class _Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def _at(clock: _Clock) -> Iterator[None]:
    with ExitStack() as patches:
        for module in _CLOCKS:
            patches.enter_context(patch(f"{module}.utc_now", clock))
        patches.enter_context(patch("presswatch.recovery.visit.SPACING", 0.0))
        yield


def try_table(table: Table, folder: Path) -> list[Verdict]:
    """Read all the table's newsrooms as often as its longest case has readings; how each case went."""
    clock = _Clock()
    with serve() as web, receive_hooks() as hook, _at(clock):
        stage = _Stage(table, web)
        stage.show(0)
        watch = load_ready(stage.config(folder, hook))
        for reading in range(max(len(room.readings) for case in table.cases for room in case.rooms)):
            stage.show(reading)
            clock.now = START + reading * table.every
            report = run_once(watch, in_threads)
            assert not report.failures, report.failures
            assert report.deliveries.pending == report.deliveries.failed == 0
    payloads = [payload for _, payload in hook.received]
    with closing(sqlite3.connect(folder / "archive.db")) as archive:
        return [
            _judge(case, _told(case, number, stage, payloads), _archived(archive, case, number, stage))
            for number, case in enumerate(table.cases)
        ]


def _told(case: Case, number: int, stage: _Stage, payloads: list[dict[str, Any]]) -> Outcome:
    names = {stage.name(number, room.publisher): room.publisher for room in case.rooms}
    releases = {item.release for room in case.rooms for reading in room.readings for item in reading}
    told: list[Told] = []
    for payload in payloads:
        for item in (item for section in payload["sections"] for item in section["items"]):
            if not names.keys() & set(item["publishers"]):
                continue
            others = [other["publisher"] for other in item["others"]]
            own = item["publishers"][0]
            words = " ".join([item["title"], *(passage["text"] for passage in item["passages"])])
            found = " ".join(sorted(word for word in releases if word in words))
            told.append(Told(names.get(own, own), item["kind"], found or f"? {words[:60]}"))
            told += [Told(names.get(other, other), "also") for other in others]
        for later in payload["also"]:
            told += [
                Told(names[other["publisher"]], "also")
                for other in later["publications"]
                if other["publisher"] in names
            ]
    return tuple(told)


@dataclass(frozen=True, slots=True)
class _Archived:
    rows: int
    lost: tuple[str, ...]


def _archived(archive: sqlite3.Connection, case: Case, number: int, stage: _Stage) -> _Archived:
    """How many releases the case's publishers have, and what of their words is nowhere under their names."""
    kept: dict[str, str] = {}
    rows = 0
    for publisher in {room.publisher for room in case.rooms}:
        name = stage.name(number, publisher)
        texts = archive.execute(
            "SELECT title || ' ' || text FROM releases WHERE publisher = ? UNION ALL"
            " SELECT v.title || ' ' || v.text FROM revisions v JOIN releases r ON r.id = v.release_id"
            " WHERE r.publisher = ?",
            (name, name),
        )
        kept[publisher] = " ".join(" ".join(text.split()) for (text,) in texts)
        (count,) = archive.execute("SELECT count(*) FROM releases WHERE publisher = ?", (name,)).fetchone()
        rows += count
    whose: dict[str, set[str]] = defaultdict(set)
    titles: dict[str, str] = {}
    for room in case.rooms:
        for item in (item for reading in room.readings for item in reading):
            for paragraph in _read(room, item, stage.table):
                whose[paragraph].add(room.publisher)
                titles[paragraph] = item.release
    lost = {
        titles[paragraph]
        for paragraph, publishers in whose.items()
        if not any(" ".join(paragraph.split()) in kept[publisher] for publisher in publishers)
    }
    return _Archived(rows, tuple(sorted(lost)))


def _read(room: Room, item: Item, table: Table) -> tuple[str, ...]:
    """The words of an item that are to be kept; the page of one that is old at first need not be read."""
    carried = () if room.kind == "page" else item.paragraphs
    behind = item.page or (item.paragraphs if room.kind == "page" else ())
    is_old = any(item.release == old.release for old in room.readings[0])
    read = carried if table.fulltext == "never" or is_old else (*carried, *behind)
    return tuple(paragraph.removesuffix(" […]") for paragraph in read)


def _judge(case: Case, told: Outcome, archived: _Archived) -> Verdict:
    faults: list[str] = []
    if case.undecidable:
        known = {(one.publisher, one.release) for one in told}
        silent = {one for one in case.right[0] if (one.publisher, one.release) not in known}
        faults += [f"never told: {_words(one)}" for one in sorted(silent)]
    elif Counter(told) not in [Counter(outcome) for outcome in case.right]:
        expected = min(
            (Counter(outcome) for outcome in case.right),
            key=lambda outcome: (outcome - Counter(told)).total() + (Counter(told) - outcome).total(),
        )
        faults += [f"not told: {_words(one)}" for one in (expected - Counter(told)).elements()]
        faults += [f"told, and should not be: {_words(one)}" for one in (Counter(told) - expected).elements()]
    if case.rows is not None and not case.undecidable and archived.rows != case.rows:
        faults.append(f"{archived.rows} releases in the archive instead of {case.rows}")
    faults += [f"words are nowhere in the archive: {release}" for release in archived.lost]
    return Verdict(case, told, tuple(faults))


def _words(one: Told) -> str:
    return " ".join(filter(None, (one.publisher, one.kind, one.release)))

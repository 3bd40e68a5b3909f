"""One spoilt document, read in every way in which Presswatch reads a feed."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import FrameType

from benchmarks.fuzz_mutations import content_type, mutate
from presswatch.errors import FetchError
from presswatch.feeds import sights
from presswatch.feeds.document import Document, read_document
from presswatch.feeds.items import split
from presswatch.feeds.jsonfeed import looks_like_json
from presswatch.feeds.parse import parse_feed
from presswatch.feeds.reading import read_answer
from presswatch.feeds.sights import own_keys
from presswatch.feeds.values import Entry, FeedState, Fetched, Read, Validators
from presswatch.matching.matcher import Matcher
from presswatch.web.answer import Answer
from presswatch.wellformed import well_formed

URL = "https://newsroom.example/press/feed.xml"
PUBLISHER = "Newsroom"
LONGEST = 60.0
"""Seconds after which a reading counts as one that never ends."""
_HELD_TO_THE_LAW = 0.25  # of what can be split: it takes as long as all the rest
_FETCHED = Fetched(1, URL, datetime(2026, 11, 25, tzinfo=UTC), 0.1, 200)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a spoilt document. ``refused`` is the reason if it was, else empty; ``faults`` says
    what should never be, empty for the rest.
    """

    number: int
    feed: str
    changes: tuple[str, ...]
    seconds: float
    entries: int = 0
    refused: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A feed's document after changes, with pieces of an ``other`` feed, and what the server calls it."""

    feed: str
    other: str
    body: bytes
    kind: str
    changes: tuple[str, ...]


@dataclass
class Fuzz:
    """Spoils feeds and reads them. The same seed and number give the same document."""

    feeds: Mapping[str, bytes]
    seed: int
    matcher: Matcher
    _known: dict[str, str] = field(default_factory=dict)

    def spoil(self, number: int) -> Spoilt:
        """The document of that number."""
        chance = Random(f"{self.seed} {number}")
        names = sorted(self.feeds)
        feed, other = chance.choice(names), chance.choice(names)
        body, changes = mutate(self.feeds[feed], self.feeds[other], chance)
        return Spoilt(feed, other, body, content_type(chance), tuple(changes))

    def run(self, number: int) -> Outcome:
        """Spoil and read."""
        made = self.spoil(number)
        known = self._trace(made.feed)
        start = time.perf_counter()
        entries, refused, faults = 0, "", []
        try:
            with _time_limit(LONGEST):
                entries, faults = self._read(
                    made.body, made.kind, known, Random(f"{self.seed} {number} part")
                )
        except FetchError as error:
            refused = error.reason
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            faults = [f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"]
        seconds = time.perf_counter() - start
        return Outcome(number, made.feed, made.changes, seconds, entries, refused, tuple(faults))

    def _trace(self, name: str) -> str:
        """What is known of a feed after it was read unspoilt; empty where it can't be read."""
        if name not in self._known:
            try:
                self._known[name] = _document(self.feeds[name], "text/xml", "").known
            except FetchError:
                self._known[name] = ""
        return self._known[name]

    def _read(self, body: bytes, kind: str, known: str, chance: Random) -> tuple[int, list[str]]:
        """Read it as the first document of its feed, and as the next after the unspoilt one."""
        answer = Answer(200, URL, False, body, kind, Validators())

        def read(known: str) -> Read:
            state = FeedState(1, URL, PUBLISHER, known=known)
            return read_answer(state, answer, _FETCHED, body_hash="", matcher=self.matcher, fetch=_refuse)

        try:
            first = read("")
        except FetchError:
            if _can_be_split(body, kind):
                read(known)
                return 0, ["it is read after the unspoilt document, but not alone"]
            raise
        entries = tuple(matched.entry for matched in first.entries)
        faults = [fault for entry in entries for fault in _unfit(entry)]
        if _can_be_split(body, kind):  # else every reading is one of the whole
            read(known)
            if chance.random() < _HELD_TO_THE_LAW:
                faults += _against_the_law(body, kind, first.known, entries, chance)
        return len(entries), faults


def _can_be_split(body: bytes, kind: str) -> bool:
    if looks_like_json(body, kind):
        return False
    parts = split(body, kind)
    return parts is not None and bool(parts.items)


def _document(body: bytes, kind: str, known: str) -> Document:
    return read_document(body, url=URL, publisher=PUBLISHER, content_type=kind, known=known)


def _unfit(entry: Entry) -> Iterator[str]:
    """Why the entry can't be stored as it is."""
    for name in ("guid", "link", "title", "content", "text", "language", "published_raw"):
        value = getattr(entry, name)
        if value != well_formed(value):
            yield f"{name} can't be stored: {value!r:.80}"
    if not entry.keys:
        yield "the entry has no key"


def _against_the_law(
    body: bytes, kind: str, known: str, first: tuple[Entry, ...], chance: Random
) -> list[str]:
    """Where parsing a part gives something else than parsing the whole. ``known`` is the trace of all of it,
    ``first`` what the first reading gave.
    """
    whole = parse_feed(body, url=URL, publisher=PUBLISHER, content_type=kind).entries
    if first != whole:
        return ["a first reading gives other entries than parsing the whole"]
    traces = known.splitlines()
    share = chance.random()
    left_out = {place for place in range(len(traces)) if chance.random() < share}
    part = _document(body, kind, "\n".join(traces[place] for place in sorted(left_out)))
    own = own_keys([sight for trace in traces for sight in sights.from_text(trace).values()])
    listed = iter(whole)
    entries = [next(listed) if keys is not None else None for keys in own]
    wanted = tuple(entry for place, entry in enumerate(entries) if entry and place not in left_out)
    if part.entries != wanted:
        return [f"{len(wanted)} of {len(traces)} items, read alone, are not as in the whole"]
    return [] if part.known == known else ["the trace of a part is not that of the whole"]


def _refuse(url: str) -> Answer:
    raise FetchError(url, "nothing else is fetched here")


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`TimeoutError` in the block after so long. For the main thread only."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"it took longer than {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

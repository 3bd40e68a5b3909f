"""One spoilt document, read in every way in which Presswatch reads a feed."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import FrameType

from benchmarks.parts.fuzz_mutations import content_type, mutate
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


class TookTooLong(BaseException):
    """Raised where a reading doesn't end; no error, or it would be taken for one of the feed's."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a spoilt document. ``refused`` is the reason if it was, else empty; ``faults`` says
    what should never be. ``in_part`` says whether it can be read in part, ``held_to_the_law`` whether that
    was compared with the whole.
    """

    number: int
    feed: str
    changes: tuple[str, ...]
    seconds: float = 0.0
    entries: int = 0
    refused: str = ""
    faults: tuple[str, ...] = ()
    in_part: bool = False
    held_to_the_law: bool = False


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
        outcome = Outcome(number, made.feed, made.changes)
        known = self._trace(made.feed)
        start = time.perf_counter()
        try:
            with _time_limit(LONGEST):
                outcome = self._read(outcome, made, known)
        except FetchError as error:
            outcome = replace(outcome, refused=error.reason)
        except (Exception, TookTooLong) as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            fault = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
            outcome = replace(outcome, faults=(fault,))
        return replace(outcome, seconds=time.perf_counter() - start)

    def _trace(self, name: str) -> str:
        """What is known of a feed after it was read unspoilt; empty where it can't be read."""
        if name not in self._known:
            try:
                self._known[name] = _document(self.feeds[name], "text/xml", "").known
            except FetchError:
                self._known[name] = ""
        return self._known[name]

    def _read(self, outcome: Outcome, made: Spoilt, known: str) -> Outcome:
        """Read it as the first document of its feed, and as the next after the unspoilt one."""
        answer = Answer(200, URL, False, made.body, made.kind, Validators())

        def read(known: str) -> Read:
            state = FeedState(1, URL, PUBLISHER, known=known)
            return read_answer(state, answer, _FETCHED, body_hash="", matcher=self.matcher, fetch=_refuse)

        in_part = _can_be_split(made)
        try:
            first = read("")
        except FetchError:
            # After the unspoilt one it may be read where alone it is refused: if nothing in it is new,
            # nothing is parsed. What is new must not be read otherwise than alone.
            if in_part and read(known).entries:
                return replace(outcome, faults=("an item is read in part, and refused in the whole",))
            raise
        entries = tuple(matched.entry for matched in first.entries)
        faults = [fault for entry in entries for fault in _unfit(entry)]
        chance = Random(f"{self.seed} {outcome.number} part")
        held = in_part and chance.random() < _HELD_TO_THE_LAW
        if in_part:  # else every reading is one of the whole
            read(known)
        if held:
            faults += _against_the_law(made, first.known, entries, chance)
        return replace(
            outcome, entries=len(entries), faults=tuple(faults), in_part=in_part, held_to_the_law=held
        )


def _can_be_split(made: Spoilt) -> bool:
    if looks_like_json(made.body, made.kind):
        return False
    parts = split(made.body, made.kind)
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


def _against_the_law(made: Spoilt, known: str, first: tuple[Entry, ...], chance: Random) -> list[str]:
    """Where parsing a part gives something else than parsing the whole. ``known`` is the trace of all of it,
    ``first`` what the first reading gave.
    """
    whole = parse_feed(made.body, url=URL, publisher=PUBLISHER, content_type=made.kind).entries
    if first != whole:
        return ["a first reading gives other entries than parsing the whole"]
    traces = known.splitlines()
    share = chance.random()
    left_out = {place for place in range(len(traces)) if chance.random() < share}
    part = _document(made.body, made.kind, "\n".join(traces[place] for place in sorted(left_out)))
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
    """Raise :class:`TookTooLong` in the block after so long. For the main thread only."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TookTooLong(f"it took longer than {seconds:g} seconds")

    handler = signal.signal(signal.SIGALRM, stop)
    start = time.monotonic()
    others, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        left = max(others - (time.monotonic() - start), 0.001) if others else 0
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, left)

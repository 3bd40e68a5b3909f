"""A million releases of about 2 KB, each of its own words, a twentieth of which name a program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from presswatch.feeds.entry import make_entry
from presswatch.feeds.values import MatchedEntry
from presswatch.matching.matcher import Matcher
from presswatch.releases.found import find_in_release
from tests.simulation.words import Writer

_TOKENS = 2_000_000
_LENGTHS = (60, 480)  # words
_NAMING = 20  # one in so many
_SENTENCES = (
    "The coalition calls on the county to leave Secure Communities.",
    "The sheriff signed a 287(g) agreement in spring.",
    "Advocates say that immigration detainers keep people in jail without a warrant.",
    "“S-Comm turns the booking desk into a border,” the director said.",
)


class Releases:
    """Makes releases one after the other; the same seed makes the same ones."""

    def __init__(self, seed: int, matcher: Matcher) -> None:
        self._random = Random(seed)
        words = Writer(self._random)
        # Drawn from with equal weights afterwards, which is many times as fast as drawing by rank.
        self._tokens = words.words(_TOKENS)
        self._words = words
        self._matcher = matcher

    def make(self, number: int, publisher: str, now: datetime) -> MatchedEntry:
        """The release of this number."""
        random = self._random
        words = random.choices(self._tokens, k=random.randint(*_LENGTHS))
        paragraphs = [" ".join(words[at : at + 60]).capitalize() + "." for at in range(0, len(words), 60)]
        names = random.randrange(_NAMING) == 0
        if names:
            paragraphs.insert(random.randint(0, len(paragraphs)), random.choice(_SENTENCES))
        paragraphs.append(f"Contact: {self._words.name()}, {number}.")
        title, text = self._words.title(), "\n\n".join(paragraphs)
        published = now - timedelta(minutes=random.randint(1, 600))
        link = f"https://{publisher.lower().replace(' ', '-')}.example/news/{number}"
        entry = make_entry(
            publisher=publisher,
            guid=link,
            link=link,
            title=title,
            content=text,
            text=text,
            language=random.choice(("en", "en", "en-us", "es")),
            published=published,
            published_raw=published.isoformat(),
        )
        if not names:
            return MatchedEntry(entry, ())
        found = find_in_release(self._matcher, title=title, text=text, publisher=publisher)
        return MatchedEntry(entry, found.mentions, found.parts)

    def batch(self, first: int, feeds: int, items: int, now: datetime) -> Iterator[list[MatchedEntry]]:
        """For each feed its new items."""
        for feed in range(feeds):
            yield [self.make(first + feed * items + item, f"Newsroom {feed}", now) for item in range(items)]

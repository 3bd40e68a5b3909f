"""Invented releases: words enough that no two are alike by chance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from random import Random

from tests.identity.case import DAY, START, Item
from tests.simulation.words import Writer

TERM = "S-Comm"
"""What all cases watch for."""


@cache
def _writer() -> Writer:
    return Writer(Random("identity"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A release as it was written: before it has an address."""

    release: str
    title: str
    paragraphs: tuple[str, ...]

    def item(self, link: str, guid: str = "", date: datetime | None = None) -> Item:
        """As a feed shows it."""
        return Item(self.release, self.title, self.paragraphs, link, guid, date)

    @property
    def slug(self) -> str:
        """Its title as addresses have it."""
        return slug(self.title)


class Pen:
    """Writes releases. The same ones for the same seed."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)
        self.writer = _writer().another(self.random, names_from=self.random.randrange(10**9))

    def draft(self, *, mentions: bool = True, title: str = "", paragraphs: int = 4) -> Draft:
        """A release of some 150 words that names the program, or does not."""
        name = self.writer.name()
        told = TERM if mentions else "the harbour pact"
        body = [
            f"{self.writer.sentence(name)} {self.writer.sentence()}",
            f"{self.writer.sentence()} {self.writer.name()} and {name} {told} "
            f"{self.writer.sentence().lower()}",
            *(self.writer.paragraph(3) for _ in range(paragraphs - 2)),
        ]
        return Draft(name, title or self.title(), tuple(body))

    def title(self) -> str:
        """A headline."""
        return self.writer.title()

    def old(self, front: str, count: int = 3, *, dated: bool = True) -> list[Item]:
        """What a newsroom had published long before it was first read, the newest first."""
        drafts = [self.draft(mentions=False) for _ in range(count)]
        serial = self.random.randrange(10_000, 99_000)
        return [
            draft.item(
                f"{front}/news/{draft.slug}/",
                f"{front}/?p={serial - 11 * age}",
                START - (20 + 9 * age) * DAY if dated else None,
            )
            for age, draft in enumerate(drafts)
        ]

    def mended(self, draft: Draft) -> Draft:
        """The release with a word of its text changed."""
        words = draft.paragraphs[-1].split(" ")
        words[2] = self.writer.rare_words(1)[0]
        return replace(draft, paragraphs=(*draft.paragraphs[:-1], " ".join(words)))

    def with_mention(self, draft: Draft) -> Draft:
        """The release with a sentence added that names the program."""
        added = f" {self.writer.name()} and {draft.release} {TERM} {self.writer.sentence().lower()}"
        return replace(draft, paragraphs=(*draft.paragraphs[:-1], draft.paragraphs[-1] + added))

    def retitled(self, draft: Draft) -> Draft:
        """The release with two words of its headline changed."""
        words = draft.title.split(" ")
        for place in (1, -1):
            words[place] = self.writer.rare_words(1)[0].capitalize()
        return replace(draft, title=" ".join(words))


def slug(title: str) -> str:
    """A title as addresses have it."""
    kept = "".join(c if c.isalnum() else " " for c in title.lower())
    return "-".join(kept.split())

"""From what is owed to a digest: grouped by program, told once a story, with the passages that say why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from presswatch.digests.model import Coverage, Digest, DigestItem, Passage, Section
from presswatch.digests.stories import group_stories
from presswatch.matching.mention import Field

_WHERE = {
    "boilerplate": ", in what the publisher says of itself",
    "signatories": ", among the signatories",
    "contacts": ", among the contacts",
}
"""Where a mention weighs less, the digest says so."""

MOST_PASSAGES = 3
"""How many passages of a release a digest quotes for a program."""


@dataclass(frozen=True, slots=True)
class OwedMention:
    """A mention that a subscription has not been told of, with its place in the release."""

    field: Field
    start: int
    end: int
    snippet: str
    snippet_start: int
    why: str
    part: str = "body"


@dataclass(frozen=True, slots=True)
class Owed:
    """A release that is owed to a subscription for one program."""

    release_id: int
    program: str
    kind: Literal["new", "updated"]
    title: str
    text: str
    url: str
    publisher: str
    published: datetime | None
    first_seen: datetime
    mentions: tuple[OwedMention, ...]


def compose(
    *,
    subscription: str,
    owed: Sequence[Owed],
    names: Mapping[str, str],
    coverage: Coverage,
    since: datetime,
    now: datetime,
) -> Digest:
    """The digest of what is owed: a section for each program in the order of ``names``, newest first."""
    by_program: dict[str, list[Owed]] = defaultdict(list)
    for release in owed:
        by_program[release.program].append(release)
    order = {program: place for place, program in enumerate(names)}
    sections = [
        Section(program, names.get(program, program), _items(releases))
        for program, releases in sorted(
            by_program.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0])
        )
    ]
    return Digest(subscription, now, since, now, tuple(sections), coverage)


def _items(releases: Sequence[Owed]) -> tuple[DigestItem, ...]:
    newest_first = sorted(releases, key=_when, reverse=True)
    return tuple(_item(story) for story in group_stories(newest_first))


def _when(release: Owed) -> tuple[datetime, int]:
    """A date in the future is a mistake: such a release counts as of the time it was first seen."""
    published = release.published or release.first_seen
    return min(published, release.first_seen), release.release_id


def _item(story: Sequence[Owed]) -> DigestItem:
    first = story[0]
    return DigestItem(
        release_id=first.release_id,
        title=first.title,
        url=first.url,
        publishers=tuple(dict.fromkeys(release.publisher for release in story)),
        published=first.published,
        first_seen=first.first_seen,
        kind=first.kind,
        passages=_passages(first),
    )


def _passages(release: Owed) -> tuple[Passage, ...]:
    """The first few passages, none twice: a mention inside a passage already quoted is marked there.

    The title is read anyway, so a mention in it is quoted only if there is no other.
    """
    mentions = sorted(release.mentions, key=lambda m: m.start)
    shown: list[OwedMention] = []
    for mention in [m for m in mentions if m.field == "text"] or mentions:
        if not any(_holds(passage, mention) for passage in shown):
            shown.append(mention)
    return tuple(_passage(release, m, mentions) for m in shown[:MOST_PASSAGES])


def _holds(passage: OwedMention, mention: OwedMention) -> bool:
    end = passage.snippet_start + len(passage.snippet)
    return passage.field == mention.field and passage.snippet_start <= mention.start and mention.end <= end


def _passage(release: Owed, quoted: OwedMention, mentions: Sequence[OwedMention]) -> Passage:
    field = release.title if quoted.field == "title" else release.text
    offset = quoted.snippet_start
    marks = {(m.start - offset, m.end - offset) for m in mentions if _holds(quoted, m)}
    return Passage(
        text=quoted.snippet,
        marks=tuple(sorted(marks)),
        before=offset > 0,
        after=offset + len(quoted.snippet) < len(field),
        why=quoted.why + _WHERE.get(quoted.part, ""),
    )

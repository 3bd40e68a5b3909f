"""From what is owed to a digest: grouped by program, told once a story, with the passages that say why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from presswatch.digests.model import (
    Coverage,
    Digest,
    DigestItem,
    LaterPublishers,
    Passage,
    Publication,
    Section,
)
from presswatch.digests.owed import Owed, OwedMention
from presswatch.releases.difference import Span, excerpt

_WHERE = {
    "boilerplate": ", in what the publisher says of itself",
    "signatories": ", among the signatories",
    "contacts": ", among the contacts",
}
"""Where a mention weighs less, the digest says so."""

MOST_PASSAGES = 3
"""How many passages of a release a digest quotes for a program."""


def compose(
    *,
    subscription: str,
    owed: Sequence[Owed],
    names: Mapping[str, str],
    coverage: Coverage,
    since: datetime,
    now: datetime,
    also: Sequence[LaterPublishers] = (),
    weeks: Mapping[str, tuple[int, ...]] | None = None,
    timezone: str = "UTC",
) -> Digest:
    """The digest of what is owed: a section for each program in the order of ``names``, newest first.

    ``weeks`` holds of the programs how many releases mentioned them in the last weeks, where that is known.
    ``timezone`` names the zone in which its times are told.
    """
    by_program: dict[str, list[Owed]] = defaultdict(list)
    for release in owed:
        by_program[release.program].append(release)
    order = {program: place for place, program in enumerate(names)}
    sections = [
        Section(program, names.get(program, program), _items(releases), (weeks or {}).get(program, ()))
        for program, releases in sorted(
            by_program.items(), key=lambda pair: (order.get(pair[0], len(order)), pair[0])
        )
    ]
    return Digest(subscription, now, since, now, tuple(sections), coverage, tuple(also), timezone=timezone)


def _items(releases: Sequence[Owed]) -> tuple[DigestItem, ...]:
    """An item for each story, standing where its newest release does; an edit stands by itself."""
    stories: dict[tuple[str, int], list[Owed]] = defaultdict(list)
    for release in sorted(releases, key=_when, reverse=True):
        if release.story is not None and not release.change:
            stories["story", release.story].append(release)
        else:
            stories["release", release.release_id].append(release)
    return tuple(_item(story) for story in stories.values())


def _when(release: Owed) -> tuple[datetime, int]:
    """A date in the future is a mistake: such a release counts as of the time it was first seen."""
    published = release.published or release.first_seen
    return min(published, release.first_seen), release.release_id


def _item(story: Sequence[Owed]) -> DigestItem:
    first = story[0]
    told = [Publication(release.release_id, release.publisher, release.url) for release in story]
    publications = {publication.release_id: publication for publication in told}
    for publication in first.publications if not first.change else ():
        publications.setdefault(publication.release_id, publication)
    _, *others = publications.values()
    return DigestItem(
        release_id=first.release_id,
        title=first.title,
        url=first.url,
        publishers=tuple(dict.fromkeys(p.publisher for p in publications.values())),
        published=first.published,
        first_seen=first.first_seen,
        kind=first.kind,
        passages=_passages(first),
        others=tuple(others),
        difference=_difference(first),
    )


def _difference(release: Owed) -> tuple[Span, ...]:
    """What the edit changed around the first of the mentions that it touched."""
    if release.compared is None:
        return ()
    title, text = release.compared
    for mention in sorted(release.mentions, key=lambda m: (m.field == "title", m.start)):
        have, other = (release.title, title) if mention.field == "title" else (release.text, text)
        old, new = (have, other) if release.kind == "removed" else (other, have)
        of: Literal["old", "new"] = "old" if release.kind == "removed" else "new"
        found = excerpt(old, new, mention.start, mention.end, of=of)
        if found:
            return found
    return ()


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

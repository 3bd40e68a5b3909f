"""Giving a release another text: an edit of its publisher's, or the page behind it. What it said is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlite_utils import Database

from presswatch.matching.mention import Mention
from presswatch.matching.normalise import normalise
from presswatch.releases.part import Part
from presswatch.times import to_text

Cause = Literal["new", "edit", "page", "rematch"]
WEAK_PARTS = ("boilerplate", "signatories")
"""Where a mention weighs less; a subscription can leave these out."""

_INVITATION = 8  # words: "The post … appeared first on …" is longer, but stands under whole texts too

_KEPT = ("revision", "title", "text", "content", "published", "content_hash", "text_from", "fetch_id")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with what was found in it; the offsets of mentions in the title are the title's."""

    text: str
    mentions: tuple[Mention, ...]
    parts: tuple[Part, ...]

    def followed_by(self, other: Reading) -> Reading:
        """Both texts, this one first, each with what was found in it."""
        offset = len(self.text) + 2
        return Reading(
            f"{self.text}\n\n{other.text}",
            self._with_title_of(other)
            + tuple(
                replace(m, start=m.start + offset, end=m.end + offset, snippet_start=m.snippet_start + offset)
                for m in other.mentions
                if m.field == "text"
            ),
            self.parts + tuple(replace(p, start=p.start + offset, end=p.end + offset) for p in other.parts),
        )

    def _with_title_of(self, other: Reading) -> tuple[Mention, ...]:
        """These mentions, and those of the title that count only by the other text's evidence."""
        have = {(m.program, m.start, m.end) for m in self.mentions if m.field == "title"}
        more = (m for m in other.mentions if m.field == "title")
        return self.mentions + tuple(m for m in more if (m.program, m.start, m.end) not in have)

    def programs(self, field: str = "") -> set[str]:
        """The programs that are mentioned, in a field if one is named."""
        return {mention.program for mention in self.mentions if field in ("", mention.field)}


def present(database: Database, release: Mapping[str, Any]) -> Reading:
    """The text that a release has now, with what was found in it."""
    of_now = [release["id"], release["revision"]]
    mentions = database.query(
        "SELECT * FROM mentions WHERE release_id = ? AND revision = ? ORDER BY id", of_now
    )
    parts = database.query("SELECT * FROM parts WHERE release_id = ? AND revision = ? ORDER BY id", of_now)
    return Reading(
        release["text"],
        tuple(
            Mention(
                program=row["program_id"],
                term=row["term"],
                field=row["field"],
                start=row["start_offset"],
                end=row["end_offset"],
                snippet=row["snippet"],
                snippet_start=row["snippet_offset"],
                why=row["why"],
                rule=row["rule"],
                part=row["part"],
            )
            for row in mentions
        ),
        tuple(
            Part(row["kind"], row["start_offset"], row["end_offset"], row["value"], row["date"])
            for row in parts
        ),
    )


def known_programs(database: Database, release_id: int) -> set[str]:
    """The programs that any revision of the release has mentioned."""
    rows = database.execute("SELECT DISTINCT program_id FROM mentions WHERE release_id = ?", [release_id])
    return {row[0] for row in rows}


def rewrite(
    database: Database,
    release: Mapping[str, Any],
    reading: Reading,
    *,
    replaced_by: Literal["edit", "page"],
    now: datetime,
    may_announce: bool = True,
    is_old: bool = False,
    **changes: Any,
) -> int:
    """Keep what the release said, store what it says now, and return how many mentions that makes.

    A program that it never mentioned before is news, unless ``may_announce`` forbids it: after an edit
    if the words are new, from its page if the release itself was to be announced. What else it
    mentions has been told, or is owed already. What an edit takes out, and what comes back, is noted in
    ``mention_changes``; unless it ``is_old``, and nobody's news.
    """
    before = present(database, release)
    kept = {name: release[name] for name in _KEPT}
    database.table("revisions").insert(
        {**kept, "release_id": release["id"], "replaced": to_text(now), "replaced_by": replaced_by}
    )
    database.execute(
        "INSERT INTO releases_fts(releases_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)",
        [release["id"], release["title"], release["text"]],
    )
    news = _news(database, release, reading, replaced_by)
    revision = release["revision"] + 1
    if replaced_by == "edit" and not is_old:
        _note(database, release, _removed(database, release, before, reading, changes), "removed", now)
    again = (reading.programs() - before.programs()) & known_programs(database, release["id"])
    if not is_old:
        _note(database, release, again, "again", now)
    changes |= {"text": reading.text, "revision": revision, "revised": to_text(now)}
    database.table("releases").update(release["id"], changes)
    database.execute(
        "INSERT INTO releases_fts(rowid, title, text) VALUES (?, ?, ?)",
        [release["id"], changes.get("title", release["title"]), reading.text],
    )
    fresh = may_announce and not is_old and (replaced_by == "edit" or bool(release["announce"]))
    mentions = mention_rows(
        release["id"],
        revision,
        reading.mentions,
        now,
        cause=replaced_by,
        announce=lambda program: fresh and program in news,
    )
    database.table("mentions").insert_all(mentions)
    database.table("parts").insert_all(part_rows(release["id"], revision, reading.parts))
    return len(mentions)


def _news(database: Database, release: Mapping[str, Any], reading: Reading, replaced_by: str) -> set[str]:
    """The programs that the release mentions now and never did before, or so far only where some don't
    want to be told of it (among signatories, in boilerplate).

    One whose rule is younger than the old text is no news of an edit if its words stood there already: then
    it is not the text that is new, but the program on the watchlist.
    """
    rows = list(database.query("SELECT program_id, part FROM mentions WHERE release_id = ?", [release["id"]]))
    known = {row["program_id"] for row in rows}
    known_well = {row["program_id"] for row in rows if row["part"] not in WEAK_PARTS}
    stronger = {m.program for m in reading.mentions if m.part not in WEAK_PARTS} - known_well
    news = (reading.programs() - known) | stronger
    if replaced_by == "edit":
        before = normalise(f"{release['title']}\n\n{release['text']}")
        since = release["revised"] or release["first_seen"]
        news -= {
            program
            for program in news - known
            if _is_younger(database, program, reading, since) and _stood(program, reading, before)
        }
    return news


def _removed(
    database: Database,
    release: Mapping[str, Any],
    before: Reading,
    after: Reading,
    changes: Mapping[str, Any],
) -> set[str]:
    """The programs that the publisher's edit leaves without a mention.

    It is no removal if another source speaks now (another feed, the page), if the text is cut down to its
    opening (a feed that has turned to teasers), if the words still stand there and only count no
    longer, or if nobody looks for the program any more.
    """
    gone = before.programs() - after.programs()
    if not gone or _other_source(database, release, changes):
        return set()
    title = changes.get("title", release["title"])
    if _is_opening(_below(title, after.text), of=_below(release["title"], before.text)):
        return set()
    text = normalise(f"{title}\n\n{after.text}")
    active = {row[0] for row in database.execute("SELECT id FROM programs WHERE active")}
    return {program for program in gone & active if not _stood(program, before, text)}


def _note(
    database: Database, release: Mapping[str, Any], programs: Iterable[str], kind: str, now: datetime
) -> None:
    database.table("mention_changes").insert_all(
        {
            "release_id": release["id"],
            "revision": release["revision"] + 1,
            "program_id": program,
            "kind": kind,
            "found": to_text(now),
        }
        for program in sorted(programs)
    )


def _other_source(database: Database, release: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
    """Whether the new text comes from another feed than the old one, or from the page where that did not."""
    if changes.get("text_from", release["text_from"]) != release["text_from"]:
        return True
    fetches = [release["fetch_id"], changes.get("fetch_id", release["fetch_id"])]
    feeds = database.execute("SELECT count(DISTINCT feed_id) FROM fetches WHERE id IN (?, ?)", fetches)
    return bool(feeds.fetchone()[0] > 1)


def _below(title: str, text: str) -> str:
    """The text without the title, which stands above a page's."""
    return text.removeprefix(title) if title else text


def _is_opening(text: str, *, of: str) -> bool:
    """Whether the text is the first part of a much longer one, perhaps with an invitation to read more."""
    if 2 * len(text) >= len(of):
        return False
    words, longer = normalise(text).split(), normalise(of).split()
    shared = next((n for n, (a, b) in enumerate(zip(words, longer, strict=False)) if a != b), len(words))
    return shared >= max(len(words) - _INVITATION, len(words) // 2, 1)


def _is_younger(database: Database, program: str, reading: Reading, since: str) -> bool:
    """Whether the rule that finds the program was adopted after the old text was matched."""
    rule = next(mention.rule for mention in reading.mentions if mention.program == program)
    adopted = database.execute(
        "SELECT adopted FROM rules WHERE program_id = ? AND version = ?", [program, rule]
    ).fetchone()
    return adopted is not None and bool(adopted[0] > since)


def _stood(program: str, reading: Reading, before: str) -> bool:
    """Whether every word by which the program is mentioned stood in the old text, as a word."""
    found = {normalise(_words(mention)) for mention in reading.mentions if mention.program == program}
    return all(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", before) for words in found)


def _words(mention: Mention) -> str:
    start = mention.start - mention.snippet_start
    return mention.snippet[start : start + mention.end - mention.start]


def mention_rows(
    release_id: int,
    revision: int,
    mentions: Iterable[Mention],
    now: datetime,
    *,
    cause: Cause,
    announce: Callable[[str], bool],
) -> list[dict[str, Any]]:
    """Rows of the table ``mentions``; ``announce`` says of a program whether its mention is to be told."""
    return [
        {
            "release_id": release_id,
            "revision": revision,
            "program_id": mention.program,
            "term": mention.term,
            "field": mention.field,
            "start_offset": mention.start,
            "end_offset": mention.end,
            "part": mention.part,
            "snippet": mention.snippet,
            "snippet_offset": mention.snippet_start,
            "why": mention.why,
            "rule": mention.rule,
            "cause": cause,
            "found": to_text(now),
            "announce": int(announce(mention.program)),
        }
        for mention in mentions
    ]


def part_rows(release_id: int, revision: int, parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Rows of the table ``parts``."""
    return [
        {
            "release_id": release_id,
            "revision": revision,
            "kind": part.kind,
            "start_offset": part.start,
            "end_offset": part.end,
            "value": part.value,
            "date": part.date,
        }
        for part in parts
    ]

"""The forms in which a release was shown: what was taken for it, so that all can be told apart again.

A release's row holds the first guid and address, and what it says now; ``revisions`` what it said before.
Each other form (guid, address, title, text) that was taken for the release is a row of ``variants``, with the
dates that it claimed and with the reason. Its text is kept there if no other row of the release has it word
for word.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.identity import Candidate, Verdict
from presswatch.feeds.keys import digest
from presswatch.feeds.values import Entry
from presswatch.times import to_text
from storage import rows

MOST_DATES = 20
"""Dates that are kept of a form; of a newsroom that dates anew at each reading the last one is replaced."""

_FORMS = """
    SELECT guid, url, title, content_hash, why, dates, first_seen, last_seen, coalesce(text,
        (SELECT w.text FROM variants w WHERE w.release_id = v.release_id AND w.content_hash = v.content_hash
            AND w.text IS NOT NULL LIMIT 1),
        (SELECT o.text FROM revisions o WHERE o.release_id = v.release_id AND o.content_hash = v.content_hash
            ORDER BY o.revision LIMIT 1),
        (SELECT r.text FROM releases r WHERE r.id = v.release_id AND r.content_hash = v.content_hash), '')
        AS text,
        (SELECT url FROM feeds f WHERE f.id = v.feed_id) AS feed
    FROM variants v WHERE release_id = ? ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Form:
    """A form in which a release was shown: what was taken for it, the dates that it claimed as they were
    written, and why it was taken for that release.
    """

    guid: str
    url: str
    title: str
    text: str
    dates: tuple[str, ...]
    why: str
    feed: str
    first_seen: str
    last_seen: str


def forms(database: Database, release_id: int) -> list[Form]:
    """The forms of a release beside the first, the first seen first."""
    return [
        Form(
            guid=row["guid"],
            url=row["url"],
            title=row["title"],
            text=row["text"],
            dates=tuple(json.loads(row["dates"])),
            why=row["why"],
            feed=row["feed"],
            first_seen=row["first_seen"],
            last_seen=row["last_seen"],
        )
        for row in database.query(_FORMS, [release_id])
    ]


def is_as_stored(entry: Entry, candidate: Candidate) -> bool:
    """Whether the entry is the release as its row has it."""
    return (entry.guid, entry.link, entry.content_hash, entry.published_raw) == (
        candidate.guid,
        candidate.link,
        candidate.content_hash,
        candidate.published_raw,
    )


def row_of(
    entry: Entry, verdict: Verdict, *, feed_id: int, fetch_id: int, now: datetime, has_text: bool
) -> dict[str, Any]:
    """The row of a form; ``has_text`` says that another row of the release has its text word for word."""
    date = entry.published_raw or (to_text(entry.published) if entry.published else "")
    return {
        "release_id": verdict.release_id,
        "feed_id": feed_id,
        "fetch_id": fetch_id,
        "form": digest(entry.guid, entry.link, entry.content_hash)[:32],
        "guid": entry.guid,
        "url": entry.link,
        "title": entry.title,
        "text": None if has_text else entry.text,
        "content_hash": entry.content_hash,
        "language": entry.language,
        "dates": json.dumps([date], ensure_ascii=False),
        "why": verdict.why,
        "first_seen": to_text(now),
        "last_seen": to_text(now),
    }


def unseen(database: Database, found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of the rows whose forms are not stored."""
    known = _known(database, found)
    return [row for row in found if (row["release_id"], row["form"]) not in known]


def _known(database: Database, found: Sequence[Mapping[str, Any]]) -> dict[tuple[int, str], dict[str, Any]]:
    """What is stored of the forms' releases."""
    if not found:
        return {}
    return {
        (row["release_id"], row["form"]): row
        for row in database.query(
            "SELECT id, release_id, form, dates FROM variants"
            " WHERE release_id IN (SELECT value FROM json_each(?))",
            [json.dumps(list({row["release_id"] for row in found}))],
        )
    }


def write(database: Database, found: Sequence[Mapping[str, Any]]) -> None:
    """Add the forms that are new, and to those that are known the dates that are."""
    if not found:
        return
    known = _known(database, found)
    new: dict[tuple[int, str], dict[str, Any]] = {}
    changed: dict[int, dict[str, Any]] = {}
    for row in found:
        key = row["release_id"], row["form"]
        before = new.get(key) or known.get(key)
        if before is None:
            new[key] = dict(row)
            continue
        dates = _with_dates(json.loads(before["dates"]), json.loads(row["dates"]))
        if dates is not None:
            before["dates"] = json.dumps(dates, ensure_ascii=False)
            if key in known:
                changed[before["id"]] = {
                    "id": before["id"],
                    "dates": before["dates"],
                    "last_seen": row["last_seen"],
                }
    rows.insert(database, "variants", list(new.values()))
    rows.update(database, "variants", list(changed.values()))


def _with_dates(before: list[str], more: Iterable[str]) -> list[str] | None:
    """The dates with those that are new, if any is."""
    new = [date for date in more if date not in before]
    return [*before, *new][: MOST_DATES - 1] + [*before, *new][MOST_DATES - 1 :][-1:] if new else None

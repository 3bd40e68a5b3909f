"""The digest as JSON, for programs. Keys are only ever added within a version."""

from __future__ import annotations

import json
from typing import Any

from presswatch.digests.model import Coverage, Digest, DigestItem, Gap, Passage, Publication, Section
from presswatch.times import to_text

VERSION = 2
"""2: an item may be of the kind "removed", which says that the release no longer mentions the program."""


def payload(digest: Digest, identity: str | None = None) -> dict[str, Any]:
    """The digest in plain types, as it was frozen: texts are the publishers' own, and not safe as markup.

    ``id`` is the delivery's identity. Times are ISO 8601 in UTC, whatever the ``timezone``, which is the one
    that people are told them in; ``published`` is null where the feed gave none. ``marks`` are [start, end]
    offsets in ``text``, in Unicode code points. An item's ``kind`` is new, updated, removed or again;
    ``difference`` is what the edit changed, in spans that are same, removed or added. ``moments`` counts the
    times of the schedule that the digest stands for. A digest that is too large for one message comes in
    ``parts``, each of which is told like a digest of its own. A section's ``weeks`` say how many releases
    mentioned the program in each of the last weeks, this one last; they are empty where that is not known.
    ``also`` holds later publishers of what was told in an earlier digest.

    ``docs/webhook.schema.json`` says the same for programs.
    """
    return {
        "type": "digest",
        "version": VERSION,
        "id": identity,
        "subscription": digest.subscription,
        "subject": digest.subject,
        "created": to_text(digest.created),
        "since": to_text(digest.since),
        "until": to_text(digest.until),
        "timezone": digest.timezone,
        "moments": digest.moments,
        "part": digest.part.number if digest.part else 1,
        "parts": digest.part.of if digest.part else 1,
        "releases": digest.releases,
        "sections": [_section(section) for section in digest.sections],
        "also": [
            {
                "title": later.title,
                "url": later.url,
                "publisher": later.publisher,
                "programs": list(later.programs),
                "publications": [_publication(each) for each in later.publications],
            }
            for later in digest.also
        ],
        "coverage": _coverage(digest.coverage),
    }


def payload_text(digest: Digest, identity: str | None = None) -> str:
    """The payload as JSON, readable as it is: only what must be is escaped."""
    return json.dumps(payload(digest, identity), ensure_ascii=False)


def _section(section: Section) -> dict[str, Any]:
    return {
        "program": section.program,
        "name": section.name,
        "weeks": list(section.weeks),
        "items": [_item(item) for item in section.items],
    }


def _item(item: DigestItem) -> dict[str, Any]:
    return {
        "release_id": item.release_id,
        "title": item.title,
        "url": item.url,
        "publishers": list(item.publishers),
        "published": to_text(item.published) if item.published else None,
        "first_seen": to_text(item.first_seen),
        "kind": item.kind,
        "others": [_publication(other) for other in item.others],
        "difference": [{"kind": span.kind, "text": span.text} for span in item.difference],
        "passages": [_passage(passage) for passage in item.passages],
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "text": passage.text,
        "marks": [[start, end] for start, end in passage.marks],
        "before": passage.before,
        "after": passage.after,
        "why": passage.why,
    }


def _publication(publication: Publication) -> dict[str, Any]:
    return {
        "release_id": publication.release_id,
        "publisher": publication.publisher,
        "url": publication.url,
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "feeds": coverage.feeds,
        "read": coverage.read,
        "failed": [
            {"publisher": feed.publisher, "url": feed.url, "reason": feed.reason} for feed in coverage.failed
        ],
        "silent": [
            {"publisher": feed.publisher, "url": feed.url, "since": to_text(feed.since)}
            for feed in coverage.silent
        ],
        "gaps": [_gap(gap) for gap in coverage.gaps],
        "unread": [
            {"publisher": feed.publisher, "url": feed.url, "pages": feed.pages, "reason": feed.reason}
            for feed in coverage.unread
        ],
        "turned": [
            {
                "publisher": turn.publisher,
                "url": turn.url,
                "since": to_text(turn.since),
                "health": turn.health,
                "reason": turn.reason,
            }
            for turn in coverage.turned
        ],
        "limits": [
            {"publisher": one.publisher, "url": one.url, "what": one.what, "reason": one.reason}
            for one in coverage.limits
        ],
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "id": gap.id,
        "publisher": gap.publisher,
        "url": gap.url,
        "since": to_text(gap.since),
        "until": to_text(gap.until),
        "status": gap.status,
        "recovered": gap.recovered,
        "how": gap.how,
    }

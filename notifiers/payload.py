"""The digest as JSON, for programs. Keys are only ever added within a version."""

from __future__ import annotations

import json
from typing import Any

from presswatch.digests.model import Digest, DigestItem, Passage, Section
from presswatch.times import to_text

VERSION = 1


def payload(digest: Digest, identity: str | None = None) -> dict[str, Any]:
    """The digest in plain types, as it was frozen: texts are the publishers' own, and not safe as markup.

    ``id`` is the delivery's identity. Times are ISO 8601 in UTC; ``published`` is null where the feed gave
    none. ``marks`` are [start, end] offsets in ``text``, in Unicode code points.
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
        "releases": digest.releases,
        "sections": [_section(section) for section in digest.sections],
        "coverage": {
            "feeds": digest.coverage.feeds,
            "read": digest.coverage.read,
            "failed": [
                {"publisher": feed.publisher, "url": feed.url, "reason": feed.reason}
                for feed in digest.coverage.failed
            ],
        },
    }


def payload_text(digest: Digest, identity: str | None = None) -> str:
    """The payload as JSON, readable as it is: only what must be is escaped."""
    return json.dumps(payload(digest, identity), ensure_ascii=False)


def _section(section: Section) -> dict[str, Any]:
    return {
        "program": section.program,
        "name": section.name,
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

"""When a publisher says that a release has changed, beside when it was published."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from presswatch.feeds.jsonfeed import parse_json_feed
from presswatch.feeds.parse import parse_feed
from presswatch.feeds.values import Entry

Made = Callable[[str, str], Entry]
URL = "https://newsroom.example/feed"
FIRST, THEN, LATER = (f"2026-11-{day}T08:00:00Z" for day in (24, 25, 26))


def atom(published: str, updated: str) -> Entry:
    """An Atom entry; an empty string leaves its element out."""
    dates = "".join(
        f"<{name}>{date}</{name}>" for name, date in (("published", published), ("updated", updated)) if date
    )
    document = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>a</title>{dates}</entry></feed>'
    (entry,) = parse_feed(document.encode(), url=URL, publisher="Harbour", content_type="").entries
    return entry


def json_feed(published: str, updated: str) -> Entry:
    """An item of a JSON Feed."""
    item = {"id": "1", "title": "a", "date_published": published, "date_modified": updated}
    document = {"version": "https://jsonfeed.org/version/1.1", "items": [item]}
    (entry,) = parse_json_feed(json.dumps(document).encode(), url=URL, publisher="Harbour").entries
    return entry


@pytest.mark.parametrize("made", [atom, json_feed])
def test_updated_stands_beside_published(made: Made) -> None:
    """Where both are said; one alone is when it was published. What was written of that is kept as it was."""
    both, alone, never = made(FIRST, THEN), made("", THEN), made(FIRST, "")
    assert (both.published_raw, both.updated) == (FIRST, datetime(2026, 11, 25, 8, tzinfo=UTC))
    assert (alone.published_raw, alone.updated) == (THEN, None)
    assert (never.published_raw, never.updated) == (FIRST, None)


@pytest.mark.parametrize("made", [atom, json_feed])
def test_another_update_shows_the_entry_anew(made: Made) -> None:
    """It is the same release, and says the same: only its fingerprint is another."""
    before, after = made(FIRST, THEN), made(FIRST, LATER)
    assert before.fingerprint != after.fingerprint
    assert (before.keys, before.content_hash) == (after.keys, after.content_hash)

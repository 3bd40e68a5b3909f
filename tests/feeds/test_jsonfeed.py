"""JSON Feed, as it should be and as it comes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.errors import FetchError
from presswatch.feeds.jsonfeed import looks_like_json, parse_json_feed
from presswatch.feeds.values import Entry, ParsedFeed

URL = "https://rights.example/news/feed.json"


def _parse(body: bytes | str) -> ParsedFeed:
    return parse_json_feed(body.encode() if isinstance(body, str) else body, url=URL, publisher="Rights")


def _feed(*items: Any, **fields: Any) -> ParsedFeed:
    return _parse(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, **fields}))


def _one(**item: Any) -> Entry:
    (entry,) = _feed(item).entries
    return entry


def test_a_whole_feed() -> None:
    """Every field that we keep ends up where it belongs."""
    feed = _feed(
        {
            "id": "https://rights.example/?p=1",
            "url": "/news/one",
            "title": "One  thing\nhappened",
            "content_html": "<p>At <b>noon</b>.</p>",
            "date_published": "2026-11-25T08:00:00-05:00",
            "date_modified": "2026-11-26T08:00:00Z",
            "language": "ES",
            "authors": [{"name": "A"}],
            "attachments": [{"url": "x"}],
        },
        title="Rights",
        language="en",
        next_url="?page=2",
    )
    (entry,) = feed.entries
    assert (feed.title, feed.older) == ("Rights", "https://rights.example/news/feed.json?page=2")
    assert (entry.guid, entry.link) == ("https://rights.example/?p=1", "https://rights.example/news/one")
    assert (entry.title, entry.text, entry.content) == (
        "One thing happened",
        "At noon.",
        "<p>At <b>noon</b>.</p>",
    )
    assert entry.published == datetime(2026, 11, 25, 13, tzinfo=UTC)
    assert (entry.published_raw, entry.language) == ("2026-11-25T08:00:00-05:00", "es")


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ({"content_text": "1 < 2 <b>"}, "1 < 2 <b>"),
        ({"content_html": "<p>Html</p>", "content_text": "Text"}, "Html"),
        ({"content_html": "<img src=x>", "content_text": "Text"}, "Text"),
        ({"summary": "Only this"}, "Only this"),
        ({"summary": "A subhead", "content_html": "<p>Body</p>"}, "A subhead\n\nBody"),
        ({"summary": "Body sta...", "content_html": "<p>Body starts here</p>"}, "Body starts here"),
        ({"content_html": 5, "content_text": None, "summary": []}, "5"),
        ({}, ""),
    ],
)
def test_text(item: dict[str, Any], text: str) -> None:
    """HTML before plain text, plain text as it is, and a summary that says more before both."""
    assert _one(id="1", **item).text == text


@pytest.mark.parametrize(
    ("item", "published", "raw"),
    [
        (
            {"date_modified": "2026-11-25T08:00:00Z"},
            datetime(2026, 11, 25, 8, tzinfo=UTC),
            "2026-11-25T08:00:00Z",
        ),
        (
            {"date_published": "2026-11-25T08:00:00"},
            datetime(2026, 11, 25, 8, tzinfo=UTC),
            "2026-11-25T08:00:00",
        ),
        ({"date_published": "soon"}, None, "soon"),
        ({"date_published": 1764057600}, None, "1764057600"),
        ({"date_published": "0001-01-01T00:00:00+10:00"}, None, "0001-01-01T00:00:00+10:00"),
        ({}, None, ""),
    ],
)
def test_dates(item: dict[str, Any], published: datetime | None, raw: str) -> None:
    """A date that can't be read is kept as it was written."""
    entry = _one(id="1", **item)
    assert (entry.published, entry.published_raw) == (published, raw)


@pytest.mark.parametrize(
    ("item", "guid", "link"),
    [
        ({"id": 12, "url": "https://r.example/a"}, "12", "https://r.example/a"),
        ({"id": 1.5, "external_url": "https://r.example/b"}, "1.5", "https://r.example/b"),
        ({"id": "https://r.example/c"}, "https://r.example/c", "https://r.example/c"),
        ({"id": True, "url": ["x"], "title": "T"}, "", ""),
        ({"url": "//r.example/d"}, "", "https://r.example/d"),
        ({"url": "http://[broken"}, "", "http://[broken"),
    ],
)
def test_ids_and_links(item: dict[str, Any], guid: str, link: str) -> None:
    """Ids may be numbers, and either may be missing."""
    entry = _one(**item)
    assert (entry.guid, entry.link) == (guid, link)


def test_an_id_keeps_every_digit() -> None:
    """A number is an id, not a quantity: 2^53 + 1 is another than 2^53, and none is too long."""
    long = "9" * 5_000
    entries = _parse(
        '{"items": [{"id": 9007199254740993}, {"id": 9007199254740992}, {"id": ' + long + "}]}"
    ).entries
    assert [entry.guid for entry in entries] == ["9007199254740993", "9007199254740992", long]


ODD = {
    "an unknown version": '{"version": "https://jsonfeed.org/version/7", "items": [{"id": "1"}]}',
    "no version": '{"items": [{"id": "1"}]}',
    "a byte order mark": '\ufeff{"items": [{"id": "1"}]}',
    "NaN": '{"items": [{"id": "1", "title": NaN, "date_published": Infinity}]}',
    "the same key twice": '{"items": [], "items": [{"id": "0", "id": "1"}]}',
    "items that are none": '{"items": [null, 1, "x", [], {}, {"id": "1"}]}',
    "an item twice": '{"items": [{"id": "1"}, {"id": "1"}]}',
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_oddities_are_survived(body: str, encoding: str) -> None:
    """Whatever holds items is read, in any encoding that JSON came in."""
    data = body.encode(encoding)
    assert looks_like_json(data, "")
    assert [entry.guid for entry in _parse(data).entries] == ["1"]


def test_half_an_emoji() -> None:
    """Text that has no UTF-8 form is replaced, so that it can be stored."""
    feed = _parse(
        '{"title": "\\ud83d", "items": [{"id": "1", "title": "a\\ud83d", "content_html": "<p>\\udc00"}]}'
    )
    assert (feed.title, feed.entries[0].title, feed.entries[0].text) == ("\ufffd", "a\ufffd", "\ufffd")


def test_entities_in_a_title() -> None:
    """A title is plain text, but entities in it are read, and an angle bracket is left alone."""
    assert _one(id="1", title="It&#8217;s on").title == "It’s on"
    assert _one(id="1", title="If a < b").title == "If a < b"


REFUSED = {
    "": "the answer was empty",
    "{": "the answer looks like JSON, but cannot be read as such",
    '{"a":' * 100_000: "the answer looks like JSON, but cannot be read as such",
    "[" * 100_000: "the answer looks like JSON, but cannot be read as such",
    "[]": "the answer is JSON, but not a JSON Feed",
    '{"items": {}}': "the answer is JSON, but not a JSON Feed",
    '{"message": "no"}': "the answer is JSON, but not a JSON Feed",
}


@pytest.mark.parametrize("body", REFUSED, ids=[body[:20] for body in REFUSED])
def test_what_is_no_feed_is_refused_in_words(body: str) -> None:
    """The reason says what came."""
    with pytest.raises(FetchError) as caught:
        _parse(body)
    assert caught.value.reason == REFUSED[body]


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b' \n{"a"', "text/plain", True),
        (b"[1]", "application/json; charset=utf-8", True),
        (b"[1]", "text/html", False),
        (b"<rss>", "application/json", False),
        (b"<!doctype html>", "text/html", False),
        (b"", "application/feed+json", False),
    ],
)
def test_looks(body: bytes, content_type: str, expected: bool) -> None:
    """The first bytes decide, not what a server calls them."""
    assert looks_like_json(body, content_type) is expected


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    "id url external_url title content_html content_text summary date_published date_modified".split()
)


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=6) | VALUES, max_size=5), VALUES, VALUES)
def test_anything_of_that_form_is_read(items: list[Any], title: Any, older: Any) -> None:
    """No type in any place is a surprise, and what comes out can be stored."""
    for entry in _feed(*items, title=title, next_url=older, language=title).entries:
        "".join(
            (entry.guid, entry.link, entry.title, entry.text, entry.content, entry.published_raw)
        ).encode()


@pytest.mark.shared
def test_real_feeds(corpus: Path) -> None:
    """The JSON feeds at hand are read whole, with a title or text, an id and a link each."""
    paths = sorted((corpus / "feeds" / "real").glob("*.json"))
    assert paths
    for path in paths:
        body = path.read_bytes()
        feed = _parse(body)
        assert looks_like_json(body, "")
        assert len(feed.entries) == len(json.loads(body)["items"])
        assert all(entry.guid and entry.link and entry.published and entry.text for entry in feed.entries)

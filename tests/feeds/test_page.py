"""Listing pages, read by selectors."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.errors import FetchError
from presswatch.feeds.page import parse_page
from presswatch.feeds.values import Entry, ParsedFeed
from presswatch.watch import Selectors
from presswatch.web.wall import BotWall

URL = "https://rights.example/press/"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
ITEMS = Selectors(item="article", date="time", summary="p")


def _parse(body: str | bytes, selectors: Selectors = ITEMS, content_type: str = "text/html") -> ParsedFeed:
    data = body.encode() if isinstance(body, str) else body
    return parse_page(
        data, url=URL, publisher="Rights", content_type=content_type, selectors=selectors, now=NOW
    )


def _one(body: str, selectors: Selectors = ITEMS) -> Entry:
    (entry,) = _parse(body, selectors).entries
    return entry


PAGE = """<html lang="es"><head><title>Press
 room</title></head><body><nav><a href="/about">About</a></nav>
<article><h2><a href="one">The  <b>first</b>
thing</a></h2>
<time datetime="2026-11-25T08:00:00-05:00">now</time>
<p>It <i>began</i>.</p></article>
<article><h2><a href="/press/two?utm_source=x">The second</a></h2><time>Nov. 20</time></article>
<article>An advertisement</article></body></html>"""


def test_a_page() -> None:
    """An entry for each box with a link, in the page's order, with what the selectors find in it."""
    feed = _parse(PAGE)
    first, second = feed.entries
    assert feed.title == "Press room"
    assert (first.title, first.link) == ("The first thing", "https://rights.example/press/one")
    assert (first.published, first.published_raw) == (
        datetime(2026, 11, 25, 13, tzinfo=UTC),
        "2026-11-25T08:00:00-05:00",
    )
    assert (first.content, first.text, first.language) == ("It <i>began</i>.", "It began.", "es")
    assert second.title == "The second"
    assert (second.published, second.published_raw) == (datetime(2026, 11, 20, tzinfo=UTC), "Nov. 20")
    assert second.text == ""


def test_reading_again_gives_the_same() -> None:
    """Nothing of an entry depends on when it was read, but the year of a date without one."""
    assert _parse(PAGE) == _parse(PAGE)


def test_a_corrected_title_is_the_same_release() -> None:
    """The link is the guid, so that the release is known by it."""
    before, after = _parse(PAGE).entries[0], _parse(PAGE.replace("first", "last")).entries[0]
    assert before.content_hash != after.content_hash
    assert before.keys[0] == after.keys[0] == "guid:https://rights.example/press/one"


LINKS = {
    "relative": ('<article><a href="a">T</a></article>', "https://rights.example/press/a"),
    "after a base": ('<base href="/x/"><article><a href="a">T</a></article>', "https://rights.example/x/a"),
    "after a base elsewhere": (
        '<base href="//cdn.example/"><article><a href="a">T</a></article>',
        "https://cdn.example/a",
    ),
    "after one that leads nowhere": (
        '<article><a href="#top">Up</a><a href="mailto:a@b.example">Mail</a><a href="javascript:x()">X</a>'
        '<a href="/press/">Here</a><a href="/a">T</a></article>',
        "https://rights.example/a",
    ),
    "in a link": ('<a href="/a"><article>T</article></a>', "https://rights.example/a"),
    "with spaces": ('<article><a href=" /a\n">T</a></article>', "https://rights.example/a"),
}


@pytest.mark.parametrize(("body", "link"), LINKS.values(), ids=LINKS.keys())
def test_links(body: str, link: str) -> None:
    """The first link that leads to another page, resolved as a browser would."""
    entry = _one(body)
    assert (entry.link, entry.title) == (link, "T")


TITLES = {
    "the link's words": ('<article><a href="/a">Words</a></article>', Selectors("article"), "Words"),
    "a heading's": (
        '<article><h3>Words</h3><a href="/a">Read more</a></article>',
        Selectors("article", title="h3"),
        "Words",
    ),
    "no heading after all": (
        '<article><h3> </h3><a href="/a">Words</a></article>',
        Selectors("article", title="h3"),
        "Words",
    ),
    "another link's": (
        '<article><a href="/a"><img src="x"></a><a href="/b">No</a><a href="/a">Words</a></article>',
        Selectors("article"),
        "Words",
    ),
    "a picture's": ('<article><a href="/a"><img alt="Words"></a></article>', Selectors("article"), "Words"),
    "a label": ('<article><a href="/a" aria-label="Words"></a></article>', Selectors("article"), "Words"),
    "none": ('<article><a href="/a"></a></article>', Selectors("article"), ""),
    "without its script": (
        '<article><a href="/a">W<script>x</script>ords</a></article>',
        Selectors("article"),
        "Words",
    ),
    "of the link chosen": (
        '<article><a href="/b">No</a><h3><a href="/a">Words</a></h3></article>',
        Selectors("article", link="h3"),
        "Words",
    ),
    "of a box that is a link": (
        '<a class="c" href="/a"><h3>Words</h3> more</a>',
        Selectors("a.c", title="h3"),
        "Words",
    ),
}


@pytest.mark.parametrize(("body", "selectors", "title"), TITLES.values(), ids=TITLES.keys())
def test_titles(body: str, selectors: Selectors, title: str) -> None:
    """The words that the selectors name, or the next best."""
    entry = _one(body, selectors)
    assert (entry.title, entry.link) == (title, "https://rights.example/a")


def test_dates_beside_the_boxes() -> None:
    """Definitions have their date before, or after, what it is the date of."""
    before = "<dl><dt>Nov 2, 2026<dd><a href=/a>A</a><dt>Nov 1, 2026<dd><a href=/b>B</a></dl>"
    after = "<dl><dt><a href=/a>A</a><dd>Nov 2, 2026<dt><a href=/b>B</a><dd>Nov 1, 2026</dl>"
    for body, item, date in ((before, "dd", "dt"), (after, "dt", "dd")):
        entries = _parse(body, Selectors(item, date=date)).entries
        assert [entry.published and entry.published.day for entry in entries] == [2, 1]


def test_a_date_in_the_box_itself() -> None:
    """A selector for the date may match the box: the date is then found in its text."""
    entry = _one("<ul><li>Nov 2, 2026: <a href=/a>A thing</a></li></ul>", Selectors("li", date="li"))
    assert (entry.published, entry.published_raw) == (
        datetime(2026, 11, 2, tzinfo=UTC),
        "Nov 2, 2026: A thing",
    )


def test_a_date_in_pieces() -> None:
    """A day over its month, each in an element of its own, is one date."""
    body = '<article><div class="d"><b>25</b><i>Nov</i><u>2026</u></div><a href=/a>A</a></article>'
    assert _one(body, Selectors("article", date=".d")).published == datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(("text", "raw"), [("soon", "soon"), ("3 days ago", "")])
def test_a_date_that_cannot_be_read(text: str, raw: str) -> None:
    """It is kept as it was written, unless it would be another tomorrow."""
    entry = _one(f"<article><a href=/a>A</a><time>{text}</time></article>")
    assert (entry.published, entry.published_raw) == (None, raw)


def test_a_link_counts_once() -> None:
    """The release at the top of the page and in the list below is one, titled where it has words."""
    boxes = "".join(
        f"<article><a href='{link}'>{words}</a></article>"
        for link, words in (("/a", ""), ("/b", "B"), ("/a?utm_source=top", "A"), ("/b#x", "Again"))
    )
    assert [entry.title for entry in _parse(boxes).entries] == ["A", "B"]


ENCODED = {
    "as the header says": (b"<article><a href=/a>A\xf1o</a></article>", "text/html; charset=iso-8859-1"),
    "as the page says": (
        b'<meta charset="windows-1252"><article><a href=/a>A\xf1o</a></article>',
        "text/html",
    ),
    "as it is": ("<meta charset=latin1><article><a href=/a>Año</a></article>".encode(), "text/html"),
    "by its mark": ("<article><a href=/a>Año</a></article>".encode("utf-16"), "text/html"),
    "as nobody says": (b"<article><a href=/a>A\xf1o</a></article>", "text/html; charset=nonsense"),
}


@pytest.mark.parametrize(("body", "content_type"), ENCODED.values(), ids=ENCODED.keys())
def test_encodings(body: bytes, content_type: str) -> None:
    """The bytes are read as a browser would read them."""
    assert _parse(body, content_type=content_type).entries[0].title == "Año"


REFUSED = {
    "rebuilt": ("<div class=card><a href=/a>A</a></div>", "presswatch feeds add"),
    "boxes without links": ("<article>A</article>", "presswatch feeds add"),
    "nothing": ("", "empty"),
    "far too large": ("<b>" * 70_000, "too large"),
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_page_without_releases_is_reported(body: str, reason: str) -> None:
    """A newsroom that was rebuilt isn't taken for one that has fallen silent."""
    with pytest.raises(FetchError) as caught:
        _parse(body)
    assert reason in caught.value.reason


def test_a_bot_wall_names_itself() -> None:
    """It isn't taken for a rebuilt page."""
    with pytest.raises(BotWall):
        _parse("<title>Just a moment...</title><p>Checking your browser before you go on</p>")


@pytest.mark.parametrize("field", ["item", "link", "title", "date", "summary"])
def test_a_selector_that_cannot_be_read(field: str) -> None:
    """It is named, whichever it is."""
    with pytest.raises(FetchError, match="div\\["):
        _parse(PAGE, Selectors(**{"item": "article", field: "div["}))


HOSTILE = {
    "thousands of boxes": "<article><a href=/a>A</a></article>" * 9_000,
    "boxes in boxes": "<article><a href=/a>A</a>" * 4_000,
    "a deep page": "<div>" * 35_000 + "<article><a href=/a>A</a>",
    "a tag that doesn't end": "<article><a href=/a>A</a></article><a " + "b=c " * 500_000,
    "a comment that doesn't end": "<article><a href=/a>A</a></article><!--" + "<!-- " * 500_000,
    "siblings without a date": "<article><a href=/a>A</a></article>" + "<b>x</b>" * 18_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_pages_end(body: str) -> None:
    """No page holds a cycle up."""
    assert _parse(body).entries[0].title.startswith("A")


@given(st.text(alphabet='<>/ab="article hrf#:%[]\ud800\x00', max_size=200))
def test_no_page_is_a_surprise(text: str) -> None:
    """Any bytes are read, or refused."""
    try:
        feed = _parse(text.encode("utf-8", "surrogatepass") + b'<article><a href="x">')
    except FetchError as error:
        assert error.reason
    else:
        assert all(entry.link.encode() for entry in feed.entries)

"""Feeds that are broken: whatever can be made sense of is used, and the rest has a reason."""

from __future__ import annotations

import codecs
import io
import json
import zipfile
from dataclasses import dataclass, field

import pytest

from tests.hostile.desk import Desk
from tests.hostile.documents import FEED_TYPE, XML, feed, names, piece, releases
from tests.hostile.newsroom import Newsroom, reply

NOT_A_FEED = "the answer is not a feed that can be read"
LATIN = '<?xml version="1.0" encoding="iso-8859-1"?>'


@dataclass(frozen=True)
class Bad:
    """A document, the titles of what it shows beside release 1, and the reason if it can't be read."""

    body: bytes
    shows: list[str] = field(default_factory=lambda: names(2))
    reason: str = ""
    content_type: str = FEED_TYPE


def zipped(body: bytes) -> bytes:
    """The document as the only file of an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("feed.xml", body)
    return packed.getvalue()


GOOD = releases(2, 1)
BOTH = GOOD.decode()
CASES = {
    # not well-formed
    "an ampersand that is not escaped": Bad(
        feed(piece(2, title="Jails & courts"), piece(1)), ["Jails & courts"]
    ),
    "an item that is not closed": Bad(feed(piece(2).removesuffix("</item>"), piece(1))),
    "a title that is not closed": Bad(feed(piece(2).replace("</title>", ""), piece(1))),
    "a document that ends after its items": Bad(BOTH.replace("</channel></rss>", "").encode()),
    "a document that ends within an item": Bad(GOOD[:-60]),
    "tags that overlap": Bad(feed(piece(2, text="<b>No <i>S-Comm</b> here</i>"), piece(1))),
    "attributes without quotes": Bad(feed(piece(2).replace("<guid>", "<guid isPermaLink=false>"), piece(1))),
    "control characters": Bad(feed(piece(2, title="Release\x0b 2\x08"), piece(1)), ["Release 2\x08"]),
    "NUL bytes": Bad(feed(piece(2, text="S-Comm\x00 ends."), piece(1))),
    "entities of HTML": Bad(feed(piece(2, title="&ldquo;Release&rdquo;&nbsp;2"), piece(1)), ["“Release” 2"]),
    "an entity that nobody defined": Bad(feed(piece(2, text="S-Comm &bogus; ends."), piece(1))),
    "blank lines before the declaration": Bad(b"\r\n \n" + GOOD),
    "a warning before the declaration": Bad(b"<br />\nPHP Warning: mysql_connect() in /srv/x.php\n" + GOOD),
    "words after the end": Bad(GOOD + b"<!-- cached --> done."),
    "two documents in one": Bad(releases(2) + releases(1)),
    "a section of characters that is not closed": Bad(
        feed(piece(1), piece(2).replace("The county", "<![CDATA[The county"))
    ),
    "half of a character": Bad(feed(piece(2, text="S-Comm &#xD83D; ends."), piece(1))),
    "a reference to no character": Bad(feed(piece(2, text=f"S-Comm &#{'9' * 5000}; ends."), piece(1))),
    "a section of characters that is cut": Bad(
        feed(piece(2), piece(1).replace("The county", "<![CDATA[The"))[:-60]
    ),
    # encodings
    "a UTF-8 mark": Bad(codecs.BOM_UTF8 + GOOD),
    "two UTF-8 marks": Bad(codecs.BOM_UTF8 * 2 + GOOD),
    "UTF-16 with its mark": Bad(BOTH.replace("utf-8", "utf-16").encode("utf-16"), content_type="text/xml"),
    "UTF-16 that the server calls UTF-8": Bad(BOTH.replace("utf-8", "utf-16").encode("utf-16")),
    "UTF-16 without a mark": Bad(
        BOTH.replace("utf-8", "utf-16").encode("utf-16-le"), content_type="text/xml"
    ),
    "UTF-8 that is called UTF-16": Bad(BOTH.replace("utf-8", "utf-16").encode(), content_type="text/xml"),
    "quotes of Windows, called UTF-8": Bad(
        feed(piece(2, title="“Release” 2"), piece(1)).decode().encode("cp1252"), ["“Release” 2"]
    ),
    "UTF-8 that the document calls Latin-1 and the server doesn't": Bad(
        feed(piece(2, title="Liberación 2"), piece(1), before=LATIN), ["Liberación 2"]
    ),
    "an encoding that there is not": Bad(
        feed(piece(2), piece(1), before=XML.replace("utf-8", "x-klingon")), content_type="application/xml"
    ),
    "two encodings in one document": Bad(
        feed(piece(2, title="Liberación 2", text="LATIN S-Comm"), piece(1)).replace(b"LATIN", b"ni\xf1os"),
        ["Liberación 2"],
    ),
    # formats
    "RSS in a namespace of its own": Bad(
        feed(piece(2), piece(1), start='<rss version="2.0" xmlns="http://x.example/">')
    ),
    "RSS without its version": Bad(feed(piece(2), piece(1), start="<rss>")),
    "RSS 0.91": Bad(feed(piece(2), piece(1), start='<rss version="0.91">')),
    "RDF": Bad(
        (
            f'{XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            'xmlns="http://purl.org/rss/1.0/"><channel><title>Newsroom</title></channel>'
            '<item rdf:about="https://newsroom.example/news/2"><title>Release 2</title>'
            "<link>https://newsroom.example/news/2</link><description>S-Comm, again.</description></item>"
            "</rdf:RDF>"
        ).encode()
    ),
    "a feed that is called a web page": Bad(GOOD, content_type="text/html"),
    "a feed that is called a picture": Bad(GOOD, content_type="image/png"),
    "a feed that is called JSON": Bad(GOOD, content_type="application/json"),
    "a feed without a type": Bad(GOOD, content_type=""),
    # nothing to read
    "nothing": Bad(b"", [], "the answer was empty"),
    "white space": Bad(b" \r\n\t\n", [], "the answer was empty"),
    "a feed without items": Bad(feed(), []),
    "a web page": Bad(
        b"<!DOCTYPE html><html><title>News</title><p>Hi</html>", [], "a web page came instead of a feed"
    ),
    "a bot wall with status 200": Bad(
        b"<!DOCTYPE html><html><title>Just a moment...</title><p>Verifying you are human.</html>",
        [],
        "a bot wall answered instead of the feed",
    ),
    "a feed in a zip file": Bad(zipped(GOOD), [], NOT_A_FEED),
    "a picture": Bad(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), [], NOT_A_FEED),
    "a database's error": Bad(b"Error establishing a database connection", [], NOT_A_FEED),
    "a JSON error": Bad(b'{"error": "not found"}', [], "the answer is JSON, but not a JSON Feed"),
}


@pytest.mark.parametrize("bad", CASES.values(), ids=CASES)
def test_a_bad_feed_is_read_as_far_as_it_goes(desk: Desk, newsroom: Newsroom, bad: Bad) -> None:
    """What it shows is archived and announced once, what it doesn't show has a reason, nothing of before is
    lost or repeated, and the next good answer is read as ever.
    """
    desk.follow(newsroom.show("/feed", releases(1)))
    desk.cycle()
    newsroom.show("/feed", reply(bad.body, content_type=bad.content_type))
    report = desk.cycle()
    assert desk.reason() == bad.reason
    assert [failure.reason for failure in report.failures] == ([bad.reason] if bad.reason else [])
    assert desk.archived() == [*names(1), *bad.shows]
    assert desk.announced() == [*names(1), *bad.shows]
    newsroom.show("/feed", releases(3, 1))
    desk.cycle()
    assert desk.archived() == desk.announced() == [*names(1), *bad.shows, *names(3)]
    assert (desk.reason(), desk.gaps(), desk.revisions()) == ("", [], 0)


JSON_ITEM = {
    "id": "https://newsroom.example/?p=2",
    "url": "https://newsroom.example/news/2",
    "title": "Release 2",
    "content_text": "The county ends S-Comm, case 2.",
}
JSON_CUT = "the answer looks like JSON, but cannot be read as such"
JSON_OTHER = "the answer is JSON, but not a JSON Feed"


def json_feed(*items: object, **more: object) -> bytes:
    """A JSON Feed of items."""
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": items, **more}
    ).encode()


JSON_CASES = {
    "a JSON Feed that is cut": Bad(json_feed(JSON_ITEM)[:-20], [], JSON_CUT),
    "a JSON Feed nested without end": Bad(b'{"items":' + b"[" * 200_000, [], JSON_CUT),
    "a JSON Feed whose items are none": Bad(json_feed(None, 7, "x", [], JSON_ITEM)),
    "a JSON Feed whose items are a word": Bad(b'{"version": "1", "items": "none"}', [], JSON_OTHER),
    "a JSON Feed of wrong types": Bad(
        json_feed({**JSON_ITEM, "date_published": 7, "summary": {}, "tags": 1}, title=[], language=0)
    ),
    "a JSON Feed with a number for its id": Bad(
        json_feed({**JSON_ITEM, "id": 2}).replace(b'"id": 2', b'"id": 2' + b"0" * 5000)
    ),
    "a JSON Feed with halves of characters": Bad(json_feed({**JSON_ITEM, "summary": "\ud83d"})),
    "a JSON Feed with a UTF-8 mark": Bad(codecs.BOM_UTF8 + json_feed(JSON_ITEM)),
}


@pytest.mark.parametrize("bad", JSON_CASES.values(), ids=JSON_CASES)
def test_a_bad_json_feed_is_read_as_far_as_it_goes(desk: Desk, newsroom: Newsroom, bad: Bad) -> None:
    """As with a bad feed of XML."""
    test_a_bad_feed_is_read_as_far_as_it_goes(desk, newsroom, bad)


ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://newsroom.example/press/"><title>N</title><id>n</id>
<entry xml:base="2026/"><id>tag:newsroom.example,2026:2</id><title>Release 2</title>
<link href="two"/><updated>2026-11-25T10:00:00Z</updated>
<content type="html">S-Comm &lt;a href="/x"&gt;ends&lt;/a&gt;.</content></entry></feed>"""


def test_relative_links_are_resolved_against_what_the_feed_says(desk: Desk, newsroom: Newsroom) -> None:
    """``xml:base`` counts, and that of an entry within that of the feed."""
    desk.follow(newsroom.show("/feed", ATOM.encode()))
    desk.cycle()
    assert desk.release("Release 2")["url"] == "https://newsroom.example/press/2026/two"
    assert desk.announced() == names(2)


def test_relative_links_are_resolved_against_where_the_feed_was(desk: Desk, newsroom: Newsroom) -> None:
    """Where the feed says nothing, its address counts."""
    desk.follow(newsroom.show("/press/feed", feed(piece(2, link="../news/2"))))
    desk.cycle()
    assert desk.release("Release 2")["url"] == f"{newsroom.base}/news/2"


def test_a_feed_of_five_thousand_items_is_read_whole(desk: Desk, newsroom: Newsroom) -> None:
    """No cap swallows what is beyond it; all are archived, those that mention a program announced."""
    dull = "The annual report is out."
    items = [
        piece(n % 24 + 1, title=f"Report {n}", guid=f"r{n}", link=f"https://n.example/{n}", text=dull)
        for n in range(5_000)
    ]
    desk.follow(newsroom.show("/feed", feed(*items, piece(2))))
    report = desk.cycle()
    assert (report.recorded.new, desk.announced()) == (5_002, names(2))
    assert len(desk.archived()) == 5_001

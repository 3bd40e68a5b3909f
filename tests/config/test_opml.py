"""OPML in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import opml
from config.edit import NewFeed, carry_out, plan
from config.loader import load
from config.mistake import Mistake
from config.opml import read_opml, write_opml
from presswatch.watch import Feed

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def document(body: str) -> bytes:
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{body}</body></opml>'.encode()


def one(attributes: str) -> NewFeed:
    (feed,), unusable = read_opml(document(f"<outline {attributes}/>"))
    assert unusable == []
    return feed


@pytest.mark.parametrize(
    ("attributes", "publisher"),
    [
        ('title="A &amp; B" text="other"', "A & B"),
        ('text="A"', "A"),
        ('title="" text=" A&#10;B "', "A B"),
        ("", "x.example"),
    ],
)
def test_the_publisher(attributes: str, publisher: str) -> None:
    """Is the title, else the text, else the host; on one line."""
    feed = one(f'type="rss" htmlUrl="https://x.example/home" xmlUrl="https://x.example/feed" {attributes}')
    assert feed == NewFeed("https://x.example/feed", publisher)


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("feed://x.example/a", "http://x.example/a"),
        ("feed:https://x.example/a", "https://x.example/a"),
        (" https://x.example/a ", "https://x.example/a"),
        ("https://x.example/?a=1&amp;b=2", "https://x.example/?a=1&b=2"),
    ],
)
def test_the_address(written: str, url: str) -> None:
    """Feed readers' own scheme stands for http."""
    assert one(f'XMLURL="{written}"').url == url


def test_outlines_around_become_tags() -> None:
    """So do categories without a slash; each tag once. A feed may hold feeds."""
    feeds, _ = read_opml(
        document(
            '<outline text="Law"><outline text="Local"><outline text="A" xmlUrl="https://a.example/"'
            ' category="es,/x/y, Law "/></outline><outline text="B" xmlUrl="https://b.example/">'
            '<outline title="C" xmlUrl="https://c.example/"/></outline></outline>'
            '<outline text="D" xmlUrl="https://d.example/"/><outline text="no feed" type="link" url="x"/>'
        )
    )
    assert [(feed.publisher, feed.tags) for feed in feeds] == [
        ("A", ("Law", "Local", "es")),
        ("B", ("Law",)),
        ("C", ("Law", "B")),
        ("D", ()),
    ]


def test_an_address_that_cannot_be_one_is_said() -> None:
    """The others are read."""
    feeds, unusable = read_opml(
        document(
            '<outline text="Bad" xmlUrl="ftp://a.example/"/><outline text="B" xmlUrl="https://b.example/"/>'
        )
    )
    assert [feed.publisher for feed in feeds] == ["B"]
    assert unusable == [
        'Bad: the address "ftp://a.example/" is not an http or https URL. Write it like "https://example.org/feed/".'
    ]


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + ']><opml><body><outline text="&i;" xmlUrl="https://a.example/"/></body></opml>'
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not well-formed XML: no element found"),
        (b"<opml><body>", "not well-formed XML"),
        (document('<outline xmlUrl="https://a.example/?a=1&b=2"/>'), "line 1"),
        (document("&nbsp;"), "undefined entity"),
        (b"<html><body/></html>", 'not OPML: it begins with "html"'),
        (b"just words", "not well-formed XML"),
        (LAUGHS.encode(), "DOCTYPE"),
        (b'<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>', "DOCTYPE"),
        (b'<?xml version="1.0" encoding="nonsense"?><opml/>', "unknown encoding"),
        (b'<?xml version="1.0" encoding="shift_jis"?><opml/>', "Save it as UTF-8"),
        (b"<opml>\x00</opml>", "not well-formed XML"),
    ],
)
def test_what_is_no_opml(content: bytes, words: str) -> None:
    """Is refused, with the reason."""
    with pytest.raises(Mistake, match=words):
        read_opml(content)


def test_a_file_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has that many feeds."""
    monkeypatch.setattr(opml, "LARGEST", 10)
    with pytest.raises(Mistake, match="is larger than"):
        read_opml(document(""))


def test_depth_without_end() -> None:
    """A hundred thousand outlines inside each other are no trouble."""
    feeds, _ = read_opml(
        document(
            "<outline text='x'>" * 100_000 + "<outline xmlUrl='https://a.example/'/>" + "</outline>" * 100_000
        )
    )
    assert feeds[0].tags == ("x",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings(encoding: str) -> None:
    """As the document declares it."""
    text = f'<?xml version="1.0" encoding="{encoding}"?><opml><outline text="Ligue é" xmlUrl="https://a.b/"/></opml>'
    assert read_opml(text.encode(encoding))[0][0].publisher == "Ligue é"


def test_what_is_written() -> None:
    """OPML 2.0, grouped by the first tag; what has none stands by itself."""
    root = ET.fromstring(
        write_opml(
            [
                Feed("https://a.example/feed", "A & <B>", ("law", "es")),
                Feed("https://b.example/feed", "B"),
                Feed("https://c.example/feed", "C", ("law", "with/slash", "with,comma")),
            ],
            NOW,
        )
    )
    assert root.get("version") == "2.0"
    assert root.findtext("head/dateCreated") == "Wed, 25 Nov 2026 12:00:00 +0000"
    law, alone = root.findall("body/outline")
    assert (law.get("text"), alone.get("text")) == ("law", "B")
    a, c = law
    assert a.attrib == {
        "type": "rss",
        "text": "A & <B>",
        "title": "A & <B>",
        "xmlUrl": "https://a.example/feed",
        "category": "law,es",
    }
    assert c.get("category") == "law"


names = st.text(min_size=1).filter(str.strip)


@given(st.lists(st.tuples(names, st.lists(names, max_size=3)), max_size=4))
def test_any_names_make_valid_xml(feeds: list[tuple[str, list[str]]]) -> None:
    """Whatever stands in a name: it is read again, with as many feeds."""
    written = write_opml(
        [Feed(f"https://a.example/{number}", name, tuple(tags)) for number, (name, tags) in enumerate(feeds)],
        NOW,
    )
    read, unusable = read_opml(written)
    assert (len(read), unusable) == (len(feeds), [])


def test_there_and_back(tmp_path: Path) -> None:
    """What is exported is imported as it was: address, publisher, tags."""
    path = tmp_path / "watch.toml"
    first = [
        NewFeed("https://a.example/feed", "Ünion “A” & <co>", ("law", "es")),
        NewFeed("https://b.example/feed", "B"),
    ]
    path.write_text("", encoding="utf-8")
    carry_out(plan(path, first))
    feeds, _ = read_opml(write_opml(load(path).feeds, NOW))
    assert sorted(feeds, key=lambda feed: feed.url) == first

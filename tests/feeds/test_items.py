"""Where items lie in a feed's bytes, and which documents are left whole."""

from __future__ import annotations

import codecs

import pytest

from presswatch.feeds.items import Split, split

FIRST = b"<item><title>One</title></item>"
SECOND = b"<item><title>Two</title></item>"
START, END = b'<rss version="2.0"><channel><title>T</title>', b"</channel></rss>"
WHOLE = START + FIRST + b"\n<!-- between -->" + SECOND + END


def parts_of(body: bytes, content_type: str = "text/xml") -> Split:
    """The body's parts; it must be such that it has some."""
    parts = split(body, content_type)
    assert parts is not None
    return parts


def test_wanted_items_are_left_with_all_that_is_around_them() -> None:
    """What stands before, between and after items stays."""
    parts = parts_of(WHOLE)
    assert parts.only([0, 1]) == WHOLE
    assert parts.only([1]) == WHOLE.replace(FIRST, b"")
    assert parts.only([0]) == WHOLE.replace(SECOND, b"")
    assert parts.only([]) == START + b"\n<!-- between -->" + END


@pytest.mark.parametrize(
    "item",
    [
        b"<entry xmlns='http://www.w3.org/2005/Atom'/>",
        b'<x:item xmlns:x="urn:x" x:about="a>b">\n</x:item\n>',
        b"<ITEM/>",
        b"<Item a='/>'></Item>",
        b"<item><description><![CDATA[</item><item>]]></description></item>",
        b"<item><!-- </item> --><?php </item> ?></item>",
    ],
)
def test_an_item_reaches_from_its_start_tag_to_its_end(item: bytes) -> None:
    """Whatever its name's prefix and case, and whatever stands in it."""
    parts = parts_of(START + item + FIRST + END)
    assert [parts.body[place[0] : place[-1]] for place in parts.items] == [item, FIRST]


def test_items_are_told_apart_by_their_bytes() -> None:
    """The same bytes have the same mark, wherever they stand; others have another."""
    first, second, third = parts_of(START + FIRST + SECOND + FIRST + END).marks
    assert first == third != second
    assert parts_of(START + SECOND + END).marks == (second,)


@pytest.mark.parametrize(
    "unused",
    [
        "<category>News</category>",
        "<category/>",
        "<author>Someone</author>",
        "<comments>https://h.example/1#comments</comments>",
        '<c:creator xmlns:c="http://purl.org/dc/elements/1.1/">Someone</c:creator>',
        '<slash:comments xmlns:slash="http://purl.org/rss/1.0/modules/slash/">7</slash:comments>',
        '<wfw:commentRss xmlns:wfw="http://wellformedweb.org/CommentAPI/"><b>x</b></wfw:commentRss>',
        '<author xmlns="http://www.w3.org/2005/Atom"><name>Someone</name></author>',
    ],
)
def test_what_nobody_asks_for_is_left_out(unused: str) -> None:
    """A count of comments that rises, or another author, doesn't make an item new."""
    body = START + FIRST.replace(b"</item>", unused.encode() + b"</item>") + END
    parts = parts_of(body)
    assert parts.only([0]) == START + FIRST + END
    assert parts.marks == parts_of(START + FIRST + END).marks


@pytest.mark.parametrize(
    "used",
    [
        '<creator xmlns="urn:x">Someone</creator>',
        "<div><category>News</category></div>",
        '<title xmlns="http://www.w3.org/2005/Atom">Three</title>',
    ],
)
def test_the_rest_is_part_of_an_item(used: str) -> None:
    """Other namespaces, and what lies deeper, may be text."""
    body = START + FIRST.replace(b"</item>", used.encode() + b"</item>") + END
    parts = parts_of(body)
    assert parts.only([0]) == body
    assert parts.marks != parts_of(START + FIRST + END).marks


LEFT_WHOLE = {
    "not well-formed": (WHOLE.replace(b"</title>", b"", 1), ""),
    "cut": (WHOLE[:-8], ""),
    "not XML": (b'{"items": []}', ""),
    "nothing": (b"", ""),
    "a document type": (b"<!DOCTYPE rss>" + WHOLE, ""),
    "an item in an item": (START + b"<item>" + FIRST + b"</item>" + END, ""),
    "a prefix that is not declared": (WHOLE.replace(b"<item>", b"<item><y:a/>", 1), ""),
    "UTF-16": (codecs.BOM_UTF16_LE + WHOLE.decode().encode("utf-16-le"), ""),
    "UTF-16, said by the document": (b'<?xml version="1.0" encoding="utf-16"?>' + WHOLE, ""),
    "UTF-7, said by the server": (WHOLE, "text/xml; charset=utf-7"),
    "an encoding that there isn't": (b'<?xml version="1.0" encoding="nobody"?>' + WHOLE, ""),
    "two encodings": (b'<?xml version="1.0" encoding="iso-8859-1"?>' + WHOLE, "text/xml; charset=utf-8"),
    "a mark and another encoding": (codecs.BOM_UTF8 + WHOLE, "text/xml; charset=iso-8859-1"),
}


@pytest.mark.parametrize(("body", "content_type"), LEFT_WHOLE.values(), ids=LEFT_WHOLE)
def test_what_is_not_certain_is_left_whole(body: bytes, content_type: str) -> None:
    """Where a part could be read otherwise than the whole, there are no parts."""
    assert split(body, content_type) is None


@pytest.mark.parametrize("charset", ["", "; charset=utf-8", '; charset="UTF-8"', "; charset=us-ascii"])
def test_what_agrees_with_the_document_is_no_doubt(charset: str) -> None:
    """A server that names the encoding that the document names, or nearly none."""
    body = b'<?xml version="1.0" encoding="UTF-8"?>' + WHOLE
    assert len(parts_of(body, f"text/xml{charset}").items) == 2


def test_a_document_without_an_encoding_is_in_that_of_the_server() -> None:
    """Its letters don't stop the walk, though they are no UTF-8."""
    body = WHOLE.replace(b"One", "Liberación".encode("latin-1"))
    assert split(body, "text/xml") is None
    assert len(parts_of(body, "text/xml; charset=iso-8859-1").items) == 2


def test_a_feed_without_items_has_none() -> None:
    """A newsroom that has published nothing yet."""
    assert parts_of(START + END).items == ()

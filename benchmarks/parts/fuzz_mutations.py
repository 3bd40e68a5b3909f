"""Ways in which a feed's bytes can be spoilt, each drawn by chance."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Change = Callable[[bytes, bytes, Random], bytes]
"""Takes a document, another one to borrow from, and chance; gives the spoilt document."""

_TAG = re.compile(rb"<[^<>]{1,400}>")
_JSON_TOKEN = re.compile(rb'"(?:[^"\\]|\\.){0,200}"|[\[\]{},:]|[0-9]+')
_TEXT = re.compile(rb">([^<>]{1,2000})<")
_DECLARED = re.compile(rb"encoding=['\"][^'\"]*['\"]")
_NUMBER = re.compile(rb"[0-9]{1,8}")
_ITEM = re.compile(rb"<(item|entry)\b.*?</\1\s*>", re.S | re.I)
_LONGEST_SPAN = 400
_DEPTHS = (1, 3, 40, 1500)
_ENCODINGS = """utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-7 iso-8859-1 iso-8859-5 windows-1252
    windows-1251 gb18030 big5 shift_jis euc-jp euc-kr koi8-r iso-2022-jp hz cp037 mac-roman ascii""".split()
_ODD_NAMES = """punycode unicode_escape raw_unicode_escape idna undefined rot13 hex zlib base64 uu mbcs
    x-user-defined utf-9 ../../etc 0 é""".split()
_ODD_PIECES = [
    *(b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!", b"<?", b"?>", b"<?php echo 1 ?>", b"<", b">", b"&", b"'"),
    *(
        b'"',
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\x1b$B",
        b"\xe2\x80\xae",
        b"\r",
        b"\x0c",
    ),
    *(b"&#xD800;", b"&#0;", b"&#x110000;", b"&#99999999999999999999;", b"&nope;", b"&nbsp", b"&&amp;amp;"),
    *(
        b"<!DOCTYPE rss [<!ENTITY a 'b'>]>",
        b"<!DOCTYPE html>",
        b"<html>",
        b"</channel>",
        b"</rss>",
        b"</feed>",
    ),
    *(b"<item>", b"</item>", b"<entry>", b"</entry>", b"<item/>", b"<guid/>", b"<title type='xhtml'>"),
    *(b"<content type='xhtml'>", b"<content src='//['/>", b"<link href='http://['/>", b"<link>//[</link>"),
    *(b"<a:b:c>", b"<:>", b"<a xmlns:='x'>", b"<x xmlns='http://www.w3.org/2005/Atom'>", b"<ttl>-1</ttl>"),
    *(b"<pubDate>9999-99-99</pubDate>", b"<updated>0000-00-00T99:99:99+99:99</updated>", b"xml:base='//['"),
    *(b"{", b"}", b"[", b"]", b"null", b"1e999", b"\\ud800", b'"items":7,', b'{"items":[{"id":{}}]}'),
]
_VALUES = [
    *(
        b"",
        b" ",
        b"0",
        b"-1",
        b"x" * 70_000,
        b"null",
        b"[[[",
        b"javascript:x",
        b"http://[::1",
        b"//",
        b"data:,x",
    ),
    *(
        b"http://h.example:99999999/",
        b"Mon, 32 Foo 99999 25:61:61 +9999",
        b"1970-01-01",
        b"99999999999999999999",
    ),
    *(
        "\u202e\u0000\u00ad\ufeff".encode(),
        "\U0001f600".encode("utf-16-le"),
        b"&lt;script&gt;",
        b"http://\xc3\xa9\xff/",
    ),
]


def mutate(body: bytes, other: bytes, chance: Random) -> tuple[bytes, list[str]]:
    """The document after one to four changes, and the names of these."""
    names = chance.choices(list(CHANGES), k=chance.choice((1, 1, 1, 2, 3, 4)))
    for name in names:
        body = CHANGES[name](body, other, chance)
    return body, names


def content_type(chance: Random) -> str:
    """What the server may call it: mostly what it is, without an encoding or as UTF-8."""
    if chance.random() < 0.75:
        return chance.choice(("", "text/xml", "application/rss+xml", "text/xml; charset=utf-8"))
    kind = chance.choice(("", "text/xml", "application/json", "text/html", "image/png", "x"))
    return f"{kind}; charset={chance.choice((*_ENCODINGS, *_ODD_NAMES))}"


def _place(body: bytes, chance: Random) -> int:
    return chance.randint(0, len(body))


def _span(body: bytes, chance: Random, longest: int = _LONGEST_SPAN) -> tuple[int, int]:
    start = _place(body, chance)
    return start, min(len(body), start + chance.randint(1, longest))


def _insert(body: bytes, chance: Random, piece: bytes) -> bytes:
    place = _place(body, chance)
    return body[:place] + piece + body[place:]


def _found(pattern: re.Pattern[bytes], body: bytes, chance: Random) -> re.Match[bytes] | None:
    """A match of the pattern, from a place drawn by chance, else the first one."""
    return pattern.search(body, _place(body, chance)) or pattern.search(body)


def _bytes(body: bytes, _: bytes, chance: Random) -> bytes:
    """Some bytes become others."""
    spoilt = bytearray(body)
    for _number in range(min(len(spoilt), chance.choice((1, 1, 2, 5, 20, 200)))):
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
    return bytes(spoilt)


def _deletion(body: bytes, _: bytes, chance: Random) -> bytes:
    start, end = _span(body, chance)
    return body[:start] + body[end:]


def _truncation(body: bytes, _: bytes, chance: Random) -> bytes:
    place = _place(body, chance)
    return body[place:] if chance.random() < 0.2 else body[:place]


def _duplication(body: bytes, _: bytes, chance: Random) -> bytes:
    """A piece, an item or everything stands there more than once."""
    kind = chance.random()
    item = _found(_ITEM, body, chance)
    if kind < 0.1:
        return body * 2
    start, end = item.span() if item is not None and kind < 0.6 else _span(body, chance)
    return body[:end] + body[start:end] * chance.choice((1, 1, 2, 20)) + body[end:]


def _splice(body: bytes, other: bytes, chance: Random) -> bytes:
    """A piece or an item of another feed, or all of it from some place on."""
    kind = chance.random()
    item = _found(_ITEM, other, chance)
    if item is not None and kind < 0.4:
        return _insert(body, chance, item[0])
    if kind < 0.7:
        start, end = _span(other, chance, 4000)
        return _insert(body, chance, other[start:end])
    return body[: _place(body, chance)] + other[_place(other, chance) :]


def _tags(body: bytes, _: bytes, chance: Random) -> bytes:
    """A tag is lost, doubled, turned, renamed, spelt in capitals, or changes place with another."""
    tag, second = _found(_TAG, body, chance), _found(_TAG, body, chance)
    if tag is None or second is None:
        return body
    turned = tag[0].replace(b"</", b"<") if tag[0].startswith(b"</") else b"</" + tag[0][1:]
    renamed = second[0].replace(b"<", b"<x:", 1)
    made = chance.choice(
        (
            b"",
            tag[0] * 2,
            turned,
            renamed,
            tag[0].upper(),
            tag[0].replace(b'"', b""),
            tag[0][:-1] + b"/>",
            second[0],
        )
    )
    return body[: tag.start()] + made + body[tag.end() :]


def _nesting(body: bytes, _: bytes, chance: Random) -> bytes:
    """A piece lies within tags within tags, or in brackets in brackets."""
    depth = chance.choice(_DEPTHS)
    start, end = _span(body, chance)
    before, after = chance.choice(
        (
            (b"<div>", b"</div>"),
            (b"<item>", b"</item>"),
            (b"<b>", b""),
            (b"[", b"]"),
            (b'{"items":[', b"]}"),
            (b"<!--", b""),
        )
    )
    return body[:start] + before * depth + body[start:end] + after * depth + body[end:]


def _encoding(body: bytes, _: bytes, chance: Random) -> bytes:
    """Another encoding, which is declared or not, or a declaration that isn't true."""
    kind = chance.random()
    name = chance.choice(_ENCODINGS)
    if kind < 0.4:
        odd = chance.choice((name, *_ODD_NAMES)).encode()
        return _DECLARED.sub(b"encoding='" + odd + b"'", body, count=1)
    text = body.decode(chance.choice(("utf-8", "latin-1")), errors="replace")
    if kind < 0.7:
        text = re.sub("encoding=['\"][^'\"]*['\"]", f"encoding='{name}'", text, count=1)
    return text.encode(name, errors="replace")


def _pieces(body: bytes, _: bytes, chance: Random) -> bytes:
    for _number in range(chance.choice((1, 1, 2, 10))):
        body = _insert(body, chance, chance.choice(_ODD_PIECES))
    return body


def _values(body: bytes, _: bytes, chance: Random) -> bytes:
    """An element's text, a number, or a token of JSON is another one."""
    pattern = chance.choice((_TEXT, _NUMBER, _JSON_TOKEN))
    found = _found(pattern, body, chance)
    if found is None:
        return body
    start, end = found.span(1) if pattern is _TEXT else found.span()
    return body[:start] + chance.choice(_VALUES) + body[end:]


def _namespaces(body: bytes, _: bytes, chance: Random) -> bytes:
    """A namespace is not declared, or is another; or all prefixes are."""
    kind = chance.random()
    if kind < 0.4:
        return body.replace(b"xmlns", b"data", chance.choice((1, -1)))
    if kind < 0.7:
        return re.sub(rb"(xmlns(?::\w+)?=.)[^'\"]*", rb"\1urn:x", body, count=chance.choice((1, 0)))
    return re.sub(rb"(</?)(\w+):", rb"\1y\2:", body)


CHANGES: dict[str, Change] = {
    "bytes": _bytes,
    "deletion": _deletion,
    "truncation": _truncation,
    "duplication": _duplication,
    "splice": _splice,
    "tags": _tags,
    "nesting": _nesting,
    "encoding": _encoding,
    "pieces": _pieces,
    "values": _values,
    "namespaces": _namespaces,
}

"""From the bytes of a web page to a tree, in the right encoding and within bounds."""

from __future__ import annotations

import codecs
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from presswatch.errors import FetchError
from presswatch.feeds.addresses import absolute
from presswatch.feeds.html_text import html_to_text

MOST_MARKUP = 5_000_000
"""Characters of HTML, not counting scripts, styles and comments."""
MOST_TAGS = 40_000
"""Tags, opening and closing. The parser's time grows with the square of the depth: it stays in seconds so."""

_CHARSET = re.compile(rb"""<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
_CHARSET_REACH = 4096  # bytes
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.I)
_WEB_NAMES = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_NOT_FOR_TEXT = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"})
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNREAD = re.compile(  # each runs to the end where it isn't closed, so that the search stays linear
    r"<!--.*?(?:-->|\Z)|<(?P<tag>script|style|svg)\b.*?(?:</(?P=tag)\b[^>]*+(?:>|\Z)|\Z)", re.I | re.S
)
_LONG_TAG = re.compile(  # as browsers see it: a quote counts only where a value begins
    r"<(?P<name>[a-z][^\s/>]{0,50})(?P<rest>(?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))?)*+)(?:>|\Z)",
    re.I,
)
_LONGEST_TAG = 10_000  # characters
_SPACE = re.compile(r"\s+")


def read_markup(body: bytes, content_type: str, url: str) -> LexborHTMLParser:
    """The tree of a page, without its scripts, styles, drawings and comments.

    Raises :class:`FetchError` where there is nothing to read, or far too much.
    """
    if not body.strip():
        raise FetchError(url, "the answer was empty")
    html = _LONG_TAG.sub(_shortened, _UNREAD.sub("", decode_html(body, content_type)))
    if len(html) > MOST_MARKUP or html.count("<") > MOST_TAGS:
        raise FetchError(url, "the page is too large to be read", retriable=False)
    return LexborHTMLParser(html)


def decode_html(body: bytes, content_type: str) -> str:
    """The page as text, in the encoding that browsers would find (WHATWG, Encoding sniffing), except that
    what is valid UTF-8 is taken for that, whatever it claims.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, errors="replace")
    declared = _declared(body, content_type)
    if declared.startswith(("iso2022", "hz")):  # these look like ASCII, and so like UTF-8
        return body.decode(declared, errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(declared or "cp1252", errors="replace")


def base_of(page: LexborHTMLParser, url: str) -> str:
    """The address that the page's links are relative to (HTML, the ``base`` element)."""
    base = page.css_first("base[href]")
    return absolute(url, (base.attributes.get("href") or "") if base else "") or url


def words_of(node: LexborNode) -> str:
    """The text of an element, on one line."""
    return _SPACE.sub(" ", html_to_text(node.html or "")).strip()


def _declared(body: bytes, content_type: str) -> str:
    """Python's name for the declared encoding; empty if there is none, or none that can be.

    UTF-16 would start with its mark; what says so in ASCII is none.
    """
    header = _HEADER_CHARSET.search(content_type)
    meta = _CHARSET.search(body[:_CHARSET_REACH])
    for name in (header[1] if header else "", meta[1].decode("ascii", "replace") if meta else ""):
        try:
            encoding = codecs.lookup(name).name
            "".encode(encoding)  # LookupError for what doesn't encode text ("hex")
        except (LookupError, ValueError):
            continue
        if encoding not in _NOT_FOR_TEXT and not encoding.startswith(("utf-16", "utf-32")):
            return _WEB_NAMES.get(encoding, encoding)
    return ""


def _shortened(tag: re.Match[str]) -> str:
    """A tag without its attributes if they are very long: to compare thousands of them takes minutes."""
    return tag[0] if len(tag[0]) <= _LONGEST_TAG else f"<{tag['name']}>"

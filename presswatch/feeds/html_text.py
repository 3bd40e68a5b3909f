"""From the HTML in a feed to the text that a person would read."""

from __future__ import annotations

import re
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from presswatch.feeds.plain_html import LINE, PARAGRAPH, simple_pieces

_SKIPPED = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "head", "title"})
_PARAGRAPHS = frozenset(
    "address article aside blockquote body dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 header hr main nav ol p pre section table ul".split()
)
_LINES = frozenset({"br", "li", "tr", "option", "caption"})
_CELLS = frozenset({"td", "th"})
_SPACE = re.compile(r"(?: [ \t\r\n\f]|[\t\r\n\f])[ \t\r\n\f]*")  # but for a single space, which is fine
_MARKUP = re.compile(r"<[A-Za-z/!?]")
_TAG = re.compile(r"<[^<>]*>")
_NO_CHARACTER = re.compile(r"&#[0-9]{8,};?")
# The parser's time grows with the square of the depth, and of the number of a tag's attributes.
_MOST_TAGS = 20_000
_LONG_TAG = re.compile(r"(<[A-Za-z][\w:-]{0,40})[^<>]{10000,}")
_MANY_BREAKS = re.compile(r"\n\n\n\n*")  # begins with what is quickly looked for


def html_to_text(html: str) -> str:
    """The text of an HTML fragment: paragraphs apart by an empty line, list items and rows by a line.

    Text without markup comes back as it is, trimmed. Scripts, styles and frames are left out; what
    is inline ("S-<b>Comm</b>") stays in one word. Never raises: HTML has no errors (WHATWG, 13.2).
    """
    if not _MARKUP.search(html):
        return _unescape(html).strip()
    if html.count("<") > _MOST_TAGS:
        return _unescape(_TAG.sub(" ", html)).strip()
    pieces = simple_pieces(html)
    if pieces is None:
        pieces = _pieces_of_tree(LexborHTMLParser(_LONG_TAG.sub(r"\1", html)))
    text = "".join(map(_one_space, pieces)).replace("\x00", "\n")
    text = "\n".join([line.strip(" \t") for line in text.split("\n")])
    return _MANY_BREAKS.sub("\n\n", text).strip()


def _one_space(piece: str) -> str:
    return _SPACE.sub(" ", piece) if "  " in piece or "\n" in piece or not piece.isprintable() else piece


def _pieces_of_tree(parser: LexborHTMLParser) -> list[str]:
    """As :func:`presswatch.feeds.plain_html.simple_pieces`, of any HTML."""
    body = parser.body
    if body is None:
        return []
    pieces: list[str] = []
    node: LexborNode | None = body.child
    root = body.mem_id
    while node is not None:
        tag = node.tag or ""
        if tag == "-text":
            pieces.append((node.text_content or "").replace("\x00", "\ufffd"))
        else:
            pieces.append(_break(tag))
        child = node.child if tag not in _SKIPPED else None
        if child is not None:
            node = child
            continue
        node = _following(node, root, pieces)
    return pieces


def _unescape(text: str) -> str:
    return unescape(_NO_CHARACTER.sub("\ufffd", text))  # unescape fails on numbers of 4,300 digits


def _following(node: LexborNode, root: int, pieces: list[str]) -> LexborNode | None:
    """The node after this one and its children, closing what is left on the way up."""
    current: LexborNode | None = node
    while current is not None and current.mem_id != root:
        if current.tag in _PARAGRAPHS:
            pieces.append(PARAGRAPH)
        if current.next is not None:
            return current.next
        current = current.parent
    return None


def _break(tag: str) -> str:
    if tag in _PARAGRAPHS:
        return PARAGRAPH
    if tag in _LINES:
        return LINE
    return " " if tag in _CELLS else ""

"""From the bytes of a page to its title and text."""

from __future__ import annotations

import codecs
import importlib
import logging
import re
import sys
from dataclasses import dataclass
from itertools import count

from selectolax.lexbor import LexborHTMLParser, LexborNode

from presswatch.errors import FetchError
from presswatch.feeds.bounds import LONGEST_LINE
from presswatch.feeds.html_text import html_to_text
from presswatch.pages.pdf import MOST_CHARACTERS, read_pdf
from presswatch.pages.values import Kind
from presswatch.web.wall import is_bot_wall
from presswatch.wellformed import well_formed

BOT_WALL = "a bot wall answered instead of the page: it asks for proof that a person is reading"
"""The reason of a :class:`FetchError` for such a page."""
MOST_MARKUP = 3_000_000
"""Characters of HTML, not counting scripts, styles and comments."""
MOST_TAGS = 20_000
"""Tags, opening and closing. The parsers' time grows with the square of some of them."""

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_PDF_TYPES = frozenset({"application/pdf", "application/x-pdf"})
_UNTOLD_TYPES = frozenset({"", "application/octet-stream", "text/plain", "application/xml", "text/xml"})
_PDF_MAGIC = b"%PDF-"
_PDF_MAGIC_REACH = 1024
_HTML_START = re.compile(  # atomic groups, since a page of comments must not be tried in every division
    rb"(?:\xef\xbb\xbf)?(?:\s+|(?><\?.*?\?>)|(?><!--.*?-->))*+<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
_CHARSET = re.compile(rb"""<meta\b[^>]{0,200}?\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
_CHARSET_REACH = 4096
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.I)
_WEB_NAMES = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_NOT_FOR_TEXT = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"})

_UNREAD = re.compile(  # each runs to the end where it isn't closed, so that the search stays linear
    r"<!--.*?(?:-->|\Z)|<(?P<tag>script|style)\b(?![^>]{0,300}ld\+json).*?(?:</(?P=tag)\b[^>]*+(?:>|\Z)|\Z)",
    re.I | re.S,
)
_LONG_TAG = re.compile(  # as browsers see it: a quote counts only where a value begins
    r"<(?P<name>[a-z][^\s/>]{0,50})(?P<rest>(?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))?)*+)(?:>|\Z)",
    re.I,
)
_LONGEST_TAG = 10_000  # characters
_BESIDES = "nav, aside, footer, form, button, select, dialog, [hidden], [aria-hidden=true]"
_MOST_CANDIDATES = 10
_FEW = 200  # characters
_SPACE = re.compile(r"\s+")
_SPACES = re.compile(" {2,}")
_REMEMBERED = 100  # pages
_read = count(1)


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page says. ``title`` is one line and may be empty; paragraphs are apart by an empty line."""

    kind: Kind
    title: str
    text: str


def extract(body: bytes, content_type: str, url: str) -> Extracted:
    """The title and text of a web page or a PDF, without the navigation around it.

    ``body`` is what the server sent, decompressed; ``content_type`` its Content-Type header, which a
    PDF's or a page's own first bytes overrule where they are unmistakable; ``url`` is for messages.
    The encoding is found as browsers do (WHATWG, Encoding sniffing), except that what is valid UTF-8
    is taken for that, whatever it claims.

    Raises :class:`FetchError`: retriable for an empty answer and for a bot wall, which names itself
    in the reason; not retriable for what is neither a page nor a PDF, holds no text, or would take
    too much work (see also :func:`presswatch.pages.pdf.read_pdf`).
    """
    if not body.strip():
        raise FetchError(url, "the answer was empty")
    media_type = content_type.partition(";")[0].strip().lower()
    if _is_pdf(body, media_type):
        pdf = read_pdf(body, url)
        return _extracted("pdf", pdf.title, pdf.text)
    if media_type in _HTML_TYPES or (
        media_type in _UNTOLD_TYPES | _PDF_TYPES and _HTML_START.match(body[:_CHARSET_REACH])
    ):
        return _extract_html(body, content_type, url)
    if media_type in _PDF_TYPES:
        raise FetchError(url, "the PDF is damaged", retriable=False)
    raise FetchError(url, _neither(media_type), retriable=False)


def extract_within_bounds(body: bytes, content_type: str, url: str) -> Extracted:
    """As :func:`extract`, for the process of :mod:`presswatch.confined`, which reads many pages: now and then
    it lets go of the lines that trafilatura remembers from page to page.
    """
    meta = sys.modules.get("trafilatura.meta")
    if meta is not None and next(_read) % _REMEMBERED == 0:
        meta.reset_caches()
    return extract(body, content_type, url)


def _is_pdf(body: bytes, media_type: str) -> bool:
    """PDF readers accept some bytes before the mark, so where a PDF is announced, so do we."""
    if media_type in _PDF_TYPES:
        return _PDF_MAGIC in body[:_PDF_MAGIC_REACH]
    return body[:_PDF_MAGIC_REACH].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_PDF_MAGIC)


def _neither(media_type: str) -> str:
    shown = "".join(c for c in media_type[:60] if c.isprintable())
    return f"what the link leads to is neither a page nor a PDF{f' ({shown})' if shown else ''}"


def _extracted(kind: Kind, title: str, text: str) -> Extracted:
    line = _SPACE.sub(" ", well_formed(title)).strip()[:LONGEST_LINE]
    return Extracted(kind, line, well_formed(text[:MOST_CHARACTERS]))


def _extract_html(body: bytes, content_type: str, url: str) -> Extracted:
    if b"\0" in body[:1024] and not body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FetchError(url, _neither(""), retriable=False)  # an image that calls itself a page
    if is_bot_wall(body):
        raise FetchError(url, BOT_WALL)
    html = _LONG_TAG.sub(_shortened, _UNREAD.sub(" ", _decode(body, content_type)))
    if len(html) > MOST_MARKUP or html.count("<") > MOST_TAGS:
        raise FetchError(url, "the page is too large to be read", retriable=False)
    page = LexborHTMLParser(html)
    title = _title(page)
    text = _SPACES.sub(" ", _fuller(_main_text(html), page))  # between cells
    if not text:
        raise FetchError(url, "no text was found in the page; it may need JavaScript", retriable=False)
    return _extracted("html", title, text)


def _decode(body: bytes, content_type: str) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, errors="replace")
    declared = _declared(body, content_type)
    if declared.startswith(("iso2022", "hz")):  # these look like ASCII, and so like UTF-8
        return body.decode(declared, errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(declared or "cp1252", errors="replace")


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


def _main_text(html: str) -> str:
    """What trafilatura takes for the page's text; empty where it finds none.

    It is imported at first use: a cycle without pages need not pay for it.
    """
    trafilatura = importlib.import_module("trafilatura")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # "nothing found" is ours to report
    found = trafilatura.extract(
        html, output_format="html", favor_recall=True, include_comments=False, include_tables=True
    )
    return html_to_text(found or "")


def _fuller(text: str, page: LexborHTMLParser) -> str:
    """The text, or the page's own <article> or <main> where that says much more.

    <main> often holds teasers of other releases too, so it counts only where hardly anything else
    was found.
    """
    article = _longest(page, "article, [itemprop=articleBody]")
    if len(article) > 2 * len(text):
        return article
    if len(text) >= _FEW:
        return text
    main = _longest(page, "main, [role=main]")
    return main if len(main) > 2 * len(text) else text


def _longest(page: LexborHTMLParser, selector: str) -> str:
    return max(map(_text_of, page.css(selector)[:_MOST_CANDIDATES]), key=len, default="")


def _text_of(node: LexborNode) -> str:
    copy = LexborHTMLParser(node.html or "")
    for besides in copy.css(_BESIDES):
        besides.decompose()
    return html_to_text(copy.html or "")


def _title(page: LexborHTMLParser) -> str:
    """What the page calls itself to others (Open Graph), else its only heading, else its title."""
    shared = page.css_first('meta[property="og:title"]')
    claimed = (shared.attributes.get("content") or "").strip() if shared else ""
    if claimed:
        return claimed
    headings = page.css("h1")
    if len(headings) == 1 and (heading := headings[0].text().strip()):
        return heading
    title = page.css_first("head title")
    return title.text().strip() if title else ""

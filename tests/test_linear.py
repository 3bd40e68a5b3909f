"""What is done with publishers' text takes a time that grows as the text does, whatever it says.

Measured is this thread's own time on a processor, the least of some runs, on four times as much of a piece
that repeats: linear work takes four times as long, quadratic work sixteen times. The pieces are such as each
function looks for, and what leads it astray. One tag after the other within each other is left out: there the
HTML parser's time grows with the square, and the number of tags has a bound instead.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.loader import load
from presswatch.errors import FetchError
from presswatch.feeds.dates import read_date
from presswatch.feeds.hints import hints_of
from presswatch.feeds.html_text import html_to_text
from presswatch.feeds.items import split
from presswatch.feeds.jsonfeed import parse_json_feed
from presswatch.feeds.keys import canonical_link, keys_of
from presswatch.feeds.likeness import compare_texts
from presswatch.feeds.page import parse_page
from presswatch.feeds.parse import _HTML_START, _NOT_CLOSED, _REFERENCE, _ends_within_item
from presswatch.feeds.plain_html import simple_pieces
from presswatch.feeds.sitemap import parse_sitemap
from presswatch.feeds.summaries import says_more
from presswatch.feeds.titles import compare_titles
from presswatch.matching.matcher import Matcher
from presswatch.matching.normalise import normalise
from presswatch.matching.snippet import snippet
from presswatch.pages.extract import _LONG_TAG, _UNREAD, _shortened
from presswatch.pages.pdf import _paragraphs
from presswatch.pages.robots import _parse
from presswatch.pages.teaser import needs_page
from presswatch.releases.difference import difference
from presswatch.releases.found import find_in_release
from presswatch.releases.links import report_links
from presswatch.releases.parts import take_apart
from presswatch.watch import Selectors
from presswatch.web.wall import is_bot_wall

MATCHER = Matcher(load(Path(__file__).parents[1] / "config" / "watch.toml").programs)
NOW = datetime(2026, 11, 25, tzinfo=UTC)
SIZE = 4_000  # characters; four times as many are tried, too
LEAST = 0.004  # seconds: what takes less on the longer text is no matter
MOST = 8.0  # times as long on four times as much

TEXTS = (
    *("Signed:\n", "Signatories:\n", "Signatories:\n\n", "Signed: A; B; C\n", "Foo Bar\n", "Director\n"),
    *(
        "Signatories:\nFoo Bar\n",
        "The undersigned ",
        "National groups:\n",
        "Foo; Bar; Baz; ",
        "Foo, ",
        "• A\n",
    ),
    *("About Us\n", "About Foo Bar:\n", "The Foo is a nonprofit organization.\n", "The Foo is a ", "###\n"),
    *(
        "Contact:\n",
        "Media contact: Ann\n",
        "Ann Ruiz\n",
        "a@b.org ",
        "555-123-4567 ",
        "For more information ",
    ),
    *(
        "FOR IMMEDIATE RELEASE\n",
        "EMBARGOED UNTIL ",
        "November 25, 2026 ",
        "25 de noviembre de ",
        "2026-11-25 ",
    ),
    *("WASHINGTON, D.C. – ", "Foo, Calif. ", "Foo Bar ", "Foo-", "Foo’s ", "J. ", "A.B.C.", "A B C D ", "Aa"),
    *("“We end S-Comm now and for ever,” said Ann. ", "“", "” ", "“a ", "“\n\n", '"a b c d e f" ', "«a» "),
    *(
        "said ",
        "said he. ",
        ", said Ann of the ",
        "according to ",
        "director ",
        "Rep. Ana ",
        ":\n",
        "Ann said: ",
    ),
    *(
        "S-Comm ",
        "S-Comm\n\n",
        "S\u00adComm ",
        "S&#45;Comm ",
        "CAP ",
        "Criminal Alien Program (CAP) ",
        "(CAP ",
    ),
    *(
        "Secure Communities ",
        "safe and secure communities ",
        "ICE ",
        "287(g)",
        "deported ",
        "E-\nVerify ",
        "é",
    ),
    *(
        "&amp;",
        "&amp;amp;",
        "&#38;",
        "&",
        "- \n",
        "\u200b",
        "\u2028",
        "ﷺ",
        "\u0301",
        " ",
        "\t",
        "\n",
        "\r\n",
        "x",
        "1",
    ),
    *(
        "Read more ",
        "The post ",
        "…",
        "...",
        "[…] ",
        "Click here ",
        "3 days ago ",
        "hoy ",
        "25/11/",
        "11-",
        "—",
    ),
    *(
        "http://a.b/ ",
        "?a=b&",
        "/",
        "%",
        "../",
        "#",
        "(",
        ")",
        "[",
        "{",
        ".",
        ",",
        ";",
        "'",
        '"',
        "\\",
        "*",
        "-",
        "@",
    ),
)
TAGS = (
    *(
        "<p>",
        "</p>",
        "<p>x</p>",
        "<br>",
        "<b>x</b>",
        "<li>",
        "<td>",
        "<a href=x.pdf>report</a> ",
        "<a>here</a>",
    ),
    *(
        "<",
        "<!--",
        "<!-- -->",
        "-->",
        "<script>",
        "</script>",
        "<style",
        "<title>",
        "<item>",
        "<svg>",
        "<![CDATA[",
    ),
    *(
        "]]>",
        "<?",
        "<?x?>",
        "<!x",
        "<a b=",
        '<a b="',
        "<p a=1 ",
        "a=1 ",
        'a="1" ',
        "</",
        "</title",
        "<h1>x</h1>",
    ),
    *(
        "&lt;p&gt;",
        "<img src=x>",
        "<p\n",
        "< p",
        "<item/>",
        "<link>",
        "<guid>x</guid>",
        "&#55357;",
        "&#99999999999;",
    ),
)


def html_of(text: str) -> bytes:
    """A page that lists one release beside the text."""
    return f"<html><body><div class=r><a href=/1>One</a></div>{text}</body></html>".encode("utf-8", "replace")


def in_release(text: str) -> None:
    """All that is found in a release that mentions a program."""
    find_in_release(MATCHER, title="S-Comm ends", text=f"S-Comm {text}", content="", publisher="Foo")


def in_content(text: str) -> None:
    """The links of what was published."""
    report_links("report", f"<p>the <a href=x.pdf>report</a></p>{text}")


def raw(use: Callable[[bytes], object]) -> Callable[[str], object]:
    """What looks at bytes."""
    return lambda text: use(text.encode("utf-8", "replace"))


ON_TEXTS: dict[str, Callable[[str], object]] = {
    "find_in_release": in_release,
    "find in a title": lambda text: MATCHER.find(text, ""),
    "take_apart": lambda text: take_apart(text[:500], text, ""),
    "normalise": normalise,
    "difference": lambda text: difference(text, f"{text} x"),
    "difference of all": lambda text: difference(text, text[::-1]),
    "says_more": lambda text: (says_more(text, f"{text}x"), says_more(f"x{text}", text)),
    "needs_page": lambda text: needs_page(text=text, content=text, link="http://a.b/c", rule="auto"),
    "keys_of": lambda text: keys_of(
        publisher="p", guid=text, link=f"http://a.b/{text}", title=text, published=None, text=text
    ),
    "canonical_link": lambda text: canonical_link(f"http://a.b/?{text}"),
    "compare_texts": lambda text: (compare_texts(text, f"{text} y z"), compare_texts(f"a {text}", text)),
    "compare_titles": lambda text: (compare_titles(text, f"{text} y z"), compare_titles(f"a {text}", text)),
    "read_date": lambda text: read_date(text, now=NOW),
    "paragraphs of a PDF": lambda text: _paragraphs([text]),
    "robots.txt": raw(_parse),
    "JSON Feed": lambda text: parse_json_feed(
        json.dumps({"items": [{"id": "1", "title": text, "content_text": text, "summary": text}]}).encode(),
        url="http://a.b",
        publisher="p",
    ),
}
ON_TAGS: dict[str, Callable[[str], object]] = {
    "html_to_text": html_to_text,
    "simple_pieces": simple_pieces,
    "what pages are stripped of": lambda text: _LONG_TAG.sub(_shortened, _UNREAD.sub(" ", text)),
    "report_links": in_content,
    "parse_page": lambda text: parse_page(
        html_of(text),
        url="http://a.b/",
        publisher="p",
        content_type="",
        selectors=Selectors(item=".r"),
        now=NOW,
    ),
    "split": lambda text: split(b"<rss><channel>" + text.encode() + b"</channel></rss>", ""),
    "split an item": lambda text: split(b"<rss><item>" + text.encode() + b"</item></rss>", ""),
    "parse_sitemap": lambda text: parse_sitemap(
        b"<urlset><url><loc>http://a.b/1</loc></url>" + text.encode() + b"</urlset>",
        url="http://a.b/s.xml",
        publisher="p",
        only="",
    ),
    "titles that aren't closed": raw(lambda body: _NOT_CLOSED.sub(b"", body)),
    "where a feed ends": raw(_ends_within_item),
    "whether a page came": raw(_HTML_START.match),
    "references": raw(lambda body: _REFERENCE.sub(b"", body)),
    "hints_of": raw(lambda body: hints_of(body, None)),
    "is_bot_wall": raw(is_bot_wall),
}


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    """Leave the garbage collector out of it, whose time depends on all that the tests hold."""
    gc.disable()
    yield
    gc.enable()


def cost(use: Callable[[str], object], text: str) -> float:
    """The seconds of a processor that it takes."""
    begun = time.thread_time()
    with suppress(FetchError):
        use(text)
    return time.thread_time() - begun


def too_long(use: Callable[[str], object], pieces: tuple[str, ...]) -> Iterator[str]:
    """The pieces of which four times as many take much more than four times as long, each time."""
    for piece in pieces:
        short, long = piece * (SIZE // len(piece)), piece * (4 * SIZE // len(piece))
        least = cost(use, short), cost(use, long)
        for _ in range(6):
            if least[1] < LEAST or least[1] <= MOST * least[0]:
                break
            least = min(least[0], cost(use, short)), min(least[1], cost(use, long))
        else:
            yield f"{piece!r}: {least[0]:.4f} s, {least[1]:.4f} s for four times as much"


@pytest.mark.parametrize("name", ON_TEXTS)
def test_text_is_gone_through_once(name: str) -> None:
    """Each function over plain text is linear in what it is given, of any piece that repeats."""
    assert list(too_long(ON_TEXTS[name], TEXTS)) == []


@pytest.mark.parametrize("name", ON_TAGS)
def test_markup_is_gone_through_once(name: str) -> None:
    """Each function over markup is linear in what it is given, of any piece that repeats."""
    assert list(too_long(ON_TAGS[name], TAGS)) == []


def test_passages_are_found_without_the_rest_of_the_text() -> None:
    """Each mention's passage is found in a time that doesn't grow with the text around it."""

    def passages(text: str) -> None:
        long = 25 * text
        for at in range(0, len(long) - 1, 40):
            snippet(long, at, at + 1)

    assert list(too_long(passages, ("S-Comm ", "S-Comm.\n\n"))) == []


def test_mentions_are_placed_without_all_parts() -> None:
    """In which part a mention stands is found in a time that doesn't grow with the parts of its release."""

    def placed(text: str) -> None:
        in_release(20 * text)

    assert list(too_long(placed, ("“We end S-Comm now and for ever,” said Ann Ruiz.\n\n",))) == []

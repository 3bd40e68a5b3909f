"""From the bytes of a page to its title and text."""

from __future__ import annotations

import subprocess
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.errors import FetchError
from presswatch.pages.extract import BOT_WALL, MOST_CHARACTERS, Extracted, extract
from tests.pages.samples import LEAD, QUOTE, REST, article, page

URL = "https://clinic.example/news/1"


def text_of(body: bytes | str, content_type: str = "text/html; charset=utf-8") -> str:
    """The text of a page."""
    return extract(body.encode() if isinstance(body, str) else body, content_type, URL).text


def refused(body: bytes, content_type: str = "text/html") -> FetchError:
    """Why there is no text."""
    with pytest.raises(FetchError) as caught:
        extract(body, content_type, URL)
    assert caught.value.url == URL
    return caught.value


def test_the_release_is_found_among_menus_and_footers() -> None:
    """Title and paragraphs come out; navigation, cookie notice and footer don't."""
    found = extract(article(), "text/html", URL)
    assert found == Extracted(
        "html", "County leaves S-Comm", f"County leaves S-Comm\n\n{LEAD}\n\n{QUOTE}\n\n{REST}"
    )


def test_paragraphs_lists_and_tables_keep_their_shape() -> None:
    """Paragraphs are apart by an empty line, list items by a line, and a word with markup stays one."""
    body = (
        f"<article><p>{LEAD}</p><p>The county leaves S-<b>Comm</b> for good.</p>"
        f"<ul><li>One office is closed in the north.</li><li>Two officers are moved.</li></ul>"
        f"<table><tr><th>Year</th><th>Checks</th></tr><tr><td>2025</td><td>812</td></tr></table>"
        f"<p>{REST}</p></article>"
    )
    text = text_of(page(body))
    assert f"{LEAD}\n\nThe county leaves S-Comm for good.\n\n" in text
    assert "One office is closed in the north.\nTwo officers are moved." in text
    assert "2025 812" in text


def test_comments_are_left_out() -> None:
    """What readers write under a release isn't the release."""
    comment = "<div id=comments class=comments><p>I never liked 287(g) myself, sir.</p></div>"
    assert "287(g)" not in text_of(
        page(f"<article><p>{LEAD}</p><p>{QUOTE}</p><p>{REST}</p></article>{comment}")
    )


def test_a_page_s_own_article_is_not_lost() -> None:
    """Where the extraction drops most of the article, the whole article is taken, less its navigation."""
    body = f"<article><nav>Share this</nav>{f'<p>{LEAD}</p>' * 6}<aside>Other news</aside></article>"
    text = text_of(page(body))
    assert text.count(LEAD) == 6
    assert "Share this" not in text
    assert "Other news" not in text


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ('<meta property="og:title" content="Shared &amp; short">', "<h1>Heading</h1>", "Shared & short"),
        ("", "<h1>The\n <b>only</b> heading</h1>", "The only heading"),
        ("", "<h1>One</h1><h1>Two</h1>", "County leaves S-Comm - Clinic"),
        ('<meta property="og:title" content=" ">', "", "County leaves S-Comm - Clinic"),
    ],
)
def test_the_title_is_what_the_page_calls_itself(head: str, body: str, title: str) -> None:
    """Open Graph first, then the only heading, then the title; always on one line."""
    html = page(f"{body}<article><p>{LEAD}</p><p>{QUOTE}</p></article>", head=head)
    assert extract(html, "text/html", URL).title == title


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("utf-8", "text/html", ""),
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("utf-8-sig", "text/html", ""),
        ("utf-16", "text/html", ""),
        ("windows-1252", "text/html; charset=windows-1252", ""),
        ("windows-1252", "text/html; charset=ISO-8859-1", ""),
        ("windows-1252", "text/html", "<meta charset=windows-1252>"),
        ("windows-1252", "text/html", '<meta http-equiv=Content-Type content="text/html; charset=latin1">'),
        ("windows-1252", "text/html", ""),
        ("windows-1252", "text/html; charset=hex", ""),
        ("windows-1252", "text/html; charset=no-such-thing", "<meta charset=utf-16>"),
        ("iso-8859-15", "text/html", "<meta charset='iso-8859-15'>"),
    ],
)
def test_the_encoding_is_found(encoding: str, content_type: str, meta: str) -> None:
    """A page is read in the encoding of its mark, its bytes, its header or its declaration."""
    said = "La señora Ruiz pidió que el condado dejara el programa." * (1 if "15" in encoding else 2)
    said += "" if "15" in encoding else " “Nadie debería temer” – dijo ella."
    html = f"<html><head>{meta}</head><body><article><p>{said}</p></article></body></html>"
    assert said in text_of(html.encode(encoding), content_type)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "image/png"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "text/html"),
        (b"\xff\xd8\xff\xe0" + b"abc" * 100, ""),
        (b'{"a": "<p>no</p>"}', "application/json"),
        (b"<rss><channel/></rss>", "application/rss+xml"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "text/xml"),
        (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"Only text.", "text/plain"),
    ],
)
def test_anything_else_is_refused(body: bytes, content_type: str) -> None:
    """What is neither a page nor a PDF says so, and asking again can't help."""
    error = refused(body, content_type)
    assert error.reason.startswith("what the link leads to is neither a page nor a PDF")
    assert not error.retriable


def test_a_page_is_known_by_its_beginning_where_the_server_does_not_say() -> None:
    """An answer without a useful type that starts like a page is one."""
    html = b"<?xml version='1.0'?>\n<!-- made by hand -->\n" + article()
    for content_type in ("", "application/octet-stream", "application/pdf", "text/plain"):
        assert LEAD in text_of(html, content_type)


def test_an_empty_answer_may_be_filled_later() -> None:
    """No bytes at all is a moment's trouble."""
    assert refused(b" \r\n").reason == "the answer was empty"
    assert refused(b"").retriable


def test_a_page_without_text_says_so() -> None:
    """An empty shell that scripts would fill is no release with an empty text."""
    error = refused(b"<html><body><div id=root></div><script>start()</script></body></html>")
    assert error.reason == "no text was found in the page; it may need JavaScript"
    assert not error.retriable


@pytest.mark.parametrize(
    "html",
    [
        "<html><head><title>Just a moment...</title></head><body><p>Enable JavaScript</p></body></html>",
        "<html><head><title>Attention Required! | Cloudflare</title></head><body>You have been blocked",
        "<html><head><title>clinic.example</title></head><body><h1>Verify you are human</h1></body></html>",
        "<html><body><p>Checking your browser before you go on.</p></body></html>",
        "<html><body><script>window._cf_chl_opt = {}</script><p>Please wait</p></body></html>",
        "<html><body><form id='challenge-form' action='/x'></form></body></html>",
        "<html><title>Un momento…</title><body>Verifique que usted es un humano</body></html>",
        "<html><head><title>Access Denied</title></head><body>You have no permission.</body></html>",
    ],
)
def test_a_bot_wall_is_named(html: str) -> None:
    """A wall is no text, and the page behind it may be had another time."""
    error = refused(html.encode())
    assert error.reason == BOT_WALL
    assert error.retriable


@pytest.mark.parametrize(
    "html",
    [
        article(
            LEAD, QUOTE, REST, "To leave a comment, verify you are human.", LEAD + QUOTE, REST + LEAD, QUOTE
        ),
        page(
            f"<article><h1>Just a moment of your time</h1><p>{LEAD}</p></article>", title="A moment - Clinic"
        ),
        page(f"<article><p>{LEAD}</p>{QUOTE}</article><script src='/cdn-cgi/challenge-platform'></script>"),
    ],
)
def test_a_page_that_speaks_of_walls_is_none(html: bytes) -> None:
    """Much text, or an ordinary title, is a page, also behind a service that builds walls."""
    assert LEAD in text_of(html)


def test_a_bot_is_not_a_wall_by_its_mark_alone() -> None:
    """A word of a wall's in a long page doesn't make it one."""
    assert LEAD in text_of(article(LEAD, QUOTE, REST, LEAD * 2, QUOTE * 2, REST * 2, "px-captcha"))


NUL_AND_HALVES = "<p>One \0 two &#0; three &#xD800; four &#55357; five &#" + "9" * 5000 + "; six.</p>"


def test_what_cannot_be_stored_is_replaced() -> None:
    """NUL characters and halves of characters come out as U+FFFD."""
    html = article().replace(b"</article>", (NUL_AND_HALVES + "</article>").encode())
    for body in (html, html.replace(b"S-Comm", b"S-\xed\xa0\x80Comm")):
        found = extract(body, "text/html; charset=utf-8", URL)
        (found.text + found.title).encode("utf-8")
        assert "\0" not in found.text
        assert "six." in found.text


N = 1_000_000
ATTRIBUTES = " ".join(f"a{n}=1" for n in range(N))
HOSTILE = {
    "attributes": f"<html><body><p {ATTRIBUTES}>{LEAD * 3}",
    "attributes and quotes": f"<html><body><p x='>' {ATTRIBUTES}>{LEAD * 3}",
    "attributes by slashes": f"<html><body><p/{ATTRIBUTES.replace(' ', '/')}>{LEAD * 3}",
    "open quotes": "<html><body>" + '<p a="' * N,
    "open scripts": "<script" * N,
    "open comments": "<!--" * N,
    "angles": "<" * 5 * N,
    "many tags": f"<html><body>{'<p>x</p>' * N}",
    "deep": f"<html><body>{'<div>' * 9_000}{LEAD * 3}",
    "deep articles": f"<html><body>{'<article>' * 9_000}{LEAD * 3}",
    "deep spans": f"<html><body><article><p>{'<span>' * 9_000}{LEAD * 3}",
    "deep tables": f"<html><body>{'<table><tr><td>' * 6_000}{LEAD * 3}",
    "laughs": "<!DOCTYPE html [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><body><p>" + "&b;" * 100_000,
    "one word": f"<html><body><p>{'a' * 2_900_000}",
    "breaks": f"<html><body><pre>{chr(10) * 2_900_000}{LEAD * 3}",
    "script of data": "<script type=application/ld+json>" + '{"a":' * 100_000 + f"</script><p>{LEAD * 3}",
    "declarations": "<meta " * 500 + "<!-- " * 500 + "<?x " * 500,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_costs_little(html: str) -> None:
    """Depth, width, entities and open ends neither crash nor go on for ever; text has a limit."""
    try:
        assert len(text_of(html)) <= MOST_CHARACTERS
    except FetchError as error:
        assert error.reason in (
            "no text was found in the page; it may need JavaScript",
            "the page is too large to be read",
        )


def test_a_page_that_looks_compressed_is_not_unpacked() -> None:
    """The body is what the server sent, once decompressed; nothing in it is inflated again."""
    refused(zlib.compress(b"<html>" + b"a" * 100_000), "text/html")


@given(
    st.binary(max_size=300), st.sampled_from(["text/html", "application/pdf", "", "text/html; charset=utf-7"])
)
def test_any_bytes_have_an_answer(body: bytes, content_type: str) -> None:
    """There is a text, or a reason why there is none; nothing else is raised."""
    for start in (b"", b"<html><body><p>", b"%PDF-1.4\n"):
        try:
            found = extract(start + body, content_type, URL)
        except FetchError as error:
            assert error.reason.isprintable()
        else:
            found.text.encode("utf-8")


def test_nothing_is_imported_before_it_is_needed() -> None:
    """A cycle without pages doesn't pay for trafilatura and pypdf."""
    code = (
        "import sys, presswatch.pages.shard as s, presswatch.watch as w, presswatch.pages.values as v\n"
        "s.read_pages(v.PageJob((), w.FetchRules(), 1.0))\n"
        "sys.exit(bool({'trafilatura', 'pypdf', 'lxml'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

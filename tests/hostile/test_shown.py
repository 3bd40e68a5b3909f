"""What feeds hold, as it reaches a mail, a page, a terminal and a table: text, never markup or orders."""

from __future__ import annotations

import csv
import io
import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.search import search
from tests.hostile.desk import Desk
from tests.hostile.documents import feed, piece
from tests.hostile.newsroom import Newsroom, reply

FORBIDDEN = {"script", "img", "iframe", "object", "embed", "form", "input", "link", "base", "svg", "video"}
ESCAPES = "\x1b[2J\x1b]0;owned\x07\x9b31m\x00\x08"


class Seen(HTMLParser):
    """The elements of a page, and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def shown(item: dict[str, object]) -> bytes:
    """A JSON Feed of one item, in which any character can stand."""
    whole = {"id": "https://newsroom.example/?p=1", "url": "https://newsroom.example/1", **item}
    whole.setdefault("date_published", "2026-11-25T10:00:00Z")
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": [whole]}
    ).encode()


def read(desk: Desk, newsroom: Newsroom, **item: object) -> tuple[str, EmailMessage]:
    """Have an item read and told; the page and the mail that tell it."""
    body = shown({"title": "S-Comm", "content_text": "The county ends S-Comm.", **item})
    desk.follow(newsroom.show("/feed", reply(body, content_type="application/feed+json")))
    desk.cycle()
    assert (len(desk.archived()), len(desk.announced())) == (1, 1)
    (page,) = desk.pages()
    (mail,) = desk.mails()
    message = message_from_bytes(mail.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return page.read_text(encoding="utf-8"), message


MARKUP = {
    "a script": "<script>alert(1)</script> S-Comm",
    "a script, escaped": "&lt;script&gt;alert(1)&lt;/script&gt; S-Comm",
    "a script, escaped twice": "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt; S-Comm",
    "a picture that fails": '<img src="x" onerror="alert(1)"> S-Comm',
    "a frame": '<iframe src="https://evil.example/"></iframe> S-Comm',
    "a style": "<style>body { display: none }</style> S-Comm",
    "a form": '<form action="https://evil.example/"><input name="password"></form> S-Comm',
    "an end of the page": "</title></head></body></html><script>alert(1)</script> S-Comm",
    "a comment without end": "S-Comm <!-- <script>alert(1)</script>",
    "an attribute that ends": '"><script>alert(1)</script> S-Comm',
    "a template": "{{ 777 * 777 }} {% include '/etc/passwd' %} S-Comm",
    "a drawing": '<svg onload="alert(1)"></svg> S-Comm',
    "a base": '<base href="https://evil.example/"> S-Comm',
}


@pytest.mark.parametrize("where", ["title", "content_text", "content_html"])
@pytest.mark.parametrize("markup", MARKUP.values(), ids=MARKUP)
def test_markup_is_text(desk: Desk, newsroom: Newsroom, markup: str, where: str) -> None:
    """In a title or in a text: no element or attribute of it is in the page, nor in the mail."""
    page, message = read(desk, newsroom, **{where: markup})
    part = message.get_body(("html",))
    assert part is not None
    for html in (page, part.get_content()):
        seen = Seen()
        seen.feed(html)
        assert FORBIDDEN.isdisjoint(seen.tags)
        assert not [name for name, _ in seen.attributes if name.startswith("on") or name in ("src", "action")]
        assert (seen.tags.count("html"), seen.tags.count("body")) == (1, 1)
        assert "603729" not in html


LINKS = {
    "a script": "javascript:alert(1)",
    "a script in capitals": "JaVaScRiPt:alert(1)",
    "a script after a space": " javascript:alert(1)",
    "a script with a line's end": "java\nscript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "a file": "file:///etc/passwd",
    "an attribute that ends": 'https://evil.example/"onmouseover="alert(1)',
    "no address": "http://[::1",
    "a line's end": "https://newsroom.example/1\r\nBcc: all@evil.example",
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_a_link_leads_to_the_web_or_nowhere(desk: Desk, newsroom: Newsroom, link: str) -> None:
    """The release is told all the same."""
    page, message = read(desk, newsroom, url=link)
    seen = Seen()
    seen.feed(page)
    links = [value for name, value in seen.attributes if name == "href"]
    assert all(value.startswith(("http://", "https://")) and "\n" not in value for value in links)
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert message["Bcc"] is None


FORGED = {
    "a line feed": "S-Comm\nBcc: all@evil.example\n\nHello",
    "a carriage return": "S-Comm\rBcc: all@evil.example",
    "both": "S-Comm\r\nBcc: all@evil.example\r\n\r\n<b>Hello</b>",
    "an escaped line feed": "S-Comm&#10;Bcc: all@evil.example",
    "a line separator": "S-Comm\u2028Bcc: all@evil.example",
    "a next line": "S-Comm\x85Bcc: all@evil.example",
    "a boundary": "S-Comm\r\n--=_boundary\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>",
    "the end of a message": "S-Comm\r\n.\r\nMAIL FROM:<x@evil.example>",
    "an encoded word": "=?utf-8?q?S-Comm=0ABcc:_all@evil.example?= S-Comm",
}


@pytest.mark.parametrize("title", FORGED.values(), ids=FORGED)
def test_a_title_is_one_line(desk: Desk, newsroom: Newsroom, title: str) -> None:
    """It forges no header of a mail, and no part of one."""
    _, message = read(desk, newsroom, title=title)
    assert set(message.keys()) == {
        "Subject", "From", "To", "Date", "Message-ID", "List-Id", "Auto-Submitted", "MIME-Version",
        "Content-Type",
    }  # fmt: skip
    assert "\n" not in message["Subject"] and "evil" not in message["Subject"]
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    (line,) = desk.archived()
    assert len(line.splitlines()) == 1


def test_a_huge_title_is_archived_whole_and_told(desk: Desk, newsroom: Newsroom) -> None:
    """A megabyte of it neither stops a cycle nor makes a mail that no server takes."""
    page, message = read(desk, newsroom, title="S-Comm " + "very " * 200_000 + "long")
    assert len(desk.archived()[0]) > 1_000_000
    assert len(message["Subject"]) < 200
    assert len(page) < 100_000


@pytest.mark.parametrize("where", ["title", "content_text", "url"])
def test_terminal_escapes_reach_no_terminal(
    desk: Desk, newsroom: Newsroom, tmp_path: Path, where: str
) -> None:
    """Nor a page or a mail: orders to a terminal are left out wherever text is shown."""
    text = f"https://newsroom.example/{ESCAPES}" if where == "url" else f"The county{ESCAPES} ends S-Comm"
    page, message = read(desk, newsroom, **{where: text})
    plain = message.get_body(("plain",))
    assert plain is not None
    found = CliRunner().invoke(search, ["-c", str(tmp_path / "watch.toml"), "--publisher", "Organisation A"])
    assert found.exit_code == 0
    for text in (page, plain.get_content().replace("\r\n", "\n"), found.stdout):
        assert not [character for character in text if not character.isprintable() and character != "\n"]


def test_directions_of_writing_are_left_out(desk: Desk, newsroom: Newsroom) -> None:
    """Controls that turn letters round can make an address read as another."""
    page, message = read(desk, newsroom, title="S-Comm \u202egro.live//:sptth\u202c \u2066x\u2069")
    plain = message.get_body(("plain",))
    assert plain is not None
    for text in (page, plain.get_content()):
        assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_a_cell_is_no_formula(desk: Desk, newsroom: Newsroom, tmp_path: Path, start: str) -> None:
    """A title that begins like a formula is text in the table that search gives."""
    read(desk, newsroom, title=f'{start}HYPERLINK("https://evil.example/","S-Comm")')
    found = CliRunner().invoke(search, ["-c", str(tmp_path / "watch.toml"), "--csv", "HYPERLINK"])
    assert found.exit_code == 0
    (row,) = list(csv.DictReader(io.StringIO(found.stdout)))
    assert row["title"].startswith("'")


def test_what_a_feed_calls_itself_is_not_believed(desk: Desk, newsroom: Newsroom) -> None:
    """The publisher is the one that was configured, whatever the feed's title says."""
    body = feed(piece(1)).replace(b"Newsroom", b"The White House")
    desk.follow(newsroom.show("/feed", body))
    desk.cycle()
    (page,) = desk.pages()
    assert "White House" not in page.read_text(encoding="utf-8")
    assert desk.announced() == ["Release 1"]

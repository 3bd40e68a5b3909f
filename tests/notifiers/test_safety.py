"""What a feed can say with malice, from its bytes to a mail: none of it becomes markup or a header."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from selectolax.lexbor import LexborHTMLParser

from notifiers.looks.render import render
from notifiers.mail.address import check_bare_address
from notifiers.mail.message import as_bytes, message
from presswatch.digests.compose import compose
from presswatch.digests.health import FeedTurn
from presswatch.digests.model import Coverage, Digest, FailedFeed, Gap, LaterPublishers, Publication
from presswatch.digests.owed import Owed, OwedMention
from presswatch.feeds.parse import parse_feed
from presswatch.matching.matcher import matcher_for
from presswatch.matching.program import Program
from presswatch.releases.found import find_in_release
from tests.notifiers.conftest import SINCE, UNTIL, delivery_of
from tests.support.browser import browser_page, find_browser

PROGRAM = Program("s-comm", "Secure Communities", terms=("S-Comm",))
SENDER = Address("Presswatch", "watch", "example.org")
ALLOWED = set(
    "html head meta title style body div table tbody tr td p b bdi br h1 h2 h3 a mark blockquote del ins span"
    " ul li code".split()
)
ATTACKS = {
    "a script": "<script>document.title='owned';alert(1)</script>",
    "a style": "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>",
    "handlers": '<img src=//evil.example/x onerror=alert(1)><svg onload=alert(2)></svg><p style="top:0">',
    "broken HTML": "</p></td></tr></table></div></body></html><!-- <b <a href='javascript:alert(1)'>x<",
    "the end of a style": "</style><script>alert(1)</script>",
    "a condition": "<!--[if mso]><script>alert(1)</script><![endif]-->--><script>alert(2)</script>",
    "a quote": '"><script>alert(1)</script><a href="',
    "references": "&lt;script&gt;alert(1)&lt;/script&gt;&#60;img src=x onerror=alert(1)&#62;",
    "a template": "{{ digest }}{% include 'digest.css' %}{{ 7 * 191 }}",
    "line feeds": "\r\nBcc: all@evil.example\r\nContent-Type: text/html\r\n\r\n<b>forged</b>",
    "other line ends": "\x0bBcc: a@evil.example\x0c\x85Bcc: b@evil.example\u2028Bcc: c@evil.example\u2029.\n",
    "bidi overrides": "\u202egpj.tnemucod\u202c \u2066x\u2069 \u200f\u061c",
    "a boundary": "\n--=_0123456789abcdef\nContent-Type: text/html\n\n<script>alert(1)</script>\n.\n",
    "an encoded word": "=?utf-8?q?=0D=0ABcc:_all@evil.example?=",
}
EVERY_ATTACK = pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)


def feed(attack: str) -> bytes:
    """A feed that says it in every place: as text that is escaped once, and in CDATA."""
    legal = "".join(c for c in attack if c.isprintable() or c in "\t\n\r\x85\u2028\u2029\u202e\u202c")
    said, raw = escape(legal), legal.replace("]]>", "")
    return f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{said}</title>
<item><title>S-Comm {said}</title><link>javascript:alert(1)//{said}</link><guid>{said}</guid>
<description><![CDATA[<p>The county ends S-Comm. {raw}</p>]]></description></item>
<item><title><![CDATA[{raw} ends]]></title><link>https://press.example/{said}</link><guid>2</guid>
<description>{escape(escape(f"<p>{legal} S-Comm again.</p>"))}</description></item>
</channel></rss>""".encode()


def digest_of_feed(attack: str) -> Digest:
    """What is told of that feed, whose publisher, programs and troubles say the same."""
    program = replace(PROGRAM, name=f"Secure Communities {attack}")
    owed = []
    for number, entry in enumerate(
        parse_feed(feed(attack), url="https://press.example/feed", publisher="x").entries, start=1
    ):
        mentions = tuple(
            OwedMention(m.field, m.start, m.end, m.snippet, m.snippet_start, f"{m.why} {attack}", m.part)
            for m in find_in_release(matcher_for((program,)), title=entry.title, text=entry.text).mentions
        )
        assert mentions
        owed.append(
            Owed(
                release_id=number,
                program=program.id,
                kind="new" if number == 1 else "updated",
                title=entry.title,
                text=entry.text,
                url=entry.link,
                publisher=f"Harbour House {attack}",
                published=UNTIL,
                first_seen=UNTIL,
                mentions=mentions,
                compared=(f"Old {attack}", f"Before {attack}") if number == 2 else None,
                change=number - 1,
                publications=(Publication(9, f"River {attack}", f"javascript:alert('{attack}')"),),
            )
        )
    assert len(owed) == 2
    coverage = Coverage(
        feeds=3,
        read=1,
        failed=(FailedFeed(attack, f"data:text/html,{attack}", attack),),
        gaps=(Gap(1, attack, attack, SINCE, UNTIL, "open", 0, attack),),
        turned=(FeedTurn(f"Mill {attack}", attack, SINCE, "failing", attack),),
    )
    return compose(
        subscription=f"morning {attack}",
        owed=owed,
        names={program.id: program.name},
        coverage=coverage,
        since=SINCE,
        now=UNTIL,
        also=[LaterPublishers(attack, attack, attack, (program.id,), (Publication(3, attack, attack),))],
    )


def mail_of(digest: Digest) -> tuple[bytes, EmailMessage]:
    """The mail's bytes, and how a mail reader takes them."""
    delivery = delivery_of(digest)
    content = as_bytes(
        message(delivery, render(digest), sender=SENDER, to=Address("", "ana", "example.org"), threaded=True)
    )
    parsed = message_from_bytes(content, policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    return content, parsed


@EVERY_ATTACK
def test_nothing_becomes_markup(attack: str) -> None:
    """The page holds our own elements and attributes only, and its links lead to the web."""
    tree = LexborHTMLParser(render(digest_of_feed(attack)).html)
    assert {node.tag for node in tree.css("*")} <= ALLOWED
    assert [len(tree.css(name)) for name in ("html", "body", "style", "title")] == [1, 1, 1, 1]
    for node in tree.css("*"):
        assert not [name for name in node.attributes if name.startswith("on") or name in {"src", "action"}]
    links = [node.attributes["href"] or "" for node in tree.css("[href]")]
    assert all(link.startswith(("https://press.example/", "http://", "https://")) for link in links)
    plain = LexborHTMLParser(render(digest_of_feed("plain")).html)
    same = [{node.attributes.get("style") for node in one.css("[style]")} for one in (tree, plain)]
    assert same[0] == same[1]
    assert "1337" not in (tree.html or "")


@EVERY_ATTACK
def test_nothing_is_hidden_or_turned_around(attack: str) -> None:
    """Neither page, text nor subject holds a control character, but the line feeds that are ours."""
    rendered = render(digest_of_feed(attack))
    for body in (rendered.html, rendered.text, rendered.subject):
        controls = {c for c in body if unicodedata.category(c) in {"Cc", "Zl", "Zp"}} - {"\n"}
        assert controls == set()
        assert not set(body) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert "\n" not in rendered.subject


@EVERY_ATTACK
def test_no_header_and_no_part_is_forged(attack: str) -> None:
    """A mail has the headers and the two parts that it always has."""
    content, mail = mail_of(digest_of_feed(attack))
    _, plain = mail_of(digest_of_feed("plain"))
    assert mail.keys() == plain.keys()
    assert (mail["To"], mail["From"]) == ("ana@example.org", "Presswatch <watch@example.org>")
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert not mail.defects
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    head, _, _ = content.partition(b"\r\n\r\n")
    assert b"\nBcc" not in head


@pytest.mark.parametrize(
    "address",
    [
        "ana@example.org\r\nBcc: all@evil.example",
        "ana@example.org, all@evil.example",
        "Ana\n <ana@example.org>",
        '"a\\\r\nBcc: x"@example.org',
        "Ana \u202e<ana@example.org>",
        "ana@example.org\u2028Bcc: all@evil.example",
        "<ana@example.org> <all@evil.example>",
    ],
)
def test_an_address_that_forges_a_header_is_refused(address: str) -> None:
    """Before any mail is written."""
    with pytest.raises(ValueError, match="mail address"):
        check_bare_address(address)


@pytest.mark.parametrize("name", ["Ana, Bcc: x@evil.example", 'Ana" <x@evil.example>, "', "Ana; x:y@z, Ä"])
def test_a_name_stays_a_name(name: str) -> None:
    """Whatever separates addresses in a header is quoted in a name."""
    delivery = delivery_of(digest_of_feed("plain"))
    to = Address(name, "ana", "example.org")
    content = as_bytes(message(delivery, render(delivery.digest), sender=SENDER, to=to))
    mail = message_from_bytes(content, policy=SMTP)
    assert [(one.display_name, one.addr_spec) for one in mail["To"].addresses] == [(name, "ana@example.org")]
    assert mail["Bcc"] is None


@pytest.mark.browser
def test_nothing_runs_in_a_browser(tmp_path: Path) -> None:
    """No dialog, no request, no other title: of any attack."""
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium on this machine")
    with browser_page(program, tmp_path / "profile") as page:
        for number, attack in enumerate(ATTACKS.values()):
            file = tmp_path / f"{number}.html"
            file.write_text(render(digest_of_feed(attack)).html, encoding="utf-8")
            page.open(file, width=800, dark=False)
            assert page.dialogs == []
            assert [url for url in page.requests if url != file.as_uri()] == []
            assert page.value("document.title").startswith("Secure Communities")
            assert page.value("getComputedStyle(document.querySelector('h1')).display") == "block"

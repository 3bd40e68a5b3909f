"""Documents by which a newsroom could stop all others: small on the wire, endless to read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass

HTML, FEED, JSON = "text/html", "application/rss+xml", "application/feed+json"
_GUID = "<guid>urn:attack:{n}</guid><link>http://attack.example/{n}</link>"


@dataclass(frozen=True)
class Attack:
    """What a newsroom sends for its feed; it goes over the wire as gzip."""

    name: str
    body: Callable[[], bytes]
    content_type: str = FEED


def rss(items: str, *, root: str = "<rss version='2.0'>") -> bytes:
    """A feed with these items."""
    return f"{root}<channel><title>Attack</title>{items}</channel></rss>".encode()


def item(text: str, *, n: int = 1, title: str = "An attack") -> str:
    """An item that says so, in HTML that is escaped."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<item><title>{title}</title>{_GUID.format(n=n)}<description>{escaped}</description></item>"


def _attributes() -> bytes:
    attributes = " ".join(f"a{number}=''" for number in range(250_000))
    return rss(item("S-Comm ends.").replace("<item>", f"<item {attributes}>"))


def _html_attributes() -> bytes:
    attributes = " ".join(f"a{number}=" for number in range(250_000))
    return rss(item(f"<p {attributes}>S-Comm ends.</p><p>Now.</p>"))


def _long_root() -> bytes:
    return rss("<item/>" * 10_000, root=f"<rss version='2.0' a='{'x' * 1_000_000}'>")


def _unclosed() -> bytes:
    return rss("<item><title>S-Comm " * 60_000)


def _json_items() -> bytes:
    items = [{"id": str(number), "content_text": "S-Comm"} for number in range(300_000)]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}).encode()


ATTACKS = (
    Attack("an item of 250,000 attributes", _attributes),
    Attack("HTML of 250,000 attributes", _html_attributes),
    Attack("12,000 lines of Signed:", lambda: rss(item("S-Comm<br>" + "Signed:<br>" * 12_000))),
    Attack("4,000 lines of Signatories:", lambda: rss(item("S-Comm<br>" + "Signatories:<br>" * 4_000))),
    Attack("a long attribute over 10,000 items", _long_root),
    Attack("480,000 items", lambda: rss("<item><title>S-Comm</title></item>" * 480_000)),
    Attack(
        "480,000 items that differ",
        lambda: rss("".join(f"<item><title>S-Comm {n}</title></item>" for n in range(480_000))),
    ),
    Attack("titles and items that don't end", _unclosed),
    Attack("a link of 1 MB", lambda: rss(item("S-Comm").replace("/1</link>", f"/{'x' * 1_000_000}</link>"))),
    Attack("S-Comm 64,000 times", lambda: rss(item("S-Comm " * 64_000))),
    Attack("20,000 elements in each other", lambda: rss(item("<div>" * 19_000 + "S-Comm"))),
    Attack("300,000 items of a JSON Feed", _json_items, JSON),
)
"""The issue's, and their kin."""


def trickled_page() -> bytes:
    """The beginning of a page of which the rest comes byte by byte."""
    return b"<!doctype html><html><body><p>"


def links(host: Callable[[int], str], count: int) -> bytes:
    """A feed of teasers, each with a page of its own on the host of its number."""
    return rss(
        "".join(
            f"<item><title>Teaser {n}</title><guid>urn:page:{n}</guid><link>{host(n)}/{n}</link>"
            "<description>More on our page…</description></item>"
            for n in range(count)
        )
    )


def packed(body: bytes) -> bytes:
    """As it goes over the wire with ``Content-Encoding: gzip``."""
    return gzip.compress(body)

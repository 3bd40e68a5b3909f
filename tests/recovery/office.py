"""A press office for tests: numbered releases, and every way in which a site may keep the older ones."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from presswatch.feeds.identity import Candidate
from presswatch.feeds.parse import parse_feed
from presswatch.feeds.values import Entry
from presswatch.recovery.values import Gap
from presswatch.watch import Kind

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PUBLISHER = "Rights Office"
Answer = Response | Callable[[Request], Response]


def published(number: int) -> datetime:
    """A release comes out each hour."""
    return START + timedelta(hours=number)


class Office:
    """A site under ``base``. What it answers is set by path, with or without the query; ``asked`` lists
    what was asked for, in order.
    """

    def __init__(self, server: HTTPServer) -> None:
        self.base = server.url_for("").rstrip("/")
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.folder = "/news/"
        server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        query = request.query_string.decode()
        whole = f"{request.path}?{query}" if query else request.path
        self.asked.append(whole)
        answer = self.answers.get(whole, self.answers.get(request.path))
        if answer is None:
            return Response("nothing here", status=404, content_type="text/plain")
        return answer if isinstance(answer, Response) else answer(request)

    def paged(self, *pages: Iterable[int], head: str = "") -> Callable[[Request], Response]:
        """A feed that honours ``?paged``, with a 404 after the last page."""
        documents = [self.rss(numbers, head=head) for numbers in pages]

        def answer(request: Request) -> Response:
            number = int(request.args.get("paged", 1))
            return documents[number - 1] if number <= len(documents) else Response(status=404)

        return answer

    def link(self, number: int) -> str:
        """The address of a release."""
        return f"{self.base}{self.folder}statement-of-the-office-on-matter-{number}/"

    def rss(
        self,
        numbers: Iterable[int],
        *,
        older: str = "",
        rel: str = "next",
        dated: bool = True,
        head: str = "",
    ) -> Response:
        """A feed of these releases, in this order; ``older`` is linked to as ``rel``."""
        return Response(
            self.rss_bytes(numbers, older=older, rel=rel, dated=dated, head=head), mimetype="text/xml"
        )

    def rss_bytes(
        self,
        numbers: Iterable[int],
        *,
        older: str = "",
        rel: str = "next",
        dated: bool = True,
        head: str = "",
    ) -> bytes:
        """The same as bytes."""
        link = f'<atom:link rel="{rel}" href="{escape(older)}"/>' if older else ""
        items = "".join(self._item(number, dated) for number in numbers)
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
            f"<channel><title>Releases</title>{head}{link}{items}</channel></rss>"
        ).encode()

    def _item(self, number: int, dated: bool) -> str:
        date = f"<pubDate>{format_datetime(published(number))}</pubDate>" if dated else ""
        return (
            f"<item><title>Statement {number}</title><link>{self.link(number)}</link>"
            f'<guid isPermaLink="false">{self.base}/?p={number}</guid>{date}'
            f"<description>What the office says about matter {number}.</description></item>"
        )

    def posts(self, numbers: Sequence[int], *, most: int = 100) -> Callable[[Request], Response]:
        """WordPress's list of posts, newest first, that honours ``after`` and ``page``."""

        def answer(request: Request) -> Response:
            after = datetime.fromisoformat(request.args["after"] + "+00:00")
            page, size = int(request.args.get("page", 1)), min(most, int(request.args["per_page"]))
            wanted = [number for number in numbers if after < published(number)]
            shown = wanted[(page - 1) * size : page * size]
            if page > 1 and not shown:
                return Response(
                    '{"code": "rest_post_invalid_page_number"}', status=400, mimetype="application/json"
                )
            return Response(json.dumps([self._post(number) for number in shown]), mimetype="application/json")

        return answer

    def _post(self, number: int) -> dict[str, object]:
        return {
            "id": number,
            "link": self.link(number),
            "guid": {"rendered": f"{self.base}/?p={number}"},
            "date_gmt": published(number).strftime("%Y-%m-%dT%H:%M:%S"),
            "title": {"rendered": f"Statement&nbsp;{number}"},
            "content": {
                "rendered": f"<p>What the office says about matter {number}.</p>",
                "protected": False,
            },
        }

    def sitemap(self, pages: Iterable[tuple[str, datetime]]) -> Response:
        """A sitemap of addresses and when they changed."""
        urls = "".join(
            f"<url><loc>{escape(link)}</loc><lastmod>{changed.isoformat()}</lastmod></url>"
            for link, changed in pages
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return Response(f'<?xml version="1.0"?><urlset xmlns="{space}">{urls}</urlset>', mimetype="text/xml")

    def pages(self, numbers: Iterable[int]) -> list[tuple[str, datetime]]:
        """What a sitemap says of these releases."""
        return [(self.link(number), published(number)) for number in numbers]

    def index(self, *paths: str) -> Response:
        """An index of sitemaps."""
        maps = "".join(f"<sitemap><loc>{self.base}{quote(path)}</loc></sitemap>" for path in paths)
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return Response(
            f'<?xml version="1.0"?><sitemapindex xmlns="{space}">{maps}</sitemapindex>', mimetype="text/xml"
        )

    def gap(
        self,
        known: Iterable[int],
        shown: Sequence[int],
        *,
        path: str = "/feed.xml",
        dated: bool = True,
        kind: Kind = "feed",
    ) -> Gap:
        """The gap between a reading after the newest known release and one after the newest shown."""
        known = sorted(known, reverse=True)
        return Gap(
            gap_id=1,
            feed_id=1,
            url=self.base + path,
            publisher=PUBLISHER,
            fulltext="never",
            kind=kind,
            known_keys=self._keys(known, dated),
            known=tuple(map(known_as, self._entries(known, dated))),
            seen_before=published(known[0]) + timedelta(minutes=5),
            oldest_shown=published(min(shown)) if dated else None,
            shown_keys=self._keys(shown, dated),
            found=published(max(shown)) + timedelta(minutes=5),
        )

    def _keys(self, numbers: Iterable[int], dated: bool) -> frozenset[str]:
        return frozenset(key for entry in self._entries(numbers, dated) for key in entry.keys)

    def _entries(self, numbers: Iterable[int], dated: bool) -> Sequence[Entry]:
        feed = parse_feed(self.rss_bytes(numbers, dated=dated), url=self.base, publisher=PUBLISHER)
        return feed.entries


def known_as(entry: Entry) -> Candidate:
    """The release that the archive makes of an entry."""
    return Candidate(
        release_id=number_in(entry.link),
        keys=frozenset(entry.keys),
        title=entry.title,
        link=entry.link,
        published=entry.published,
        content_hash=entry.content_hash,
        text=entry.text,
        guid=entry.guid,
        published_raw=entry.published_raw,
    )


def numbers_of(entries: Iterable[Entry]) -> list[int]:
    """Which releases the entries are."""
    return [number_in(entry.link) for entry in entries]


def number_in(link: str) -> int:
    """Which release the address is of."""
    return int(link.rstrip("/").rpartition("-")[2])


def down(newest: int, oldest: int) -> list[int]:
    """Releases from the newest to the oldest."""
    return list(range(newest, oldest - 1, -1))

"""Newsrooms' servers: an answer for each request, as the newsroom stands at that moment."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import SplitResult, parse_qs, urlsplit

from tests.simulation.documents import TYPES, document, look, release_page, sitemap
from tests.simulation.newsroom import Newsroom
from tests.simulation.release import Release

_STAMPS = re.compile(rb"<lastBuildDate>.*?</lastBuildDate>|<!-- \d+ -->|<slash:comments>\d+</slash:comments>")
_PARTS = {"broken off": 1 / 2, "cut short": 2 / 3}
"""How much of its list a server sends in these troubles; with the first it says how much it should be."""
_WALL = b"<!doctype html><html><head><title>Just a moment...</title></head><body>Checking</body></html>"
_HTML = b"<!doctype html><html><head><title>Welcome</title></head><body><p>Our new site.</p></body></html>"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. ``failure`` names one that never came; ``length`` is what it claims its body to have."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: str = ""
    length: int | None = None


class Internet:
    """All newsrooms' servers. ``shown`` gathers what lists handed out whole since it was last emptied: of
    each release the version, and when.
    """

    def __init__(self, newsrooms: Sequence[Newsroom]) -> None:
        self._hosts = {_bare(room.host): room for room in newsrooms}
        self._cache: dict[int, tuple[object, bytes, list[Release]]] = {}
        self._looks: dict[int, tuple[str, str]] = {}
        self.shown: list[tuple[Release, int, datetime]] = []
        self.requests = 0
        self.broken: list[Exception] = []
        """Errors of the simulation itself."""

    def answer(self, url: str, headers: Mapping[str, str], now: datetime, *, for_list: bool) -> Reply:
        """What comes back. ``for_list``: the one who asks stores what the list shows."""
        self.requests += 1
        parts = urlsplit(url)
        host = parts.netloc
        room = self._hosts.get(_bare(host))
        if room is None:
            return Reply(0, failure="no connection")
        room.advance(now)
        self._hosts.setdefault(_bare(room.host), room)
        nothing = _nothing(room, parts)
        if nothing is not None:
            return nothing
        if parts.path == room.list_path:
            return self._list(room, parts.query, headers, now, for_list=for_list)
        return self._other(room, parts.path, parts.query, now)

    def _list(
        self, room: Newsroom, query: str, headers: Mapping[str, str], now: datetime, *, for_list: bool
    ) -> Reply:
        paged = int(parse_qs(query).get("paged", ["1"])[0])
        instead = _instead_of_list(room)
        if instead is not None:
            return instead
        if paged > 1 and room.profile.keeps in ("paged", "wordpress"):
            return self._older(room, paged, now)
        body, releases = self._document(room, now)
        if room.trouble == "no items":
            body, releases = document(room, [], now), []
        validators = self._validators(room, body, now)
        matches = [
            headers.get(asked) == validators.get(name) for asked, name in _CONDITIONS if headers.get(asked)
        ]
        if matches and (room.frozen or all(matches)):
            return Reply(304, validators)
        kind = {"Content-Type": TYPES[room.profile.format], **validators}
        if room.trouble in _PARTS:
            length = len(body) if room.trouble == "broken off" else None
            return Reply(200, kind, body[: int(len(body) * _PARTS[room.trouble])], length=length)
        if for_list:
            self._note(room, releases, now)
        return Reply(200, kind, body)

    def _document(self, room: Newsroom, now: datetime) -> tuple[bytes, list[Release]]:
        profile = room.profile
        moving = (
            profile.dates == "now" or profile.stamp or profile.counters or profile.shuffled or profile.ages
        )
        cached = self._cache.get(room.number)
        if cached is not None and cached[0] == room.changes and not moving:
            return cached[1], cached[2]
        releases = (
            cached[2]
            if cached is not None and cached[0] == room.changes and not profile.ages
            else room.listed(now)
        )
        shown = room.random.sample(releases, len(releases)) if profile.shuffled else releases
        older = f"{room.front}/archive/2" if profile.keeps == "links" else ""
        body = document(room, shown, now, older)
        self._cache[room.number] = (room.changes, body, releases)
        return body, releases

    def _validators(self, room: Newsroom, body: bytes, now: datetime) -> dict[str, str]:
        found: dict[str, str] = {}
        if room.profile.validators in ("both", "etag"):
            found["ETag"] = f'"{hashlib.blake2b(_STAMPS.sub(b"", body), digest_size=6).hexdigest()}"'
        if room.profile.validators in ("both", "date"):
            found["Last-Modified"] = format_datetime(
                datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=room.changes), usegmt=True
            )
        return found

    def _note(self, room: Newsroom, releases: Sequence[Release], now: datetime) -> None:
        if releases or room.profile.ages:
            room.handed_out.append(now)
        for release in releases:
            version = len(release.versions) - 1
            if version in release.served:
                continue
            looks = look(room, release)
            if not release.served or looks != self._looks.get(release.number):
                self.shown.append((release, version, now))
            self._looks[release.number] = looks

    def _older(self, room: Newsroom, number: int, now: datetime) -> Reply:
        size = room.profile.shown
        ordered = room.in_list_order()
        rest = ordered[size * (number - 1) : size * number]
        if not rest:
            return Reply(404)
        more = room.profile.keeps == "links" and len(ordered) > size * number
        older = f"{room.front}/archive/{number + 1}" if more else ""
        return Reply(200, {"Content-Type": TYPES[room.profile.format]}, document(room, rest, now, older))

    def _other(self, room: Newsroom, path: str, query: str, now: datetime) -> Reply:
        keeps = room.profile.keeps
        if path.startswith("/archive/") and keeps == "links":
            return self._older(room, int(path.rpartition("/")[2]), now)
        if path == "/sitemap.xml" and keeps == "sitemap":
            return Reply(
                200, {"Content-Type": "application/xml"}, sitemap(room, room.in_order(), now).encode()
            )
        if path == "/wp-json/wp/v2/posts" and keeps == "wordpress":
            return self._posts(room, query, now)
        return self._page(room, path)

    def _page(self, room: Newsroom, path: str) -> Reply:
        release = room.addresses.get(path)
        if release is None or release.withdrawn:
            return Reply(404)
        if room.pages_trouble:
            return {
                "500": Reply(500),
                "no answer in time": Reply(0, failure="no answer in time"),
                "bot wall": Reply(403, {"Content-Type": "text/html"}, _WALL),
            }[room.pages_trouble]
        if path != room.path(release):
            return Reply(301, {"Location": room.link(release)})
        return Reply(200, {"Content-Type": "text/html; charset=utf-8"}, release_page(room, release))

    def _posts(self, room: Newsroom, query: str, now: datetime) -> Reply:
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        after, before = asked.get("after", ""), asked.get("before", "9")
        posts = [
            {
                "id": str(release.serial),
                "link": room.link(release),
                "guid": {"rendered": room.guid(release) or room.link(release)},
                "date_gmt": f"{date:%Y-%m-%dT%H:%M:%S}",
                "title": {"rendered": room.shown_title(release)},
                "content": {"rendered": "".join(f"<p>{p}</p>" for p in release.version.paragraphs)},
            }
            for release in room.in_order()
            if (date := release.claimed or release.published)
            and after <= f"{date:%Y-%m-%dT%H:%M:%S}" <= before
        ]
        page = int(asked.get("page", "1"))
        return Reply(
            200,
            {"Content-Type": "application/json"},
            json.dumps(posts[100 * (page - 1) : 100 * page]).encode(),
        )


_CONDITIONS = (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))


def _nothing(room: Newsroom, parts: SplitResult) -> Reply | None:
    """What is answered where the site isn't, or serves nobody, or has no such file."""
    if any(_bare(parts.netloc) == _bare(dead) for dead in room.dead_hosts):
        return Reply(0, failure="no connection")
    if (parts.scheme, parts.netloc) != (room.scheme, room.host):
        query = f"?{parts.query}" if parts.query else ""
        return Reply(301, {"Location": f"{room.front}{parts.path}{query}"})
    if room.trouble in ("no connection", "no answer in time"):
        return Reply(0, failure=room.trouble)
    if room.trouble in ("500", "503 with Retry-After"):
        return _refusal(room)
    return Reply(404) if parts.path == "/robots.txt" else None


def _instead_of_list(room: Newsroom) -> Reply | None:
    if room.trouble[:3] in ("404", "429", "410"):
        return _refusal(room)
    if room.trouble in ("a web page instead", "bot wall", "empty answer"):
        body = {"a": _HTML, "b": _WALL, "e": b""}[room.trouble[0]]
        return Reply(200, {"Content-Type": "text/html"}, body)
    return None


def _refusal(room: Newsroom) -> Reply:
    status = int(room.trouble[:3])
    waits = status in (503, 429)
    headers = {"Retry-After": str(room.random.choice((120, 3600, 20_000)))} if waits else {}
    return Reply(status, headers, b"sorry")


def _bare(host: str) -> str:
    return host.removeprefix("www.")

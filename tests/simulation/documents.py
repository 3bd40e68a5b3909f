"""What a newsroom's server writes: its list in each format, and a release's page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from tests.simulation.newsroom import Newsroom
from tests.simulation.release import Release

TYPES = {
    "rss2": "application/rss+xml; charset=utf-8",
    "rss1": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
    "page": "text/html; charset=utf-8",
    "sitemap": "application/xml",
}


def document(room: Newsroom, releases: Sequence[Release], now: datetime, older: str = "") -> bytes:
    """The list in the newsroom's format. ``older`` is the address of the document before this one."""
    write = {"rss2": _rss2, "rss1": _rss1, "atom": _atom, "json": _json, "page": _page, "sitemap": sitemap}
    return write[room.profile.format](room, releases, now, older).encode()


def look(room: Newsroom, release: Release) -> tuple[str, str]:
    """What the list itself shows of a release's words."""
    if room.profile.format == "sitemap":
        edited = len(release.versions) if room.profile.dates != "missing" else 0
        return (room.shown_title(release) if has_news(room) else "", str(edited))
    return room.shown_title(release), "" if room.profile.format == "page" else html(room, release)


def html(room: Newsroom, release: Release) -> str:
    """The text as the list has it: whole, a taste, or nothing."""
    paragraphs = release.version.paragraphs
    if room.profile.text == "titles":
        return ""
    if room.profile.text == "taste":
        return f"<p>{escape(paragraphs[0])} […]</p>"
    if room.profile.text == "long":
        paragraphs = beginning(paragraphs)
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)


def beginning(paragraphs: Sequence[str], least: int = 600) -> tuple[str, ...]:
    """The text up to the first full stop after so many characters, as some systems cut it."""
    kept: list[str] = []
    for paragraph in paragraphs:
        room = least - sum(map(len, kept))
        if room <= 0:
            break
        end = paragraph.find(". ", room) + 1
        kept.append(paragraph[: end or len(paragraph)])
    return tuple(kept)


def release_page(room: Newsroom, release: Release) -> bytes:
    """The page behind a release."""
    title = escape(release.version.title)
    body = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in release.version.paragraphs)
    return (
        f"<!doctype html><html lang=en><head><title>{title} | {room.publisher}</title></head><body>"
        f"<header><nav><a href=/>Home</a> <a href=/press>Press</a></nav></header>"
        f"<main><article><h1>{title}</h1>\n{body}</article></main>"
        f"<footer><p>© {room.publisher}</p></footer></body></html>"
    ).encode()


def _mail_date(room: Newsroom, release: Release, now: datetime) -> str:
    date = room.claimed(release, now)
    if date is None:
        return ""
    text = format_datetime(date, usegmt=True)
    return text.removesuffix(" GMT") if room.profile.dates == "no-zone" else text


def _iso_date(room: Newsroom, release: Release, now: datetime) -> str:
    date = room.claimed(release, now)
    if date is None:
        return ""
    return f"{date:%Y-%m-%dT%H:%M:%S}{'' if room.profile.dates == 'no-zone' else 'Z'}"


def _rss2(room: Newsroom, releases: Sequence[Release], now: datetime, older: str) -> str:
    items = []
    for release in releases:
        guid, date = room.guid(release), _mail_date(room, release, now)
        permanent = "" if guid.startswith("http") else ' isPermaLink="false"'
        items.append(
            f"<item><title>{escape(room.shown_title(release))}</title><link>{room.link(release)}</link>"
            + (f"<guid{permanent}>{guid}</guid>" if guid else "")
            + (f"<pubDate>{date}</pubDate>" if date else "")
            + f"<description>{escape(html(room, release))}</description>"
            + (
                f"<slash:comments>{room.random.randrange(90)}</slash:comments>"
                if room.profile.counters
                else ""
            )
            + "</item>"
        )
    generator = (
        "<generator>https://wordpress.org/?v=6.8</generator>" if room.profile.keeps == "wordpress" else ""
    )
    stamp = f"<lastBuildDate>{format_datetime(now)}</lastBuildDate>" if room.profile.stamp else ""
    link = f'<atom:link rel="prev-archive" href="{older}"/>' if older else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel>'
        f"<title>{room.publisher}</title><link>{room.front}</link><description/>{stamp}{generator}{link}"
        f"{''.join(items)}</channel></rss>"
    )


def _rss1(room: Newsroom, releases: Sequence[Release], now: datetime, older: str) -> str:
    items = "".join(
        f'<item rdf:about="{room.link(release)}"><title>{escape(room.shown_title(release))}</title>'
        f"<link>{room.link(release)}</link><description>{escape(html(room, release))}</description>"
        + (f"<dc:date>{date}</dc:date>" if (date := _iso_date(room, release, now)) else "")
        + "</item>"
        for release in releases
    )
    return (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{room.front}"><title>{room.publisher}</title><link>{room.front}</link>'
        f"</channel>{items}</rdf:RDF>"
    )


def _atom(room: Newsroom, releases: Sequence[Release], now: datetime, older: str) -> str:
    entries = "".join(
        f'<entry><title>{escape(room.shown_title(release))}</title><link href="{room.link(release)}"/>'
        + (f"<id>{guid}</id>" if (guid := room.guid(release)) else "")
        + (
            f"<published>{d}</published><updated>{d}</updated>"
            if (d := _iso_date(room, release, now))
            else ""
        )
        + f'<content type="html">{escape(html(room, release))}</content></entry>'
        for release in releases
    )
    link = f'<link rel="prev-archive" href="{older}"/>' if older else ""
    stamp = f"<updated>{now:%Y-%m-%dT%H:%M:%SZ}</updated>" if room.profile.stamp else ""
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{room.publisher}</title><id>{room.front}/</id>{stamp}{link}{entries}</feed>"
    )


def _json(room: Newsroom, releases: Sequence[Release], now: datetime, older: str) -> str:
    items = []
    for release in releases:
        item = {
            "url": room.link(release),
            "title": room.shown_title(release),
            "content_html": html(room, release),
            "id": room.guid(release),
            "date_published": _iso_date(room, release, now),
        }
        items.append({name: value for name, value in item.items() if value})
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": room.publisher, "items": items}
    return json.dumps(feed | ({"next_url": older} if older else {}))


def _page(room: Newsroom, releases: Sequence[Release], now: datetime, older: str) -> str:
    boxes = []
    for release in releases:
        date = room.claimed(release, now)
        when = ""
        if date is not None:
            exact = f"{date:%Y-%m-%d}" if room.profile.dates == "day" else f"{date:%Y-%m-%dT%H:%M:%SZ}"
            when = f'<time datetime="{exact}">{date:%B} {date.day}, {date.year}</time>'
        title = escape(room.shown_title(release))
        boxes.append(f'<li class="item">{when}<h3><a href="{room.path(release)}">{title}</a></h3></li>')
    stamp = f"<!-- {now:%H%M%S} -->" if room.profile.stamp else ""
    return (
        f"<!doctype html><html><head><title>{room.publisher}</title></head><body>{stamp}"
        f'<ul class="list">{"".join(boxes)}</ul></body></html>'
    )


def has_news(room: Newsroom) -> bool:
    """Whether its sitemap gives titles, by Google's extension, which needs a date, too."""
    return room.number % 2 == 0 and room.profile.dates != "missing"


def sitemap(room: Newsroom, releases: Sequence[Release], now: datetime, older: str = "") -> str:
    """A sitemap of these releases."""
    urls = []
    for release in releases:
        date = room.claimed(release, now)
        more = ""
        if date is not None and has_news(room):
            more = (
                f"<news:news><news:publication_date>{date:%Y-%m-%dT%H:%M:%SZ}</news:publication_date>"
                f"<news:title>{escape(room.shown_title(release))}</news:title></news:news>"
            )
        if date is not None:
            changed = date + (len(release.versions) - 1) * timedelta(hours=1)
            more += f"<lastmod>{changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>"
        urls.append(f"<url><loc>{room.link(release)}</loc>{more}</url>")
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{"".join(urls)}</urlset>'
    )

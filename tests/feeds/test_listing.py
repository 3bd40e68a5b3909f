"""What sitemaps listed before: old pages that are read late are no news, and new ones are not passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import zip_longest

import pytest

from presswatch.errors import FetchError
from presswatch.feeds import listing
from presswatch.feeds.reading import read_answer
from presswatch.feeds.sitemap import MOST_ENTRIES, Sitemap, parse_sitemap, warning_of
from presswatch.feeds.values import FeedState, Fetched, Read, Validators
from presswatch.matching.matcher import matcher_for
from presswatch.web.answer import Answer

URL = "https://rights.example/sitemap.xml"
STATE = FeedState(1, URL, "Rights", kind="sitemap", only="/news/")


def _sitemap(names: Sequence[str], *, element: str = "url", dates: Sequence[str] = ()) -> bytes:
    rows = "".join(
        f"<{element}><loc>https://rights.example{name}</loc><lastmod>{date}</lastmod></{element}>"
        for name, date in zip_longest(names, dates, fillvalue="")
    )
    root = "urlset" if element == "url" else "sitemapindex"
    return f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{root}>'.encode()


def _parse(body: bytes, listed: frozenset[bytes] = frozenset()) -> Sitemap:
    return parse_sitemap(body, url=URL, publisher="Rights", only="", listed=listed)


def _paths(sitemap: Sitemap) -> list[str]:
    return [entry.link.removeprefix("https://rights.example") for entry in sitemap.parsed.entries]


def _read(feed: FeedState, site: dict[str, bytes]) -> Read:
    def fetch(url: str) -> Answer:
        path = url.removeprefix("https://rights.example")
        if path not in site:
            raise FetchError(url, "it is not there")
        return Answer(200, url, False, site[path], "application/xml", Validators())

    fetched = Fetched(1, URL, datetime(2026, 11, 25, tzinfo=UTC), 0.1, 200)
    return read_answer(feed, fetch(URL), fetched, body_hash="", matcher=matcher_for(()), fetch=fetch)


OLD = [f"/news/{n}" for n in range(1_500)]


def test_a_new_page_amid_thousands_without_dates_is_taken() -> None:
    """Wherever it stands in the sitemap; all others keep their places."""
    first = _parse(_sitemap(OLD))
    second = _parse(_sitemap([*OLD[:750], "/news/new", *OLD[750:]]), first.marks)
    assert "/news/new" in _paths(second)
    assert len(_paths(second)) == MOST_ENTRIES
    assert len(second.before) == MOST_ENTRIES - 1


def test_more_new_pages_than_are_taken_come_one_reading_after_the_other() -> None:
    """None of them counts as listed before it was taken."""
    body = _sitemap(OLD + [f"/news/late-{n}" for n in range(1_200)])
    listed = _parse(_sitemap(OLD)).marks
    taken: set[str] = set()
    for _ in range(2):
        sitemap = _parse(body, listed)
        taken.update(entry.guid for entry in sitemap.parsed.entries if entry.guid not in sitemap.before)
        listed |= sitemap.marks
    assert taken == {f"https://rights.example/news/late-{n}" for n in range(1_200)}


def test_an_address_is_the_same_by_another_scheme() -> None:
    """And with www, or a slash at its end."""
    assert listing.mark_of(" http://www.rights.example/a/ ") == listing.mark_of("https://rights.example/a")
    assert listing.mark_of("https://rights.example/a") != listing.mark_of("https://rights.example/a?p=1")


def test_what_was_listed_stays_listed() -> None:
    """A sitemap that breaks off for once makes nothing new of the rest."""
    before, now = {listing.mark_of("https://a/1")}, {listing.mark_of("https://a/2")}
    assert listing.from_bytes(listing.to_bytes(before, now)) == before | now
    assert listing.from_bytes(b"") == frozenset()


def test_the_last_pages_of_an_index_are_read() -> None:
    """Where only the query numbers its parts; and that there are more is said."""
    index = _parse(_sitemap([f"/news.xml?page={n}" for n in range(1, 13)], element="sitemap"))
    assert [child.rpartition("=")[2] for child in index.children] == ["12", "11", "10", "9", "8"]
    assert warning_of(index) == "its index names 12 sitemaps that may hold releases; 5 of them are read"


@pytest.mark.parametrize("count", [1, 5])
def test_of_an_index_that_is_read_whole_nothing_is_said(count: int) -> None:
    """Five parts are read."""
    index = _parse(_sitemap([f"/news-{n}.xml" for n in range(count)], element="sitemap"))
    assert (len(index.children), warning_of(index)) == (count, "")


def test_a_part_that_is_read_late_is_told_from_one_that_is_new() -> None:
    """One that the index named before holds old releases; one that it didn't holds new ones."""
    parts = {f"/news-{n}.xml": _sitemap([f"/news/{n}-{k}" for k in range(3)]) for n in range(1, 9)}
    site = parts | {"/sitemap.xml": _sitemap([*parts][:6], element="sitemap")}
    first = _read(STATE, site)
    assert first.listed is not None and first.warning
    assert (first.listed.before, first.listed.late) == (frozenset(), frozenset())
    state = replace(STATE, listing=first.listed.listing)
    changed = ["2026-11-25", "", "", "", "", "", "2026-11-25"]
    index = _sitemap([*parts][:7], element="sitemap", dates=changed)
    second = _read(state, site | {"/sitemap.xml": index})
    assert second.listed is not None
    assert second.listed.late == {f"https://rights.example/news/1-{k}" for k in range(3)}
    assert {entry.entry.guid for entry in second.entries} >= {
        f"https://rights.example/news/7-{k}" for k in range(3)
    }

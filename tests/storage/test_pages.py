"""A release of which only the address was known gets its title from its page, and is known again by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from presswatch.matching.matcher import matcher_for
from presswatch.pages.values import MatchedPage, PageRead
from presswatch.releases.found import find_in_release
from tests.support.press import ALIAS, STORY, Press


@pytest.fixture
def sitemap(press: Press) -> Press:
    """A newsroom whose list says nothing but addresses."""
    press.teasers = True
    return press


def show_page(press: Press, name: str, title: str, text: str) -> None:
    """Let the list show an address without a title, and its page be read."""
    listed = press.entry(name, "")
    entry = replace(listed.entry, title="", keys=(f"guid:{name}",))
    press.archive.record([press.reading("Harbour", replace(listed, entry=entry))], press.now)
    found = find_in_release(matcher_for(press.watch.programs), title=title, text=text)
    link = f"https://newsroom.example/{name}"
    read = PageRead(press.release(name), link, press.now, 0.1, 200, "html", "0", 1, title, text)
    press.archive.record_pages([MatchedPage(read, found.mentions, found.parts)], press.now)


def test_the_page_gives_the_title(sitemap: Press) -> None:
    """It stands in the archive and in the digest."""
    desk = sitemap.subscribe("desk")
    show_page(sitemap, "one", "An end to fingerprints", f"{STORY} {ALIAS}")
    assert sitemap.told(desk) == [("new", "s-comm", "An end to fingerprints")]


def test_a_page_at_a_new_address_is_not_told_again_where_the_list_gives_titles(sitemap: Press) -> None:
    """Its words tell, as they do of a page of which only the address was listed."""
    desk = sitemap.subscribe("desk")
    for name in ("one", "moved"):
        sitemap.now += timedelta(days=3)
        sitemap.show("Harbour", name, "", "An end to fingerprints")
        sitemap.page(name, f"{STORY} {ALIAS}")
    assert sitemap.told(desk) == [("new", "s-comm", "An end to fingerprints")]


def test_a_page_at_a_new_address_is_not_told_again(sitemap: Press) -> None:
    """A site that was rebuilt has other addresses for what was told; what is new on it is told."""
    desk = sitemap.subscribe("desk")
    text = f"{STORY} {ALIAS}"
    show_page(sitemap, "one", "An end to fingerprints", text)
    assert len(sitemap.told(desk)) == 1
    for again in ("moved", "moved-again"):
        show_page(sitemap, again, "An end to fingerprints", text.replace("bridge", "bridge "))
        assert sitemap.told(desk) == []
    show_page(
        sitemap,
        "two",
        "An end to fingerprints",
        f"{ALIAS} " + "Others say so too, in a letter of today. " * 9,
    )
    assert sitemap.told(desk) == [("new", "s-comm", "An end to fingerprints")]

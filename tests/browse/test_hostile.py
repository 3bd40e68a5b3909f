"""What publishers write stays text on the site's pages."""

from __future__ import annotations

import pytest
import requests

from tests.browse.hostile import hostile_texts
from tests.browse.visitor import Visitor

_EVIL = (
    "document.querySelectorAll('main :is(.text, li, td, blockquote, h1, h3)"
    " :is(script, style, iframe, img, base, meta, form, svg, link, table, textarea)').length"
)


@pytest.mark.browser
def test_the_pages_of_hostile_releases_show_them_as_text(site: str, visitor: Visitor) -> None:
    """Each page stands whole, with the text on it without element, dialog or request of its own.

    Of two hundred releases every fourth, which shows each text once or twice, in some frame.
    """
    visitor.screen(1280)
    visitor.page.requests.clear()
    visitor.page.dialogs.clear()
    for number, text in list(enumerate(hostile_texts(), start=1))[::4]:
        visitor.go(f"{site}/archive/releases/{number}")
        shown = visitor.look("document.querySelector('main .text').textContent")
        assert shown == f"{text}\n\n{text}", number
        assert visitor.look(_EVIL) == 0, number
        assert visitor.look("!!document.querySelector('footer')"), number
        assert not visitor.look("!!document.querySelector('a[href^=javascript]')"), number
    assert visitor.page.dialogs == []
    assert [url for url in visitor.page.requests if not url.startswith((site, "data:"))] == []


@pytest.mark.browser
@pytest.mark.parametrize(
    "path",
    ["/archive/releases?_size=max", "/archive/mentions?_size=max", "/archive/search?words=S-Comm", "/"],
)
def test_lists_show_them_as_text_too(site: str, visitor: Visitor, path: str) -> None:
    """Lists, tables and answers of saved questions hold no element of a publisher's."""
    visitor.page.dialogs.clear()
    visitor.go(site + path)
    assert visitor.look(_EVIL) == 0
    assert visitor.look("!!document.querySelector('footer')")
    assert visitor.page.dialogs == []


@pytest.mark.parametrize(
    "path",
    ["/archive/releases/{}", "/archive/releases/{}.json", "/archive/releases?id={}", "/archive/revisions"],
)
def test_no_hostile_release_breaks_a_page(site: str, path: str) -> None:
    """Every page answers 200, whatever it has to show."""
    for number in range(1, 201) if "{}" in path else [0]:
        assert requests.get(site + path.format(number), timeout=60).status_code == 200, number


@pytest.mark.parametrize("words", hostile_texts(33))
def test_hostile_searches_are_answered(site: str, words: str) -> None:
    """Whatever is typed into a search gets a page."""
    for path, name in (("/archive/releases", "_search"), ("/archive/search", "words")):
        assert requests.get(site + path, params={name: words[:500]}, timeout=60).status_code == 200

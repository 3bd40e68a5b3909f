"""The site in a real browser."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.browse.visitor import Visitor

pytestmark = pytest.mark.browser
_CHARTS_DRAWN = "document.querySelectorAll('.dashboard-card-chart svg').length === 3"


def test_a_researcher_finds_a_release_and_its_publisher(site: str, visitor: Visitor) -> None:
    """From a search for a hyphenated name to the release, its mention marked, and to its publisher."""
    visitor.screen(1280)
    visitor.go(site)
    visitor.search("S-Comm bridge")
    titles = "[...document.querySelectorAll('.releases h3')].map(h => h.textContent)"
    assert visitor.look(titles) == ["Open the old bridge", "Open the bridge"]
    visitor.follow("Open the bridge")
    assert visitor.look("document.querySelector('.text mark').textContent") == "S-Comm"
    assert visitor.look("document.querySelector('a.out').href") == "https://newsroom.example/bridge"
    assert "River" in visitor.look("document.querySelector('#story').parentNode.textContent")
    visitor.follow("Harbour")
    assert visitor.look(titles) == ["Open the bridge"]


def test_brackets_are_found_as_they_are_written(site: str, visitor: Visitor) -> None:
    """``287(g)`` is no syntax."""
    visitor.go(site)
    visitor.search("287(g) sheriff")
    assert visitor.look("document.querySelector('.releases h3').textContent") == "A sheriff signs"


def test_an_edited_release_shows_what_it_said(site: str, visitor: Visitor) -> None:
    """Its page names the revision before."""
    visitor.go(f"{site}/archive/releases?_search=decides")
    visitor.follow("A county decides at last")
    visitor.follow("Revision 1")
    assert "A county decides" in visitor.look("document.querySelector('main').textContent")


def test_no_label_breaks_within_a_word_on_a_phone(site: str, visitor: Visitor) -> None:
    """A label has no more lines than words."""
    lines = """[...document.querySelectorAll('label')].map(label => {
        const range = document.createRange();
        range.selectNodeContents(label.lastChild);
        const tops = new Set([...range.getClientRects()].map(r => Math.round(r.top)));
        return [label.textContent, tops.size - label.textContent.trim().split(/\\s+/).length];
    }).filter(([words, more]) => words.trim() && more > 0)"""
    visitor.screen(390)
    for path in ("/", "/archive/releases", "/archive/quotations"):
        visitor.go(site + path)
        assert visitor.look("document.querySelectorAll('label').length") > 0
        assert visitor.look(lines) == []


def test_the_dashboard_draws_for_a_program(site: str, visitor: Visitor) -> None:
    """Three charts, described for who can't see them, and narrowed by the filters."""
    visitor.go(f"{site}/-/dashboards/overview?program=287g&publisher=orch&since=&until=")
    visitor.until(_CHARTS_DRAWN)
    words = visitor.look("document.querySelector('#chart-publishers svg').textContent")
    assert "Orchard" in words
    assert "Harbour" not in words
    labels = visitor.look(
        "[...document.querySelectorAll('.dashboard-card-chart')].map(c => c.getAttribute('aria-label'))"
    )
    assert labels[1].startswith("Publishers with the most releases")


@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/archive/releases?_search=S-Comm",
        "/archive/releases/204",
        "/archive/mentions",
        "/archive",
        "/archive/search?words=S-Comm",
        "/archive/feeds/1",
        "/-/dashboards",
        "/-/dashboards/overview",
    ],
)
def test_pages_can_be_used_by_everyone_and_load_nothing_from_elsewhere(
    site: str, visitor: Visitor, path: str, width: int
) -> None:
    """No serious finding of axe-core, nothing wider than the screen, no request that leaves this machine."""
    visitor.screen(width)
    visitor.page.requests.clear()
    visitor.go(site + path)
    if path.endswith("overview"):
        visitor.until(_CHARTS_DRAWN)
    assert visitor.barriers() == []
    assert visitor.look("document.documentElement.scrollWidth") <= width
    hosts = {urlsplit(url).hostname for url in visitor.page.requests if not url.startswith("data:")}
    assert hosts == {"127.0.0.1"}

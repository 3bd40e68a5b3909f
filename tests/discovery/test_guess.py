"""Guessing selectors: the shapes of listing pages, and pages that list nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.discovery import guess_selectors
from presswatch.feeds.page import parse_page
from tests.discovery.shapes import DAYS, NONE, SHAPES, SUMMARY, TITLES, page, slug

URL = "https://rights.example/press/"


@pytest.mark.parametrize("name", SHAPES)
def test_a_list_is_found(name: str) -> None:
    """The guess finds every release with its title, link and date, in order, and nothing else."""
    shape = SHAPES[name]
    selectors = guess_selectors(shape.html.encode(), shape.url, "text/html")
    assert selectors is not None
    parsed = parse_page(
        shape.html.encode(), url=shape.url, publisher="", content_type="text/html", selectors=selectors
    )
    assert [entry.link for entry in parsed.entries] == shape.links
    assert [entry.title for entry in parsed.entries] == list(TITLES)
    assert all(entry.published for entry in parsed.entries) == shape.dated
    if shape.item:
        assert selectors.item == shape.item


@pytest.mark.parametrize("name", ["WordPress posts", "cards that are links", "read more links"])
def test_a_summary_is_found(name: str) -> None:
    """Where the boxes hold a teaser, it is the entries' text."""
    shape = SHAPES[name]
    selectors = guess_selectors(shape.html.encode(), shape.url, "text/html")
    assert selectors is not None
    parsed = parse_page(
        shape.html.encode(), url=shape.url, publisher="", content_type="", selectors=selectors
    )
    assert {entry.text for entry in parsed.entries} == {SUMMARY}


@pytest.mark.parametrize("name", NONE)
def test_no_list_is_found_where_there_is_none(name: str) -> None:
    """A menu, a footer, an essay's links are no releases."""
    assert guess_selectors(NONE[name].encode(), URL, "text/html") is None


def test_a_featured_release_with_the_same_pattern() -> None:
    """A box with one class more than the others is one of them."""
    html = page(
        "".join(
            f'<div class="item{" featured big" if n == 0 else ""}"><span class="date">{DAYS[n]}</span>'
            f'<a href="/press/{slug(title)}/">{title}</a></div>'
            for n, title in enumerate(TITLES)
        )
    )
    selectors = guess_selectors(html.encode(), URL, "text/html")
    assert selectors is not None
    assert selectors.item == "div.item"
    parsed = parse_page(html.encode(), url=URL, publisher="", content_type="", selectors=selectors)
    assert len(parsed.entries) == len(TITLES)


def test_links_to_another_host_of_the_organisation() -> None:
    """A newsroom may stand on a host of its own."""
    html = page(
        "".join(
            f'<li class="r">{DAYS[n]} <a href="https://news.rights.example/{slug(title)}/">{title}</a></li>'
            for n, title in enumerate(TITLES)
        )
    )
    selectors = guess_selectors(html.encode(), "https://www.rights.example/press/", "text/html")
    assert selectors is not None
    assert selectors.item == "li.r"


@pytest.mark.parametrize("tag", ["o:p", "li.", "x-card", "a1", "ñ"])
def test_odd_tags(tag: str) -> None:
    """A tag that no simple selector can name is no obstacle."""
    html = page(
        "".join(
            f'<{tag} class="row:1 9x"><div class="r"><{tag}>{DAYS[n]}</{tag}>'
            f'<a href="/press/{slug(title)}/">{title}</a></div></{tag}>'
            for n, title in enumerate(TITLES)
        )
    )
    selectors = guess_selectors(html.encode(), URL, "text/html")
    assert selectors is not None
    assert selectors.item == "div.r"


LARGE = {
    "a long list": "".join(
        f'<li><a href="/press/some-long-slug-{n}">A title of several words {n}</a> <i>{DAYS[0]}</i></li>'
        for n in range(6_000)
    ),
    "a deep page": "<div>" * 29_000 + '<a href="/press/a-b-c-d">One two three four</a>' * 3,
    "boxes in boxes": "".join(
        f'<div class="a"><a href="/press/some-long-slug-{n}">A title of several words {n}</a>'
        for n in range(12_000)
    ),
    "lists in lists": '<ul><li><a href="/press/x">A title of several words</a>' * 9_000,
    "a pattern for each": "".join(
        f"<x{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}>"
        + "".join(f'<a href="/press/a-b-c-{n}-{m}">One two three four</a>' for m in range(3))
        + "</x>"
        for n in range(4_000)
    ),
    "large boxes": "".join(
        f'<li><a href="/press/a-b-c-{n}">One two three four</a>{"<b>x</b>" * 900}</li>' for n in range(20)
    ),
    "endless titles": "".join(
        f'<li><a href="/press/a-b-c-{n}">{"word " * 2000}</a></li>' for n in range(400)
    ),
    "too large": "<b>" * 100_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_large_pages_end(name: str) -> None:
    """Tens of thousands of elements are looked at in bounded time."""
    found = guess_selectors(page(LARGE[name]).encode(), URL, "text/html")
    assert found is not None or name != "a long list"


TAGS = st.sampled_from(
    ["<li>", "</li>", "<ul>", "</ul>", "<div class='a b'>", "</div>", "<h3>", "</h3>", "<tr>", "<td>"]
)
LINKS = st.builds('<a href="/press/{}">A title of words</a>'.format, st.text(max_size=5))


@given(st.lists(TAGS | LINKS | st.just("Nov 25, 2026") | st.text(max_size=5), max_size=60))
def test_no_page_is_a_surprise(pieces: list[str]) -> None:
    """Whatever is guessed can be read."""
    html = "".join(pieces).encode("utf-8", "replace")
    selectors = guess_selectors(html, URL, "text/html")
    if selectors is not None:
        assert parse_page(html, url=URL, publisher="", content_type="", selectors=selectors).entries

"""Which addresses belong to a feed's site, and which keys tell that a release is known."""

from __future__ import annotations

import pytest

from presswatch.recovery.known import is_among
from presswatch.recovery.numbers import number_of
from presswatch.recovery.site import home_of, same_site, shape_of


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/feed", "http://www.a.example/x", True),
        ("https://feeds.a.example/feed", "https://www.a.example/x", True),
        ("https://A.example/feed", "https://a.example:443/x", True),
        ("https://a.example/feed", "https://a.example:8443/x", False),
        ("https://a.example/feed", "https://b.example/x", False),
        ("https://a.example/feed", "https://b.a.example/x", False),
        ("https://a.example/feed", "https://a.example.evil.example/", False),
        ("https://a.example/feed", "https://a.example@evil.example/", False),
        ("https://www.example/feed", "https://feeds.example/", False),
        ("https://a.example/feed", "file:///a.example", False),
        ("https://a.example/feed", "//a.example/x", False),
        ("https://a.example/feed", "https://[x", False),
        ("https://a.example/feed", "https://a.example:port/", False),
        ("", "", False),
    ],
)
def test_a_site_is_a_host_and_its_feeds(one: str, other: str, same: bool) -> None:
    """www., feeds., feed. and rss. are the site's own; nothing else is."""
    assert same_site(one, other) is same
    assert same_site(other, one) is same


@pytest.mark.parametrize(
    ("links", "home"),
    [
        ([], "https://feeds.a.example"),
        (
            ["https://www.a.example/1", "https://www.a.example/2", "https://b.example/1"],
            "https://www.a.example",
        ),
        (["https://b.example/1"], ""),
        (["mailto:a@b.example", "x"], "https://feeds.a.example"),
    ],
)
def test_the_home_is_where_the_releases_are(links: list[str], home: str) -> None:
    """If that is the feed's own site."""
    assert home_of("https://feeds.a.example/feed", links) == home


def test_a_shape_is_what_addresses_share() -> None:
    """The folder, and the depth; links to elsewhere don't count."""
    keys = [
        "link:a.example/news/us/one",
        "link:a.example/news/world/two",
        "link:b.example/x",
        "guid:a",
        "link:[",
    ]
    shape = shape_of(keys, "https://www.a.example/feed")
    assert (shape.prefix, shape.depths, shape.is_telling) == (("news",), frozenset({3}), True)
    assert shape.fits("https://a.example/news/us/three/")
    assert not shape.fits("https://a.example/news/three")
    assert not shape.fits("https://a.example/blog/us/three")
    assert not shape_of([], "https://a.example").fits("https://a.example/")
    assert not shape_of(["link:a.example/one"], "https://a.example").is_telling


@pytest.mark.parametrize(
    ("keys", "known", "found"),
    [
        ({"guid:https://a.example/?p=1"}, {"guid:https://a.example/?p=1"}, True),
        ({"guid:urn:uuid:1"}, {"guid:urn:uuid:1"}, True),
        ({"guid:Office|1"}, {"guid:Office|1"}, False),
        ({"guid:Office|1", "title:Office|a day"}, {"guid:Office|1", "title:Office|a day"}, True),
        ({"path:Office|p=1"}, {"path:Office|p=1"}, False),
        ({"guid:Office|1", "path:Office|1"}, {"guid:Office|1", "path:Office|1"}, False),
        ({"link:a.example/news/123"}, {"link:a.example/news/123"}, True),
        ({"link:a.example/the-office-sues-the-county"}, {"link:a.example/the-office-sues-the-county"}, True),
        ({"link:a.example/press-and-media"}, {"link:a.example/press-and-media"}, False),
        ({"link:a.example/press/2026"}, {"link:a.example/press/2026"}, False),
        ({"link:a.example"}, {"link:a.example"}, False),
        ({"title:Office|weekly bulletin"}, {"title:Office|weekly bulletin"}, False),
        ({"title:Office|a", "link:a.example/a"}, {"title:Office|a", "link:a.example/a"}, True),
        ({"text:0123"}, {"text:0123"}, True),
        ({"link:a.example/news/123"}, {"link:a.example/news/124"}, False),
        (set(), {"text:0123"}, False),
    ],
)
def test_a_release_is_known_by_what_is_its_own(keys: set[str], known: set[str], found: bool) -> None:
    """In doubt it isn't known: to take a new release for an old one is to lose it."""
    assert is_among(keys, known) is found


@pytest.mark.parametrize(
    ("keys", "number"),
    [
        (("guid:https://a.example/?p=123",), 123),
        (("guid:Office|7",), 7),
        (("guid:Office|x", "link:a.example/news/45"), 45),
        (("link:a.example/2026/11/24",), None),
        (("link:a.example/covid-19",), None),
        (("title:Office|9",), None),
        (("guid:Office|" + "9" * 40,), None),
    ],
)
def test_numbers_are_those_of_releases(keys: tuple[str, ...], number: int | None) -> None:
    """Not those in names and dates."""
    assert number_of(keys) == number

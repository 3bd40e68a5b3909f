"""The keys of a newsroom: its kind, and what belongs to the kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from config import load
from presswatch.errors import ConfigError, Problem
from presswatch.watch import Selectors

Write = Callable[..., Path]
HEAD = '[[feeds]]\nurl = "https://a.example/news"\npublisher = "A"\n'


def problem(path: Path) -> Problem:
    with pytest.raises(ConfigError) as caught:
        load(path)
    (found,) = caught.value.problems
    return found


def test_a_feed_is_the_default(write: Write) -> None:
    """A table that says nothing of its kind is a feed, as ever."""
    (feed,) = load(write(HEAD)).feeds
    assert (feed.kind, feed.selectors, feed.only) == ("feed", None, "")


@pytest.mark.parametrize("form", ["inline", "table"])
def test_a_page_has_selectors(write: Write, form: str) -> None:
    """In either of TOML's forms; what isn't said is empty."""
    inline = 'kind = "page"\nselectors = { item = "article", link = "h2 a", title = "", date = "time" }\n'
    table = 'kind = "page"\n[feeds.selectors]\nitem = "article"\nlink = "h2 a"\ndate = "time"\n'
    (feed,) = load(write(HEAD + (inline if form == "inline" else table))).feeds
    assert feed.kind == "page"
    assert feed.selectors == Selectors(item="article", link="h2 a", date="time")


@pytest.mark.parametrize("only", ["/press/", "press-release", r"/\\/press\\/20\\d\\d/"])
def test_a_sitemap_may_choose_addresses(write: Write, only: str) -> None:
    """By words, or by a regular expression between slashes."""
    (feed,) = load(write(f'{HEAD}kind = "sitemap"\nonly = "{only}"\n')).feeds
    assert (feed.kind, feed.only) == ("sitemap", only.replace(r"\\", "\\"))


@pytest.mark.parametrize(
    ("more", "key", "words"),
    [
        ('kind = "pages"', "kind", ("must be 'feed', 'page' or 'sitemap'", 'Did you mean "page"?')),
        ('kind = "page"', "selectors", ("is missing", 'selectors = { item = "article"')),
        ('selectors = { item = "a" }', "selectors", ('is for pages, and the kind is "feed"',)),
        ('kind = "sitemap"\nselectors = { item = "a" }', "selectors", ('the kind is "sitemap"',)),
        ('kind = "page"\nselectors = { link = "a" }', "selectors.item", ("is missing",)),
        ('kind = "page"\nselectors = { item = "" }', "selectors.item", ("is empty",)),
        ('kind = "page"\nselectors = { item = "a[" }', "selectors.item", ('"a[" is not a CSS selector',)),
        (
            'kind = "page"\nselectors = { item = "li", link = "h2 >> a" }',
            "selectors.link",
            ('"h2 >> a" is not a CSS selector', "h2 > a"),
        ),
        ('kind = "page"\nselectors = { item = "li", titel = "a" }', "selectors.titel", ('mean "title"?',)),
        ('kind = "page"\nselectors = "article"', "selectors", ("must be a table, not a string",)),
        ('only = "/press/"', "only", ('is for sitemaps, and the kind is "feed"',)),
        ('kind = "sitemap"\nonly = ""', "only", ("is empty",)),
        ('kind = "sitemap"\nonly = "/press(/"', "only", ("no regular expression", "unterminated")),
    ],
)
def test_a_mistake_is_named(write: Write, more: str, key: str, words: tuple[str, ...]) -> None:
    """File, key, what is wrong and how to mend it; one mistake is one problem."""
    path = write(HEAD + more + "\n")
    found = problem(path)
    assert (found.file, found.key) == (path, f"feeds[0].{key}")
    for piece in words:
        assert piece in f"{found.what} {found.remedy}"


def test_mistakes_are_collected_with_the_others(write: Write) -> None:
    """All in one go, in the order of the file."""
    second = '[[feeds]]\nurl = "nowhere"\npublisher = "B"\nonly = "x"\n'
    text = f'{HEAD}kind = "page"\n[fetch]\ntimeout = 3\n{second}'
    with pytest.raises(ConfigError) as caught:
        load(write(text))
    assert [each.key for each in caught.value.problems] == [
        "feeds[0].selectors",
        "feeds[1].url",
        "feeds[1].only",
        "fetch.timeout",
    ]

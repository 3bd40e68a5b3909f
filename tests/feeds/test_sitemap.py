"""Sitemaps: pages, indexes, lists, and what is sent instead of them."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.errors import FetchError
from presswatch.feeds.only import pattern_of
from presswatch.feeds.sitemap import MOST_ENTRIES, Sitemap, parse_sitemap

URL = "https://rights.example/sitemap.xml"


def _parse(body: bytes, only: str = "") -> Sitemap:
    return parse_sitemap(body, url=URL, publisher="Rights", only=only)


def _links(body: bytes, only: str = "") -> list[str]:
    return [entry.link.removeprefix("https://rights.example") for entry in _parse(body, only).parsed.entries]


def _page(loc: str, lastmod: str = "", more: str = "") -> str:
    when = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>{loc}</loc>{when}{more}</url>"


def _urlset(*pages: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">' + "".join(pages) + "</urlset>"
    ).encode()


def _index(*children: tuple[str, str]) -> bytes:
    body = "".join(
        f"<sitemap><loc>https://rights.example/{name}</loc><lastmod>{when}</lastmod></sitemap>"
        for name, when in children
    )
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</sitemapindex>'.encode()


NEWS = (
    "<news:news><news:publication><news:name>Rights</news:name><news:language>es</news:language>"
    "</news:publication><news:publication_date>2026-11-24T10:00:00-05:00</news:publication_date>"
    "<news:title>Una  nota\nnueva</news:title></news:news>"
)


def test_pages_newest_first() -> None:
    """Each page is an entry, dated by its last change, the newest first; the front page is none."""
    body = _urlset(
        _page("https://rights.example/"),
        _page("https://rights.example/a", "2026-11-20"),
        _page("/b", "2026-11-25T08:00:00+00:00"),
        _page("https://rights.example/c"),
    )
    parsed = _parse(body).parsed
    assert _links(body) == ["/b", "/a", "/c"]
    assert [entry.published for entry in parsed.entries] == [
        datetime(2026, 11, 25, 8, tzinfo=UTC),
        datetime(2026, 11, 20, tzinfo=UTC),
        None,
    ]
    assert parsed.entries[0].guid == "https://rights.example/b"
    assert parsed.entries[0].title == ""


def test_the_news_extension() -> None:
    """Title, date and language are the publisher's own; the change is still seen."""
    (entry,) = _parse(_urlset(_page("/n", "2026-11-25", NEWS))).parsed.entries
    (later,) = _parse(_urlset(_page("/n", "2026-11-26", NEWS))).parsed.entries
    assert (entry.title, entry.language) == ("Una nota nueva", "es")
    assert entry.published == later.published == datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert entry.fingerprint != later.fingerprint
    assert entry.keys == later.keys


def test_other_extensions_have_names_of_their_own() -> None:
    """A picture's address and title aren't the page's."""
    more = "<image:image><image:loc>/p.jpg</image:loc><image:title>A picture</image:title></image:image>"
    (entry,) = _parse(_urlset(_page("/n", "", more))).parsed.entries
    assert (entry.link, entry.title) == ("https://rights.example/n", "")


def test_the_fingerprint_changes_with_the_page_only() -> None:
    """The same sitemap gives the same fingerprints; another change gives another one."""

    def fingerprint(lastmod: str) -> str:
        return _parse(_urlset(_page("/a", lastmod), _page("/b"))).parsed.entries[0].fingerprint

    assert fingerprint("2026-11-20") == fingerprint("2026-11-20")
    assert fingerprint("2026-11-20") != fingerprint("2026-11-21")


def test_a_sitemap_made_on_the_spot() -> None:
    """Where every page claims to have changed just now, none of the claims counts."""
    made = [_urlset(*(_page(f"/{n}", f"2026-11-25T0{hour}:00:0{n}Z") for n in range(4))) for hour in (1, 2)]
    first, second = (_parse(body).parsed.entries for body in made)
    assert [entry.fingerprint for entry in first] == [entry.fingerprint for entry in second]
    assert {entry.published for entry in first} == {None}


def test_untitled_pages_of_a_day_are_not_one() -> None:
    """A page without title has no key that a page of the same day could share."""
    (one,) = _parse(_urlset(_page("/a", "2026-11-25"))).parsed.entries
    (other,) = _parse(_urlset(_page("/b", "2026-11-25"))).parsed.entries
    assert not set(one.keys) & set(other.keys)


@pytest.mark.parametrize(
    ("only", "links"),
    [
        ("press", ["/press/2026/a", "/Press/2025/b", "/espresso/c"]),
        ("/press/", ["/press/2026/a", "/Press/2025/b"]),
        (r"/\/press\/20\d\d\//", ["/press/2026/a"]),
        (r"/(?i)\/press\/20\d\d\//", ["/press/2026/a", "/Press/2025/b"]),
        ("nothing", []),
    ],
)
def test_only(only: str, links: list[str]) -> None:
    """Words of an address in either case, or an expression between slashes."""
    pages = (
        _page("https://rights.example" + path) for path in ("/press/2026/a", "/Press/2025/b", "/espresso/c")
    )
    assert _links(_urlset(*pages), only) == links


def test_slashes_around_plain_words_are_slashes() -> None:
    """ "/press/" means that part of an address, and no expression."""
    assert pattern_of("/a.b/").pattern == r"/a\.b/"
    assert pattern_of("/a.*b/").pattern == "a.*b"


def test_at_most_a_thousand_the_newest() -> None:
    """Of more pages those that changed last are taken."""
    pages = [_page(f"/{n}", f"2026-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}") for n in range(1_500)]
    entries = _parse(_urlset(*pages)).parsed.entries
    assert len(entries) == MOST_ENTRIES
    dates = [entry.published for entry in entries if entry.published]
    assert dates == sorted(dates, reverse=True)
    assert min(dates) > datetime(2026, 2, 1, tzinfo=UTC)


def test_undated_pages_are_taken_from_both_ends() -> None:
    """The newest may be the first or the last of the sitemap."""
    links = _links(_urlset(*(_page(f"/{n}") for n in range(1_500))))
    assert (links[0], links[-1], len(links)) == ("/0", "/1499", MOST_ENTRIES)


def test_an_index() -> None:
    """The sitemaps that look like news, the newest first, at most five."""
    assert _parse(
        _index(
            ("page-sitemap.xml", "2026-11-25"),
            ("category-sitemap.xml", "2026-11-25"),
            ("post-sitemap.xml", "2026-11-01"),
            ("press_release-sitemap.xml", "2026-11-24"),
            *((f"post-sitemap{n}.xml", f"2026-11-{n:02}") for n in range(10, 16)),
        )
    ).children == tuple(
        f"https://rights.example/{name}"
        for name in ("press_release-sitemap.xml", *(f"post-sitemap{n}.xml" for n in (15, 14, 13, 12)))
    )


def test_an_index_without_dates() -> None:
    """The last part has the highest number, and a sitemap of pages is none of posts."""
    names = [
        "wp-sitemap-posts-post-1",
        "wp-sitemap-posts-post-10",
        "wp-sitemap-posts-post-2",
        "wp-sitemap-posts-page-1",
    ]
    children = _parse(_index(*((f"{name}.xml", "") for name in names))).children
    assert [child[-6:-4] for child in children] == ["10", "-2", "-1"]
    assert len(children) == 3


def test_an_index_without_names() -> None:
    """Where no name suggests anything, all may hold what is sought; ``only`` may suggest one."""
    index = _index(("2025.xml", ""), ("2026.xml", ""), ("sitemap.xml", ""))
    assert [child[-8:] for child in _parse(index).children] == ["2026.xml", "2025.xml"]
    assert [child[-8:] for child in _parse(index, "2025").children] == ["2025.xml"]


def test_a_gzipped_sitemap() -> None:
    """The bytes tell that it is one."""
    assert _links(gzip.compress(_urlset(_page("/a")))) == ["/a"]


def test_a_list_of_addresses() -> None:
    """A text sitemap holds an address on each line."""
    assert _links(
        b"\xef\xbb\xbfhttps://rights.example/a\r\nhttps://rights.example/b\r\n\r\nnonsense\r\n"
    ) == ["/a", "/b"]


USED = {
    "a bare ampersand": _urlset(_page("/a?b=1&c=2")),
    "an ampersand as it should be": _urlset(_page("/a?b=1&amp;c=2")),
    "broken off": _urlset(_page("/a?b=1&amp;c=2"), _page("/b"))[:-30],
    "no namespace": b"<urlset><url><loc> /a?b=1&amp;c=2 </loc></url></urlset>",
    "an undeclared prefix": f"<urlset>{_page('/a?b=1&amp;c=2', '', NEWS)}</urlset>".encode(),
    "space before the declaration": b"\n  " + _urlset(_page("/a?b=1&amp;c=2")),
    "UTF-16": _urlset(_page("/a?b=1&amp;c=2")).replace(b"UTF-8", b"UTF-16").decode().encode("utf-16"),
    "a page twice": _urlset(_page("/a?b=1&amp;c=2"), _page("http://www.rights.example/a?b=1&amp;c=2")),
    "an address that is none": _urlset(_page("mailto:a@rights.example"), _page("/a?b=1&amp;c=2")),
    "an endless address": _urlset(_page("/" + "x" * 100_000), _page("/a?b=1&amp;c=2")),
    "an empty one": _urlset(_page(""), _page("/a?b=1&amp;c=2")),
}


@pytest.mark.parametrize("body", USED.values(), ids=USED.keys())
def test_broken_sitemaps_are_used_as_far_as_they_go(body: bytes) -> None:
    """What can be read is."""
    assert _links(body) == ["/a?b=1&c=2"]


BOMB = '<!DOCTYPE u [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' if n else '<!ENTITY a0 "ha">' for n in range(10)
)
REFUSED = {
    "nothing": (b"  ", "empty"),
    "a page": (b"<!doctype html><html><body>No</body></html>", "web page"),
    "a page of XHTML": (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', "web page"),
    "a feed": (b'<rss version="2.0"><channel/></rss>', 'kind = "feed"'),
    "other XML": (b"<a/>", "not a sitemap"),
    "no XML": (b"\x00\x01\x02", "not a sitemap"),
    "JSON": (b'{"items": []}', "not a sitemap"),
    "nothing that holds": (b"<urlset><url><loc>/a", "not a sitemap"),
    "a billion laughs": (_urlset(_page("&a9;"), head=BOMB + "]>"), "document type"),
    "an external entity": (
        _urlset(_page("&x;"), head='<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
        "document type",
    ),
    "a parameter entity": (
        _urlset(_page("/a"), head='<!DOCTYPE u [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>'),
        "document type",
    ),
    "an external type": (
        _urlset(_page("/a"), head='<!DOCTYPE u SYSTEM "http://127.0.0.1:9/u.dtd">'),
        "document type",
    ),
    "a bomb of bytes": (gzip.compress(b"<urlset>" + b" " * 60_000_000, 9), "larger than 50 MB"),
    "a broken archive": (gzip.compress(_urlset(_page("/a")))[:-20], "unpacked"),
    "a false archive": (b"\x1f\x8bnothing of the kind", "unpacked"),
    "millions of elements": (b"<urlset>" + b"<a/>" * 2_100_000, "too large"),
}


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_in_words(body: bytes, reason: str) -> None:
    """What is no sitemap, or a trap, is refused at once, with a reason."""
    with pytest.raises(FetchError) as caught:
        _parse(body)
    assert reason in caught.value.reason


def test_a_broken_expression() -> None:
    """The mistake is named."""
    with pytest.raises(FetchError, match="not a regular expression"):
        _parse(_urlset(), "/[/")


def test_a_sitemap_of_fifty_thousand_pages() -> None:
    """That is as many as a sitemap may have."""
    body = _urlset(
        *(_page(f"/news/{n}", "2026-11-25T08:00:00Z" if n % 2 else "2026-11-24") for n in range(50_000))
    )
    assert len(_links(body, "/news/")) == MOST_ENTRIES


@given(
    st.binary(max_size=200).map(lambda noise: _urlset(_page("/a", "2026-11-25"))[:140] + noise) | st.binary()
)
def test_no_bytes_are_a_surprise(body: bytes) -> None:
    """Any bytes are read, or refused."""
    try:
        _parse(body)
    except FetchError as error:
        assert error.reason

"""Finding the newsroom behind an address, on real servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from presswatch.discovery import Discovery, asking, discover
from presswatch.watch import FetchRules
from presswatch.web.fetch import open_session
from tests.discovery.shapes import DAYS, ISO, SHAPES, TITLES, page, slug
from tests.support.feeds import Item, rss
from tests.support.site import Site

RULES = FetchRules(allow_private_addresses=True, timeout=5)
FEED_TYPE = "application/rss+xml"


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests wait less between requests; one test looks at the pauses."""
    monkeypatch.setattr(asking, "SPACING", 0.0)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A session that may ask this machine."""
    with open_session(RULES) as opened:
        yield opened


def _feed(site: Site, path: str, title: str, *slugs: str, content_type: str = FEED_TYPE) -> str:
    items = [Item(name, guid=site.base + name, link=f"{site.base}{name}") for name in slugs]
    return site.publish(path, rss(items, title=title), content_type=content_type)


def _page(site: Site, path: str, main: str = "", head: str = "", menu: str = "") -> str:
    return site.publish(path, page(main, head=head, menu=menu).encode(), content_type="text/html")


def _alternate(href: str, title: str = "", media: str = FEED_TYPE) -> str:
    return f'<link rel="alternate" type="{media}" title="{title}" href="{href}">'


def _paths(site: Site, discovery: Discovery) -> list[tuple[str, str]]:
    return [(candidate.kind, candidate.url.removeprefix(site.base)) for candidate in discovery.found]


def test_the_address_itself_is_a_feed(site: Site, session: requests.Session) -> None:
    """One request is enough."""
    found = discover(session, _feed(site, "/f", "Press", "/a", "/b"), RULES)
    (candidate,) = found.found
    assert (candidate.kind, candidate.title, len(candidate.entries)) == ("feed", "Press", 2)
    assert (found.asked, found.problems) == (1, ())


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/octet-stream"])
def test_a_feed_under_a_false_name(site: Site, session: requests.Session, content_type: str) -> None:
    """The bytes tell that it is a feed."""
    found = discover(session, _feed(site, "/f", "Press", "/a", content_type=content_type), RULES)
    assert _paths(site, found) == [("feed", "/f")]


def test_the_address_itself_is_a_json_feed(site: Site, session: requests.Session) -> None:
    """JSON Feed is a feed."""
    body = json.dumps({"title": "Press", "items": [{"id": "1", "url": "/a", "title": "A"}]}).encode()
    (candidate,) = discover(
        session, site.publish("/f.json", body, content_type="application/json"), RULES
    ).found
    assert (candidate.kind, candidate.title, candidate.entries[0].link) == ("feed", "Press", site.base + "/a")


def test_the_feed_that_the_page_names(site: Site, session: requests.Session) -> None:
    """Nothing else is asked for."""
    _feed(site, "/feed/", "Rights", "/a")
    found = discover(session, _page(site, "/", head=_alternate("/feed/", "Rights")), RULES)
    assert _paths(site, found) == [("feed", "/feed/")]
    assert found.asked == 2


def test_press_before_all_before_comments(site: Site, session: requests.Session) -> None:
    """Of several feeds, that of releases comes first, and that of readers' comments last."""
    head = "".join(
        _alternate(href, title)
        for href, title in (
            ("/comments/feed/", "Comments"),
            ("/feed/", "All"),
            ("/c/press/feed/", "Press releases"),
        )
    )
    _feed(site, "/comments/feed/", "Comments for Rights", "/c")
    _feed(site, "/feed/", "Rights", "/a", "/b")
    _feed(site, "/c/press/feed/", "Press releases", "/a")
    found = discover(session, _page(site, "/", head=head), RULES)
    assert _paths(site, found) == [
        ("feed", "/c/press/feed/"),
        ("feed", "/feed/"),
        ("feed", "/comments/feed/"),
    ]


def test_the_feed_that_shares_most_with_the_page(site: Site, session: requests.Session) -> None:
    """A page was given for what it lists."""
    _feed(site, "/press.xml", "Press", "/p1", "/p2")
    _feed(site, "/stories.xml", "Stories", "/s1", "/s2")
    url = _page(
        site,
        "/stories/",
        main='<a href="/s1">S1</a><a href="/s2">S2</a>',
        head=_alternate("/press.xml", "Press") + _alternate("/stories.xml", "Stories"),
    )
    assert _paths(site, discover(session, url, RULES))[0] == ("feed", "/stories.xml")


def test_feeds_that_say_the_same(site: Site, session: requests.Session) -> None:
    """A second form of a feed isn't offered."""
    for path in ("/rss.xml", "/feed.rss"):
        _feed(site, path, "Rights", "/a")
    found = discover(session, _page(site, "/", head=_alternate("/rss.xml") + _alternate("/feed.rss")), RULES)
    assert len(found.found) == 1


def test_a_named_feed_that_does_not_work(site: Site, session: requests.Session) -> None:
    """Only feeds that work are offered; why another isn't is said."""
    _feed(site, "/rss.xml", "Rights", "/a")
    found = discover(session, _page(site, "/", head=_alternate("/gone/") + _alternate("/rss.xml")), RULES)
    assert _paths(site, found) == [("feed", "/rss.xml")]
    (problem,) = found.problems
    assert "/gone/" in problem
    assert "404" in problem


@pytest.mark.parametrize(
    "anchor",
    ['<a href="/syndicate">RSS</a>', '<a href="/syndicate?format=rss"><img src="i"></a>'],
)
def test_a_link_in_the_page(site: Site, session: requests.Session, anchor: str) -> None:
    """A link that says so, or looks so, may lead to a feed."""
    _feed(site, "/syndicate", "Rights", "/a")
    _feed(site, "/syndicate?format=rss", "Rights", "/a")
    found = discover(session, _page(site, "/", main=anchor), RULES)
    assert [kind for kind, _ in _paths(site, found)] == ["feed"]


def test_wordpress_has_a_feed_for_each_section(site: Site, session: requests.Session) -> None:
    """The feed of the section comes before that of the site; the comments on a page are no feed of it."""
    _feed(site, "/feed/", "Rights", "/a", "/b", "/c")
    _feed(site, "/press/feed/", "Press", "/a")
    _feed(site, "/about/feed/", "Comments on: About us")
    head = _alternate("/feed/", "Rights") + '<script src="/wp-content/x.js"></script>'
    press = _page(site, "/press/", main='<a href="/a">A</a>', head=head)
    about = _page(site, "/about/", head=head)
    assert _paths(site, discover(session, press, RULES)) == [("feed", "/press/feed/"), ("feed", "/feed/")]
    assert _paths(site, discover(session, about, RULES)) == [("feed", "/feed/")]


@pytest.mark.parametrize("place", ["/feed/", "/rss.xml", "/feed.xml", "/index.xml", "/atom.xml", "/rss"])
def test_usual_places(site: Site, session: requests.Session, place: str) -> None:
    """A feed that no page names is found where feeds usually are."""
    _feed(site, place, "Rights", "/a")
    found = discover(session, _page(site, "/"), RULES)
    assert _paths(site, found) == [("feed", place)]
    assert found.problems == ()


@pytest.mark.parametrize(
    ("mark", "place"),
    [
        ('<script src="https://static1.squarespace.com/x.js"></script>', "/news?format=rss"),
        ('<meta name="generator" content="Blogger">', "/feeds/posts/default"),
        ('<meta name="Generator" content="Drupal 10">', "/rss.xml"),
        ('<meta name="generator" content="Ghost 5">', "/rss/"),
        ('<img src="https://static.wixstatic.com/i.png">', "/blog-feed.xml"),
    ],
)
def test_places_of_common_systems(site: Site, session: requests.Session, mark: str, place: str) -> None:
    """What a page was made with tells where its feed is, at once."""
    _feed(site, place, "Rights", "/a")
    found = discover(session, _page(site, "/news", head=mark), RULES)
    assert _paths(site, found) == [("feed", place)]
    assert found.asked <= 3


def test_the_newsroom_behind_the_front_page(site: Site, session: requests.Session) -> None:
    """The page that the menu calls press is looked at, too."""
    _feed(site, "/media/x", "Press", "/a")
    _page(site, "/media/", head=_alternate("/media/x"))
    found = discover(session, _page(site, "/", menu='<li><a href="/media/">Press Releases</a></li>'), RULES)
    assert _paths(site, found) == [("feed", "/media/x")]


def test_a_newsroom_without_a_feed(site: Site, session: requests.Session) -> None:
    """The list is offered with selectors, its items read by them."""
    html = SHAPES["Drupal views"].html
    url = site.publish("/press/", html.encode(), content_type="text/html")
    found = discover(session, url, RULES)
    (candidate,) = found.found
    assert candidate.kind == "page"
    assert candidate.selectors is not None
    assert [entry.title for entry in candidate.entries] == list(TITLES)
    assert found.asked <= 12


def test_the_list_is_offered_beside_the_feed(site: Site, session: requests.Session) -> None:
    """A feed comes first, but it may be another than what was wanted."""
    _feed(site, "/feed/", "Rights", "/a")
    main = "".join(f'<li>{DAYS[n]} <a href="/press/{slug(t)}">{t}</a></li>' for n, t in enumerate(TITLES))
    found = discover(session, _page(site, "/press/", main=main, head=_alternate("/feed/")), RULES)
    assert _paths(site, found) == [("feed", "/feed/"), ("page", "/press/")]


def _sitemap(site: Site, path: str, *paths: str, root: str = "url") -> str:
    outer = "urlset" if root == "url" else "sitemapindex"
    inner = "".join(
        f"<{root}><loc>{site.base}{p}</loc><lastmod>{ISO[n % 6]}</lastmod></{root}>"
        for n, p in enumerate(paths)
    )
    return site.publish(path, f"<{outer}>{inner}</{outer}>".encode(), content_type="application/xml")


PRESS = [f"/newsroom/press/{slug(title)}" for title in TITLES]


def test_a_sitemap(site: Site, session: requests.Session) -> None:
    """Where nothing else is, the sitemap that robots.txt names, with what releases have in common."""
    _sitemap(site, "/maps/all.xml", "/", "/about", "/donate", *PRESS)
    site.publish("/robots.txt", f"User-agent: *\nSitemap: {site.base}/maps/all.xml".encode())
    found = discover(session, _page(site, "/"), RULES)
    (candidate,) = found.found
    assert (candidate.kind, candidate.only) == ("sitemap", "/newsroom/")
    assert {entry.link.removeprefix(site.base) for entry in candidate.entries} == set(PRESS)
    assert found.asked <= 12


def test_an_index_of_sitemaps(site: Site, session: requests.Session) -> None:
    """The index is kept, since its parts change their names."""
    _sitemap(site, "/sitemap.xml", "/page-sitemap.xml", "/press-sitemap.xml", root="sitemap")
    _sitemap(site, "/press-sitemap.xml", *PRESS)
    (candidate,) = discover(session, _page(site, "/"), RULES).found
    assert (candidate.url, candidate.only) == (site.base + "/sitemap.xml", "/newsroom/")


def test_a_sitemap_of_posts(site: Site, session: requests.Session) -> None:
    """Where addresses tell nothing, a part of the index that is called after posts is enough."""
    _sitemap(site, "/sitemap.xml", "/post-sitemap.xml", "/page-sitemap.xml", root="sitemap")
    _sitemap(site, "/post-sitemap.xml", *(f"/{slug(title)}" for title in TITLES))
    (candidate,) = discover(session, _page(site, "/"), RULES).found
    assert (candidate.url, candidate.only) == (site.base + "/post-sitemap.xml", "")


def test_a_sitemap_without_news(site: Site, session: requests.Session) -> None:
    """A map of other pages is no newsroom."""
    _sitemap(site, "/sitemap.xml", "/", "/about", "/team", "/donate", "/jobs")
    found = discover(session, _page(site, "/"), RULES)
    assert found.found == ()
    assert "no list of releases" in found.problems[-1]


def test_the_address_itself_is_a_sitemap(site: Site, session: requests.Session) -> None:
    """It is taken for one."""
    (candidate,) = discover(session, _sitemap(site, "/s.xml", "/about", *PRESS), RULES).found
    assert (candidate.kind, candidate.only, len(candidate.entries)) == ("sitemap", "/newsroom/", len(PRESS))


WALL = b"<title>Just a moment...</title><p>Checking your browser before you go on</p>"


@pytest.mark.parametrize("status", [200, 403])
def test_a_bot_wall(site: Site, session: requests.Session, status: int) -> None:
    """It is named; the feed behind it, which walls often leave alone, is found."""
    url = site.publish("/", WALL, content_type="text/html", status=status)
    found = discover(session, url, RULES)
    assert found.found == ()
    assert any("bot wall" in problem for problem in found.problems)
    _feed(site, "/feed/", "Rights", "/a")
    assert _paths(site, discover(session, url, RULES)) == [("feed", "/feed/")]


def test_what_is_no_page(site: Site, session: requests.Session) -> None:
    """A document that can't be read is said to be none."""
    found = discover(session, site.publish("/a.pdf", b"%PDF-1.7 ...", content_type="application/pdf"), RULES)
    assert found.found == ()
    assert "no web page, feed or sitemap" in found.problems[0]
    assert found.asked == 1


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "ftp://rights.example/", "http://[", "not an address", ""]
)
def test_an_address_that_nobody_answers(session: requests.Session, url: str) -> None:
    """The reason is said, and nothing else is tried."""
    found = discover(session, url, RULES)
    assert (found.found, len(found.problems), found.asked) == ((), 1, 1)


def test_few_requests_with_pauses(
    site: Site, session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most twelve, none twice, 0.3 seconds apart, however much a page names."""
    pauses: list[float] = []
    monkeypatch.undo()
    monkeypatch.setattr(asking.time, "sleep", pauses.append)
    head = "".join(_alternate(f"/f{n}") for n in range(50))
    site.publish("/robots.txt", b"Sitemap: /s.xml")
    found = discover(session, _page(site, "/x/y", head=head), RULES)
    assert found.asked == sum(site.requests.values()) <= 12
    assert set(site.requests.values()) == {1}
    assert [pause for pause in pauses if pause] == [0.3] * (found.asked - 1)


def test_a_site_that_answers_everything_with_a_page(site: Site, session: requests.Session) -> None:
    """A page at each of the usual places is no feed."""
    html = page("<p>Nothing here</p>").encode()
    for path in ("/", "/feed/", "/rss.xml", "/feed.xml", "/sitemap.xml", "/robots.txt"):
        site.publish(path, html, content_type="text/html")
    assert discover(session, site.base + "/", RULES).found == ()


def test_hostile_links(site: Site, session: requests.Session) -> None:
    """Addresses that are none are passed over."""
    site.publish("/robots.txt", b"Sitemap: http://[\nSitemap: ftp://x/\nSitemap:\n")
    head = _alternate("http://[") + _alternate("javascript:x") + _alternate("//") + _alternate("\x00")
    assert discover(session, _page(site, "/", head=head), RULES).found == ()


def test_private_addresses_stay_refused(site: Site) -> None:
    """Discovery goes where fetching may go, and nowhere else."""
    rules = FetchRules()
    with open_session(rules) as session:
        found = discover(session, _page(site, "/"), rules)
    assert found.found == ()
    assert not site.requests


@pytest.mark.shared
def test_real_feeds_behind_a_page(corpus: Path, site: Site, session: requests.Session) -> None:
    """Real feeds, named by a page, are found and read."""
    for n, path in enumerate(sorted((corpus / "feeds" / "real").iterdir())[:20]):
        site.publish(f"/{n}.xml", path.read_bytes(), content_type="text/xml")
        found = discover(session, _page(site, f"/{n}/", head=_alternate(f"/{n}.xml")), RULES)
        assert found.found, path.name
        assert found.found[0].entries, path.name

"""What robots.txt lets us read."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests
from pytest_httpserver import HTTPServer

from presswatch.errors import FetchError
from presswatch.pages.robots import MOST_BYTES, Robots
from presswatch.watch import FetchRules
from presswatch.web.fetch import open_session
from tests.support.site import Site

RULES = FetchRules(timeout=5, total_timeout=10, allow_private_addresses=True)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    """A session that keeps the rules."""
    with open_session(RULES) as opened:
        yield opened


def is_allowed(session: requests.Session, url: str, robots: Robots | None = None) -> bool:
    """Whether the page may be read; what is only out of reach for now counts as an error."""
    try:
        (robots or Robots(RULES)).check(session, url)
    except FetchError as error:
        assert "robots.txt" in error.reason
        assert not error.retriable, error.reason
        return False
    return True


@pytest.mark.parametrize(
    ("robots", "allowed"),
    {
        "": True,
        "<html><body>Welcome!</body></html>": True,
        "User-agent: *\nDisallow: /": False,
        "User-agent: *\nDisallow: /private\n": True,
        "User-agent: *\nDisallow: /news/": False,
        "User-agent: *\nDisallow: /news/\nAllow: /news/2026/": True,
        "User-agent: *\nDisallow: /*.html$": False,
        "User-agent: *\nDisallow:": True,
        "User-agent: GreedyBot\nDisallow: /": True,
        "User-agent: Press\nDisallow: /": True,
        "User-agent: presswatch\nDisallow: /": False,
        "User-agent: Presswatch/1.0\nDisallow: /": False,
        "User-agent: Presswatch-Images\nDisallow: /": True,
        "User-agent: *\nDisallow: /\n\nUser-agent: Presswatch\nAllow: /": True,
        "User-agent: Presswatch\nAllow: /\n\nUser-agent: *\nDisallow: /": True,
        "User-agent: GreedyBot\nUser-agent: *\nDisallow: /": False,
        "User-agent: *\nUser-agent: GreedyBot\nDisallow: /": False,
        "User-agent: *\nAllow: /\n\nUser-agent: GreedyBot\nDisallow: /": True,
        "\ufeffUser-agent: *\r\nDisallow: /\r\n": False,
        "USER-AGENT:* # everybody\ndisallow:/": False,
    }.items(),
)
def test_the_rules_for_us_are_kept(site: Site, session: requests.Session, robots: str, allowed: bool) -> None:
    """The group that names Presswatch counts, else the group for everybody, else nothing is forbidden."""
    site.publish("/robots.txt", robots.encode(), content_type="text/plain")
    assert is_allowed(session, f"{site.base}/news/2026/a.html") is allowed


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_robots_allows_everything(site: Site, session: requests.Session, status: int) -> None:
    """A site without robots.txt has no rules (RFC 9309, section 2.3.1.3)."""
    site.publish("/robots.txt", b"User-agent: *\nDisallow: /", status=status)
    assert is_allowed(session, f"{site.base}/a")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_trouble_allows_nothing_for_now(
    site: Site, session: requests.Session, status: int
) -> None:
    """Rules that can't be learnt forbid everything until they can (RFC 9309, section 2.3.1.4)."""
    site.publish("/robots.txt", b"", status=status)
    with pytest.raises(FetchError, match=rf"robots\.txt could not be read: HTTP {status}") as caught:
        Robots(RULES).check(session, f"{site.base}/a")
    assert caught.value.retriable


def test_an_unreachable_host_allows_nothing_for_now(session: requests.Session) -> None:
    """Silence counts as trouble."""
    with pytest.raises(FetchError, match=r"robots\.txt could not be read: no connection") as caught:
        Robots(RULES).check(session, "http://127.0.0.1:1/a")
    assert caught.value.retriable


def test_a_redirect_is_followed(httpserver: HTTPServer, session: requests.Session) -> None:
    """Rules may live elsewhere."""
    httpserver.expect_request("/robots.txt").respond_with_data(status=301, headers={"Location": "/elsewhere"})
    httpserver.expect_request("/elsewhere").respond_with_data("User-agent: *\nDisallow: /")
    assert not is_allowed(session, httpserver.url_for("/a"))


def test_endless_redirects_are_no_rules(httpserver: HTTPServer, session: requests.Session) -> None:
    """After more than five redirects there is none (RFC 9309, section 2.3.1.2)."""
    httpserver.expect_request("/robots.txt").respond_with_data(
        status=302, headers={"Location": "/robots.txt"}
    )
    assert is_allowed(session, httpserver.url_for("/a"))


def test_a_host_is_asked_once(site: Site, session: requests.Session) -> None:
    """One job asks for a site's rules once, also where they couldn't be had."""
    site.publish("/robots.txt", b"", status=500)
    robots = Robots(RULES)
    for path in ("/a", "/b", "/c"):
        with pytest.raises(FetchError):
            robots.check(session, site.base + path)
    assert site.requests == {("/robots.txt", 500): 1}


@pytest.mark.parametrize(
    ("robots", "seconds"),
    {
        "": 0,
        "User-agent: *\nCrawl-delay: 2.5": 2.5,
        "User-agent: *\nCrawl-delay: 86400": 10,
        "User-agent: *\nCrawl-delay: soon": 0,
        "User-agent: *\nCrawl-delay: 5\n\nUser-agent: Presswatch\nCrawl-delay: 1": 1,
        "User-agent: GreedyBot\nCrawl-delay: 5": 0,
    }.items(),
)
def test_a_crawl_delay_counts_up_to_ten_seconds(
    site: Site, session: requests.Session, robots: str, seconds: float
) -> None:
    """What a site asks for is known once it was asked, and has a limit."""
    site.publish("/robots.txt", robots.encode())
    asked = Robots(RULES)
    url = f"{site.base}/a"
    assert asked.delay(url) == 0
    asked.check(session, url)
    assert asked.delay(url) == seconds


def test_the_first_500_kib_count(site: Site, session: requests.Session) -> None:
    """What comes later is not read, and a rule that the limit cuts doesn't become another."""
    start = b"User-agent: *\nDisallow: /private\n"
    filling = b"#" * (MOST_BYTES - len(start) - len(b"\nDisallow: /")) + b"\n"
    site.publish("/robots.txt", start + filling + b"Disallow: /news\nDisallow: /later\n")
    robots = Robots(RULES)
    assert not is_allowed(session, f"{site.base}/private", robots)
    assert is_allowed(session, f"{site.base}/news", robots)
    assert is_allowed(session, f"{site.base}/later", robots)


@pytest.mark.parametrize(
    "lines",
    [
        [f"User-agent: a{n}" for n in range(15_000)] + [f"Disallow: /{n}" for n in range(15_000)],
        ["User-agent: *"] + ["Disallow: /" + "*a" * 40 + "b"] * 5_000,
        ["User-agent: *", "User-agent: Presswatch"] * 10_000 + ["Disallow: /x"],
        ["Disallow: /" + "a" * 400_000],
    ],
    ids=["names times rules", "wildcards", "names", "one rule"],
)
def test_a_hostile_file_costs_little(site: Site, session: requests.Session, lines: list[str]) -> None:
    """Many names, rules and wildcards are neither multiplied nor tried in every order."""
    site.publish("/robots.txt", "\n".join(lines).encode())
    begun = time.monotonic()
    assert is_allowed(session, f"{site.base}/news/{'a' * 1000}")
    assert time.monotonic() - begun < 5

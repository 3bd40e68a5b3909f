"""Reading a share of the pages: with manners, within bounds, and each page for itself."""

from __future__ import annotations

import hashlib
import logging
import pickle
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from presswatch.pages import shard, visitor
from presswatch.pages.budget import MOST_PER_NEWSROOM, within_budget
from presswatch.pages.extract import BOT_WALL
from presswatch.pages.shard import read_pages
from presswatch.pages.values import DuePage, PageFailed, PageJob, PageRead, PageReading, PageState
from presswatch.watch import FetchRules
from tests.pages.samples import LEAD, QUOTE, REST, article, page, pdf
from tests.support.site import Site, serve_site

RULES = FetchRules(connections=8, timeout=5, total_timeout=10, allow_private_addresses=True)
HTML = {"content_type": "text/html; charset=utf-8"}
WALL = b"<html><head><title>Just a moment...</title></head><body>Enable JavaScript</body></html>"


def read(urls: Sequence[str], *, rules: FetchRules = RULES, delay: float = 0) -> list[PageReading]:
    """The readings of the pages, in the order of the addresses."""
    states = tuple(PageState(number, url) for number, url in enumerate(urls))
    return sorted(read_pages(PageJob(states, rules, delay)), key=lambda reading: reading.release_id)


def read_one(url: str, rules: FetchRules = RULES) -> PageRead:
    """The reading of a page that can be read."""
    (reading,) = read([url], rules=rules)
    assert isinstance(reading, PageRead), reading
    return reading


def fail(url: str, rules: FetchRules = RULES) -> PageFailed:
    """The reading of a page that can't."""
    (reading,) = read([url], rules=rules)
    assert isinstance(reading, PageFailed), reading
    assert reading.url == url
    assert reading.reason.isprintable()
    assert reading.at.utcoffset() is not None
    return reading


def test_a_reading_says_what_the_page_held(site: Site) -> None:
    """Text and title come back, with what came, from where and when."""
    body = article()
    found = read_one(site.publish("/a", body, **HTML))
    assert found.text == f"County leaves S-Comm\n\n{LEAD}\n\n{QUOTE}\n\n{REST}"
    assert (found.title, found.kind, found.status) == ("County leaves S-Comm", "html", 200)
    assert (found.body_hash, found.size) == (hashlib.sha256(body).hexdigest(), len(body))
    assert found.url == f"{site.base}/a"
    assert found.at.utcoffset() is not None
    assert found.seconds >= 0


def test_a_pdf_is_read(site: Site) -> None:
    """A release may be a PDF."""
    found = read_one(site.publish("/a.pdf", pdf(LEAD, REST), content_type="application/pdf"))
    assert (found.kind, found.text) == ("pdf", f"{LEAD}\n\n{REST}")


def test_a_page_in_windows_1252_is_read(site: Site) -> None:
    """The header's charset counts."""
    body = page(f"<article><p>{QUOTE}</p><p>La señora Ruiz – “sí”.</p><p>{REST}</p></article>")
    url = site.publish("/a", body.decode().encode("cp1252"), content_type="text/html; charset=windows-1252")
    assert "La señora Ruiz – “sí”." in read_one(url).text


@pytest.mark.parametrize(
    ("status", "retriable"), [(404, False), (410, False), (403, True), (429, True), (500, True), (503, True)]
)
def test_a_status_says_whether_to_try_again(site: Site, status: int, retriable: bool) -> None:
    """What is gone is gone; a server in trouble may recover."""
    failed = fail(site.publish("/a", b"<p>Sorry.</p>", status=status, **HTML))
    assert (failed.status, failed.retriable) == (status, retriable)
    assert failed.reason.startswith(f"HTTP {status}")


def test_a_slow_page_is_given_up(site: Site) -> None:
    """A page has the time that a feed has."""
    failed = fail(site.publish("/a", article(), delay=1.5, **HTML), replace(RULES, timeout=0.3))
    assert (failed.reason, failed.status) == ("no answer within 0.3 seconds", None)
    assert failed.retriable


def test_a_huge_page_is_given_up(site: Site) -> None:
    """A page has the size that a feed has."""
    failed = fail(site.publish("/a", b"a" * 200_000, **HTML), replace(RULES, max_bytes=100_000))
    assert failed.reason == "the answer is larger than 0.1 MB"


def test_an_image_is_no_page(site: Site) -> None:
    """What can't be read says what it is; the answer's status comes along."""
    failed = fail(site.publish("/a.png", b"\x89PNG\r\n\x1a\n\0\0", content_type="image/png"))
    assert failed.reason == "what the link leads to is neither a page nor a PDF (image/png)"
    assert (failed.status, failed.retriable) == (200, False)


def test_a_private_address_is_refused(site: Site) -> None:
    """A feed can't make us read the network we are in, not even its robots.txt."""
    failed = fail(site.publish("/a", article(), **HTML), replace(RULES, allow_private_addresses=False))
    assert "127.0.0.1 is private" in failed.reason
    assert not site.requests


@pytest.mark.parametrize(
    "url",
    ["", "a", "/a", "mailto:a@example.org", "file:///etc/passwd", "http://", "http://[a/b", "https://a:b/"],
)
def test_what_is_no_address_is_no_page(url: str) -> None:
    """Links in feeds can be anything; none of it is worth a second try, unless it might have an answer."""
    failed = fail(url)
    assert failed.status is None
    assert "address" in failed.reason


def test_robots_are_obeyed(site: Site) -> None:
    """A page that robots.txt excludes isn't asked for, and won't be again."""
    site.publish("/robots.txt", b"User-agent: *\nDisallow: /private/", content_type="text/plain")
    failed = fail(site.publish("/private/a", article(), **HTML))
    assert failed.reason == "the site's robots.txt does not let Presswatch read it"
    assert (failed.status, failed.retriable) == (None, False)
    assert site.requests == {("/robots.txt", 200): 1}
    read_one(site.publish("/a", article(), **HTML))


def test_a_site_in_trouble_is_left_for_later(site: Site) -> None:
    """Without an answer about its rules, none of its pages is asked for in this job, and nobody waits."""
    site.publish("/robots.txt", b"", status=503)
    begun = time.monotonic()
    readings = read([site.publish(f"/{n}", article(), **HTML) for n in range(3)], delay=5)
    assert all(isinstance(r, PageFailed) and r.retriable and "robots.txt" in r.reason for r in readings)
    assert site.requests == {("/robots.txt", 503): 1}
    assert time.monotonic() - begun < 4


@pytest.fixture
def host(httpserver: HTTPServer) -> HTTPServer:
    """A host without rules."""
    httpserver.expect_request("/robots.txt").respond_with_data("")
    return httpserver


def moved(location: str, status: int = 302) -> Response:
    """A redirect."""
    return Response(status=status, headers={"Location": location})


def test_a_redirect_is_followed(site: Site, host: HTTPServer) -> None:
    """The reading has the address that answered, also on another host."""
    target = site.publish("/a", article(), **HTML)
    host.expect_request("/old").respond_with_handler(lambda _: moved(target, 301))
    assert read_one(host.url_for("/old")).url == target


def test_a_redirect_s_goal_has_rules_too(site: Site, host: HTTPServer) -> None:
    """Before a redirect is followed, the robots.txt of where it leads is asked."""
    site.publish("/robots.txt", b"User-agent: *\nDisallow: /private/")
    target = site.publish("/private/a", article(), **HTML)
    host.expect_request("/old").respond_with_handler(lambda _: moved(target))
    failed = fail(host.url_for("/old"))
    assert failed.reason == "the site's robots.txt does not let Presswatch read it"
    assert site.requests == {("/robots.txt", 200): 1}


@pytest.mark.parametrize("location", ["ftp://example.org/a", "http://[a", "/old"])
def test_a_redirect_to_nowhere_is_a_failure(host: HTTPServer, location: str) -> None:
    """Other schemes, broken addresses and circles end in one line for people."""
    host.expect_request("/old").respond_with_handler(lambda _: moved(location))
    assert not fail(host.url_for("/old")).reason.startswith("unexpected")


@pytest.mark.parametrize(("status", "named"), [(200, BOT_WALL), (403, f"{BOT_WALL} (HTTP 403)")])
def test_a_bot_wall_is_named(site: Site, status: int, named: str) -> None:
    """A wall is named whatever its status, and the page may be had another time."""
    failed = fail(site.publish("/a", WALL, status=status, **HTML))
    assert (failed.reason, failed.status, failed.retriable) == (named, status, True)


def test_a_wall_that_names_itself_is_believed(host: HTTPServer) -> None:
    """Cloudflare says in a header that it challenges."""
    host.expect_request("/a").respond_with_data(
        "<p>?</p>", status=403, headers={"cf-mitigated": "challenge"}, content_type="text/html"
    )
    assert fail(host.url_for("/a")).reason == f"{BOT_WALL} (HTTP 403)"


def test_a_wall_for_one_page_is_none_for_the_next(site: Site) -> None:
    """Each refusal is judged for itself."""
    urls = [
        site.publish("/a", WALL, status=403, **HTML),
        site.base + "/gone",
        site.publish("/c", b"<p>Members only.</p>", status=403, **HTML),
    ]
    reasons = [reading.reason for reading in read(urls) if isinstance(reading, PageFailed)]
    assert reasons == [f"{BOT_WALL} (HTTP 403)", "HTTP 404 Not Found", "HTTP 403 Forbidden"]


def test_one_page_s_trouble_is_nobody_else_s(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Among pages that are gone, broken or unreachable, the others are read."""
    good = site.publish("/good", article(), **HTML)
    readings = read(
        [good, site.base + "/gone", "http://[a", "http://127.0.0.1:1/a", "http://no-such-host.invalid/", good]
    )
    assert [isinstance(reading, PageRead) for reading in readings] == [True, False, False, False, False, True]
    assert not caplog.records


def test_what_nobody_foresaw_is_one_page_s_failure(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of another kind is logged with its trace, and stays the trouble of its page."""
    caplog.set_level(logging.CRITICAL, visitor.log.name)
    extract = visitor.extract

    def trip(body: bytes, content_type: str, url: str) -> object:
        if url.endswith("/bad"):
            raise RecursionError("too deep")
        return extract(body, content_type, url)

    monkeypatch.setattr(visitor, "extract", trip)
    bad, good = read([site.publish(path, article(), **HTML) for path in ("/bad", "/good")])
    assert isinstance(bad, PageFailed)
    assert (bad.reason, bad.status, bad.retriable) == ("unexpected: RecursionError", 200, True)
    assert isinstance(good, PageRead)


class Times:
    """When each page was asked for."""

    def __init__(self, server: HTTPServer, robots: str = "") -> None:
        self.asked: list[float] = []
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        server.expect_request("/robots.txt").respond_with_data(robots)
        server.expect_request("/a").respond_with_handler(self._answer)

    def _answer(self, _: Request) -> Response:
        with self._lock:
            self.asked.append(time.monotonic())
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(0.02)
        with self._lock:
            self.at_once -= 1
        return Response(article(), content_type="text/html")

    @property
    def gaps(self) -> list[float]:
        """The seconds from one request to the next."""
        return [later - earlier for earlier, later in zip(self.asked, self.asked[1:], strict=False)]


def test_a_host_s_pages_come_one_by_one(httpserver: HTTPServer) -> None:
    """Between two pages of a host is the delay; the first has none to wait for."""
    times = Times(httpserver)
    begun = time.monotonic()
    assert len(read([httpserver.url_for("/a")] * 3, delay=0.4)) == 3
    assert times.most_at_once == 1
    assert times.asked[0] - begun < 0.4
    assert min(times.gaps) >= 0.4


def test_a_crawl_delay_is_kept(httpserver: HTTPServer) -> None:
    """Where the site asks for more than our delay, it gets it."""
    times = Times(httpserver, "User-agent: *\nCrawl-delay: 0.5")
    read([httpserver.url_for("/a")] * 2, delay=0.1)
    assert min(times.gaps) >= 0.5


def test_hosts_are_read_at_the_same_time(site: Site) -> None:
    """One host's pace is not another's."""
    with serve_site() as other:
        urls = [s.publish("/a", article(), delay=0.5, **HTML) for s in (site, other)]
        begun = time.monotonic()
        assert len(read(urls)) == 2
    assert time.monotonic() - begun < 0.95


def test_a_newsroom_gives_25_pages_a_job(site: Site) -> None:
    """The rest have no reading, and their turn in the next cycle."""
    url = site.publish("/a", article(), **HTML)
    readings = read([url] * (MOST_PER_NEWSROOM + 3))
    assert [reading.release_id for reading in readings] == list(range(MOST_PER_NEWSROOM))


def test_a_slow_newsroom_holds_up_nobody_for_long(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a newsroom's time in a job is over, no further page of it is begun."""
    monkeypatch.setattr(shard, "LONGEST_PER_NEWSROOM", 0.3)
    url = site.publish("/a", article(), delay=0.2, **HTML)
    assert 1 <= len(read([url] * 10)) < 5


def test_a_newsroom_s_pages_come_one_by_one_from_all_hosts(httpserver: HTTPServer) -> None:
    """However many hosts it links to, it takes no more than one thread from the others."""
    times = Times(httpserver)
    hosts = [f"http://127.0.0.{number}:{httpserver.port}/a" for number in range(1, 7)]
    local = [url for url in hosts if url.startswith("http://127.0.0.1:")]
    states = [PageState(number, url, "One newsroom") for number, url in enumerate(hosts)]
    found = read_pages(PageJob(tuple(states), RULES, 0))
    assert times.most_at_once == 1
    assert len(found) == len(hosts) and len(times.asked) >= len(local)


def test_newsrooms_are_read_at_the_same_time_and_hosts_are_not(httpserver: HTTPServer) -> None:
    """Two newsrooms that link to one host ask it one after the other."""
    times = Times(httpserver)
    states = [PageState(number, httpserver.url_for("/a"), f"Newsroom {number}") for number in range(4)]
    assert len(read_pages(PageJob(tuple(states), RULES, 0.05))) == 4
    assert times.most_at_once == 1 and min(times.gaps) >= 0.05


def test_after_the_deadline_no_page_is_begun(site: Site) -> None:
    """What the cycle has no time for has no reading, and its turn in the next one."""
    states = (PageState(1, site.publish("/a", article(), **HTML)),)
    late = datetime.now(UTC) - timedelta(seconds=1)
    assert read_pages(PageJob(states, RULES, 0, late)) == []
    assert not site.requests


def test_a_budget_is_a_newsroom_s_own() -> None:
    """Of each newsroom the first pages are taken, which are those of its newest releases."""
    due = [DuePage(n, f"http://{n}.example/", "", "Loud") for n in range(1500)]
    due[700:700] = [DuePage(2000 + n, f"http://{n}.example/", "", "Quiet") for n in range(3)]
    taken = within_budget(due)
    assert [page.release_id for page in taken if page.publisher == "Loud"] == list(range(MOST_PER_NEWSROOM))
    assert [page.release_id for page in taken if page.publisher == "Quiet"] == [2000, 2001, 2002]
    assert within_budget([]) == []


def test_a_slow_host_is_left_alone_by_all_newsrooms(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a host's time in a job is over, no further page of it is begun; those of other hosts are."""
    monkeypatch.setattr(shard, "LONGEST_PER_HOST", 0.3)
    slow = site.publish("/a", article(), delay=0.2, **HTML)
    with serve_site() as other:
        quick = other.publish("/b", article(), **HTML)
        states = [PageState(n, slow, f"Newsroom {n % 4}") for n in range(12)]
        states += [PageState(100 + n, quick, f"Newsroom {n}") for n in range(4)]
        read_ids = {reading.release_id for reading in read_pages(PageJob(tuple(states), RULES, 0))}
    assert read_ids >= {100, 101, 102, 103}
    assert 1 <= len(read_ids) - 4 < 5


def test_no_pages_are_no_trouble() -> None:
    """An empty job has no readings."""
    assert read([]) == []


def test_jobs_and_readings_travel(site: Site) -> None:
    """Both survive the way to another process."""
    job = PageJob(
        (PageState(1, site.publish("/a", article(), **HTML)), PageState(2, "http://[a")), RULES, 0.1
    )
    assert pickle.loads(pickle.dumps(job)) == job
    readings = read_pages(pickle.loads(pickle.dumps(job)))
    assert pickle.loads(pickle.dumps(readings)) == readings
    assert {type(reading) for reading in readings} == {PageRead, PageFailed}

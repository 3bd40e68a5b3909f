"""Reading a share of the feeds: one feed's trouble is its own, and only what is new comes back."""

from __future__ import annotations

import logging
import pickle
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from presswatch.confined.parent import confined
from presswatch.feeds.hosts import into_shards
from presswatch.feeds.shard import read_shard
from presswatch.feeds.values import Failed, FeedState, Postponed, Read, Reading, ShardJob, Unchanged
from presswatch.matching.program import Program
from presswatch.times import utc_now
from presswatch.watch import FetchRules
from tests.support.feeds import Item, item, rss
from tests.support.setup import NOW
from tests.support.site import Site, serve_site

RULES = FetchRules(host_delay=0, connections=8, timeout=5, total_timeout=10, allow_private_addresses=True)
PROGRAMS = (Program(id="s-comm", name="Secure Communities", terms=("S-Comm",)),)


def state(number: int, url: str) -> FeedState:
    """A feed that was never read."""
    return FeedState(number, url, f"Publisher {number}")


def read(feeds: Sequence[FeedState], rules: FetchRules = RULES) -> dict[int, Reading]:
    """The readings of the feeds, by feed."""
    return {_feed_of(r): r for r in read_shard(ShardJob(tuple(feeds), PROGRAMS, rules))}


def _feed_of(reading: Reading) -> int:
    return reading.feed_id if isinstance(reading, Postponed) else reading.fetched.feed_id


def after(feed: FeedState, reading: Reading) -> FeedState:
    """What the archive knows of the feed once the reading is stored."""
    assert isinstance(reading, Read)
    return replace(feed, validators=reading.validators, body_hash=reading.body_hash, known=reading.known)


def test_a_reading_says_what_the_feed_held(site: Site) -> None:
    """Title, size, entries and their mentions come back, with when and how the feed answered."""
    body = rss([item(1, "The county left S-Comm."), item(2)], title="County news", now=NOW)
    feed = state(7, site.publish("/feed.xml", body))
    reading = read([feed])[7]
    assert isinstance(reading, Read)
    assert (reading.title, reading.size, reading.fetched.status) == ("County news", len(body), 200)
    assert reading.fetched.url == feed.url
    assert reading.fetched.started.utcoffset() is not None
    assert reading.fetched.seconds >= 0
    mentions = {matched.entry.title: [m.term for m in matched.mentions] for matched in reading.entries}
    assert mentions == {"Release 1": ["S-Comm"], "Release 2": []}
    assert reading.items == len(reading.known.splitlines()) == 2


def test_one_feed_s_trouble_is_nobody_else_s(site: Site) -> None:
    """Among feeds that are gone, broken, empty or unreachable, the others are read."""
    good = rss([item(1)], now=NOW)
    urls = {
        1: site.publish("/good.xml", good),
        2: site.base + "/gone.xml",
        3: site.publish("/page.html", b"<!doctype html><title>x</title>", content_type="text/html"),
        4: site.publish("/empty.xml", b""),
        5: site.publish("/down.xml", b"", status=503),
        6: "http://no-such-host.invalid/feed.xml",
        7: "http://127.0.0.1:1/feed.xml",
        8: site.publish(
            "/entities.xml", b"<rss><channel><item><title>&#xD800;</title></item></channel></rss>"
        ),
        9: site.publish("/also-good.xml", good),
    }
    readings = read([state(number, url) for number, url in urls.items()])
    assert {n for n, reading in readings.items() if isinstance(reading, Read)} == {1, 8, 9}
    failed = {n: reading for n, reading in readings.items() if isinstance(reading, Failed)}
    assert {n: (f.fetched.status, f.retriable) for n, f in failed.items() if f.fetched.status} == {
        2: (404, False),
        3: (200, True),
        4: (200, True),
        5: (503, True),
    }
    assert failed[3].reason == "a web page came instead of a feed"
    assert failed[4].reason == "the answer was empty"
    assert failed[6].reason.startswith("no connection")
    assert len(failed) == 6


def test_what_nobody_foresaw_is_one_feed_s_failure(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """An error of another kind is logged with its trace, and stays the trouble of its feed."""
    caplog.set_level(logging.CRITICAL, "presswatch.feeds.shard")
    good = state(1, site.publish("/good.xml", rss([item(1)], now=NOW)))
    bad = replace(state(2, good.url), known=None)  # type: ignore[arg-type]
    readings = read([bad, good])
    assert isinstance(readings[1], Read)
    assert isinstance(readings[2], Failed)
    assert readings[2].reason.startswith("unexpected: AttributeError")
    assert readings[2].retriable


def test_a_304_is_unchanged(site: Site) -> None:
    """A server that knows its validators sends nothing, and nothing is parsed."""
    feed = state(1, site.publish("/feed.xml", rss([item(1)], now=NOW)))
    again = read([after(feed, read([feed])[1])])[1]
    assert isinstance(again, Unchanged)
    assert again.fetched.status == 304
    assert again.validators.etag


def test_the_same_bytes_again_are_unchanged(site: Site) -> None:
    """A server without validators that sends the same body has nothing new either."""
    feed = state(1, site.publish("/feed.xml", rss([item(1)], now=NOW), validators=False))
    again = read([after(feed, read([feed])[1])])[1]
    assert isinstance(again, Unchanged)
    assert again.fetched.status == 200


def test_only_what_is_unknown_comes_back(site: Site) -> None:
    """Of a feed that moved on, the new items and the edited ones come back; the rest is known."""
    old = [item(n) for n in range(1, 5)]
    feed = state(1, site.publish("/feed.xml", rss(old, now=NOW)))
    feed = after(feed, read([feed])[1])
    edited = Item("Release 2, corrected", old[1].text, old[1].guid, old[1].link)
    site.publish("/feed.xml", rss([item(5), old[0], edited, old[2]], now=NOW))
    reading = read([feed])[1]
    assert isinstance(reading, Read)
    assert [matched.entry.title for matched in reading.entries] == ["Release 5", "Release 2, corrected"]
    assert reading.items == 4


def test_an_item_that_left_and_came_back_comes_back(site: Site) -> None:
    """Known is what the feed showed last time, so that nothing depends on an endless memory."""
    feed = state(1, site.publish("/feed.xml", rss([item(1), item(2)], now=NOW)))
    feed = after(feed, read([feed])[1])
    site.publish("/feed.xml", rss([item(2)], now=NOW))
    feed = after(feed, read([feed])[1])
    site.publish("/feed.xml", rss([item(1), item(2)], now=NOW))
    reading = read([feed])[1]
    assert isinstance(reading, Read)
    assert [matched.entry.title for matched in reading.entries] == ["Release 1"]


def test_a_redirected_feed_is_read_where_it_is(httpserver: HTTPServer) -> None:
    """Relative links are resolved against where the feed was found, not where it was asked for."""
    body = b"<rss version='2.0'><channel><item><title>a</title><link>7</link></item></channel></rss>"
    httpserver.expect_request("/old").respond_with_data(b"", status=301, headers={"Location": "/new/feed"})
    httpserver.expect_request("/new/feed").respond_with_data(body)
    reading = read([state(1, httpserver.url_for("/old"))])[1]
    assert isinstance(reading, Read)
    assert [matched.entry.link for matched in reading.entries] == [httpserver.url_for("/new/7")]


# Manners


class Crowd:
    """Counts how many requests are answered at once, by the host they were sent to."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.present: dict[str, int] = {}
        self.most: dict[str, int] = {}

    def answer(self, request: Request) -> Response:
        """Answer with a feed, after a moment in which others may come in."""
        with self.lock:
            self.present[request.host] = self.present.get(request.host, 0) + 1
            self.most[request.host] = max(self.most.get(request.host, 0), self.present[request.host])
        time.sleep(0.01)
        with self.lock:
            self.present[request.host] -= 1
        return Response(rss([item(1)], now=NOW))


@pytest.fixture
def threaded() -> Iterator[HTTPServer]:
    """A server that answers as many requests at once as come in."""
    with HTTPServer(host="127.0.0.1", port=0, threaded=True) as server:
        yield server


def test_a_host_is_asked_one_thing_at_a_time(threaded: HTTPServer) -> None:
    """However many feeds a host has and however many connections are allowed, it sees one request."""
    crowd = Crowd()
    threaded.expect_request("/feed").respond_with_handler(crowd.answer)
    hosts = [f"127.0.0.1:{threaded.port}", f"localhost:{threaded.port}"]
    feeds = [state(n, f"http://{hosts[n % 2]}/feed?{n}") for n in range(16)]
    readings = read(feeds)
    assert all(isinstance(reading, Read) for reading in readings.values())
    assert crowd.most == dict.fromkeys(hosts, 1)


def test_two_hosts_are_read_at_once(threaded: HTTPServer) -> None:
    """A host doesn't wait for another: each answer here waits until both have been asked for."""
    meeting = threading.Barrier(2)

    def answer(request: Request) -> Response:
        meeting.wait(10)
        return Response(rss([item(1)], now=NOW))

    threaded.expect_request("/feed").respond_with_handler(answer)
    feeds = [
        state(n, f"http://{host}:{threaded.port}/feed") for n, host in enumerate(["127.0.0.1", "localhost"])
    ]
    assert all(isinstance(reading, Read) for reading in read(feeds).values())


def test_no_feeds_give_no_readings() -> None:
    """An empty job is read at once."""
    assert read_shard(ShardJob((), PROGRAMS, RULES)) == []


feeds = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 50)), max_size=60, unique=True).map(
    lambda pairs: [state(n, f"https://h{host}.example/{path}") for n, (host, path) in enumerate(pairs)]
)


@given(feeds, st.integers(1, 10))
def test_shards_hold_every_feed_once_and_every_host_whole(feeds: list[FeedState], size: int) -> None:
    """No feed is lost or doubled, no host is in two shards, and only a large host makes a shard large."""
    shards = into_shards(feeds, size)
    assert sorted(f.feed_id for shard in shards for f in shard) == [f.feed_id for f in feeds]
    hosts = [{f.url.split("/")[2] for f in shard} for shard in shards]
    assert sum(map(len, hosts)) == len(set().union(*hosts))
    for shard, names in zip(shards, hosts, strict=True):
        assert shard
        assert len(shard) <= size or len(names) == 1


def test_a_host_is_a_host_in_any_case() -> None:
    """Capitals in an address don't split a host between shards."""
    feeds = [state(1, "https://Harbour.example/a"), state(2, "https://harbour.EXAMPLE/b")]
    assert into_shards(feeds, 1) == [tuple(feeds)]


def test_jobs_and_readings_travel(site: Site) -> None:
    """A job and every kind of reading come out of pickling as they went in."""
    good = state(1, site.publish("/good.xml", rss([item(1, "S-Comm ends.")], now=NOW)))
    known = after(state(2, good.url), read([good])[1])
    job = ShardJob((good, known, state(3, site.base + "/gone.xml")), PROGRAMS, RULES)
    assert pickle.loads(pickle.dumps(job)) == job
    readings = read_shard(pickle.loads(pickle.dumps(job)))
    assert {type(reading) for reading in readings} == {Read, Unchanged, Failed}
    assert pickle.loads(pickle.dumps(readings)) == readings


def sitemap(site: Site, *paths: str, kind: str) -> bytes:
    """A sitemap, or an index of sitemaps."""
    element = "sitemap" if kind == "sitemapindex" else "url"
    listed = "".join(f"<{element}><loc>{site.base}{path}</loc></{element}>" for path in paths)
    return f"<{kind}>{listed}</{kind}>".encode()


def test_what_a_sitemap_leads_to_is_fetched_beside_other_feeds(site: Site) -> None:
    """While its parts come slowly, another host's feed is read."""
    parts = [f"/post-sitemap-{number}.xml" for number in range(3)]
    for part in parts:
        site.publish(part, sitemap(site, f"/news{part}", kind="urlset"), delay=0.4)
    index = site.publish("/sitemap.xml", sitemap(site, *parts, kind="sitemapindex"))
    with serve_site() as other:
        feeds = (
            replace(state(1, index), kind="sitemap", only="/news/"),
            state(2, other.publish("/feed", rss([item(1)], now=NOW), delay=0.2)),
        )
        readings = read_shard(ShardJob(feeds, PROGRAMS, RULES))
    assert [_feed_of(reading) for reading in readings] == [2, 1]
    assert isinstance(readings[1], Read) and readings[1].items == 3


def test_after_the_deadline_no_part_of_a_sitemap_is_fetched(site: Site) -> None:
    """A newsroom for whose parts there is no time is postponed, not failed: they come in the next cycle."""
    parts = [f"/post-sitemap-{number}.xml" for number in range(5)]
    for part in parts:
        site.publish(part, sitemap(site, f"/news{part}", kind="urlset"), delay=1.2)
    index = site.publish("/sitemap.xml", sitemap(site, *parts, kind="sitemapindex"))
    confined("builtins:len", "")  # so that the time is not that of its start
    feed = replace(state(1, index), kind="sitemap", only="/news/")
    assert read_shard(ShardJob((feed,), PROGRAMS, RULES, utc_now())) == [Postponed(1, None)]
    assert sum(site.requests[part, 200] for part in parts) <= 1


def test_what_comes_after_the_deadline_is_read_in_the_next_cycle(site: Site) -> None:
    """An answer that had to wait until the time was up is postponed, and nothing of it is lost."""
    feed = state(1, site.publish("/feed", rss([item(1)], now=NOW), delay=1.2))
    assert read_shard(ShardJob((feed,), PROGRAMS, RULES, utc_now())) == [Postponed(1, None)]
    assert isinstance(read([feed])[1], Read)

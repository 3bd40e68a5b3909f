"""Newsrooms that could stop all others: each fails by name, or is read in part, and its neighbour is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime

import pytest

from benchmarks.parts.attacks.documents import ATTACKS, Attack, links, packed, rss
from presswatch.confined import parent
from presswatch.feeds.bounds import LONGEST_TEXT
from presswatch.pages.budget import MOST_PER_NEWSROOM
from tests.hostile.desk import Desk
from tests.hostile.documents import START, feed, names, piece, releases
from tests.hostile.newsroom import Newsroom, Reply, Request, reply

QUICK = (
    "an item of 250,000 attributes",
    "12,000 lines of Signed:",
    "4,000 lines of Signatories:",
    "a long attribute over 10,000 items",
    "a link of 1 MB",
    "S-Comm 64,000 times",
    "480,000 items",
)
"""Those that are told in a moment; ``benchmarks/attacks.py`` has all."""
REFUSED = {
    "an item of 250,000 attributes": "an element of it has more than 1,000 attributes",
    "480,000 items": "it shows more than 100,000 items",
}
WARNED = {
    "a link of 1 MB": "1 new item holds more than can be kept: what is beyond it is left out",
}


@pytest.fixture
def bounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Sets bounds of a test's own."""

    def setting(place: str, **given: float) -> None:
        change = f"import {place} as place; " + "".join(
            f"place.{name} = {value!r}; " for name, value in given.items()
        )
        monkeypatch.setattr(parent, "_START", parent._START.replace("from", change + "from", 1))

    parent._child.end()
    yield setting
    parent._child.end()


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.name in QUICK], ids=lambda one: one.name)
def test_an_attack_is_its_own_newsroom_s_trouble(newsroom: Newsroom, desk: Desk, attack: Attack) -> None:
    """It is read as far as its bounds go, or fails by name; the neighbour's release is stored and sent."""
    body = packed(attack.body())
    url = newsroom.show("/feed", reply(body, "Content-Encoding: gzip", content_type=attack.content_type))
    desk.follow(url)
    desk.cycle()
    assert desk.reason() == REFUSED.get(attack.name, "")
    assert desk.feed()["warning"] == WARNED.get(attack.name, "")
    if attack.name not in REFUSED:
        assert desk.archived() in (["An attack"], [""])


def test_a_feed_that_takes_too_long_fails_by_name(
    newsroom: Newsroom, desk: Desk, bounds: Callable[..., None]
) -> None:
    """Twice in a row; when it mends it is read, and what it shows is told."""
    bounds("presswatch.confined.child", SECONDS=0.6)
    url = newsroom.show("/feed", rss("<item><title>S-Comm " * 30_000))
    desk.follow(url)
    for failures in (1, 2):
        report = desk.cycle()
        (failure,) = report.failures
        assert (failure.publisher, failure.url) == ("Organisation A", url)
        assert failure.reason == "reading it took more than 20 seconds of a processor, and was ended"
        assert (desk.reason(), desk.feed()["failures"]) == (failure.reason, failures)
    (told,) = desk.digests()[-1]["coverage"]["failed"]
    assert (told["publisher"], told["reason"]) == ("Organisation A", failure.reason)
    newsroom.show("/feed", releases(1))
    desk.cycle()
    assert desk.announced() == ["Release 1"]


def test_a_feed_that_takes_too_much_memory_fails_by_name(
    newsroom: Newsroom, desk: Desk, bounds: Callable[..., None]
) -> None:
    """The system gives no more, and nobody else's reading suffers."""
    bounds("presswatch.confined.child", MOST_MEMORY=60_000_000)
    body = rss("".join(f"<item><title>S-Comm {n} {'x' * 9000}</title></item>" for n in range(2_000)))
    desk.follow(newsroom.show("/feed", body))
    desk.cycle()
    assert "of memory, and was ended" in desk.reason()


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("whole", [True, False])
def test_of_too_many_items_the_newest_are_read(
    newsroom: Newsroom, desk: Desk, bounds: Callable[..., None], newest_first: bool, whole: bool
) -> None:
    """Whichever end they are at, also in a feed that isn't well-formed; the feed says so."""
    bounds("presswatch.feeds.bounds", MOST_ITEMS=40)
    shown = [piece(n, date=format_datetime(START + n * timedelta(seconds=1))) for n in range(1, 101)]
    body = feed(*(shown[::-1] if newest_first else shown))
    url = newsroom.show("/feed", body if whole else body.replace(b"<channel>", b"<channel><p>"))
    desk.follow(url)
    desk.cycle()
    assert sorted(desk.archived()) == sorted(names(*range(61, 101)))
    assert desk.feed()["warning"] == "it shows 100 items; the newest 40 of them are read"
    newsroom.show("/feed", feed(*shown[-40:]))
    assert desk.cycle().recorded.new == 1
    assert (desk.feed()["warning"], len(desk.archived())) == ("", 40)


def test_what_is_too_long_is_cut(newsroom: Newsroom, desk: Desk) -> None:
    """A title, a link and a guid of megabytes: the release is told, and known again."""
    long = "x" * 1_000_000
    item = piece(
        1, title=f"Release 1 {3 * long}", guid=f"urn:{long}", link=f"https://newsroom.example/{long}"
    )
    url = newsroom.show("/feed", feed(item))
    desk.follow(url)
    desk.cycle()
    newsroom.show("/feed", feed(item, piece(2)))
    desk.cycle()
    first, second = desk.archived()
    assert first.startswith("Release 1 xxx") and len(first) == LONGEST_TEXT
    assert second == "Release 2"
    assert len(desk.announced()) == 2


def test_pages_have_a_budget(newsroom: Newsroom, desk: Desk) -> None:
    """Of a newsroom with more pages than are read in a cycle the newest are read; the rest come later."""

    def page(request: Request) -> Reply:
        text = f"The county ends S-Comm, says page {request.path}, and with it all that it stands for."
        body = f"<html><body><article><h1>Teaser {request.path[1:]}</h1><p>{text}</p></article></html>"
        return reply(body.encode(), content_type="text/html")

    count = MOST_PER_NEWSROOM + 5
    for number in range(count):
        newsroom.show(f"/{number}", page)
    newsroom.show("/robots.txt", reply(b"", content_type="text/plain"))
    url = newsroom.show("/feed", links(lambda _: newsroom.base, count))
    desk.follow(url, extra='fulltext = "always"\n')
    assert desk.cycle().pages == MOST_PER_NEWSROOM
    assert desk.cycle().pages == 5

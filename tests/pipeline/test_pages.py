"""A feed of teasers whose pages hold the mentions: found, told once, refusals reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.cycle import in_threads, load_ready, open_notifiers, run_once
from presswatch import pipeline
from presswatch.cycle import CycleReport
from presswatch.pages.matched import read_page_shard
from presswatch.watch import Watch
from storage.archive import Archive
from tests.pages.samples import LEAD, QUOTE, REST, article, pdf
from tests.support.feeds import Item, rss
from tests.support.receiver import Receiver
from tests.support.setup import write_config
from tests.support.site import Site

FETCH = 'timeout = "1s"\npage_delay = "0s"'
WatchOf = Callable[..., Watch]


@pytest.fixture
def watch_of(site: Site, hook: Receiver, tmp_path: Path) -> WatchOf:
    """A watch on the items given, told at once by webhook, with pages read where the feed is short."""

    def made(*items: Item, fulltext: str = "auto") -> Watch:
        return load_ready(
            write_config(
                tmp_path,
                [site.publish("/feed", rss(items))],
                channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
                subscriptions=[{"id": "desk", "channel": "hook"}],
                fetch=FETCH,
                fulltext=fulltext,
            )
        )

    return made


def teaser(site: Site, name: str, text: str = "The county voted on Tuesday…") -> Item:
    """An item that says little, and links to a page of the site."""
    return Item(f"News of {name}", f"<p>{text}</p>", f"urn:{name}", f"{site.base}/{name}")


def cycle_at(watch: Watch, now: datetime) -> CycleReport:
    """One cycle at a time of the test's choice."""
    with Archive(watch.archive) as archive:
        return pipeline.run_cycle(watch, archive, open_notifiers(watch), in_threads, clock=lambda: now)


def test_mentions_on_pages_are_found_and_told_once(site: Site, hook: Receiver, watch_of: WatchOf) -> None:
    """HTML and PDF are read; a slow page, a missing one and one behind robots.txt are reported by name."""
    site.publish("/robots.txt", b"User-agent: *\nDisallow: /private\n", content_type="text/plain")
    site.publish("/html", article(LEAD, QUOTE, REST), content_type="text/html; charset=utf-8")
    site.publish("/pdf", pdf(LEAD, QUOTE, REST), content_type="application/pdf")
    site.publish("/slow", article(LEAD, QUOTE, REST), content_type="text/html", delay=3)
    site.publish("/private", article(LEAD, QUOTE, REST), content_type="text/html")
    names = ("html", "pdf", "slow", "missing", "private")
    watch = watch_of(*(teaser(site, name) for name in names))
    report = run_once(watch, in_threads)
    assert (report.recorded.new, report.pages) == (5, 2)
    reasons = {failure.url.rsplit("/", 1)[1]: failure.reason for failure in report.page_failures}
    assert set(reasons) == {"slow", "missing", "private"}
    assert "within 1 seconds" in reasons["slow"]
    assert "404" in reasons["missing"]
    assert "robots.txt" in reasons["private"]
    told = [("secure-communities", "News of html"), ("secure-communities", "News of pdf")]
    assert sorted(hook.told()) == told
    assert {i["kind"] for _, p in hook.received for s in p["sections"] for i in s["items"]} == {"new"}
    again = run_once(watch, in_threads)
    assert (again.recorded.new, again.recorded.revised, again.deliveries.sent) == (0, 0, 0)
    assert sorted(hook.told()) == told


def test_a_page_that_failed_is_tried_again_and_told_then(
    site: Site, hook: Receiver, watch_of: WatchOf
) -> None:
    """The release is archived meanwhile; when its page comes, the mention is news."""
    site.publish("/late", b"busy", content_type="text/html", status=503)
    watch = watch_of(teaser(site, "late"))
    now = datetime.now(UTC)
    assert len(cycle_at(watch, now).page_failures) == 1
    site.publish("/late", article(LEAD, QUOTE, REST), content_type="text/html; charset=utf-8")
    assert cycle_at(watch, now + timedelta(minutes=5)).pages == 0, "not before its time"
    assert cycle_at(watch, now + timedelta(minutes=20)).pages == 1
    assert hook.told() == [("secure-communities", "News of late")]
    assert cycle_at(watch, now + timedelta(hours=9)).deliveries.sent == 0


def test_a_mention_in_the_teaser_is_not_lost_by_the_page(
    site: Site, hook: Receiver, watch_of: WatchOf
) -> None:
    """Where the page's text lacks what the feed said, both are kept; it is told once, with both programs."""
    site.publish("/both", article(QUOTE, LEAD, REST), content_type="text/html; charset=utf-8")
    watch = watch_of(teaser(site, "both", "A 287(g) agreement ends…"))
    run_once(watch, in_threads)
    assert sorted(hook.told()) == [("287g", "News of both"), ("secure-communities", "News of both")]
    with Archive(watch.archive, read_only=True) as archive:
        release = next(archive.database.table("releases").rows)
        assert (release["revision"], release["text_from"]) == (2, "page")
        for row in archive.database.query("SELECT * FROM mentions WHERE revision = 2 AND field = 'text'"):
            start, end, at = row["start_offset"], row["end_offset"], row["snippet_offset"]
            assert release["text"][start:end] in ("287(g)", "S-Comm")
            assert release["text"][at : at + len(row["snippet"])] == row["snippet"]


def test_an_edited_teaser_has_its_page_read_again(site: Site, hook: Receiver, watch_of: WatchOf) -> None:
    """What the page said stays until then; what the new page adds is told as an update."""
    site.publish("/page", article(LEAD, QUOTE, REST), content_type="text/html; charset=utf-8")
    watch = watch_of(teaser(site, "page"))
    run_once(watch, in_threads)
    added = "The commission also ended its 287(g) agreement, which nobody had used since the spring."
    site.publish("/page", article(LEAD, QUOTE, added, REST), content_type="text/html; charset=utf-8")
    site.publish("/feed", rss([teaser(site, "page", "The county voted on Wednesday, not on Tuesday…")]))
    run_once(watch, in_threads)
    assert sorted(hook.told()) == [("287g", "News of page"), ("secure-communities", "News of page")]
    last = hook.received[-1][1]["sections"]
    assert [(s["program"], s["items"][0]["kind"]) for s in last] == [("287g", "updated")]


def test_pages_are_left_alone_where_that_is_configured(site: Site, hook: Receiver, watch_of: WatchOf) -> None:
    """fulltext = "never" asks for none; "always" asks although the feed's text is long."""
    site.publish("/page", article(LEAD, QUOTE, REST), content_type="text/html; charset=utf-8")
    long = teaser(site, "page", "Nothing of note was said at the meeting. " * 40)
    run_once(watch_of(long, fulltext="never"), in_threads)
    assert site.requests["/page", 200] == 0
    watch = watch_of(teaser(site, "page", "Something of note was said. " * 50), fulltext="always")
    run_once(watch, in_threads)
    assert site.requests["/page", 200] == 1


def test_old_releases_of_a_first_read_are_not_announced_by_their_pages(
    site: Site, hook: Receiver, watch_of: WatchOf
) -> None:
    """What was archived without telling anyone stays so when its page is read."""
    site.publish("/old", article(LEAD, QUOTE, REST), content_type="text/html; charset=utf-8")
    old = Item("Old news", "<p>Short…</p>", "urn:old", f"{site.base}/old", age=timedelta(days=30))
    report = run_once(watch_of(old), in_threads)
    assert (report.pages, report.deliveries.sent) == (1, 0)
    assert report.recorded.mentions > 0


def test_a_subscription_can_leave_out_boilerplate(site: Site, hook: Receiver, tmp_path: Path) -> None:
    """A release that names the program only in "About us" is told to those who want that too."""
    body = f"<p>{REST}</p><p># # #</p><p>About the Clinic</p><p>The Clinic was founded to end S-Comm.</p>"
    feed = site.publish("/feed", rss([Item("On fees", body, "urn:1", "https://clinic.example/1")]))
    watch = load_ready(
        write_config(
            tmp_path,
            [feed],
            channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
            subscriptions=[
                {"id": "all", "channel": "hook"},
                {"id": "strict", "channel": "hook", "leave_out": ["boilerplate", "signatories"]},
            ],
        )
    )
    assert run_once(watch, in_threads).deliveries.sent == 1
    assert [payload["subscription"] for _, payload in hook.received] == ["all"]
    passage = hook.received[0][1]["sections"][0]["items"][0]["passages"][0]
    assert passage["why"].endswith("in what the publisher says of itself")
    with Archive(watch.archive, read_only=True) as archive:
        assert next(archive.database.table("mentions").rows)["part"] == "boilerplate"


def test_what_is_owed_is_sent_before_pages_and_after(site: Site, hook: Receiver, watch_of: WatchOf) -> None:
    """A mention in a feed waits for no page but its own, however slow; what pages add is sent in the same
    cycle, in one digest with what their feed says of them.
    """
    site.publish("/one", article(LEAD, QUOTE, REST), content_type="text/html; charset=utf-8")
    whole = f"<p>The county keeps its 287(g) agreement.</p><p>{'It says so at length. ' * 60}</p>"
    two = Item("News of two", whole, "urn:two", site.base)  # no page of its own to compare it with
    told: list[list[tuple[str, str]]] = []

    def map_shards(read: Callable[..., Any], jobs: Sequence[Any]) -> Iterable[Any]:
        if read is read_page_shard:
            told.append(sorted(hook.told()))
        return in_threads(read, jobs)

    def cycle(watch: Watch) -> CycleReport:
        with Archive(watch.archive) as archive:
            notifiers = open_notifiers(watch)
            return pipeline.run_cycle(
                watch, archive, notifiers, map_shards, clock=lambda: datetime.now(UTC).replace(microsecond=0)
            )

    report = cycle(watch_of(teaser(site, "one"), two))
    assert told == [[("287g", "News of two")]]
    assert sorted(hook.told()) == [("287g", "News of two"), ("secure-communities", "News of one")]
    assert (report.deliveries.sent, report.deliveries.pending) == (2, 0)
    site.publish("/three", article(LEAD, QUOTE, REST), content_type="text/html; charset=utf-8")
    cycle(watch_of(teaser(site, "three", "The county keeps its 287(g) agreement, too…")))
    assert told[1] == [("287g", "News of two"), ("secure-communities", "News of one")], "for its page"
    assert ("287g", "News of three") in hook.told()

"""The feed's own older pages: linked to, or asked of WordPress."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug import Response

from presswatch.recovery.outcome import Found
from presswatch.recovery.values import Gap
from tests.recovery.office import Office, down, numbers_of, published

Find = Callable[..., Found]


@pytest.mark.parametrize("rel", ["next", "prev-archive"])
@pytest.mark.parametrize("dated", [True, False])
def test_links_to_older_documents_are_followed(office: Office, find: Find, rel: str, dated: bool) -> None:
    """RFC 5005's links are followed until a known release stands there, with dates or without."""
    office.answers["/feed.xml"] = office.rss(down(20, 16), older="/old/1", rel=rel, dated=dated)
    office.answers["/old/1"] = office.rss(down(15, 11), older="/old/2", rel=rel, dated=dated)
    office.answers["/old/2"] = office.rss(down(10, 6), older="/old/3", rel=rel, dated=dated)
    found = find(office.gap(down(8, 1), down(20, 16), dated=dated))
    assert numbers_of(found.entries) == down(15, 9)
    assert found.closed
    assert found.how == "recovered by RFC 5005 links: 7 releases"
    assert office.asked == ["/feed.xml", "/old/1", "/old/2"]


@pytest.mark.parametrize(
    "teaser", ["In other words, the matter is another one, of which nothing was said.", "Few words."]
)
def test_numbers_that_were_given_again_are_no_known_ground(office: Office, find: Find, teaser: str) -> None:
    """The look back doesn't stop at an address of old under which another release stands now."""
    moved = office.rss(down(12, 9)).get_data(as_text=True)
    moved = moved.replace(f"{office.base}/?p=", "node ")
    for number in (10, 9):
        moved = moved.replace(f"<title>Statement {number}</title>", f"<title>The ferry {number}</title>")
        moved = moved.replace(f"What the office says about matter {number}.", teaser)
    office.answers["/feed.xml"] = office.rss(down(20, 13), older="/old/1")
    office.answers["/old/1"] = Response(moved, mimetype="application/rss+xml")
    gap = office.gap(down(10, 1), down(20, 13))
    again = tuple(
        replace(one, published=one.published and one.published - timedelta(days=9)) for one in gap.known
    )
    found = find(replace(gap, known=again))
    assert "Statement 12" in {entry.title for entry in found.entries}
    assert {"The ferry 10", "The ferry 9"} <= {entry.title for entry in found.entries}


def test_a_json_feed_s_next_page_is_read(office: Office, find: Find) -> None:
    """JSON Feed calls it next_url."""

    def feed(numbers: list[int], older: str) -> Response:
        items = [
            {
                "id": f"{office.base}/?p={number}",
                "url": office.link(number),
                "title": f"Statement {number}",
                "content_text": "Words.",
                "date_published": published(number).isoformat(),
            }
            for number in numbers
        ]
        text = json.dumps({"version": "https://jsonfeed.org/version/1.1", "next_url": older, "items": items})
        return Response(text, mimetype="application/feed+json")

    office.answers["/feed.xml"] = feed(down(20, 16), "/feed.xml/2")
    office.answers["/feed.xml/2"] = feed(down(15, 1), "")
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert (numbers_of(found.entries), found.closed) == (down(15, 9), True)


def test_an_archive_in_the_order_of_time_is_read(office: Office, find: Find) -> None:
    """An archived document may list the oldest first; nothing in it is taken for older than it is."""
    office.answers["/feed.xml"] = office.rss(down(20, 16), older="/2026-11", rel="prev-archive")
    office.answers["/2026-11"] = office.rss(range(6, 16), older="/2026-10", rel="prev-archive")
    office.answers["/2026-10"] = office.rss(range(1, 6))
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert sorted(numbers_of(found.entries)) == list(range(9, 16))
    assert found.closed


def test_a_feed_that_reaches_back_by_now_is_enough(office: Office, find: Find) -> None:
    """The feed may show more by now; then it says itself what was missed."""
    office.answers["/feed.xml"] = office.rss(down(20, 7))
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert numbers_of(found.entries) == down(15, 9)
    assert found.how == "recovered by the feed itself: 7 releases"
    assert office.asked == ["/feed.xml"]


def test_nothing_may_have_rolled_past(office: Office, find: Find) -> None:
    """Where known ground follows at once, the gap is closed with nothing in it."""
    office.answers["/feed.xml"] = office.rss(down(20, 16), older="/old")
    office.answers["/old"] = office.rss(down(15, 6))
    found = find(office.gap(down(15, 1), down(20, 16)))
    assert (found.entries, found.closed, found.how) == ((), True, "nothing is missing, by RFC 5005 links")


def test_a_pinned_release_is_no_known_ground(office: Office, find: Find) -> None:
    """An old release above the new ones says nothing of what lies between."""
    office.answers["/feed.xml"] = office.rss([3, *down(20, 16)], older="/old")
    office.answers["/old"] = office.rss([3, *down(15, 6)])
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert (numbers_of(found.entries), found.closed) == (down(15, 9), True)


def test_dates_are_known_ground_too(office: Office, find: Find) -> None:
    """Where the releases are not known again, a page that is all older than a day before is enough."""
    office.answers["/feed.xml"] = office.rss(down(120, 116), older="/old")
    office.answers["/old"] = office.rss(down(115, 98), older="/older")
    office.answers["/older"] = office.rss(down(60, 50), older="/oldest")
    gap = office.gap([900], down(120, 116))
    found = find(_seen(gap, 100))
    assert numbers_of(found.entries) == down(115, 98)
    assert found.closed
    assert "/oldest" not in office.asked


def test_old_releases_are_left_alone_without_known_ground(office: Office, find: Find) -> None:
    """What was published well before we last looked was not missed in this gap, whatever is known."""
    office.answers["/feed.xml"] = office.rss(down(120, 116), older="/old")
    office.answers["/old"] = office.rss([115, 114, *down(60, 50)])
    found = find(_seen(office.gap([900], down(120, 116)), 100))
    assert numbers_of(found.entries) == [115, 114]
    assert not found.closed
    assert found.how.startswith(
        "recovered in part by RFC 5005 links: 2 releases; RFC 5005 links: they end too"
    )


def _seen(gap: Gap, number: int) -> Gap:
    """The gap, after a reading at the time of that release."""
    return replace(gap, seen_before=published(number) + timedelta(minutes=5))


def test_undated_releases_are_not_believed_without_known_ground(office: Office, find: Find) -> None:
    """A rebuilt site whose old releases look new must not flood the reader."""
    office.answers["/feed.xml"] = office.rss(down(20, 16), older="/old", dated=False)
    office.answers["/old"] = office.rss(down(15, 1), dated=False)
    found = find(office.gap([900], down(20, 16), dated=False))
    assert (found.entries, found.closed) == ((), False)


def test_a_circle_of_links_is_noticed(office: Office, find: Find) -> None:
    """Links that lead back end the search at once."""
    office.answers["/feed.xml"] = office.rss(down(20, 16), older="/old")
    office.answers["/old"] = office.rss(down(15, 11), older="/feed.xml")
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert numbers_of(found.entries) == down(15, 11)
    assert not found.closed
    assert "they lead in a circle" in found.how


def test_pages_that_repeat_themselves_are_noticed(office: Office, find: Find) -> None:
    """So do links with a number that rises without end."""
    for number in range(1, 12):
        office.answers[f"/feed.xml?page={number}"] = office.rss(
            down(20, 16), older=f"/feed.xml?page={number + 1}"
        )
    found = find(office.gap(down(8, 1), down(20, 16), path="/feed.xml?page=1"))
    assert not found.closed
    assert "RFC 5005 links: the pages repeat themselves" in found.how
    assert "/feed.xml?page=3" not in office.asked


@pytest.mark.parametrize(
    "host", ["http://127.0.0.1:9/old", "http://169.254.169.254/old", "ftp://localhost/old"]
)
def test_links_to_other_sites_are_not_followed(office: Office, find: Find, host: str) -> None:
    """A feed can't send us elsewhere."""
    office.answers["/feed.xml"] = office.rss(down(20, 16), older=host)
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert (found.closed, found.retriable) == (False, False)
    assert "RFC 5005 links: it leads to another site" in found.how


def test_redirects_to_other_sites_are_not_followed(office: Office, find: Find) -> None:
    """Nor can a redirect."""
    office.answers["/feed.xml"] = office.rss(down(20, 16), older="/old")
    elsewhere = office.base.replace("localhost", "127.0.0.1")
    office.answers["/old"] = Response(status=302, headers={"Location": f"{elsewhere}/older"})
    office.answers["/older"] = office.rss(down(15, 1))
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert found.entries == ()
    assert "it leads to another site" in found.how


def test_wordpress_pages_are_read(office: Office, find: Find) -> None:
    """WordPress gives a feed's further pages to who asks."""
    office.answers["/feed/"] = office.paged(down(20, 16), down(15, 11), down(10, 6))
    found = find(office.gap(down(8, 1), down(20, 16), path="/feed/"))
    assert (numbers_of(found.entries), found.closed) == (down(15, 9), True)
    assert found.how == "recovered by WordPress pages: 7 releases"
    assert office.asked == ["/feed/", "/feed/?paged=2", "/feed/?paged=3"]


def test_other_parameters_stay(office: Office, find: Find) -> None:
    """The feed's own query stays as it is."""
    for page, numbers in enumerate([down(20, 16), down(15, 6)], 1):
        paged = f"&paged={page}" if page > 1 else ""
        office.answers[f"/?feed=rss2&cat=3{paged}"] = office.rss(numbers)
    found = find(office.gap(down(8, 1), down(20, 16), path="/?feed=rss2&cat=3"))
    assert (numbers_of(found.entries), found.closed) == (down(15, 9), True)


def test_a_site_that_does_not_know_paged_is_noticed(office: Office, find: Find) -> None:
    """The same page again is no second page."""
    office.answers["/feed.xml"] = office.rss(down(20, 16))
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert (found.entries, found.closed, found.retriable) == ((), False, False)
    assert found.how.startswith("the site keeps no older pages that we can reach: ")
    assert "WordPress pages: ?paged= is not known there" in found.how
    assert [path for path in office.asked if "paged" in path] == ["/feed.xml?paged=2"]


def test_a_404_ends_the_pages(office: Office, find: Find) -> None:
    """The pages may end before known ground; then what they held is kept, and the gap stays open."""
    office.answers["/feed.xml"] = office.paged(down(20, 16), down(15, 11))
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert (numbers_of(found.entries), found.closed, found.retriable) == (down(15, 11), False, False)
    assert "WordPress pages: they end too soon" in found.how


def test_a_web_page_for_a_second_page_is_none(office: Office, find: Find) -> None:
    """A page for people ends the search, and is no reason to try again."""
    office.answers["/feed.xml"] = office.rss(down(20, 16))
    office.answers["/feed.xml?paged=2"] = Response("<!doctype html><title>Oh</title>", mimetype="text/html")
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert (found.entries, found.closed, found.retriable) == ((), False, False)
    assert "WordPress pages: a web page came instead of a feed" in found.how


@pytest.mark.parametrize(
    ("status", "retriable"), [(500, True), (503, True), (429, True), (403, False), (410, False)]
)
def test_trouble_is_told_from_refusal(office: Office, find: Find, status: int, retriable: bool) -> None:
    """A server in trouble is asked again later; one that refuses isn't."""
    office.answers["/feed.xml"] = office.rss(down(20, 16))
    office.answers["/feed.xml?paged=2"] = Response(status=status)
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert (found.closed, found.retriable) == (False, retriable)


def test_a_feed_that_cannot_be_read_is_tried_again(office: Office, find: Find) -> None:
    """Without the feed nothing can be said."""
    found = find(office.gap(down(8, 1), down(20, 16)))
    assert (found.entries, found.closed, found.retriable) == ((), False, True)
    assert found.how == "what the site keeps could not be read: the feed: HTTP 404 NOT FOUND"


def test_the_archive_s_own_entries_are_dropped(office: Office, find: Find) -> None:
    """What came since, on a later reading, is neither missing nor known ground."""
    office.answers["/feed.xml"] = office.rss(down(25, 21), older="/old")
    office.answers["/old"] = office.rss(down(20, 6))
    found = find(office.gap(down(8, 1), down(25, 16)))
    assert (numbers_of(found.entries), found.closed) == (down(15, 9), True)

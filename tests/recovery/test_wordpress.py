"""WordPress's own list of posts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from werkzeug import Request, Response

from presswatch.recovery.outcome import Found
from tests.recovery.office import Office, down, numbers_of

Find = Callable[..., Found]
POSTS = "/wp-json/wp/v2/posts"
GENERATOR = "<generator>https://wordpress.org/?v=6.9</generator>"


def wordpress(office: Office, numbers: Sequence[int], *, shown: Sequence[int], path: str = "/feed/") -> None:
    """A WordPress whose feed has one page only, with these posts."""
    office.answers[path] = office.paged(shown, head=GENERATOR)
    office.answers[POSTS] = office.posts(numbers)


def test_posts_are_listed_with_their_texts(office: Office, find: Find) -> None:
    """The list gives what the feed would have given: guid, link, title, date and text."""
    wordpress(office, down(60, 1), shown=down(60, 56))
    found = find(office.gap(down(48, 1), down(60, 56), path="/feed/"))
    assert (numbers_of(found.entries), found.closed) == (down(55, 49), True)
    assert found.how == "recovered by WordPress's list of posts: 7 releases"
    entry = found.entries[0]
    assert (entry.title, entry.text) == ("Statement 55", "What the office says about matter 55.")
    assert entry.guid == f"{office.base}/?p=55"
    assert entry.published is not None
    assert found.listed == frozenset()


def test_many_posts_come_in_pages(office: Office, find: Find) -> None:
    """More than a hundred are asked for page by page."""
    wordpress(office, down(260, 1), shown=down(260, 256))
    found = find(office.gap(down(60, 1), down(260, 256), path="/feed/"))
    assert (numbers_of(found.entries), found.closed) == (down(255, 61), True)
    assert sum(path.startswith(POSTS) for path in office.asked) == 3


def test_a_full_last_page_is_the_last(office: Office, find: Find) -> None:
    """WordPress says 400 after the last page."""
    office.answers["/feed/"] = office.paged(down(160, 156), head=GENERATOR)
    office.answers[POSTS] = office.posts(down(160, 61))
    found = find(office.gap(down(70, 61), down(160, 156), path="/feed/"))
    assert (numbers_of(found.entries), found.closed) == (down(155, 71), True)


def test_too_many_posts_leave_the_gap_open(office: Office, find: Find) -> None:
    """At most 300 are taken; what is beyond is said to be missing."""
    wordpress(office, down(900, 1), shown=down(900, 896))
    found = find(office.gap(down(60, 1), down(900, 896), path="/feed/"))
    assert (found.closed, found.retriable) == (False, False)
    assert len(found.entries) == 295
    assert "there are more than 300 releases" in found.how


def test_wordpress_in_a_folder_is_found(office: Office, find: Find) -> None:
    """Where there is none at the top, it is looked for where the feed is."""
    office.answers["/blog/feed/"] = office.paged(down(60, 56))
    office.answers["/blog" + POSTS] = office.posts(down(60, 1))
    found = find(office.gap(down(48, 1), down(60, 56), path="/blog/feed/"))
    assert (numbers_of(found.entries), found.closed) == (down(55, 49), True)


def test_posts_that_are_not_the_feed_s_are_left_alone(office: Office, find: Find) -> None:
    """A feed of one category is not filled up with what else the site says."""
    office.answers["/category/press/feed/"] = office.paged([60, 50, 40])
    office.answers[POSTS] = office.posts(down(60, 1))
    found = find(office.gap([20, 10], [60, 50, 40], path="/category/press/feed/"))
    assert (found.entries, found.closed) == ((), False)
    assert "WordPress's list of posts: it is not of the releases in the feed" in found.how


def test_posts_of_another_kind_are_left_alone(office: Office, find: Find) -> None:
    """A list that holds nothing of the feed is another list."""
    wordpress(office, [55, 54, 53], shown=down(60, 56))
    found = find(office.gap(down(48, 1), down(60, 56), path="/feed/"))
    assert (found.entries, found.closed) == ((), False)


def test_only_wordpress_is_asked(office: Office, find: Find) -> None:
    """Other sites have no such list, and aren't bothered."""
    office.answers["/feed.xml"] = office.rss(down(60, 56))
    find(office.gap(down(48, 1), down(60, 56)))
    assert not any(path.startswith("/wp-json") for path in office.asked)


def test_robots_txt_is_honoured(office: Office, find: Find) -> None:
    """A site that excludes robots from its list isn't asked for it."""
    wordpress(office, down(60, 1), shown=down(60, 56))
    office.answers["/robots.txt"] = Response("User-agent: *\nDisallow: /wp-json/\n", mimetype="text/plain")
    found = find(office.gap(down(48, 1), down(60, 56), path="/feed/"))
    assert (found.entries, found.closed, found.retriable) == ((), False, False)
    assert "robots.txt does not let Presswatch read it" in found.how
    assert not any(path.startswith("/wp-json") for path in office.asked)


HOSTILE = [
    b"",
    b"<html>",
    b"[" * 100_000,
    b"{}",
    b'{"code": "rest_no_route"}',
    b"null",
    b"[null, 1, [], {}]",
    b'[{"link": 5}]',
    b'[{"link": "http://[", "guid": 7, "title": {"rendered": []}, "date_gmt": 12}]',
    b'[{"link": "/a", "guid": {"rendered": "x"}, "title": "t", "content": {"rendered": 9}, "date_gmt": ""}]',
    b'[{"link": "' + b"a" * 100_000 + b'", "date_gmt": "9999-12-31T23:59:59-23:59"}]',
    b'[{"link": "\\ud800", "title": {"rendered": "\\ud800"}, "date_gmt": "2026-11-22T00:00:00"}]',
    b'[{"id": ' + b"9" * 10_000 + b"}]",
    "[]".encode("utf-16"),
]


@pytest.mark.parametrize("body", HOSTILE, ids=[str(number) for number in range(len(HOSTILE))])
def test_whatever_comes_is_no_list_of_releases(office: Office, find: Find, body: bytes) -> None:
    """Broken and hostile answers lead to an open gap, and to nothing else."""
    wordpress(office, [], shown=down(60, 56))
    office.answers[POSTS] = Response(body, mimetype="application/json")
    found = find(office.gap(down(48, 1), down(60, 56), path="/feed/"))
    assert (found.entries, found.closed, found.retriable) == ((), False, False)
    assert "unexpected" not in found.how
    assert found.how.isprintable()


def test_a_list_that_is_down_is_asked_again(office: Office, find: Find) -> None:
    """A server in trouble may have the list later."""

    def down_for_now(request: Request) -> Response:
        return Response(status=502)

    wordpress(office, [], shown=down(60, 56))
    office.answers[POSTS] = down_for_now
    found = find(office.gap(down(48, 1), down(60, 56), path="/feed/"))
    assert (found.closed, found.retriable) == (False, True)
    assert found.how.startswith("what the site keeps could not be read: ")

"""The local server behaves as newsrooms' servers do."""

from datetime import datetime

import pytest
import requests

from cli.demo.newsroom import Newsroom
from cli.demo.server import NewsroomServer

STAGE_TWO_CHANGES = {"lantern-bay", "copper-finch", "marigold-row", "seven-lamps", "plumb-line"}


def get(url: str, **headers: str) -> requests.Response:
    """One request, on a connection that is closed afterwards."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, headers=headers, timeout=10)


def working(newsroom: Newsroom) -> list[str]:
    return [organisation.slug for organisation in newsroom.organisations if not organisation.broken]


def test_feeds_are_served_as_rendered(server: NewsroomServer, newsroom: Newsroom, now: datetime) -> None:
    """Every feed that works answers 200 with its bytes, its type and both validators."""
    for slug in working(newsroom):
        answer = get(server.feed_url(slug))
        assert answer.status_code == 200
        assert answer.content == newsroom.organisation(slug).feed(1, now)
        assert answer.headers["Content-Type"] in {"application/rss+xml", "application/atom+xml"}
        assert answer.headers["ETag"].startswith('"')
        assert answer.headers["Last-Modified"].endswith(" GMT")


@pytest.mark.parametrize("header", ["{}", "W/{}", '"other", {}', "*"])
def test_a_known_etag_gets_304(server: NewsroomServer, header: str) -> None:
    """If-None-Match with the ETag in any of its forms is answered with 304, no body and the validators."""
    url = server.feed_url("lantern-bay")
    etag = get(url).headers["ETag"]
    answer = get(url, **{"If-None-Match": header.format(etag)})
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)


def test_publishing_more_changes_the_feeds_that_have_more(server: NewsroomServer, newsroom: Newsroom) -> None:
    """After publish_more, an old ETag gets the longer feed, or 304 where nothing came out."""
    before = {slug: get(server.feed_url(slug)) for slug in working(newsroom)}
    server.publish_more()
    after = {
        slug: get(server.feed_url(slug), **{"If-None-Match": answer.headers["ETag"]})
        for slug, answer in before.items()
    }
    assert {slug for slug, answer in after.items() if answer.status_code == 200} == STAGE_TWO_CHANGES
    assert all(len(after[slug].content) > len(before[slug].content) for slug in STAGE_TWO_CHANGES)
    assert after["tres-garzas"].status_code == 304


def test_the_broken_feed_answers_503(server: NewsroomServer, newsroom: Newsroom) -> None:
    """One organisation's feed is down, before and after more is published."""
    (broken,) = [organisation.slug for organisation in newsroom.organisations if organisation.broken]
    assert get(server.feed_url(broken)).status_code == 503
    server.publish_more()
    assert get(server.feed_url(broken)).status_code == 503


@pytest.mark.parametrize("path", ["/", "/lantern-bay/", "/nobody/feed.xml"])
def test_anything_else_is_not_found(server: NewsroomServer, path: str) -> None:
    """There is nothing but feeds."""
    root = server.feed_url("lantern-bay").removesuffix("/lantern-bay/feed.xml")
    assert get(root + path).status_code == 404


def test_the_server_is_quiet(server: NewsroomServer, capfd: pytest.CaptureFixture[str]) -> None:
    """No request leaves a line on standard output or error."""
    get(server.feed_url("lantern-bay"))
    get(server.feed_url("nobody"))
    assert capfd.readouterr() == ("", "")

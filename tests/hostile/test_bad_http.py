"""Servers that answer what they should not: refused with a reason, and forgotten once they mend."""

from __future__ import annotations

import gzip
import zlib

import pytest

from tests.hostile.desk import DAY, Desk
from tests.hostile.documents import feed, names, piece, releases
from tests.hostile.newsroom import Answer, Newsroom, Reply, Request, head, lead, refuse, reply

GOOD = releases(2, 1)
WALL = b"<!DOCTYPE html><html><title>Just a moment...</title><p>Verifying you are human.</html>"


def packed(coding: str, body: bytes) -> Reply:
    """An answer that says how it is packed."""
    return reply(body, f"Content-Encoding: {coding}")


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> Reply:
    """An answer in chunks."""
    start = head("200 OK", "Content-Type: application/rss+xml", "Transfer-Encoding: chunked")
    return Reply((start, *(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks), end))


def bomb(layers: int) -> bytes:
    """A hundred megabytes of white space, packed so many times over."""
    body = b" " * 100_000_000
    for _ in range(layers):
        body = gzip.compress(body)
    return body


USED: dict[str, Answer] = {
    "gzip": packed("gzip", gzip.compress(GOOD)),
    "gzip, twice": packed("gzip, gzip", gzip.compress(gzip.compress(GOOD))),
    "gzip with something after it": packed("gzip", gzip.compress(GOOD) + b"\0" * 40),
    "deflate": packed("deflate", zlib.compress(GOOD)),
    "deflate without its frame": packed("deflate", zlib.compress(GOOD)[2:-4]),
    "a coding that is none": packed("utf-8", GOOD),
    "a body without a length": Reply((head("200 OK", "Content-Type: text/xml") + GOOD,)),
    "chunks of a byte": chunked(*(GOOD[n : n + 1] for n in range(len(GOOD)))),
    "more than its length says": reply(GOOD, "X-After: body"),
    "a status without words": Reply((head("200", f"Content-Length: {len(GOOD)}") + GOOD,)),
    "headers that are not ASCII": reply(GOOD, "X-Name: Liberaci\xf3n", 'ETag: "\xe9"'),
    "validators with a line's end": reply(GOOD, "ETag:  \t ", "Last-Modified: yesterday"),
}


@pytest.mark.parametrize("answer", USED.values(), ids=USED)
def test_an_odd_answer_is_used(desk: Desk, newsroom: Newsroom, answer: Answer) -> None:
    """What can be understood is; it is read once, and asked for again without trouble."""
    desk.follow(newsroom.show("/feed", answer))
    desk.cycle()
    assert (desk.reason(), sorted(desk.archived())) == ("", names(1, 2))
    assert sorted(desk.announced()) == names(1, 2)
    assert desk.cycle().unchanged == 1
    assert sorted(desk.announced()) == names(1, 2)


BROKE_OFF = "the answer broke off"
NOT_GZIP = "the answer cannot be decompressed: it is not gzip, as the server says"
TOO_LARGE = "the answer is larger than 2 MB"
REFUSED: dict[str, tuple[Answer, str]] = {
    "a body that ends before its length": (
        Reply((head("200 OK", f"Content-Length: {len(GOOD) + 1}") + GOOD,)),
        BROKE_OFF,
    ),
    "chunks without an end": (chunked(GOOD, end=b""), BROKE_OFF),
    "a chunk that is cut": (chunked(end=b"ffff\r\n" + GOOD), BROKE_OFF),
    "gzip that is cut": (packed("gzip", gzip.compress(GOOD)[:-9]), BROKE_OFF),
    "gzip that is none": (packed("gzip", GOOD), NOT_GZIP),
    "deflate that is none": (packed("deflate", GOOD), NOT_GZIP.replace("gzip", "deflate")),
    "a coding that was not asked for": (
        packed("br", GOOD),
        "the answer cannot be decompressed: it came as br, which was not asked for",
    ),
    "a bomb": (packed("gzip", bomb(1)), TOO_LARGE),
    "a bomb in a bomb": (packed("gzip, gzip", bomb(2)), TOO_LARGE),
    "five codings": (
        packed("gzip," * 4 + "gzip", GOOD),
        "the answer cannot be decompressed: it is packed 5 times over",
    ),
    "a length that is too large": (Reply((head("200 OK", "Content-Length: 999999999999"),)), TOO_LARGE),
    "two lengths": (
        Reply((b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\n<rss>",)),
        "the answer's head makes no sense: Content-Length contained multiple unmatching values (3, 5)",
    ),
    "a thousand headers": (
        Reply((head("200 OK", *(f"X-{n}: y" for n in range(1_000))) + GOOD,)),
        "the answer's head is too large: more than 100 fields",
    ),
    "a header without end": (
        Reply((b"HTTP/1.1 200 OK\r\nX: ",), again=b"y" * 65_536),
        "the answer's head is too large: a line of more than 65,536 bytes",
    ),
    "not HTTP": (Reply((b"SSH-2.0-OpenSSH_9.6\r\n",)), "the answer is not HTTP: SSH-2.0-OpenSSH_9.6"),
    "a page of a bot wall": (
        refuse("403 Forbidden", body=WALL),
        "a bot wall answered instead of the feed (HTTP 403)",
    ),
    "a wall that names itself in a header": (
        refuse("202 Accepted", "sg-captcha: challenge"),
        "a bot wall answered instead of the feed (HTTP 202)",
    ),
    "a plain refusal": (refuse("403 Forbidden", body=b"No."), "HTTP 403 Forbidden"),
    "an error": (refuse("500 Internal Server Error", body=GOOD), "HTTP 500 Internal Server Error"),
    "a status that there is not": (refuse("799 Nobody\x1b[31m"), "HTTP 799 Nobody [31m"),
    "no content": (refuse("204 No Content"), "HTTP 204 No Content"),
    "a part of the content": (reply(GOOD, status="206 Partial Content"), "HTTP 206 Partial Content"),
    "a redirect to nowhere": (
        refuse("302 Found"),
        "HTTP 302 Found, without saying where to",
    ),
    "a redirect to a file": (
        lead("file:///etc/passwd"),
        "redirected to something that is not http or https",
    ),
    "a redirect to data": (
        lead("data:text/xml,<rss/>"),
        "redirected to something that is not http or https",
    ),
    "a redirect to itself": (lead("/feed"), "more than 5 redirects"),
    "a redirect to no address": (lead("http://[::1"), "the address is not valid"),
}


@pytest.mark.parametrize(("answer", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_bad_answer_is_refused(desk: Desk, newsroom: Newsroom, answer: Answer, reason: str) -> None:
    """Nothing of it is archived or announced, the report and the archive say why, and what comes when the
    server has mended is news, once.
    """
    desk.follow(newsroom.show("/feed", releases(1)), fetch="max_size_mb = 2\n")
    desk.cycle()
    newsroom.show("/feed", answer)
    report = desk.cycle()
    assert [failure.reason for failure in report.failures] == [reason]
    assert (desk.reason(), desk.archived(), desk.announced()) == (reason, names(1), names(1))
    newsroom.show("/feed", GOOD)
    desk.cycle()
    assert (desk.reason(), desk.archived(), desk.announced()) == ("", names(1, 2), names(1, 2))
    assert (desk.gaps(), desk.turned()) == ([], [])


def test_a_hundred_redirects_are_not_followed(desk: Desk, newsroom: Newsroom) -> None:
    """Five are."""
    for number in range(100):
        newsroom.show(f"/{number}", lead(f"/{number + 1}"))
    newsroom.show("/100", GOOD)
    desk.follow(newsroom.base + "/0")
    desk.cycle()
    assert (desk.reason(), len(newsroom.asked)) == ("more than 5 redirects", 6)


# Validators


def tagged(body: bytes, tag: str = '"1"') -> Answer:
    """A server that answers 304 to whoever knows the tag."""

    def answer(request: Request) -> Reply:
        if request.headers.get("if-none-match") == tag:
            return Reply((head("304 Not Modified", f"ETag: {tag}"),))
        return reply(body, f"ETag: {tag}")

    return answer


@pytest.mark.parametrize("field", ['ETag: "1"', "Last-Modified: Wed, 25 Nov 2026 00:00:00 GMT"])
def test_a_validator_that_never_changes_freezes_a_feed_for_a_day_at_most(
    desk: Desk, newsroom: Newsroom, field: str
) -> None:
    """The server says 304 to whoever asks conditionally, whatever there is; once a day nobody does."""

    def answer(request: Request) -> Reply:
        if request.conditional:
            return Reply((head("304 Not Modified", field),))
        return reply(releases(*shown), field)

    shown = [1]
    desk.follow(newsroom.show("/feed", answer))
    desk.cycle()
    shown = [2, 1]
    for _ in range(23):
        assert desk.cycle().unchanged == 1
    assert desk.announced() == names(1)
    desk.cycle()
    assert desk.archived() == desk.announced() == names(1, 2)
    assert sum(not request.conditional for request in newsroom.asked) == 2


def test_a_304_that_nobody_asked_for_is_an_error(desk: Desk, newsroom: Newsroom) -> None:
    """It isn't taken for "nothing new"."""
    desk.follow(newsroom.show("/feed", Reply((head("304 Not Modified"),))))
    desk.cycle()
    assert desk.reason() == "HTTP 304 Not Modified, though nothing was asked that could be answered so"
    newsroom.show("/feed", GOOD)
    desk.cycle()
    assert sorted(desk.announced()) == names(1, 2)


def test_after_a_failure_validators_are_not_trusted(desk: Desk, newsroom: Newsroom) -> None:
    """The tag of before a failure isn't sent after it, since the server could freeze what came meanwhile."""
    desk.follow(newsroom.show("/feed", tagged(releases(1))))
    desk.cycle()
    newsroom.show("/feed", refuse("500 Internal Server Error"))
    desk.cycle()
    newsroom.show("/feed", tagged(GOOD))  # the same tag for other bytes
    desk.cycle()
    assert [request.conditional for request in newsroom.asked] == [False, True, False]
    assert desk.announced() == names(1, 2)


def test_a_tag_of_a_broken_answer_is_not_kept(desk: Desk, newsroom: Newsroom) -> None:
    """An answer that broke off, or was no feed, leaves no validator that would hide what it held."""
    desk.follow(newsroom.show("/feed", releases(1)))
    desk.cycle()
    newsroom.show("/feed", reply(b"<!DOCTYPE html><html>Sorry</html>", 'ETag: "1"'))
    desk.cycle()
    assert desk.reason() == "a web page came instead of a feed"
    newsroom.show("/feed", tagged(GOOD))
    desk.cycle()
    assert desk.announced() == names(1, 2)


def test_a_server_that_answers_other_bytes_each_time_tells_nothing_twice(
    desk: Desk, newsroom: Newsroom
) -> None:
    """The time of day in a comment, and a new tag with each answer, are no news."""
    newsroom.show(
        "/feed",
        lambda _: reply(GOOD + b"<!-- %d -->" % len(newsroom.asked), f'ETag: "{len(newsroom.asked)}"'),
    )
    desk.follow(newsroom.base + "/feed")
    for _ in range(4):
        desk.cycle()
    assert sorted(desk.announced()) == names(1, 2)
    assert (desk.revisions(), desk.gaps()) == (0, [])


def test_an_empty_answer_takes_nothing_away(desk: Desk, newsroom: Newsroom) -> None:
    """Neither an empty body nor a feed without items makes what was there gone, or new when it returns."""
    desk.follow(newsroom.show("/feed", GOOD))
    desk.cycle()
    for body in (b"", feed(), GOOD, feed(piece(1)), GOOD):
        newsroom.show("/feed", body)
        desk.cycle(DAY)
    assert sorted(desk.archived()) == sorted(desk.announced()) == names(1, 2)
    assert (desk.gaps(), desk.revisions()) == ([], 0)

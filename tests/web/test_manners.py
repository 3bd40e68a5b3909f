"""When and where to ask again, as the server says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer
from requests.structures import CaseInsensitiveDict

from presswatch.feeds.values import Validators
from presswatch.web.manners import LONGEST_WAIT, fresh_for, retry_after
from tests.web.asking import FEED, NOTHING, get, refusal

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DATE = "Wed, 25 Nov 2026 12:00:00 GMT"

WAITS: dict[str, tuple[str, float | None]] = {
    "seconds": ("120", 120),
    "seconds, with room": (" 120 ", 120),
    "none": ("0", 0),
    "a date": ("Wed, 25 Nov 2026 12:02:00 GMT", 120),
    "a date of RFC 850": ("Wednesday, 25-Nov-26 12:02:00 GMT", 120),
    "a date of C": ("Wed Nov 25 12:02:00 2026", 120),
    "a date in another zone": ("Wed, 25 Nov 2026 13:02:00 +0100", 120),
    "a past date": ("Wed, 25 Nov 2026 11:00:00 GMT", None),
    "less than none": ("-120", None),
    "a fraction": ("120.9", 120.9),
    "a long fraction": ("1." + "9" * 5000, 1.999999),
    "a fraction of none": ("1.", 1),
    "a fraction less than none": ("-1.5", None),
    "more than a year": ("31536000.5", LONGEST_WAIT),
    "two fractions": ("1.5.5", None),
    "no number": ("nan", None),
    "an exponent": ("1e3", None),
    "words": ("soon", None),
    "nothing": ("", None),
    "a date of no calendar": ("Wed, 99 Nov 2026 12:02:00 GMT", None),
    "other digits": ("\u0661\u0662", None),
    "a year": ("31536000", LONGEST_WAIT),
    "longer than numbers go": ("9" * 5000, LONGEST_WAIT),
    "a far date": ("Wed, 25 Nov 2099 12:02:00 GMT", LONGEST_WAIT),
}


@pytest.mark.parametrize(("value", "seconds"), WAITS.values(), ids=WAITS)
def test_how_long_to_leave_a_server_alone(value: str, seconds: float | None) -> None:
    """Both forms are read, what makes no sense isn't, and nobody is left alone for more than a week."""
    assert retry_after({"Retry-After": value}, NOW) == seconds


def test_a_server_s_date_is_by_its_own_clock() -> None:
    """A server whose clock is wrong means a span all the same."""
    headers = {"Retry-After": "Fri, 01 Jan 2010 00:10:00 GMT", "Date": "Fri, 01 Jan 2010 00:00:00 GMT"}
    assert retry_after(headers, NOW) == 600


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_refusal_says_how_long_to_wait(httpserver: HTTPServer, status: int) -> None:
    """The error carries what the server asked for."""
    httpserver.expect_request("/feed.xml").respond_with_data(
        b"", status=status, headers={"Retry-After": "90"}
    )
    error = refusal(httpserver.url_for("/feed.xml"))
    assert (error.retry_after, error.status) == (90, status)


def test_a_redirect_that_says_wait_is_followed(httpserver: HTTPServer) -> None:
    """On the way to an answer nobody waits."""
    httpserver.expect_request("/old").respond_with_data(
        b"", status=301, headers={"Location": "/new", "Retry-After": "90"}
    )
    httpserver.expect_request("/new").respond_with_data(FEED)
    assert get(httpserver.url_for("/old")).body == FEED


FRESH: dict[str, tuple[dict[str, str], float | None]] = {
    "not said": ({}, None),
    "max-age": ({"Cache-Control": "max-age=600"}, 600),
    "among others": ({"Cache-Control": "public, MAX-AGE=600, must-revalidate"}, 600),
    "quoted": ({"Cache-Control": 'max-age="600"'}, 600),
    "in two fields": ({"Cache-Control": "public, max-age=600, max-age=5"}, 600),
    "less its age": ({"Cache-Control": "max-age=600", "Age": "100"}, 500),
    "older than that": ({"Cache-Control": "max-age=600", "Age": "700"}, None),
    "an age of no number": ({"Cache-Control": "max-age=600", "Age": "old"}, 600),
    "for shared caches": ({"Cache-Control": "s-maxage=600"}, None),
    "not to be kept": ({"Cache-Control": "no-store, max-age=600"}, None),
    "always to be asked": ({"Cache-Control": "no-cache, max-age=600"}, None),
    "over at once": ({"Cache-Control": "max-age=0"}, None),
    "no number": ({"Cache-Control": "max-age=long", "Expires": "Wed, 25 Nov 2026 13:00:00 GMT"}, None),
    "negative": ({"Cache-Control": "max-age=-5"}, None),
    "a century": ({"Cache-Control": "max-age=3155760000"}, LONGEST_WAIT),
    "longer than numbers go": ({"Cache-Control": "max-age=" + "9" * 5000}, LONGEST_WAIT),
    "Expires": ({"Expires": "Wed, 25 Nov 2026 13:00:00 GMT", "Date": DATE}, 3600),
    "Expires, by our clock": ({"Expires": "Wed, 25 Nov 2026 13:00:00 GMT"}, 3600),
    "Expires, by a wrong clock": (
        {"Expires": "Fri, 01 Jan 2010 01:00:00 GMT", "Date": "Fri, 01 Jan 2010 00:00:00 GMT", "Age": "60"},
        3540,
    ),
    "Expires, past": ({"Expires": "Thu, 19 Nov 1981 08:52:00 GMT", "Date": DATE}, None),
    "Expires, no date": ({"Expires": "0", "Date": DATE}, None),
    "Expires, overruled": ({"Expires": "Wed, 25 Nov 2026 13:00:00 GMT", "Cache-Control": "max-age=60"}, 60),
}


@pytest.mark.parametrize(("headers", "seconds"), FRESH.values(), ids=FRESH)
def test_how_long_an_answer_stays_good(headers: dict[str, str], seconds: float | None) -> None:
    """As RFC 9111 has it for a private cache, within reason."""
    assert fresh_for(CaseInsensitiveDict(headers), NOW) == seconds


@pytest.mark.parametrize(("status", "known"), [(200, NOTHING), (304, Validators('"v1"'))])
def test_an_answer_says_how_long_it_stays_good(
    httpserver: HTTPServer, status: int, known: Validators
) -> None:
    """A 304 says so as well as a 200."""
    httpserver.expect_request("/feed.xml").respond_with_data(
        FEED if status == 200 else b"", status=status, headers={"Cache-Control": "max-age=600"}
    )
    assert get(httpserver.url_for("/feed.xml"), known).fresh_for == 600

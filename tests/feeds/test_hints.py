"""What a feed says of how often it wants to be read."""

from __future__ import annotations

import pytest

from presswatch.feeds.hints import hints_of
from presswatch.feeds.parse import parse_feed
from presswatch.feeds.values import PaceHints


@pytest.mark.parametrize(
    ("ttl", "seconds"),
    [
        ("60", 3600),
        ("1", 60),
        ("0", None),
        ("", None),
        (None, None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٦٠", None),
        ("10080", 7 * 86_400),
        ("99999999", 7 * 86_400),
        ("9" * 5000, None),
    ],
)
def test_a_ttl_is_minutes_up_to_a_week(ttl: str | None, seconds: int | None) -> None:
    """What is no number of minutes is no wish."""
    assert hints_of(b"", ttl) == PaceHints(ttl=seconds)


HOURS = {
    "some": (b"<skipHours><hour>0</hour><hour>13</hour></skipHours>", (0, 13)),
    "twice, and in no order": (b"<skipHours><hour>7</hour><hour>3</hour><hour>7</hour></skipHours>", (3, 7)),
    "midnight is 24, too": (b"<skipHours><hour>24</hour></skipHours>", (0,)),
    "with white space": (b"<skipHours>\n <hour> 05 </hour>\n</skipHours>", (5,)),
    "words are none": (b"<skipHours><hour>noon</hour><hour>100</hour><hour>-1</hour></skipHours>", ()),
    "outside of the list": (b"<hour>4</hour>", ()),
    "a list without an end": (b"<skipHours><hour>4</hour>", ()),
}


@pytest.mark.parametrize(("body", "hours"), HOURS.values(), ids=HOURS)
def test_hours_to_skip(body: bytes, hours: tuple[int, ...]) -> None:
    """Each once, in their order."""
    assert hints_of(body, None).skip_hours == hours


def test_days_to_skip() -> None:
    """By their English names in any case, as numbers from Monday on; other words are none."""
    body = b"<skipDays><day>Sunday</day><day>MONDAY</day><day>Caturday</day><day>wednesday</day></skipDays>"
    assert hints_of(body, None) == PaceHints(skip_days=(0, 2, 6))


def test_a_feed_gives_its_hints_with_its_entries() -> None:
    """Parsing finds them where the format has them."""
    body = (
        b"<rss version='2.0'><channel><title>T</title><ttl>90</ttl><skipHours><hour>1</hour></skipHours>"
        b"<skipDays><day>Saturday</day></skipDays><item><title>a</title></item></channel></rss>"
    )
    hints = parse_feed(body, url="https://h.example/feed", publisher="Harbour").hints
    assert hints == PaceHints(ttl=5400, skip_hours=(1,), skip_days=(5,))


@pytest.mark.timeout(30)
def test_lists_that_never_end_cost_little() -> None:
    """Thousands of starts are looked at in a time that grows as their number does."""
    assert hints_of(b"<skipHours><skipDays>" * 20_000, None) == PaceHints()

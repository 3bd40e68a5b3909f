"""Durations: what is read, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.durations import parse_duration


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("0s", timedelta(0)),
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("3d", timedelta(days=3)),
        ("0.5s", timedelta(seconds=0.5)),
        ("1m1.25s", timedelta(minutes=1, seconds=1.25)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
    ],
)
def test_says_what_it_means(text: str, duration: timedelta) -> None:
    """A number and a unit, or several from the largest down, are a duration."""
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a duration"),
        ("30", "not a duration"),
        ("m", "not a duration"),
        ("30 m", "not a duration"),
        ("30m1h", "not a duration"),
        ("1.5h", "not a duration"),
        (".5s", "not a duration"),
        ("1.s", "not a duration"),
        ("30m\n", "not a duration"),
        ("٣m", "not a duration"),
        ("-5m", "negative"),
        ("36501d", "hundred years"),
        ("9" * 5000 + "s", "hundred years"),
    ],
)
def test_refuses_in_words(text: str, words: str) -> None:
    """Anything else is a ValueError that says what is wrong."""
    with pytest.raises(ValueError, match=words):
        parse_duration(text)


@given(st.timedeltas(timedelta(0), timedelta(days=36_500)).map(lambda d: timedelta(d.days, d.seconds)))
def test_reads_back_what_is_written(duration: timedelta) -> None:
    """Every duration of whole seconds can be written."""
    assert parse_duration(f"{duration.days}d{duration.seconds}s") == duration

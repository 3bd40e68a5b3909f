"""Dates on pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.feeds.dates import read_date

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)

READ = {
    "November 25, 2026": "2026-11-25",
    "Wednesday, November 25th, 2026": "2026-11-25",
    "NOV 25 2026": "2026-11-25",
    "Nov. 25": "2026-11-25",
    "25 Nov": "2026-11-25",
    "Dec 2": "2026-12-02",
    "Dec. 25": "2025-12-25",
    "Feb. 29": "2024-02-29",
    "Sept. 3, 2026": "2026-09-03",
    "25 November 2026": "2026-11-25",
    "25-Nov-2026": "2026-11-25",
    "25 de noviembre de 2026": "2026-11-25",
    "miércoles, 25 de noviembre del 2026": "2026-11-25",
    "1º de mayo de 2026": "2026-05-01",
    "5 ene. 2026": "2026-01-05",
    "ago 3, 2026": "2026-08-03",
    "11/25/2026": "2026-11-25",
    "11/12/2026": "2026-11-12",
    "25/11/2026": "2026-11-25",
    "25.11.2026": "2026-11-25",
    "11/25/26": "2026-11-25",
    "2026-11-25": "2026-11-25",
    "2026/11/5": "2026-11-05",
    "Press release | November 25, 2026 | 3:00 pm": "2026-11-25",
    "Posted:\n\tNov\xa025,\n2026": "2026-11-25",
    "Nov 31, 2026, no: Nov 30, 2026": "2026-11-30",
    "2026-11-25T08:00:00-05:00": "2026-11-25T13:00:00",
    "2026-11-25T08:00:00.000Z": "2026-11-25T08:00:00",
    "2026-11-25 08:00": "2026-11-25T08:00:00",
    "2026-11-25 08:00:00 +0000": "2026-11-25T08:00:00",
    "Wed, 25 Nov 2026 08:00:00 -0500": "2026-11-25T13:00:00",
}


@pytest.mark.parametrize("text", READ)
def test_read(text: str) -> None:
    """What people and machines write is read, as UTC, at midnight where no time is told."""
    moment, words = read_date(text, now=NOW)
    assert moment == datetime.fromisoformat(READ[text]).replace(tzinfo=UTC)
    assert words


@pytest.mark.parametrize(
    "text", ["", "soon", "May", "May 2026", "99/99/2026", "Nov 31, 2026", "12345678", "1.2.3"]
)
def test_unread(text: str) -> None:
    """What is no date stays as it was written."""
    assert read_date(text, now=NOW) == (None, text)


@pytest.mark.parametrize("text", ["3 days ago", "hace 2 días", "Yesterday", "hoy"])
def test_what_counts_from_today_is_left_out(text: str) -> None:
    """It would be another text tomorrow, and the release would seem to have changed."""
    assert read_date(text, now=NOW) == (None, "")


def test_only_the_words_of_the_date_are_kept() -> None:
    """A box that is dated in its own text isn't quoted whole."""
    text = "Nov. 25, 2026 – Coalition asks the sheriff for an open hearing"
    assert read_date(text, now=NOW)[1] == "Nov. 25, 2026"


@given(st.text(alphabet="0123456789/-.:,+ TZNovdeagost’\n", max_size=60) | st.text(max_size=60))
def test_never_fails(text: str) -> None:
    """No text is a surprise."""
    read_date(text, now=NOW)

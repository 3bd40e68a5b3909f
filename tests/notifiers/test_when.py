"""Days and times, as they are told in the time zone of a subscription."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter

from notifiers.chat.anywhere import apprise_text
from notifiers.chat.discord import discord_message
from notifiers.chat.markup import MARKDOWN
from notifiers.chat.slack import slack_message
from notifiers.chat.teams import teams_message
from notifiers.files.entries import entries
from notifiers.hooks.payload import payload
from notifiers.looks.render import render
from notifiers.looks.view import view
from notifiers.looks.when import claimed_day, day, moment, window, zone_called
from presswatch.digests.model import Digest
from tests.notifiers.conftest import delivery_of, edited_digest, item, ordinary_digest

MORNING = datetime(2026, 11, 25, 8, tzinfo=UTC)
NIGHT = datetime(2026, 11, 26, 3, 51, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("UTC", "26 November 2026, 03:51 UTC"),
        ("America/New_York", "25 November 2026, 22:51 EST"),
        ("America/Sao_Paulo", "26 November 2026, 00:51 UTC−3"),
        ("Asia/Kathmandu", "26 November 2026, 09:36 UTC+5:45"),
        ("Etc/GMT-14", "26 November 2026, 17:51 UTC+14"),
    ],
)
def test_a_moment_is_told_in_the_zone(zone: str, told: str) -> None:
    """With the zone's letters, or with its distance from UTC where it has none."""
    assert moment(NIGHT, ZoneInfo(zone)) == told


def test_what_both_ends_of_a_window_share_is_named_once() -> None:
    """The day and the zone; but each end has its own where the clocks were changed in between."""
    assert window(MORNING, MORNING + timedelta(minutes=30), UTC) == "25 November 2026, 08:00 to 08:30 UTC"
    assert window(MORNING - timedelta(days=1), MORNING, UTC) == (
        "24 November 2026, 08:00 to 25 November 2026, 08:00 UTC"
    )
    assert window(NIGHT, NIGHT + timedelta(seconds=5), NEW_YORK) == "25 November 2026, 22:51 EST"
    change = datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert window(change, change + timedelta(hours=4), NEW_YORK) == (
        "1 November 2026, 00:00 EDT to 1 November 2026, 03:00 EST"
    )


def test_a_day_without_a_time_is_the_same_everywhere() -> None:
    """A newsroom that writes "26 November" means that day in New York too."""
    assert claimed_day(datetime(2026, 11, 26, tzinfo=UTC), NEW_YORK) == "26 November 2026"
    assert claimed_day(NIGHT, NEW_YORK) == "25 November 2026"


@pytest.mark.parametrize(("year", "zone"), [(1, "America/New_York"), (9999, "Asia/Tokyo")])
def test_a_date_at_the_end_of_time_is_told_all_the_same(year: int, zone: str) -> None:
    """Feeds claim such dates, and in another zone there would be none."""
    edge = datetime(year, 1, 1, tzinfo=UTC) if year == 1 else datetime(year, 12, 31, 23, tzinfo=UTC)
    assert str(year) in day(edge, ZoneInfo(zone))


def test_a_zone_that_this_machine_does_not_know() -> None:
    """A digest frozen elsewhere is told in UTC, rather than not at all."""
    assert zone_called("Mars/Olympus").key == "UTC"
    assert "in UTC." in render(replace(ordinary_digest(), timezone="../Mars")).text


def evening() -> Digest:
    """A digest for New York of what was published and seen late in the evening there."""
    late = item("A late release", published=NIGHT, first_seen=NIGHT, passages=())
    undated = item("An undated one", release_id=2, published=None, first_seen=NIGHT)
    digest = edited_digest()
    section = replace(digest.sections[0], items=(late, undated))
    return replace(
        digest,
        sections=(section,),
        since=NIGHT - timedelta(hours=12),
        until=NIGHT,
        timezone="America/New_York",
    )


def json_of(message: object) -> str:
    """The body of a post, as it is read."""
    return json.dumps(message, ensure_ascii=False)


FORMS: dict[str, Callable[[Digest], str]] = {
    "html": lambda digest: render(digest).html,
    "text": lambda digest: render(digest).text,
    "slack": lambda digest: json_of(slack_message(digest)),
    "teams": lambda digest: json_of(teams_message(digest)),
    "discord": lambda digest: json_of(discord_message(digest)),
    "apprise": lambda digest: apprise_text(digest, MARKDOWN, 30_000),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_each_form_tells_times_in_the_zone_of_the_subscription(form: Callable[[Digest], str]) -> None:
    """The window, the dates of releases and what became of feeds: all of the 25th, in New York."""
    told = form(evening())
    assert "25 November 2026, 10:51 to 22:51 EST" in told
    assert "first seen 25 November 2026" in told
    assert "back since 24 November 2026, 03:00 EST" in told
    assert "26 November" not in told
    assert "UTC" not in told


@pytest.mark.parametrize("form", [FORMS["html"], FORMS["text"]], ids=["html", "text"])
def test_the_foot_names_the_zone(form: Callable[[Digest], str]) -> None:
    """In full, since the letters of a zone mean several."""
    assert "Dates are the publishers’ own, in America/New_York." in form(evening())


def test_an_atom_feed_tells_times_in_the_zone_too() -> None:
    """In its texts; its own dates are absolute."""
    release, undated, notes = entries(delivery_of(evening()))
    assert "25 November 2026" in release.html
    assert "first seen 25 November 2026" in undated.html
    assert "24 November 2026, 03:00 EST" in notes.html
    assert release.published == NIGHT


def test_the_payload_stays_in_utc() -> None:
    """For programs the times are as ever, and the zone stands beside them."""
    told = payload(evening())
    assert (told["timezone"], told["until"]) == ("America/New_York", "2026-11-26T03:51:00Z")


def test_a_digest_stored_before_zones_is_told_in_utc() -> None:
    """What was frozen by an older version is read and sent all the same."""
    adapter = TypeAdapter(Digest)
    stored = adapter.dump_python(ordinary_digest(), mode="json")
    del stored["timezone"]
    assert view(adapter.validate_python(stored)).zone == "UTC"

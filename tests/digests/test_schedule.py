"""When a digest is due."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from presswatch.digests.schedule import MOST_MOMENTS, moments_due
from presswatch.watch import AT_ONCE, QuietHours, Subscription

NEW_YORK = ZoneInfo("America/New_York")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its summer time is half an hour
SPRING = date(2026, 3, 8)
AUTUMN = date(2026, 11, 1)


def is_due(of: Subscription, planned: datetime, now: datetime) -> bool:
    """Whether its time has come."""
    return moments_due(of, planned, now) > 0


def subscription(schedule: str, timezone: str | ZoneInfo = "UTC") -> Subscription:
    """A subscription of that schedule."""
    zone = timezone if isinstance(timezone, ZoneInfo) else ZoneInfo(timezone)
    return Subscription(id="s", channel="c", schedule=schedule, timezone=zone)


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A schedule, when it was last looked at, when it is looked at now, and whether it is due."""

    schedule: str
    planned: str
    now: str
    due: bool
    timezone: str = "UTC"


CASES = {
    "before its time": Case("0 8 * * *", "2026-11-24 08:00", "2026-11-25 07:59", False),
    "at its time": Case("0 8 * * *", "2026-11-24 08:00", "2026-11-25 08:00", True),
    "after its time": Case("0 8 * * *", "2026-11-24 08:00", "2026-11-25 08:04", True),
    "looked at this minute": Case("0 8 * * *", "2026-11-25 08:00", "2026-11-25 08:00", False),
    "looked at a little late": Case("0 8 * * *", "2026-11-25 08:04", "2026-11-25 23:59", False),
    "many missed": Case("0 8 * * *", "2026-01-01 08:00", "2026-11-25 09:00", True),
    "the clock went back": Case("0 8 * * *", "2026-11-25 08:00", "2026-11-24 08:00", False),
    "working days, on Friday": Case("0 8 * * 1-5", "2026-11-26 08:00", "2026-11-27 08:00", True),
    "working days, on Sunday": Case("0 8 * * 1-5", "2026-11-27 08:00", "2026-11-29 20:00", False),
    "working days, on Monday": Case("0 8 * * 1-5", "2026-11-27 08:00", "2026-11-30 08:00", True),
    "the month's first": Case("0 8 1 * *", "2026-11-01 08:00", "2026-11-30 23:59", False),
    "leap day": Case("0 8 29 2 *", "2026-01-01 00:00", "2028-02-29 08:00", True),
    "leap day, in another year": Case("0 8 29 2 *", "2026-01-01 00:00", "2028-02-28 23:59", False),
    "every minute": Case("* * * * *", "2026-11-25 08:00", "2026-11-25 08:01", True),
    "in its time zone": Case("0 8 * * *", "2026-11-24 13:00", "2026-11-25 13:00", True, "America/New_York"),
    "not yet in its time zone": Case(
        "0 8 * * *", "2026-11-24 13:00", "2026-11-25 12:59", False, "America/New_York"
    ),
    "summer in its time zone": Case(
        "0 8 * * *", "2026-06-24 12:00", "2026-06-25 12:00", True, "America/New_York"
    ),
    "a day ahead in its time zone": Case(
        "0 8 25 11 *", "2026-11-24 00:00", "2026-11-24 19:00", True, "Pacific/Auckland"
    ),
    "at once": Case(AT_ONCE, "2026-11-25 08:00", "2026-11-25 08:00", True),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_whether_a_digest_is_due(case: Case) -> None:
    """A digest is due when a moment of its schedule lies after the last look and not after now."""
    assert is_due(subscription(case.schedule, case.timezone), at(case.planned), at(case.now)) is case.due


def test_what_was_missed_is_made_up_for_once() -> None:
    """After a long rest one digest is due, and then none until the next moment."""
    daily = subscription("0 8 * * *")
    assert is_due(daily, at("2026-11-01 08:00"), at("2026-11-25 10:00"))
    assert not is_due(daily, at("2026-11-25 10:00"), at("2026-11-25 10:01"))
    assert not is_due(daily, at("2026-11-25 10:00"), at("2026-11-26 07:59"))
    assert is_due(daily, at("2026-11-25 10:00"), at("2026-11-26 08:00"))


def looks(of: Subscription, start: datetime, minutes: list[int]) -> list[datetime]:
    """When the digest was due, looked at after each pause, where a digest moves ``planned``."""
    planned = now = start
    due = []
    for pause in minutes:
        now += timedelta(minutes=pause)
        if is_due(of, planned, now):
            due.append(now.astimezone(of.timezone))
            planned = now
    return due


@pytest.mark.parametrize("change", [SPRING, AUTUMN], ids=["spring", "autumn"])
@pytest.mark.parametrize("schedule", ["30 2 * * *", "30 1 * * *", "0 2 * * *", "0 3 * * *", "59 1 * * *"])
@pytest.mark.parametrize("pause", [1, 2, 7, 30])
def test_a_change_of_the_clock_neither_skips_nor_repeats_a_day(
    change: date, schedule: str, pause: int
) -> None:
    """Every day around a change to or from summer time has one digest, within reach of its time."""
    start = datetime(change.year, change.month, change.day, 12, tzinfo=NEW_YORK) - timedelta(days=3)
    due = looks(subscription(schedule, NEW_YORK), start.astimezone(UTC), [pause] * (5 * 24 * 60 // pause))
    days = [start.date() + timedelta(days=n) for n in range(1, 6)]
    assert [moment.date() for moment in due] == days
    assert all(1 <= moment.hour <= 3 for moment in due)


def test_the_hour_that_is_left_out_is_made_up_for_at_once() -> None:
    """Half past two, on a day without it, is three o'clock."""
    nightly = subscription("30 2 * * *", NEW_YORK)
    planned = at("2026-03-07 07:30")
    assert not is_due(nightly, planned, at("2026-03-08 06:59"))
    assert is_due(nightly, planned, at("2026-03-08 07:00"))


def test_the_hour_that_comes_twice_counts_once() -> None:
    """Half past one, on a day that has it twice, is the first one."""
    nightly = subscription("30 1 * * *", NEW_YORK)
    assert is_due(nightly, at("2026-10-31 05:30"), at("2026-11-01 05:30"))
    assert not is_due(nightly, at("2026-11-01 05:30"), at("2026-11-01 06:30"))
    assert not is_due(nightly, at("2026-11-01 05:30"), at("2026-11-02 06:29"))
    assert is_due(nightly, at("2026-11-01 05:30"), at("2026-11-02 06:30"))


@pytest.mark.parametrize("minute", [0, 5, 29, 30, 31, 59])
def test_a_late_digest_within_the_repeated_hour_is_the_last_of_its_day(minute: int) -> None:
    """A digest of half past one, made late in the hour that comes again, is not due a second time."""
    nightly = subscription("30 1 * * *", NEW_YORK)
    planned = at("2026-11-01 06:00") + timedelta(minutes=minute)
    tomorrow = at("2026-11-02 06:30")
    assert is_due(nightly, planned, tomorrow)
    for pause in range((tomorrow - planned) // timedelta(minutes=1)):
        assert not is_due(nightly, planned, planned + timedelta(minutes=pause))


def test_hourly_means_every_hour_also_when_the_clock_changes() -> None:
    """A digest for every hour comes 23 times on the short day and 25 times on the long one."""
    counts = Counter(
        moment.date()
        for change in (SPRING, AUTUMN)
        for moment in looks(
            subscription("0 * * * *", NEW_YORK),
            datetime(change.year, change.month, change.day, 12, tzinfo=NEW_YORK).astimezone(UTC)
            - timedelta(days=2),
            [1] * (4 * 24 * 60),
        )
    )
    assert (counts[SPRING], counts[AUTUMN]) == (23, 25)


CHANGES = ["2026-03-08 07:00", "2026-11-01 06:00", "2026-04-04 15:00", "2026-10-03 15:30", "2026-03-29 01:00"]


def daily_moments(zone: ZoneInfo, hour: int, minute: int, around: datetime) -> list[datetime]:
    """Worked out by hand: each day's first such time, or the first minute after it that there is."""
    moments = []
    for days in range(-3, 5):
        wall = datetime.combine(around.date(), datetime.min.time()) + timedelta(
            days=days, hours=hour, minutes=minute
        )
        while _in_utc(wall, zone).astimezone(zone).replace(tzinfo=None) != wall:
            wall += timedelta(minutes=1)
        moments.append(_in_utc(wall, zone))
    return moments


def _in_utc(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


@given(
    st.sampled_from([NEW_YORK, LORD_HOWE, ZoneInfo("Europe/Madrid")]),
    st.tuples(st.integers(0, 3), st.sampled_from([0, 15, 30, 45, 59])),
    st.sampled_from(CHANGES).map(at),
    st.integers(-36 * 60, 36 * 60),
    st.integers(0, 36 * 60),
)
@example(NEW_YORK, (1, 30), at("2026-11-01 06:00"), 5, 10)
@example(NEW_YORK, (2, 30), at("2026-03-08 07:00"), -1, 1)
def test_due_means_that_a_moment_has_passed(
    zone: ZoneInfo, time: tuple[int, int], change: datetime, offset: int, pause: int
) -> None:
    """However irregularly it is looked at around a change of the clock, a day's digest has one moment."""
    hour, minute = time
    planned = change + timedelta(minutes=offset)
    now = planned + timedelta(minutes=pause)
    moments = daily_moments(zone, hour, minute, change)
    due = is_due(subscription(f"{minute} {hour} * * *", zone), planned, now)
    assert due is any(planned < moment <= now for moment in moments)


def test_a_look_in_any_time_zone_is_the_same_look() -> None:
    """Only the subscription's zone matters, not the one in which a moment happens to be written."""
    nightly = subscription("30 1 * * *", NEW_YORK)
    for planned, now in (
        (at("2026-11-01 05:29"), at("2026-11-01 05:30")),
        (at("2026-11-01 06:05"), at("2026-11-01 06:40")),
    ):
        answers = {
            is_due(nightly, planned.astimezone(one), now.astimezone(other))
            for one in (UTC, NEW_YORK, LORD_HOWE)
            for other in (UTC, NEW_YORK, LORD_HOWE)
        }
        assert len(answers) == 1


# What is told at once waits


def quiet(hours: str, timezone: str = "America/New_York", **more: object) -> Subscription:
    """A subscription that is told at once, but for some hours."""
    start, end = (time.fromisoformat(part) for part in hours.split("-"))
    zone = ZoneInfo(timezone)
    return Subscription("s", "c", timezone=zone, quiet_hours=QuietHours(start, end), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hours", "now", "due"),
    [
        ("22:00-07:00", "2026-11-25 02:59", True),  # 21:59 in New York
        ("22:00-07:00", "2026-11-25 03:00", False),
        ("22:00-07:00", "2026-11-25 11:59", False),
        ("22:00-07:00", "2026-11-25 12:00", True),
        ("12:00-13:00", "2026-11-25 16:59", True),
        ("12:00-13:00", "2026-11-25 17:00", False),
        ("12:00-13:00", "2026-11-25 18:00", True),
        ("22:00-07:00", "2026-07-25 10:59", False),  # in summer an hour earlier
        ("22:00-07:00", "2026-07-25 11:00", True),
    ],
)
def test_nobody_is_told_in_quiet_hours(hours: str, now: str, due: bool) -> None:
    """They are of the subscription's time zone; the first minute is quiet, the last one's end is not."""
    assert is_due(quiet(hours), at("2026-07-01 00:00"), at(now)) is due


def test_a_burst_is_one_message() -> None:
    """After a digest there is a pause, whatever comes in; a clock that goes back doesn't prolong it."""
    calm = Subscription("s", "c", at_most_every=timedelta(hours=1))
    told = at("2026-11-25 08:00")
    assert moments_due(calm, told, told, None) == 1
    assert moments_due(calm, told, at("2026-11-25 08:59"), told) == 0
    assert moments_due(calm, told, at("2026-11-25 09:00"), told) == 1
    assert moments_due(calm, told, at("2026-11-25 07:00"), told) == 1


def test_what_was_missed_is_counted() -> None:
    """The digest that makes up for others says for how many it stands."""
    daily = subscription("0 8 * * *")
    assert moments_due(daily, at("2026-11-20 08:00"), at("2026-11-25 07:59")) == 4
    assert moments_due(daily, at("2026-11-20 08:00"), at("2026-11-25 08:00")) == 5
    assert (
        moments_due(subscription("* * * * *"), at("2020-01-01 00:00"), at("2026-11-25 08:00")) == MOST_MOMENTS
    )


# A year in six time zones

ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",  # half an hour
    "America/St_Johns",
    "Africa/Casablanca",  # summer time but for Ramadan
    "Asia/Kathmandu",  # never, and three quarters of an hour from the rest
)
YEAR = at("2026-01-01 00:00")


def plain_moments(hour: int, minute: int, weekdays: set[int], zone: ZoneInfo) -> list[datetime]:
    """When a clock on the wall, looked at each minute, first shows the time on each of these days; where it
    jumps over that, the first minute after the jump.
    """
    moments = []
    for day in range(367):
        midnight = datetime(2026, 1, 1, tzinfo=zone) + timedelta(days=day)
        if midnight.weekday() in weekdays:
            wall = midnight.replace(hour=hour, minute=minute)
            moment = wall.astimezone(UTC)
            if moment.astimezone(zone).time() != wall.time():  # there is no such time that day
                before = wall.replace(hour=0, minute=0).astimezone(UTC)
                while before.astimezone(zone).replace(tzinfo=None) < wall.replace(tzinfo=None):
                    before += timedelta(minutes=1)
                moment = before
            moments.append(moment)
    return moments


@given(
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    minute=st.sampled_from((0, 15, 30, 59)),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    pauses=st.lists(st.integers(1, 60 * 24 * 40), min_size=5, max_size=200),
)
@settings(max_examples=150, deadline=None)
def test_in_a_year_each_moment_is_in_one_digest(
    zone: str, hour: int, minute: int, weekdays: set[int], pauses: list[int]
) -> None:
    """Whenever Presswatch runs and however long it doesn't: no window is missed, none is doubled."""
    days = ",".join(str((day + 1) % 7) for day in sorted(weekdays))
    daily = subscription(f"{minute} {hour} * * {days}", zone)
    planned = now = YEAR + timedelta(hours=13)
    expected = [m for m in plain_moments(hour, minute, weekdays, ZoneInfo(zone)) if m > planned]
    told = 0
    for pause in pauses:
        now += timedelta(minutes=pause)
        if now > YEAR + timedelta(days=364):
            break
        moments = moments_due(daily, planned, now)
        if moments:
            told += moments
            planned = now
        assert told == sum(moment <= now for moment in expected)

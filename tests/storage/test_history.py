"""How often programs were mentioned in the past weeks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from presswatch.digests.model import Digest
from presswatch.times import to_text
from storage.telling import history
from tests.support.press import ALIAS, JAIL, STORY, Press
from tests.support.setup import NOW

WEEK = timedelta(days=7)


@pytest.fixture
def desk(press: Press) -> Press:
    """Twenty weeks of a newsroom: a release for s-comm in every second week, two for 287(g) in the last."""
    press.subscribe("all")
    for week in range(20):
        press.now = NOW + week * WEEK
        if week % 2:
            press.show("Harbour", f"week-{week}", f"{ALIAS} In week {week}.")
    press.show("River", "jail-1", JAIL)
    press.show("Orchard", "jail-2", f"{JAIL} A second time.")
    press.now += timedelta(minutes=1)
    return press


def weeks(press: Press, name: str = "all", *programs: str, **options: object) -> dict[str, tuple[int, ...]]:
    """What a subscription is shown of the programs."""
    wanted = press.subscribe(name, **options)
    return history.weeks(press.archive.database, wanted, programs or ("s-comm", "287g"), press.now)


def test_each_week_counts_the_releases_first_seen_in_it(desk: Press) -> None:
    """The last week last, twelve at most; of a program that was silent, zeros."""
    assert weeks(desk, "one") == {
        "s-comm": (0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1),
        "287g": (0,) * 11 + (2,),
    }


def test_a_digest_carries_what_was_so_when_it_was_made(desk: Press) -> None:
    """For the programs that it tells of; frozen with it, and read again."""
    desk.subscribe("later")
    desk.show("Mill", "jail-3", f"{JAIL} A third time.")
    made = desk.digest(desk.watch.subscriptions[-1])
    assert made is not None
    assert [(s.program, s.weeks) for s in made.sections] == [("287g", (0,) * 11 + (3,))]
    assert desk.archive.newest_digest("later") == made


def test_an_older_digest_without_weeks_is_read_again(desk: Press) -> None:
    """What was stored before there were any has none."""
    made = desk.digest(desk.watch.subscriptions[0])
    assert made is not None
    adapter = TypeAdapter(Digest)
    stored = adapter.dump_python(made, mode="json")
    for section in stored["sections"]:
        del section["weeks"]
    assert [section.weeks for section in adapter.validate_python(stored).sections] == [(), ()]


def test_two_weeks_must_be_known(press: Press) -> None:
    """A new program has no history; the second week makes one."""
    press.show("River", "one", JAIL)
    press.now += timedelta(days=13)
    assert weeks(press) == {}
    press.now = NOW + 2 * WEEK
    assert weeks(press) == {"287g": (1, 0)}


def test_a_program_without_releases_has_none(desk: Press) -> None:
    """A row of zeros says nothing; nor does a program that nobody knows."""
    assert weeks(desk, "some", "unknown") == {}
    desk.now += 20 * WEEK
    assert weeks(desk) == {}


def test_only_what_the_subscription_is_about_counts(desk: Press) -> None:
    """By publisher, and by the part of the text that it leaves out."""
    assert weeks(desk, "river", publishers=("River",))["287g"][-1] == 1
    desk.archive.database.execute("UPDATE mentions SET part = 'boilerplate' WHERE program_id = '287g'")
    assert "287g" not in weeks(desk, "strict", leave_out=("boilerplate",))
    assert weeks(desk, "lenient")["287g"][-1] == 2


def test_what_a_new_feed_held_already_does_not_count(desk: Press) -> None:
    """A feed's backlog was not published in the week in which it was first read."""
    desk.archive.database.execute("UPDATE releases SET announce = 0 WHERE guid = 'jail-1'")
    assert weeks(desk)["287g"][-1] == 1


def test_a_release_that_names_a_program_often_counts_once(press: Press) -> None:
    """Releases are counted, not mentions; and not those out of which the mention was taken."""
    press.now += 3 * WEEK
    press.show("River", "often", f"{JAIL} {STORY} {JAIL} {JAIL}")
    press.show("River", "gone", JAIL)
    press.show("River", "gone", "The sheriff signed nothing.")
    press.now += timedelta(minutes=1)
    assert weeks(press) == {"287g": (0, 0, 1)}


def test_a_large_archive_is_not_read_through(desk: Press) -> None:
    """The newest mentions are found by an index, and releases by their ids: nothing is scanned or sorted."""
    values = {"program": "s-comm", "leave_out": "[]"}
    plan = [
        row[3] for row in desk.archive.database.execute(f"EXPLAIN QUERY PLAN {history._MENTIONING}", values)
    ]
    assert any("mentions_program (program_id=?)" in step for step in plan), plan
    assert any("SEARCH r USING INTEGER PRIMARY KEY" in step for step in plan), plan
    assert not [step for step in plan if step.startswith(("SCAN m", "SCAN r")) or "TEMP B-TREE" in step], plan


def test_reading_stops_where_the_weeks_end(desk: Press) -> None:
    """Releases that are older than what is shown are not looked at, however many there are."""
    looked_at: list[int] = []
    asked = desk.subscribe("asked")
    desk.archive.database.conn.create_function("seen", 1, looked_at.append)
    query = history._MENTIONING.replace("SELECT r.id,", "SELECT r.id + coalesce(seen(r.id), 0),")
    original, history._MENTIONING = history._MENTIONING, query
    try:
        history.weeks(desk.archive.database, asked, ["s-comm"], desk.now)
    finally:
        history._MENTIONING = original
    assert len(looked_at) <= 8


def test_an_archive_that_was_searched_for_a_new_program_is_its_history(press: Press) -> None:
    """A mention in a release that is older than the program on the watchlist was found by looking back."""
    press.show("River", "old", JAIL)
    press.now += 3 * WEEK
    press.archive.database.execute("UPDATE programs SET added = ?", [to_text(press.now - timedelta(days=1))])
    assert weeks(press) == {"287g": (1, 0, 0, 0)}


def test_a_week_of_which_a_part_was_watched_is_not_shown(press: Press) -> None:
    """It would look like a quiet one."""
    press.show("River", "first-day", JAIL)
    press.now = NOW + 2 * WEEK + timedelta(days=6)
    assert weeks(press) == {}
    press.show("River", "second", f"{JAIL} A second time.")
    press.now += timedelta(minutes=1)
    assert weeks(press) == {"287g": (0, 1)}

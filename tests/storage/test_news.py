"""What subscriptions are told of edits and of feeds' health, and what an older archive brings along."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from notifiers.hooks.payload import payload
from notifiers.looks.render import render
from presswatch.digests.model import Digest
from presswatch.times import to_text
from presswatch.watch import Subscription
from storage.archive import Archive
from storage.connection import APPLICATION_ID
from storage.migrations import migrations
from storage.telling import outbox
from tests.support.press import ALIAS, JAIL, STORY, Press
from tests.support.setup import NOW

PLAIN = "The county will study the program."
DAILY = "0 8 * * *"


def difference(digest: Digest | None) -> list[tuple[str, str]]:
    """What the only item of a digest says that an edit changed."""
    assert digest is not None
    ((item,),) = [section.items for section in digest.sections]
    return [(span.kind, span.text.strip()) for span in item.difference]


# Edits


def test_a_removed_mention_is_told_once(press: Press) -> None:
    """With what it said and what it says now; and nothing more, however often the text is touched up."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", f"First. {ALIAS} Last.")
    press.told(desk)
    press.show("Harbour", "h", f"First. {PLAIN} Last.")
    press.stand()
    made = press.digest(desk)
    assert difference(made) == [
        ("same", "First. The county will"),
        ("removed", "end S-Comm."),
        ("added", "study the program."),
        ("same", "Last."),
    ]
    assert made is not None
    (item,) = made.sections[0].items
    assert (item.kind, item.passages[0].text) == ("removed", f"First. {ALIAS} Last.")
    press.show("Harbour", "h", f"First. {PLAIN} Very last.")
    assert press.told(desk, timedelta(days=2)) == []


def test_a_date_that_lies_ahead_is_not_told_as_the_publishers(press: Press) -> None:
    """The digest says when the release was first seen, as where there is no date; so does its JSON."""
    desk = press.subscribe("desk")
    for name, ahead in (("ahead", 2), ("sound", 0)):
        shown = press.entry(name, f"{name}. {ALIAS}")
        dated = replace(shown.entry, published=press.now + timedelta(days=ahead), published_raw="2026-11-25")
        press.archive.record([press.reading("Harbour", replace(shown, entry=dated))], press.now)
    made = press.digest(desk)
    assert made is not None
    ((sound, ahead),) = [section["items"] for section in payload(made)["sections"]]
    assert (sound["published"], ahead["published"]) == ("2026-11-25T12:00:00Z", None)
    assert ahead["first_seen"] == "2026-11-25T12:00:00Z"
    assert render(made).text.count("first seen 25 November 2026") == 1


def test_only_who_was_told_is_told_of_a_removal(press: Press) -> None:
    """Neither a subscription that began later, nor one to other programs, nor one that left it out."""
    desk = press.subscribe("desk")
    others = [press.subscribe("jail", programs=("287g",))]
    press.show("Harbour", "h", ALIAS)
    for one in (desk, *others):
        press.told(one)
    others.append(press.subscribe("late"))
    press.show("Harbour", "h", PLAIN)
    press.stand()
    assert [press.told(one) for one in others] == [[], []]
    assert [kind for kind, *_ in press.told(desk)] == ["removed"]


def test_a_mention_that_stays_elsewhere_is_no_removal(press: Press) -> None:
    """Only the last mention of a program counts, and each program by itself."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", f"{ALIAS} We said so: S-Comm ends. {JAIL}")
    press.told(desk)
    press.show("Harbour", "h", f"{ALIAS} {JAIL}")
    assert press.told(desk) == []
    press.show("Harbour", "h", JAIL)
    press.stand()
    assert press.told(desk) == [("removed", "s-comm", "Release h")]


def test_what_comes_and_goes_between_two_digests_is_nothing(press: Press) -> None:
    """A mention that is back by the time of the digest was never gone."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", ALIAS)
    press.told(desk)
    press.show("Harbour", "h", PLAIN)
    press.show("Harbour", "h", ALIAS)
    assert press.told(desk) == []


def test_a_page_that_changes_to_and_fro_floods_nobody(press: Press) -> None:
    """Within a day one removal and one return are told, if each stands; what is so a day later, then."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", ALIAS)
    press.told(desk)
    told = []
    for _ in range(10):
        press.show("Harbour", "h", PLAIN)
        told += press.told(desk)
        press.show("Harbour", "h", ALIAS)
        told += press.told(desk)
    assert told == []
    for text in (PLAIN, ALIAS):
        press.show("Harbour", "h", text)
        press.stand()
        told += press.told(desk)
    assert [kind for kind, *_ in told] == ["removed", "again"]
    press.show("Harbour", "h", PLAIN)
    press.stand()
    assert press.told(desk) == []
    assert [kind for kind, *_ in press.told(desk, timedelta(days=1))] == ["removed"]
    assert press.told(desk, timedelta(days=9)) == []


def test_a_removal_before_the_digest_is_told_with_it(press: Press) -> None:
    """What was said is told, with the note that it is gone; not a second time as a removal."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", ALIAS)
    press.show("Harbour", "h", PLAIN)
    made = press.digest(desk)
    assert made is not None
    (item,) = made.sections[0].items
    assert (item.kind, item.passages[0].text) == ("new", ALIAS)
    assert item.passages[0].why.endswith("no longer in the text")
    assert press.told(desk, timedelta(days=2)) == []


def test_a_scheduled_digest_hears_of_an_edit_in_time(press: Press) -> None:
    """A subscription that is told weekly hears of the edit with the next digest."""
    weekly = press.subscribe("weekly", schedule="0 8 * * 1")
    press.show("Harbour", "h", ALIAS)
    press.told(weekly)
    press.show("Harbour", "h", PLAIN)
    assert [kind for kind, *_ in press.told(weekly, timedelta(days=7))] == ["removed"]


LONG = f"{STORY} {ALIAS} {STORY}"
NOT_REMOVED = {
    "a teaser with an ellipsis": " ".join(STORY.split()[:30]) + " […]",
    "a teaser that invites": " ".join(STORY.split()[:30]) + " Continue reading this on our site",
    "a first paragraph": ". ".join(STORY.split(". ")[:2]) + ".",
}


@pytest.mark.parametrize("text", NOT_REMOVED.values(), ids=NOT_REMOVED)
def test_a_feed_that_turns_to_teasers_takes_nothing_out(press: Press, text: str) -> None:
    """Cut down to its opening, a release has not been edited by its publisher."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", LONG)
    press.told(desk)
    press.show("Harbour", "h", text)
    assert press.told(desk, timedelta(days=2)) == []


def test_a_withdrawn_release_is_a_removal(press: Press) -> None:
    """A short text that is not the old one's beginning says that it was taken back."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", LONG)
    press.told(desk)
    press.show("Harbour", "h", "This statement has been withdrawn.")
    press.stand()
    assert [kind for kind, *_ in press.told(desk)] == ["removed"]


def test_another_feed_takes_nothing_out(press: Press) -> None:
    """A longer text of the same release in another feed, without the mention, is not the publisher's edit."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", ALIAS)
    press.told(desk)
    press.show("River", "h", f"{PLAIN} {STORY}")
    assert press.told(desk, timedelta(days=2)) == []


def test_a_removal_waits_for_the_page(press: Press) -> None:
    """While the page behind an edited teaser is to be read, nobody is told what may not be so."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", ALIAS)
    press.told(desk)
    press.teasers = True
    press.show("Harbour", "h", f"{PLAIN} Read more…")
    assert press.told(desk) == []
    press.page("h", f"{STORY} {ALIAS}")
    assert press.told(desk, timedelta(days=2)) == []


def test_words_that_only_count_no_longer_are_not_removed(press: Press) -> None:
    """After another rule finds less, an edit that leaves the words alone is no removal."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", ALIAS)
    press.told(desk)
    plain, jail = press.watch.programs
    press.watch = replace(press.watch, programs=(replace(plain, terms=("Secure Communities",)), jail))
    press.archive.adopt(press.watch, press.now)
    press.show("Harbour", "h", f"{ALIAS} Soon.")
    assert press.told(desk) == []


def test_an_added_mention_shows_the_old_wording(press: Press) -> None:
    """ "Updated: now mentions" comes with what the sentence said before."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", PLAIN)
    press.show("Harbour", "h", ALIAS)
    made = press.digest(desk)
    assert difference(made)[1:] == [("removed", "study the program."), ("added", "end S-Comm.")]


# Feeds' health and gaps


def turn(press: Press, publisher: str, health: str, before: str = "well", reason: str = "HTTP 503") -> None:
    """Let a feed's health turn, a minute later."""
    press.now += timedelta(minutes=1)
    table = press.archive.database.table
    (feed,) = table("feeds").rows_where("publisher = ?", [publisher])
    table("feeds").update(feed["id"], {"health": health, "health_since": to_text(press.now)})
    table("health_changes").insert(
        {
            "feed_id": feed["id"],
            "at": to_text(press.now),
            "health": health,
            "before": before,
            "reason": reason,
        }
    )


def trouble(
    press: Press, subscription: Subscription, after: timedelta = timedelta()
) -> list[tuple[str, str]]:
    """(publisher, health) of the feeds that the subscription is told of now."""
    made = press.digest(subscription, after)
    return [(turn.publisher, turn.health) for turn in made.coverage.turned] if made else []


def test_trouble_waits_a_day_where_digests_go_out_at_once(press: Press) -> None:
    """Nobody is woken by it, and nobody is left without it; it is told once, and its end too."""
    desk = press.subscribe("desk")
    turn(press, "River", "failing")
    assert trouble(press, desk, timedelta(hours=23)) == []
    assert trouble(press, desk, timedelta(hours=1)) == [("River", "failing")]
    assert trouble(press, desk, timedelta(days=9)) == []
    turn(press, "River", "well", "failing")
    assert trouble(press, desk, timedelta(days=1)) == [("River", "well")]


def test_trouble_goes_along_with_a_digest(press: Press) -> None:
    """Where something else is told, it is told at once, and not again."""
    desk = press.subscribe("desk")
    turn(press, "River", "gone")
    press.show("Harbour", "h", ALIAS)
    assert trouble(press, desk) == [("River", "gone")]
    assert trouble(press, desk, timedelta(days=2)) == []


def test_a_scheduled_digest_is_made_for_trouble(press: Press) -> None:
    """When its time comes, with a subject that says so."""
    daily = press.subscribe("daily", schedule=DAILY)
    turn(press, "River", "failing")
    made = press.digest(daily)
    assert made is not None
    assert (made.subject, made.sections) == ("Feed trouble: River stopped answering", ())


def test_what_mended_meanwhile_is_nothing(press: Press) -> None:
    """A feed that was away between two digests is told of by its gap, if it has one."""
    desk = press.subscribe("desk")
    turn(press, "River", "failing")
    turn(press, "River", "well", "failing")
    assert trouble(press, desk, timedelta(days=2)) == []
    turn(press, "River", "failing")
    assert trouble(press, desk, timedelta(hours=2)) == [], "counted from the last trouble"


def test_a_new_subscription_starts_with_the_present_health(press: Press) -> None:
    """It is not told what turned before it was there; nor one that comes back after a long absence."""
    turn(press, "River", "failing")
    daily = press.subscribe("daily", schedule=DAILY)
    assert trouble(press, daily, timedelta(days=2)) == []
    turn(press, "Mill", "gone")
    without = replace(press.watch, subscriptions=())
    press.archive.adopt(without, press.now)
    for _ in range(30):
        press.now += timedelta(days=1)
        press.archive.adopt(without, press.now)
    press.archive.adopt(press.watch, press.now)
    assert trouble(press, daily) == []
    turn(press, "Orchard", "silent")
    assert trouble(press, daily) == [("Orchard", "silent")]


def test_who_wants_no_trouble_has_it_in_the_coverage_only(press: Press) -> None:
    """With ``health = false`` there is no digest for it, and none of its lines; failed feeds still stand."""
    quiet = press.subscribe("quiet", schedule=DAILY, health=False)
    turn(press, "River", "failing")
    press.archive.database.execute("UPDATE feeds SET failures = 3 WHERE publisher = 'River'")
    assert press.digest(quiet, timedelta(days=2)) is None
    press.show("Harbour", "h", ALIAS)
    made = press.digest(quiet)
    assert made is not None
    assert made.coverage.turned == ()
    assert [feed.publisher for feed in made.coverage.failed] == ["River"]


def test_feeds_that_are_no_longer_watched_are_not_told_of(press: Press) -> None:
    """A feed that was taken out of the configuration is nobody's trouble."""
    daily = press.subscribe("daily", schedule=DAILY)
    turn(press, "River", "gone")
    press.watch = replace(press.watch, feeds=tuple(f for f in press.watch.feeds if f.publisher != "River"))
    press.archive.adopt(press.watch, press.now)
    assert trouble(press, daily) == []


def test_coverage_names_silent_feeds(press: Press) -> None:
    """Since when they have shown nothing new."""
    press.show("River", "r", ALIAS)
    shown = press.now
    press.now += timedelta(days=50)
    turn(press, "River", "silent")
    (silent,) = press.archive.coverage().silent
    assert (silent.publisher, silent.since) == ("River", shown)


def gap(press: Press, status: str, **values: object) -> None:
    """Let a gap be found in a feed, or change."""
    table = press.archive.database.table("gaps")
    if table.count:
        table.update(1, {"status": status, "finished": to_text(press.now), **values})
        return
    row = {"feed_id": 2, "seen_before": to_text(press.now - timedelta(days=2)), "found": to_text(press.now)}
    table.insert({**row, "fetch_id": 1, "next_attempt": row["found"], "status": status, **values})


def gaps(digest: Digest | None) -> list[tuple[str, str, int]]:
    """The gaps that a digest shows."""
    assert digest is not None
    return [(gap.publisher, gap.status, gap.recovered) for gap in digest.coverage.gaps]


def test_gaps_stand_in_the_next_digest_and_so_does_their_end(press: Press) -> None:
    """Also if the digest comes long after, and if it comes in the same second; each state once."""
    desk = press.subscribe("desk")
    press.show("River", "r", "Nothing.")
    gap(press, "pending")
    assert press.digest(desk, timedelta(hours=5)) is None
    press.show("Harbour", "h1", ALIAS)
    assert gaps(press.digest(desk)) == [("River", "pending", 0)]
    gap(press, "recovered", recovered=3)
    press.show("Orchard", "o", ALIAS)
    assert gaps(press.digest(desk)) == [("River", "recovered", 3)]
    press.show("Mill", "m", ALIAS)
    assert gaps(press.digest(desk)) == []


# An archive of the first version


OLD = """
INSERT INTO feeds(id, url, publisher, interval_seconds, fulltext, added, first_read)
VALUES (1, 'https://harbour.example/feed', 'Harbour', 60, 'never', :then, :then),
       (2, 'https://river.example/feed', 'River', 60, 'never', :then, :then);
INSERT INTO fetches(id, feed_id, outcome, first_at, last_at, seconds) VALUES (1, 1, 'read', :then, :then, 1),
       (2, 2, 'read', :then, :then, 1);
INSERT INTO programs VALUES ('s-comm', 'Secure Communities', '', 'v1', 1, :then);
INSERT INTO rules VALUES ('s-comm', 'v1', '{}', :then);
INSERT INTO subscriptions VALUES
    ('desk', 'desk', '[]', '[]', '[]', 'at-once', 'UTC', 1, :then, :then, 2),
    ('late', 'desk', '[]', '[]', '[]', 'at-once', 'UTC', 1, :then, :then, 0);
INSERT INTO digests VALUES (1, 'desk', :then, :then, :then, 'Secure Communities: 2 releases', 2, :content);
INSERT INTO digest_items VALUES ('desk', 1, 's-comm', 1), ('desk', 2, 's-comm', 1);
INSERT INTO deliveries(digest_id, identity, channel, recipient, next_attempt)
VALUES (1, 'presswatch-1', 'desk', 'desk', :then)
"""
CONTENT = """{"subscription": "desk", "created": "2026-11-25T12:00:00Z", "since": "2026-11-25T11:00:00Z",
"until": "2026-11-25T12:00:00Z", "sections": [{"program": "s-comm", "name": "Secure Communities", "items": [
{"release_id": 1, "title": "One", "url": "", "publishers": ["Harbour"], "published": null,
"first_seen": "2026-11-25T12:00:00Z", "kind": "new", "passages": []}]}],
"coverage": {"feeds": 2, "read": 2, "failed": []}}"""


def old_archive(path: Path, then: datetime) -> None:
    """An archive that only the first migration made: two releases told to ``desk`` and one that is owed."""
    database = Database(path)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    migrations.apply(database, stop_before="m002_newsrooms")
    for statement in OLD.split(";\n"):
        database.execute(statement, {"then": to_text(then), "content": CONTENT})
    texts = {1: f"{STORY} {ALIAS}", 2: ALIAS, 3: f"One thing. {ALIAS}"}
    for number, text in texts.items():
        at = text.index("S-Comm")
        database.table("releases").insert(
            {
                "id": number,
                "feed_id": 1,
                "fetch_id": 1,
                "publisher": "Harbour",
                "guid": f"{number}",
                "url": f"https://newsroom.example/{number}",
                "title": f"Old {number}",
                "text": text,
                "first_seen": to_text(then),
                "content_hash": "",
                "announce": 1,
            }
        )
        database.execute(
            "INSERT INTO sightings VALUES (?, ?, 1, ?)", [f"guid:{number}", number, to_text(then)]
        )
        database.table("mentions").insert(
            {
                "release_id": number,
                "revision": 1,
                "program_id": "s-comm",
                "term": "S-Comm",
                "field": "text",
                "start_offset": at,
                "end_offset": at + 6,
                "part": "body",
                "snippet": text,
                "snippet_offset": 0,
                "why": "because",
                "rule": "v1",
                "cause": "new",
                "found": to_text(then),
                "announce": 1,
            }
        )
    database.execute("INSERT INTO releases_fts(releases_fts) VALUES ('rebuild')")
    database.close()


@pytest.fixture
def migrated(tmp_path: Path, press: Press) -> Press:
    """The old archive, opened by this version."""
    path = tmp_path / "old.db"
    old_archive(path, NOW - timedelta(hours=3))
    subscriptions = (Subscription("desk", "desk"), Subscription("late", "desk"))
    watch = replace(press.watch, archive=path, subscriptions=subscriptions)
    return Press(Archive(path), watch)


def test_an_old_archive_loses_and_repeats_nothing(migrated: Press) -> None:
    """What was owed is told, what was told is not; a digest that waits is sent as it was frozen."""
    desk, late = migrated.watch.subscriptions
    waiting = outbox.pending(migrated.archive.database, migrated.now)[0].delivery
    assert (waiting.identity, waiting.digest.subject) == ("presswatch-1", "Secure Communities: 1 release")
    assert migrated.told(desk) == [("new", "s-comm", "Old 3")]
    assert migrated.told(late) == [("new", "s-comm", f"Old {n}") for n in (3, 2, 1)]
    assert [migrated.told(one) for one in (desk, late)] == [[], []]
    assert list(migrated.archive.database.execute("PRAGMA foreign_key_check")) == []
    migrated.archive.close()


def test_an_old_archive_knows_its_stories(migrated: Press) -> None:
    """A story told before the update is not told again when another publisher brings it."""
    desk = migrated.watch.subscriptions[0]
    migrated.told(desk)
    migrated.show("River", "r", f"{STORY} {ALIAS}")
    assert migrated.told(desk) == []
    migrated.show("River", "r2", f"Another thing. {ALIAS}")
    assert migrated.told(desk)[1:] == [("also", "s-comm", "River")]
    migrated.archive.close()


def test_an_old_archive_hears_of_edits(migrated: Press) -> None:
    """A removal from a release that was told before the update is told."""
    desk = migrated.watch.subscriptions[0]
    migrated.told(desk)
    migrated.show("Harbour", "1", STORY, "Old 1")
    migrated.stand()
    assert [kind for kind, *_ in migrated.told(desk)] == ["removed"]
    migrated.archive.close()


def test_telling_twice_breaks_the_key(press: Press) -> None:
    """Whatever else went wrong, nothing is frozen that was frozen before."""
    desk = press.subscribe("desk")
    press.show("Harbour", "h", ALIAS)
    owed, upto = press.archive.owed(desk)
    made = press.digest(desk)
    assert made is not None
    with pytest.raises((sqlite3.IntegrityError, Exception), match="UNIQUE"):
        press.archive.freeze(made, owed, [("desk", "desk")], upto)
    assert press.archive.database.table("digests").count == 1

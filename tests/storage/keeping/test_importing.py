"""Bringing in old releases: from JSON lines, and from another archive."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from presswatch.feeds.entry import make_entry
from presswatch.feeds.values import MatchedEntry
from presswatch.watch import Feed
from storage.archive import Archive
from storage.keeping.imported import BadLine, Imported
from storage.keeping.importing import Added, Merged
from storage.keeping.lines import read_lines
from storage.keeping.other_archive import read_archive
from storage.keeping.verify import verify
from tests.storage.keeping.office import PLAIN, Office, fill, office
from tests.support.press import ALIAS
from tests.support.setup import NOW

OLD = {
    "url": "https://newsroom.example/1",
    "guid": "https://newsroom.example/?p=1",
    "title": "Release 1",
    "html": f"<p>{ALIAS}</p>",
    "published": "2026-11-25T12:00:00Z",
    "publisher": "Harbour",
}


def lines(folder: Path, *objects: object) -> list[Imported | BadLine]:
    """What a file with these objects, one a line, holds; a string stands as it is."""
    path = folder / "old.jsonl"
    path.write_text(
        "\n".join(o if isinstance(o, str) else json.dumps(o) for o in objects), encoding="utf-8-sig"
    )
    return list(read_lines(path, NOW, Counter()))


def bring(newsrooms: Office, found: list[Imported | BadLine]) -> Added:
    """Import what is good."""
    good = [one for one in found if isinstance(one, Imported)]
    batches = newsrooms.archive.import_releases(good, newsrooms.watch, newsrooms.now, source="old.jsonl")
    return sum(batches, Added())


def test_mentions_are_found_and_nobody_is_told(newsrooms: Office, tmp_path: Path) -> None:
    """Neither at once nor when the feed shows the release; the archive says where it is from."""
    desk = newsrooms.subscribe("desk")
    assert bring(newsrooms, lines(tmp_path, OLD)) == Added(new=1, mentions=1)
    assert newsrooms.told(desk) == []
    assert newsrooms.shows_again("Harbour", newsrooms.entry("1", ALIAS)) == 0
    assert newsrooms.told(desk) == []
    row = next(newsrooms.archive.database.query("SELECT * FROM releases"))
    assert (row["announce"], row["first_seen"], row["content"]) == (0, "2026-11-25T12:00:00Z", OLD["html"])
    assert (
        newsrooms.archive.database.table("fetches").get(row["fetch_id"])["reason"]
        == "imported from old.jsonl"
    )
    assert verify(newsrooms.archive.path).is_whole


def test_what_is_sent_once_more_has_nothing_imported(newsrooms: Office, tmp_path: Path) -> None:
    """All that was first seen since a day is what feeds showed since then."""
    desk = newsrooms.subscribe("desk")
    bring(newsrooms, lines(tmp_path, OLD))
    newsrooms.show("River", "2", ALIAS)
    owed = newsrooms.archive.seen_since(desk, NOW - timedelta(days=1))
    assert [one.title for one in owed] == ["Release 2"]


def test_importing_twice_adds_nothing(newsrooms: Office, tmp_path: Path) -> None:
    """Not a row anywhere; nor does a release that the archive had, of which every key is kept."""
    newsrooms.show("Harbour", "2", PLAIN)
    known = {**OLD, "guid": "", "url": "https://newsroom.example/2", "title": "Release 2", "text": PLAIN}
    moved = {**OLD, "url": "https://newsroom.example/moved", "title": "Release 1", "text": "Other words."}
    found = lines(tmp_path, OLD, known, moved)
    merged = (Merged(3, "https://newsroom.example/moved", 2, "https://newsroom.example/1"),)
    assert bring(newsrooms, found) == Added(new=1, mentions=1, known=2, otherwise=1, merged=merged)
    counts = {table.name: table.count for table in newsrooms.archive.database.tables}
    assert bring(newsrooms, found) == Added(known=3, otherwise=1, merged=merged)
    assert {table.name: table.count for table in newsrooms.archive.database.tables} == counts
    keys = newsrooms.archive.database.execute("SELECT key FROM sightings WHERE release_id = 2").fetchall()
    assert ("link:newsroom.example/moved",) in keys


def test_an_equal_title_at_another_address_is_another_release(newsrooms: Office, tmp_path: Path) -> None:
    """Of lines with address and title only, dated or not; and once more, each is known as itself."""
    bulletins = [
        {"url": f"https://newsroom.example/bulletin/{n}", "title": "Weekly bulletin", "publisher": "River"}
        for n in range(1, 6)
    ]
    for n, one in enumerate(bulletins[:3], 1):
        one["published"] = f"2026-03-0{n}"
    found = lines(tmp_path, *bulletins)
    assert bring(newsrooms, found) == Added(new=5)
    assert bring(newsrooms, found) == Added(known=5)


def test_a_line_that_a_feed_showed_elsewhere_is_named(newsrooms: Office, tmp_path: Path) -> None:
    """The archive takes it for that release, since a newsroom may have moved; the reader can judge."""
    entry = newsrooms.entry("feed", PLAIN).entry
    keys = (*entry.keys, "title:Harbour|release feed")
    newsrooms.archive.record(
        [
            newsrooms.reading(
                "Harbour", replace(newsrooms.entry("feed", PLAIN), entry=replace(entry, keys=keys))
            )
        ],
        newsrooms.now,
    )
    old = {"url": "https://old.example/1", "title": "Release feed", "text": PLAIN, "publisher": "Harbour"}
    added = bring(newsrooms, lines(tmp_path, old))
    known = "https://newsroom.example/feed"
    assert (added.known, added.merged) == (1, (Merged(1, "https://old.example/1", 1, known),))


def test_a_bad_line_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    """By its number, with what is wrong; an empty line is none."""
    found = lines(
        tmp_path,
        OLD,
        "",
        "{",
        "[]",
        {**OLD, "publisher": " "},
        {**OLD, "url": "", "guid": ""},
        {**OLD, "title": "", "html": ""},
        {**OLD, "title": 7},
        {**OLD, "url": "nope"},
        {**OLD, "url": "javascript:alert(1)"},
        OLD,
    )
    bad = [(one.number, one.what.split(";")[0]) for one in found if isinstance(one, BadLine)]
    assert [number for number, _ in bad] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert [what.split(" (")[0] for _, what in bad] == [
        "is not JSON",
        "is not an object",
        "publisher: is missing",
        "has neither url nor guid, so it could not be known again",
        "has neither title nor text",
        "title: must be text",
        'url: "nope" is no address of http or https',
        'url: "javascript:alert(1)" is no address of http or https',
    ]
    assert sum(isinstance(one, Imported) for one in found) == 2


def test_bytes_that_are_no_text_are_a_bad_line(tmp_path: Path) -> None:
    """Nothing is guessed."""
    path = tmp_path / "old.jsonl"
    path.write_bytes(json.dumps({**OLD, "title": "é"}, ensure_ascii=False).encode("latin-1"))
    assert list(read_lines(path, NOW, Counter())) == [BadLine(1, "is not UTF-8")]


def test_dates_are_read_as_they_are_written(newsrooms: Office, tmp_path: Path) -> None:
    """ISO 8601, a mail's, in words; what can't be read, or lies ahead, is kept beside."""
    written = [
        "2024-05-03",
        "Fri, 03 May 2024 10:00:00 GMT",
        "May 3, 2024",
        "the other day",
        "2099-01-01",
        "",
    ]
    objects = [
        {"url": f"https://newsroom.example/{n}", "title": f"T {n}", "publisher": "River", "published": date}
        for n, date in enumerate(written)
    ]
    bring(newsrooms, lines(tmp_path, *objects))
    rows = newsrooms.archive.database.query("SELECT published, published_raw, published_note FROM releases")
    assert [(row["published"], row["published_raw"], row["published_note"]) for row in rows] == [
        ("2024-05-03T00:00:00Z", written[0], ""),
        ("2024-05-03T10:00:00Z", written[1], ""),
        ("2024-05-03T00:00:00Z", written[2], ""),
        (None, written[3], "unreadable"),
        ("2026-11-25T12:00:00Z", written[4], "future"),
        (None, "", "missing"),
    ]


def test_another_archive_comes_with_all_that_it_knows(newsrooms: Office, tmp_path: Path) -> None:
    """When it first saw a release, what that said before, by which keys; it is only read."""
    other_path = tmp_path / "other" / "archive.db"
    with Archive(other_path) as other:
        fill(office(other))
        seen = first_seen_under(other)
        theirs = {table: rows_of(other, table) for table in ("releases", "revisions", "pages")}
    before = other_path.read_bytes()
    found: list[Imported | BadLine] = list(read_archive(other_path, tmp_path))
    assert bring(newsrooms, found).new == 5
    assert {table: rows_of(newsrooms.archive, table) for table in theirs} == theirs
    assert seen.items() <= first_seen_under(newsrooms.archive).items()
    assert bring(newsrooms, found) == Added(known=5)
    assert other_path.read_bytes() == before
    assert verify(newsrooms.archive.path).is_whole
    assert not list(tmp_path.glob(".*"))


def test_a_replaced_archive_gives_back_what_came_after_the_copy(newsrooms: Office, tmp_path: Path) -> None:
    """What both hold is known; only what is missing is added."""
    newsrooms.show("Harbour", "1", PLAIN)
    with Archive(tmp_path / "replaced.db") as other:
        later = office(other)
        later.show("Harbour", "1", PLAIN)
        later.show("River", "2", ALIAS)
    found: list[Imported | BadLine] = list(read_archive(tmp_path / "replaced.db", tmp_path))
    assert bring(newsrooms, found) == Added(new=1, mentions=1, known=1)


def rows_of(archive: Archive, table: str) -> set[tuple[object, ...]]:
    """The table's rows without what an archive numbers for itself."""
    own = {"id", "feed_id", "fetch_id", "announce"}
    return {
        tuple(value for name, value in row.items() if name not in own)
        for row in archive.database.table(table).rows
    }


def first_seen_under(archive: Archive) -> dict[tuple[str, int], str]:
    """When each release was first seen under each of its keys."""
    found = archive.database.execute("SELECT key, release_id, min(first_seen) FROM sightings GROUP BY 1, 2")
    return {(key, release): moment for key, release, moment in found}


def test_what_another_archive_tells_apart_stays_apart(newsrooms: Office, tmp_path: Path) -> None:
    """Chapters of one publisher, on hosts of their own, that number alike: two releases here, too."""
    chapters = [f"https://{name}.example/feed" for name in ("alder", "birch")]
    with Archive(tmp_path / "other.db") as other:
        theirs = office(other)
        watched = tuple(Feed(url, "Chapters", announce_since=None, fulltext="never") for url in chapters)
        theirs.watch = replace(theirs.watch, feeds=watched)
        other.adopt(theirs.watch, theirs.now)
        for url in chapters:
            entry = make_entry(
                publisher="Chapters",
                guid="542",
                link=url.replace("feed", "news/statement-on-s-comm"),
                title="Statement on S-Comm",
                content=f"{url} {ALIAS}",
                text=f"{url} {ALIAS}",
                published=theirs.now,
            )
            theirs.now += timedelta(minutes=1)
            other.record([theirs.reading(url, MatchedEntry(entry, (), ()))], theirs.now)
        assert other.database.table("releases").count == 2
    for new, known in ((2, 0), (0, 2)):
        added = bring(newsrooms, list(read_archive(tmp_path / "other.db", tmp_path)))
        assert (added.new, added.known) == (new, known)

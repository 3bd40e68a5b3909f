"""The pages behind releases: which are due, and storing what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from presswatch.feeds.keys import folded_title
from presswatch.feeds.likeness import compare_texts
from presswatch.masking import masked
from presswatch.pages.values import DuePage, MatchedPage, PageFailed, PageRead
from presswatch.times import from_text, to_text
from storage import rows
from storage.taking import wholeness
from storage.taking.candidates import candidates
from storage.taking.doubts import Doubt, doubt_about
from storage.taking.rewriting import Reading, known_programs, present, rewrite

_DELAYS = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
)
"""How long after each failure a page is asked for again; after the last, no more."""
_MOST_COMPARED = 20  # releases of one title
_SECOND_LOOK = timedelta(hours=6)
"""How long after a page has lost a mention it is read once more: one reading alone proves no removal."""
_FRESH = timedelta(hours=1)
_ONCE_IN = timedelta(days=1)


def due_pages(database: Database, now: datetime) -> list[DuePage]:
    """The pages whose time has come, those of the newest releases first.

    One that waits for longer than any pause is due too: the clock was ahead when it was put off.
    """
    due = database.query(
        """
        SELECT p.release_id, p.url, r.title, r.publisher FROM pages p JOIN releases r ON r.id = p.release_id
        WHERE p.status = 'pending' AND (p.next_attempt <= ? OR p.next_attempt > ?) ORDER BY p.release_id DESC
        """,
        [to_text(now), to_text(now + _DELAYS[-1])],
    )
    return [DuePage(**row) for row in due]


def ask_for(database: Database, release_ids: Sequence[tuple[int, str]], now: datetime) -> None:
    """Note that the pages of these releases (id, address) are to be read, also if they were before."""
    for release_id, url in release_ids:
        database.execute(
            """
            INSERT INTO pages(release_id, url, next_attempt) VALUES (?, ?, ?)
            ON CONFLICT (release_id) DO UPDATE SET url = excluded.url,
                next_attempt = excluded.next_attempt, status = 'pending', attempts = 0
            """,
            [release_id, url, to_text(now)],
        )


def ask_again(database: Database, release: Mapping[str, Any], url: str, now: datetime) -> None:
    """Note that the page of a release is to be read again, since a feed says that it was edited.

    At once if it was read last in its first hour, when most is corrected, or more than a day ago; else when
    that day is over: some feeds say so at each reading.
    """
    row = next(database.query("SELECT * FROM pages WHERE release_id = ?", [release["id"]]), None)
    if row is not None and row["status"] == "pending":
        return
    at = now
    if row is not None:
        was_read = row["status"] == "read" and row["read_at"] is not None
        last = min(now, from_text(row["read_at"] if was_read else row["next_attempt"]))
        if not was_read or last - from_text(release["first_seen"]) >= _FRESH:
            at = max(now, last + _ONCE_IN)
    ask_for(database, [(release["id"], url)], at)


def record_pages(database: Database, pages: Sequence[MatchedPage], now: datetime) -> int:
    """Store what was read and what could not be; return how many mentions that made.

    Call it within :func:`storage.connection.writing`.
    """
    mentions = 0
    together = [page.reading for page in pages if isinstance(page.reading, PageRead)]
    for page in pages:
        if isinstance(page.reading, PageFailed):
            _note_failure(database, page.reading, now)
        else:
            mentions += _record_page(database, page, page.reading, together, now)
    ask_for(database, wholeness.learn_by_pages(database, [page.reading.release_id for page in pages]), now)
    return mentions


def _record_page(
    database: Database, page: MatchedPage, read: PageRead, together: Sequence[PageRead], now: datetime
) -> int:
    """Take a page for its release's text, if it is its page as far as anybody can tell.

    One in doubt is asked for again, as one that failed is. What it mentions is told at once, beside what
    the release said before; and if the site shows the same for days, it is taken: then that is what the
    publisher says. But of what the release said before its page was ever read nothing is taken out, and it
    counts as unread. Nothing at all is taken of a page in doubt that was only read to try whether the feed
    has the release whole.
    """
    release = database.table("releases").get(read.release_id)
    row = database.table("pages").get(read.release_id)
    doubt = doubt_about(database, release, row, read, together)
    if doubt is None:
        vain = wholeness.adds_nothing(database, release, row["url"], read, together)
        return _take(database, page, read, now, vain=vain)
    news = {mention.program for mention in page.mentions} - known_programs(database, read.release_id)
    stood = row["attempts"] >= len(_DELAYS) and read.text not in release["text"]
    if doubt.certain or not (news or stood) or wholeness.is_tried(database, release, row["url"]):
        _doubt(database, read, doubt, now)
        return 0
    beside = bool(news) or release["text_from"] == "feed"
    mentions = _take(database, page, read, now, beside=beside)
    if beside:
        _doubt(database, read, doubt, now)
    return mentions


def _doubt(database: Database, read: PageRead, doubt: Doubt, now: datetime) -> None:
    failed = PageFailed(
        read.release_id, read.url, read.at, read.seconds, read.status, doubt.reason, retriable=True
    )
    _note_failure(database, failed, now)


def _take(
    database: Database,
    page: MatchedPage,
    read: PageRead,
    now: datetime,
    *,
    beside: bool = False,
    vain: bool = False,
) -> int:
    """Store a page, and let its release say what it says; ``beside`` what the release said before. One that
    was read in ``vain`` changes nothing.
    """
    database.table("pages").update(
        read.release_id,
        {
            "status": "read",
            "reason": "",
            "http_status": read.status,
            "read_at": to_text(read.at),
            "final_url": masked(read.url),
            "kind": read.kind,
            "size": read.size,
            "body_hash": read.body_hash,
            "title": read.title,
            "text": read.text,
        },
    )
    release = database.table("releases").get(read.release_id)
    if vain:
        return 0
    before = present(database, release)
    now_reads = Reading(read.text, page.mentions, page.parts)
    if not beside:
        now_reads = _with_page(before, now_reads, release["text_from"])
    elif before.text:
        now_reads = before.followed_by(now_reads)
    title = release["title"] or read.title
    if now_reads.text == release["text"] and title == release["title"]:
        return 0
    edited = release["text_from"] == "page"
    known = not edited and _is_known_by_title(database, release, title, now_reads.text, now)
    mentions = rewrite(
        database,
        release,
        now_reads,
        replaced_by="edit" if edited else "page",
        now=now,
        may_announce=not known,
        text_from="page",
        title=title,
    )
    if _took_out(database, release):
        url = database.table("pages").get(read.release_id)["url"]
        ask_for(database, [(read.release_id, url)], now + _SECOND_LOOK)
    return mentions


def _took_out(database: Database, release: Mapping[str, Any]) -> bool:
    """Whether the revision after this one of a release lost a mention by it."""
    row = database.execute(
        "SELECT 1 FROM mention_changes WHERE release_id = ? AND revision = ? AND kind = 'removed' LIMIT 1",
        [release["id"], release["revision"] + 1],
    ).fetchone()
    return row is not None


def _is_known_by_title(
    database: Database, release: Mapping[str, Any], title: str, text: str, now: datetime
) -> bool:
    """Whether a release of which its list told little is one of before at a new address: its page says the
    same under the same title. From now on it is known by that title, too.
    """
    folded = folded_title(title)
    if not folded:
        return False
    key = f"title:{release['publisher']}|{folded}"
    before = candidates(database, [key], feed_id=release["feed_id"])
    newest = sorted(before, key=lambda one: -one.release_id)[:_MOST_COMPARED]
    published = from_text(release["published"]) if release["published"] else None
    known = any(
        _says_the_same(one.text, text, same_day=_same_day(one.published, published))
        for one in newest
        if one.release_id != release["id"] and not one.other_host
    )
    sighting = {"key": key, "release_id": release["id"], "feed_id": release["feed_id"]}
    rows.insert(database, "sightings", [sighting | {"first_seen": to_text(now)}], ignore=True)
    return known


def _says_the_same(one: str, other: str, *, same_day: bool) -> bool:
    """A weekly bulletin is nearly the same as the last, but of another day."""
    likeness = compare_texts(one, other)
    return likeness in ("same", "same whole") or (same_day and likeness == "nearly")


def _same_day(one: datetime | None, other: datetime | None) -> bool:
    """As far as anybody can tell."""
    return one is None or other is None or one.date() == other.date()


def _with_page(before: Reading, page: Reading, text_from: str) -> Reading:
    """The text that a release has once its page is read.

    The page's, if it says more than the feed did. Where the feed names a program that the page's
    text doesn't (a line above the article, say), both are kept, so that nothing is taken out.
    """
    if text_from == "feed" and len(page.text) <= len(before.text):
        return before if page.programs() <= before.programs() else before.followed_by(page)
    if before.programs("text") <= page.programs():
        return page
    return page if text_from == "page" else before.followed_by(page)


def _note_failure(database: Database, failed: PageFailed, now: datetime) -> None:
    attempts = database.table("pages").get(failed.release_id)["attempts"] + 1
    change: dict[str, Any] = {"attempts": attempts, "reason": failed.reason, "http_status": failed.status}
    # One 404 proves nothing: a feed may show a release before its page is there.
    may_come = failed.retriable or failed.status == 404
    if may_come and attempts <= len(_DELAYS):
        change |= {"status": "pending", "next_attempt": to_text(now + _DELAYS[attempts - 1])}
    else:
        change |= {"status": "failed", "next_attempt": to_text(now)}  # when it was given up
    database.table("pages").update(failed.release_id, change)

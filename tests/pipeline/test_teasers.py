"""Long teasers that end in a full stop: a feed's texts are compared with its pages, and what follows is
told.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.cycle import in_threads, load_ready, open_notifiers
from presswatch import pipeline
from presswatch.watch import Watch
from storage.archive import Archive
from tests.pages.samples import page
from tests.support.feeds import Item, rss
from tests.support.receiver import Receiver
from tests.support.setup import write_config
from tests.support.site import Site

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
MENTION = (
    "After {0} hours of testimony the commission voted {0} to two to end its part in S-Comm, and the {0} "
    "people in the hall of matter {0} rose from their {0} chairs."
)


class Office:
    """A newsroom whose feed shows the first ``paragraphs`` of each release, of which none looks cut. The last
    paragraph of each names a program.
    """

    def __init__(self, site: Site, hook: Receiver, folder: Path, fulltext: str = "auto") -> None:
        self.paragraphs = 6
        self.link = ""  # to which all that is published leads, if there is one
        self.now = NOW
        self._site = site
        self._hook = hook
        self._shown: list[Item] = []
        self._watch: Watch = load_ready(
            write_config(
                folder,
                [site.publish("/feed", rss([]))],
                channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
                subscriptions=[{"id": "desk", "channel": "hook"}],
                fetch='timeout = "1s"\npage_delay = "0s"\nannounce_since = "all"',
                fulltext=fulltext,
            )
        )

    def publish(self, *numbers: int) -> None:
        """Publish releases."""
        for number in numbers:
            said = [
                f"In matter {number} the hall heard from speaker {number * 10 + n}, who had come a long way"
                f" by bus and brought neighbors along, to tell of {number * 100 + n} nights without sleep "
                f"in the village."
                for n in range(5)
            ] + [MENTION.format(number)]
            body = "".join(f"<p>{paragraph}</p>" for paragraph in said)
            article = f"<main><article><h1>Matter {number}</h1>{body}</article></main>"
            shown = page(article, title=f"Matter {number}")
            link = self.link or self._site.publish(
                f"/{number}", shown, content_type="text/html; charset=utf-8"
            )
            text = "".join(f"<p>{paragraph}</p>" for paragraph in said[: self.paragraphs])
            age = NOW - self.now
            self._shown.insert(0, Item(f"Matter {number}", text, f"urn:{number}", link, age))
        self._site.publish("/feed", rss(self._shown[:20], now=NOW))

    def cycle(self, after: timedelta = timedelta()) -> None:
        """One cycle, so long after the one before."""
        self.now += after
        with Archive(self._watch.archive) as archive:
            pipeline.run_cycle(
                self._watch,
                archive,
                open_notifiers(self._watch),
                in_threads,
                clock=lambda: self.now,
                everything=True,
            )

    @property
    def archive(self) -> Path:
        """The archive's file."""
        return self._watch.archive

    @property
    def told(self) -> list[int]:
        """The numbers of the releases that were told, in order."""
        return sorted(int(title.removeprefix("Matter ")) for _, title in self._hook.told())

    @property
    def read(self) -> list[int]:
        """The numbers of the releases whose pages were asked for, in order."""
        asked = (path[1:] for path, _ in self._site.requests)
        return sorted(int(name) for name in asked if name.isdigit())

    @property
    def only_teasers(self) -> list[str]:
        """What the last digest says of feeds of which only teasers are read."""
        _, payload = self._hook.received[-1]
        return [limit["reason"] for limit in payload["coverage"]["limits"] if limit["what"] == "teasers"]

    @property
    def texts(self) -> str:
        """What the archive knows of the feed's texts."""
        with Archive(self._watch.archive, read_only=True) as archive:
            (health,) = archive.feed_health()
            return health.texts


@pytest.fixture
def office(site: Site, hook: Receiver, tmp_path: Path) -> Office:
    """A newsroom that carries whole texts."""
    return Office(site, hook, tmp_path)


def test_a_mention_below_a_long_teaser_is_found(office: Office) -> None:
    """Some pages go on beyond their entries: then all are read, those of before and those that follow."""
    office.paragraphs = 5
    office.publish(*range(1, 9))
    office.cycle()
    assert office.read == office.told == [6, 7, 8]
    office.cycle(timedelta(hours=1))
    assert office.told == list(range(1, 9))
    office.publish(9)
    office.cycle(timedelta(hours=1))
    assert office.told == list(range(1, 10))
    assert (office.texts, office.only_teasers) == ("teasers", [])


def test_a_feed_of_whole_texts_costs_a_page_a_week(office: Office) -> None:
    """Three pages at first, and then one now and again, however much it publishes."""
    office.publish(*range(1, 9))
    office.cycle()
    assert (office.read, office.texts) == ([6, 7, 8], "whole")
    for day in range(1, 15):
        office.publish(8 + day)
        office.cycle(DAY)
    assert office.read == [6, 7, 8, 15, 22]
    assert office.told == list(range(1, 23))


def test_a_feed_that_turns_to_teasers_is_found_out(office: Office) -> None:
    """By the page of the week; then the pages of all that came since the last whole one are read, too."""
    office.publish(1, 2, 3)
    office.cycle()
    assert office.texts == "whole"
    office.paragraphs = 5
    for day in range(1, 8):
        office.publish(3 + day)
        office.cycle(DAY)
    office.cycle(timedelta(hours=1))
    assert office.texts == "teasers"
    assert office.told == list(range(1, 11))


def test_pages_that_are_never_read_are_told(site: Site, hook: Receiver, tmp_path: Path) -> None:
    """Of a feed that is to be read without its pages, and shows teasers, the digest says so."""
    office = Office(site, hook, tmp_path, fulltext="never")
    office.paragraphs = 1
    office.publish(1, 2)
    site.pages["/feed"].body = site.pages["/feed"].body.replace(b"by bus", b"by bus for S-Comm")
    office.cycle()
    assert (office.read, office.texts) == ([], "teasers")
    assert office.only_teasers == ['its entries are short or cut, and `fulltext = "never"`']


def test_pages_that_cannot_be_read_are_told(site: Site, office: Office) -> None:
    """Whether the texts are whole is not known then: each digest says so, until it is."""
    office.publish(1, 2, 3)
    for number in (1, 2, 3):
        site.pages[f"/{number}"].status = 403
    office.cycle()
    for _ in range(6):
        office.cycle(3 * DAY)
    assert office.texts == "unreadable"
    for number in (4, 5, 6):
        office.publish(number)
        office.cycle(8 * DAY)
    assert office.texts == "whole"
    assert office.only_teasers == []


def test_what_all_pages_say_is_no_part_of_a_whole_release(site: Site, office: Office) -> None:
    """A page that was read to compare it, and adds only what the other pages have too, changes nothing."""
    office.publish(1, 2, 3)
    about = "About S-Comm: it sends the fingerprints of all who are booked to the federal government at once."
    for number in (1, 2, 3):
        body = site.pages[f"/{number}"].body
        site.pages[f"/{number}"].body = body.replace(b"</article>", f"<p>{about}</p></article>".encode())
    office.cycle()
    assert office.texts == "whole"
    assert office.read == office.told == [1, 2, 3]
    with Archive(office.archive, read_only=True) as archive:
        rows = archive.database.query(
            "SELECT r.revision, r.text, p.text AS page FROM releases r JOIN pages p ON p.release_id = r.id"
        )
        found = [(row["revision"], about in row["text"], about in row["page"]) for row in rows]
    assert found == [(1, False, True)] * 3


@pytest.mark.parametrize("count", [4, 1], ids=["a link that all share", "another release's page"])
def test_a_page_that_is_not_the_releases_changes_nothing(site: Site, office: Office, count: int) -> None:
    """Neither a page to which all items link nor another release's becomes a part of a whole text, though it
    stays so for days; and what it mentions isn't told under the release's name.
    """
    said = "".join(f"<p>{part}</p>" for part in ("The mill pond froze over in one night. " * 12, MENTION))
    shown = page(f"<main><article><h1>Skating</h1>{said}</article></main>", title="Skating")
    office.link = site.publish("/latest", shown, content_type="text/html; charset=utf-8")
    office.publish(*range(count))
    for _ in range(8):
        office.cycle(DAY)
    with Archive(office.archive, read_only=True) as archive:
        rows = list(archive.database.query("SELECT revision, text FROM releases"))
    assert [row["revision"] for row in rows] == [1] * count
    assert not any("pond" in row["text"] for row in rows)
    assert bool(site.requests["/latest", 200]) is (count == 1)

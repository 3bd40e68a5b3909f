"""The archive as the pipeline sees it: each call is one transaction, or a reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlite_utils import Database

from presswatch.cycle import Recorded
from presswatch.digests.delivery import Delivery
from presswatch.digests.health import HealthChange
from presswatch.digests.ledger import Attempt, DeliveryState
from presswatch.digests.model import Coverage, Digest, LaterPublishers
from presswatch.digests.owed import Owed, Position
from presswatch.feeds.health_report import FeedHealth
from presswatch.feeds.values import FeedState, Reading
from presswatch.matching.matcher import Matcher
from presswatch.matching.program import Program
from presswatch.pages.values import DuePage, MatchedPage
from presswatch.recovery.values import Gap, Recovered
from presswatch.watch import Retention, Subscription, Watch
from storage.connection import errors_in_words, open_database, open_for_reading, writing
from storage.keeping import importing, retention
from storage.keeping.imported import Imported
from storage.looking import exporting, known, showing
from storage.looking.choosing import Filters
from storage.looking.exporting import Table
from storage.looking.search import Hit, search
from storage.looking.showing import Shown
from storage.newsrooms import feed_health
from storage.taking import gaps, health, pages, recording, rematching, watchlist
from storage.taking.rematching import Change
from storage.telling import coverage, history, later, ledger, news, outbox


class Archive(AbstractContextManager["Archive"]):
    """An open archive. Use it in the thread that opened it, and close it (or use ``with``).

    Every method raises :class:`presswatch.errors.ArchiveError` where SQLite cannot do its part.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.database: Database = open_for_reading(path) if read_only else open_database(path)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def adopt(self, watch: Watch, now: datetime) -> None:
        """Bring feeds, programs and subscriptions in line with the configuration."""
        with errors_in_words(self.path), writing(self.database):
            health.forget_absent(self.database, now)
            watchlist.adopt(self.database, watch, now)
            news.settle(self.database, now)

    def due_feeds(self, now: datetime, *, everything: bool = False) -> list[FeedState]:
        """The feeds whose time has come; all that are watched, if ``everything``."""
        with errors_in_words(self.path):
            return watchlist.due_feeds(self.database, now, everything=everything)

    def record(self, readings: Sequence[Reading], now: datetime, *, announce_all: bool = False) -> Recorded:
        """Store what a shard read; say what was new."""
        with errors_in_words(self.path), writing(self.database):
            recorded = recording.record(self.database, readings, now, announce_all=announce_all)
            news.settle(self.database, now)
            return recorded

    def due_gaps(self, now: datetime) -> list[Gap]:
        """The gaps to look into."""
        with errors_in_words(self.path):
            return gaps.due(self.database, now)

    def record_recovered(self, found: Sequence[Recovered], now: datetime) -> Recorded:
        """Store what was found of gaps; say what of it was new."""
        with errors_in_words(self.path), writing(self.database):
            recorded = recording.record_recovered(self.database, found, now)
            news.settle(self.database, now)
            return recorded

    def judge_health(self, now: datetime) -> int:
        """Write down which feeds turned bad or mended; say how many."""
        with errors_in_words(self.path), writing(self.database):
            return health.judge(self.database, now)

    def due_pages(self, now: datetime) -> list[DuePage]:
        """The pages behind teasers whose time has come."""
        with errors_in_words(self.path):
            return pages.due_pages(self.database, now)

    def record_pages(self, read: Sequence[MatchedPage], now: datetime) -> int:
        """Store pages that were read, or not; say how many mentions they made."""
        with errors_in_words(self.path), writing(self.database):
            mentions = pages.record_pages(self.database, read, now)
            news.settle(self.database, now)
            return mentions

    def planned(self, subscription: Subscription) -> datetime:
        """Up to when digests have been made for the subscription.

        Raises :class:`presswatch.errors.ArchiveError` if the archive doesn't know it yet.
        """
        with errors_in_words(self.path):
            return outbox.state_of(self.database, subscription.id)[0]

    def told_last(self, subscription: Subscription) -> datetime | None:
        """When the subscription's last digest was made; ``None`` if there is none yet."""
        with errors_in_words(self.path):
            return outbox.told_last(self.database, subscription.id)

    def owed(self, subscription: Subscription) -> tuple[list[Owed], Position]:
        """What the subscription has not been told, and up to where that is all."""
        with errors_in_words(self.path):
            planned, after = outbox.state_of(self.database, subscription.id)
            upto = Position(news.last_mention(self.database), health.last_health(self.database))
            return news.owed(self.database, subscription, after, upto.mention, planned), upto

    def later_publishers(
        self, subscription: Subscription, told: Sequence[Owed], now: datetime
    ) -> list[LaterPublishers]:
        """See :func:`storage.telling.later.later_publishers`."""
        with errors_in_words(self.path):
            return later.later_publishers(self.database, subscription, told, now)

    def weeks(
        self, subscription: Subscription, told: Sequence[Owed], now: datetime
    ) -> dict[str, tuple[int, ...]]:
        """How often the programs of what is told were mentioned lately: :mod:`storage.telling.history`."""
        with errors_in_words(self.path):
            return history.weeks(self.database, subscription, {one.program for one in told}, now)

    def health_changes(self, subscription: Subscription) -> list[HealthChange]:
        """The changes of feeds' health that the subscription has not been told of, the oldest first."""
        with errors_in_words(self.path):
            return health.health_changes(self.database, subscription.id)

    def coverage(self, subscription: Subscription | None = None) -> Coverage:
        """How the watched feeds fare, and what is new of gaps to the subscription, if one is given."""
        with errors_in_words(self.path):
            return coverage.coverage(self.database, subscription.id if subscription else "")

    def freeze(
        self,
        digest: Digest,
        told: Sequence[Owed],
        recipients: Sequence[tuple[str, str]],
        upto: Position,
        *,
        even_empty: bool = False,
    ) -> bool:
        """Store the digest and its deliveries, and note that the subscription has been looked at.

        An empty digest is only noted, unless ``even_empty``. False if nothing was stored.
        """
        stored = bool(told or digest.coverage.turned or even_empty)
        with errors_in_words(self.path), writing(self.database):
            outbox.move_on(
                self.database, digest.subscription, upto=upto, now=digest.until, with_health=stored
            )
            if stored:
                outbox.freeze(self.database, digest, told, recipients)
        return stored

    def seen_since(self, subscription: Subscription, since: datetime) -> list[Owed]:
        """See :func:`storage.telling.news.seen_since`."""
        with errors_in_words(self.path):
            return news.seen_since(self.database, subscription, since)

    def store_once(self, digest: Digest, recipients: Sequence[tuple[str, str]]) -> None:
        """Store a digest that a person asked for, and its deliveries; what is owed stays as it is."""
        with errors_in_words(self.path), writing(self.database):
            outbox.store(self.database, digest, recipients, once=True)

    def pending(self, now: datetime) -> list[tuple[Delivery, int]]:
        """The deliveries whose time has come, the oldest first, each with its attempts so far."""
        with errors_in_words(self.path):
            return outbox.pending(self.database, now)

    def newest_digest(self, subscription_id: str) -> Digest | None:
        """The digest that was made last for a subscription; ``None`` if there is none yet."""
        with errors_in_words(self.path):
            return outbox.newest_digest(self.database, subscription_id)

    def search(
        self,
        text: str,
        filters: Filters,
        *,
        limit: int,
        before: int | None = None,
        by_rank: bool = False,
        page: int = 1,
    ) -> list[Hit]:
        """See :func:`storage.looking.search.search`."""
        with errors_in_words(self.path):
            return search(
                self.database, text, filters, limit=limit, before=before, by_rank=by_rank, page=page
            )

    def must_be_known(self, filters: Filters) -> None:
        """See :func:`storage.looking.known.must_be_known`."""
        with errors_in_words(self.path):
            known.must_be_known(self.database, filters)

    def hints(self, text: str) -> list[str]:
        """See :func:`storage.looking.known.hints`."""
        with errors_in_words(self.path):
            return known.hints(self.database, text)

    def mentioning(self) -> dict[str, int]:
        """How many releases mention each program, as they stand now; none is left out."""
        with errors_in_words(self.path):
            rows = self.database.execute(
                "SELECT m.program_id, count(DISTINCT m.release_id) FROM mentions m"
                " JOIN releases r ON r.id = m.release_id AND r.revision = m.revision GROUP BY m.program_id"
            )
            return dict(rows.fetchall())

    def find_release(self, wanted: str) -> int:
        """The id of the release of a number or an address: see :func:`storage.looking.showing.find`."""
        with errors_in_words(self.path):
            return showing.find(self.database, wanted)

    def show_release(self, release_id: int) -> Shown:
        """All about a release: see :func:`storage.looking.showing.show`."""
        with errors_in_words(self.path):
            return showing.show(self.database, release_id)

    def export(
        self, table: Table, text: str, filters: Filters, *, with_text: bool = False
    ) -> Iterator[dict[str, Any]]:
        """The rows of a table, read as they are asked for: see :func:`storage.looking.exporting.rows`."""
        with errors_in_words(self.path):
            rows = exporting.rows(self.database, table, text, filters, with_text=with_text)
        return self._in_words(rows)

    def _in_words(self, rows: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        with errors_in_words(self.path):
            yield from rows

    def changes(self, programs: Sequence[Program]) -> list[Change]:
        """What these programs would add and drop: see :func:`storage.taking.rematching.changes`."""
        with errors_in_words(self.path):
            return list(rematching.changes(self.database, Matcher(programs)))

    def rematch(self, watch: Watch, now: datetime, *, announce: bool) -> int:
        """Adopt the configured programs for all that is stored; return how many changes that makes."""
        self.adopt(watch, now)
        with errors_in_words(self.path), writing(self.database):
            found = rematching.changes(self.database, Matcher(watch.programs))
            changed = rematching.adopt_changes(self.database, found, now, announce=announce)
            news.settle(self.database, now)
            return changed

    def count_pending(self) -> int:
        """How many deliveries are still owed, due or not."""
        with errors_in_words(self.path):
            return int(self.database.table("deliveries").count_where("status = 'pending'"))

    def note_accepted(self, delivery: Delivery, said: str, now: datetime) -> None:
        """The other side took it."""
        self._note(delivery, "accepted", said, now)

    def note_refused(self, delivery: Delivery, said: str, now: datetime) -> None:
        """It has failed for good."""
        self._note(delivery, "refused", said, now)

    def note_delayed(
        self, delivery: Delivery, said: str, now: datetime, until: datetime, *, all_of_channel: bool = False
    ) -> None:
        """It was not taken, and will be tried again; so will all that its channel is owed, if asked."""
        with errors_in_words(self.path), writing(self.database):
            outbox.note_attempt(self.database, delivery.id, "delayed", said, now, next_attempt=until)
            if all_of_channel:
                outbox.hold_channel(self.database, delivery.channel, until)

    def _note(self, delivery: Delivery, outcome: str, said: str, now: datetime) -> None:
        with errors_in_words(self.path), writing(self.database):
            outbox.note_attempt(self.database, delivery.id, outcome, said, now)

    def deliveries(self, *, status: str = "", subscription: str = "", limit: int = 50) -> list[DeliveryState]:
        """See :func:`storage.telling.ledger.deliveries`."""
        with errors_in_words(self.path):
            return ledger.deliveries(self.database, status=status, subscription=subscription, limit=limit)

    def delivery(self, delivery_id: int) -> tuple[DeliveryState, list[Attempt]]:
        """See :func:`storage.telling.ledger.delivery`."""
        with errors_in_words(self.path):
            return ledger.delivery(self.database, delivery_id)

    def retry(self, delivery_ids: Sequence[int], now: datetime) -> None:
        """See :func:`storage.telling.ledger.retry`."""
        with errors_in_words(self.path), writing(self.database):
            ledger.retry(self.database, delivery_ids, now)

    def abandon(self, delivery_ids: Sequence[int], now: datetime) -> None:
        """See :func:`storage.telling.ledger.abandon`."""
        with errors_in_words(self.path), writing(self.database):
            ledger.abandon(self.database, delivery_ids, now)

    def expired(
        self, limits: Retention, now: datetime, *, with_mentions: bool = False
    ) -> list[retention.Expired]:
        """See :func:`storage.keeping.retention.expired`."""
        with errors_in_words(self.path):
            return retention.expired(self.database, limits, now, with_mentions=with_mentions)

    def publishers(self) -> set[str]:
        """Everybody of whom the archive holds a release."""
        with errors_in_words(self.path):
            return retention.publishers(self.database)

    def forget(self, release_ids: tuple[int, ...], now: datetime) -> Iterator[int]:
        """See :func:`storage.keeping.retention.forget`; each step is a transaction."""
        with errors_in_words(self.path):
            yield from retention.forget(self.database, release_ids, now)

    def compact(self) -> None:
        """See :func:`storage.keeping.retention.compact`."""
        with errors_in_words(self.path):
            retention.compact(self.database)

    def import_releases(
        self, found: Iterable[Imported], watch: Watch, now: datetime, *, source: str
    ) -> Iterator[importing.Added]:
        """See :func:`storage.keeping.importing.import_releases`; each step is a transaction."""
        self.adopt(watch, now)
        matcher = Matcher(watch.programs)
        with errors_in_words(self.path):
            yield from importing.import_releases(self.database, found, matcher, now, source=source)

    def feed_health(self) -> list[FeedHealth]:
        """How each watched feed fares: see :func:`storage.newsrooms.feed_health`."""
        with errors_in_words(self.path):
            return feed_health(self.database)

"""Looking after the archive: whether it is whole, a copy of it, letting go of what is too old."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.reporting.run_state import run_state
from presswatch.times import from_text, to_text
from presswatch.watch import Watch
from storage.archive import Archive
from storage.connection import is_begun
from storage.keeping.backup import Backup, back_up
from storage.keeping.verify import Verification, verify
from storage.lock import cycle_lock


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What was done. ``backup`` is ``None`` where no folder is configured, ``forgotten`` counts the texts
    that the retention let go of, ``health`` the watched feeds by how they fare.
    """

    verification: Verification
    backup: Backup | None
    forgotten: int
    health: tuple[tuple[str, int], ...]

    def summary(self) -> str:
        """In a line."""
        found = self.verification
        findings = "; ".join(f"{one.check}: {one.what}" for one in found.findings[:3])
        done = "nothing was removed" if self.backup else "nothing was backed up or removed"
        whole = "whole" if found.is_whole else f"NOT WHOLE, {done} ({findings})"
        said = [f"archive {whole}, {found.releases} releases"]
        if self.backup:
            said.append(f"backed up as {self.backup.path.name}")
        if self.forgotten:
            said.append(f"{self.forgotten} texts let go of")
        if self.health:
            said.append("feeds: " + ", ".join(f"{number} {state}" for state, number in self.health))
        return "; ".join(said)


def maintain_once(watch: Watch, now: datetime, *, wait_seconds: float = 0) -> Upkeep | None:
    """Verify the archive, back it up, let go of what is past its time; ``None`` if that is not due yet.

    Of an archive that is damaged as a file nothing is copied. Where only single rows are not as they should
    be, it is copied, but no older copy makes room for that, and nothing is let go of. Raises
    :class:`presswatch.errors.ArchiveBusy` if another process is at work on the archive for longer than
    ``wait_seconds``, and :class:`presswatch.errors.ArchiveError` if something cannot be done; it is then due
    again.
    """
    with run_state(watch.archive) as state:
        maintained = state.maintained
    # Maintained at a time that is still to come: the clock was ahead.
    if maintained and timedelta() <= now - from_text(maintained) < watch.serve.maintain_every:
        return None
    with cycle_lock(watch.archive, wait_seconds=wait_seconds):
        if not is_begun(watch.archive):
            return None
        found = verify(watch.archive)
    backup, forgotten = None, 0
    if found.can_be_used and watch.backups.folder is not None:  # others may write meanwhile
        backup = back_up(watch.archive, watch.backups.folder, now, keep=watch.backups.keep)
    if found.is_whole:
        forgotten = _forget(watch, now, wait_seconds)
    with Archive(watch.archive, read_only=True) as archive:
        health = (
            Counter(feed.state for feed in archive.feed_health()) if found.can_be_used else Counter[str]()
        )
    with run_state(watch.archive) as state:
        state.maintained = to_text(now)
    return Upkeep(found, backup, forgotten, tuple(health.most_common()))


def _forget(watch: Watch, now: datetime, wait_seconds: float) -> int:
    if not watch.retention.is_limited:
        return 0
    forgotten = 0
    with cycle_lock(watch.archive, wait_seconds=wait_seconds), Archive(watch.archive) as archive:
        # By a clock that is believed: what is let go of does not come back when the clock is mended.
        for one in archive.expired(watch.retention, archive.steady(now)):
            for _ in archive.forget(one.release_ids, now):
                pass
            forgotten += len(one.release_ids)
    return forgotten

"""Whether anybody reads the feeds that are due: what the archive knows, whatever the engine says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from presswatch.errors import ArchiveError
from presswatch.times import utc_now
from presswatch.watch import Watch
from storage.state import archive_state

PATIENCE = timedelta(minutes=10)
"""The least time for which feeds may be due before something must be done about it."""


class Overdue:
    """Says whether feeds have been due for so long, and for as long since this was made or last said so, that
    nobody can be reading them: for three times ``watch_every`` and ``longest_cycle``.
    """

    def __init__(self, watch: Watch, clock: Callable[[], datetime] = utc_now) -> None:
        self._archive, self._clock = watch.archive, clock
        longest = timedelta(seconds=watch.fetch.longest_cycle)
        self._patience = max(3 * watch.serve.watch_every + longest, PATIENCE)
        self._since = clock()

    def __call__(self) -> bool:
        now = self._clock()
        self._since = min(self._since, now)  # the clock may have been set back
        if now - self._since < self._patience:
            return False
        try:
            due_since = archive_state(self._archive, now).due_since
        except ArchiveError:
            return False
        if due_since is None or now - due_since < self._patience:
            return False
        self._since = now
        return True

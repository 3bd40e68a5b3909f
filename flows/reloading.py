"""The configuration of a scheduled run, which may have been edited since the last one."""

from __future__ import annotations

import os
from pathlib import Path

from config.last_good import load_current
from flows.cycle import tell
from presswatch.times import utc_now
from presswatch.watch import Watch
from storage.telling.unclaimed import unclaimed_of


def load_running(config: Path) -> Watch:
    """The configuration as it is now or, if that has mistakes, as it was when it last had none.

    Which it is, is said on standard error where it isn't plain; and after an edit what is owed to
    subscriptions that it took out. Raises :class:`presswatch.errors.ConfigError` if there has been no good
    one yet.
    """
    current = load_current(config, os.environ, now=utc_now())
    for line in current.said():
        tell(line)
    if current.edited:
        for one in unclaimed_of(current.watch):
            tell(str(one))
    return current.watch

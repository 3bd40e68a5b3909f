"""The configuration of a scheduled run, which may have been edited since the last one."""

from __future__ import annotations

import os
from pathlib import Path

from config.last_good import load_current
from flows.cycle import tell
from presswatch.times import utc_now
from presswatch.watch import Watch


def load_running(config: Path) -> Watch:
    """The configuration as it is now or, if that has mistakes, as it was when it last had none.

    Which it is, is said on standard error where it isn't plain. Raises
    :class:`presswatch.errors.ConfigError` if there has been no good one yet.
    """
    current = load_current(config, os.environ, now=utc_now())
    for line in current.said():
        tell(line)
    return current.watch

"""The first cycle of a ``presswatch serve``, which says something in any case: somebody waits for a sign."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from flows.reporting.run_state import run_state
from presswatch.times import to_text, utc_now

_VARIABLE = "PRESSWATCH_SERVING_SINCE"


def begin_serving() -> None:
    """Mark this process, and each run that it starts."""
    os.environ[_VARIABLE] = to_text(utc_now())


def is_first_run(archive: Path) -> bool:
    """Whether this is the first run on the archive since serving began; it is asked once a run.

    Never where runs are started otherwise, nor where it cannot be noted beside the archive.
    """
    since = os.environ.get(_VARIABLE)
    if not since:
        return False
    with suppress(OSError), run_state(archive) as state:
        first = state.serving_since != since
        state.serving_since = since
        return first
    return False

"""Noticing that the clock was set, or that the machine was suspended."""

from __future__ import annotations

import time
from collections.abc import Callable

JUMP_SECONDS = 60.0
"""What a clock that is kept right drifts by is far below; a change to summer time doesn't move it at all."""


class ClockWatch:
    """Compares the time of day with a clock that only runs, and stands still while the machine sleeps.

    ``wall`` and ``steady`` give seconds; the defaults are the system's (on Linux CLOCK_REALTIME and
    CLOCK_MONOTONIC, of which the second leaves out the time that the system is suspended).
    """

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall, self._steady = wall, steady
        self._last = wall() - steady()

    def jump(self) -> float:
        """By how many seconds the time of day jumped since the last call, back if negative; 0 for less than
        :data:`JUMP_SECONDS`.
        """
        now = self._wall() - self._steady()
        jumped, self._last = now - self._last, now
        return jumped if abs(jumped) >= JUMP_SECONDS else 0.0

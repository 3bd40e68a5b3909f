"""How much one piece of work may take."""

from __future__ import annotations

SECONDS = 20.0
"""Of a processor: some times what a newsroom's whole archive in one feed of 20 MB takes."""
LONGEST = 180.0
"""Seconds that may pass, for work that waits for something (a disk, a machine that is short of memory)."""
MOST_MEMORY = 1_000_000_000
"""Bytes, of the process that does the work, its libraries included."""
MOST_SENT_BACK = 100_000_000
"""Bytes of what comes of the work: some times as much as a feed may hold."""


class OutOfBounds(Exception):
    """Work was ended, since it took too much. Says in words what it was, as the end of a sentence that begins
    with "reading it": "took more than …". ``lasting``: it would be so again.
    """

    def __init__(self, said: str, *, lasting: bool) -> None:
        super().__init__(said)
        self.said = said
        self.lasting = lasting

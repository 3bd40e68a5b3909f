"""An end to a cycle that does not end by itself.

No feed or page is begun after ``longest_cycle``, and each request is bounded; this is for what nobody
thought of, such as a disk that does not answer. A process that hangs for ever would hold the archive's lock
for ever; one that ends has lost nothing, since what it had not stored is read again.
"""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager

TIMES = 4
"""How many times ``longest_cycle`` a cycle may take in all, pages and deliveries included."""

_STANDARD_ERROR = 2


@contextmanager
def hard_bound(seconds: float) -> Iterator[None]:
    """End this process, with exit code 1 and where it stood on standard error, if the block takes longer.

    The time is kept by a thread of C (:func:`faulthandler.dump_traceback_later`), so that neither a thread
    that can't be interrupted nor a lock of Python's can put it off. Blocks don't nest.
    """
    faulthandler.dump_traceback_later(seconds, exit=True, file=_STANDARD_ERROR)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()

"""How far reading may run ahead of storing.

Where feeds are new, reading is faster than storing. So a further shard is begun only when one has
been taken; else what was read would gather in memory, up to the whole cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

Job = TypeVar("Job")
Begun = TypeVar("Begun")


def in_few_steps(
    jobs: Sequence[Job],
    begin: Callable[[Job], Begun],
    first_done: Callable[[list[Begun]], Begun],
    *,
    at_once: int,
) -> Iterator[Begun]:
    """Begin each job, and yield each when it is done, in the order in which they are.

    At most ``at_once`` are under way or done beside the one that was yielded last. ``first_done`` waits for
    one of those that it is given, which are one at least.
    """
    waiting = iter(jobs)
    begun: list[Begun] = []
    while True:
        begun += [begin(job) for job in islice(waiting, at_once + 1 - len(begun))]
        if not begun:
            return
        done = first_done(begun)
        begun.remove(done)
        yield done

"""Reading doesn't run ahead of storing by more than a few shards."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from flows.cycle import SHARDS_AT_ONCE, in_threads
from flows.shards.ahead import in_few_steps

JOBS = range(20)
MapJobs = Callable[[Callable[[int], int], Sequence[int]], Iterable[int]]


def most_ahead(map_jobs: MapJobs) -> tuple[list[int], int]:
    """What was read, and how many shards there were at most that had been begun and not been stored."""
    lock = threading.Lock()
    begun = stored = most = 0

    def read(job: int) -> int:
        nonlocal begun, most
        with lock:
            begun += 1
            most = max(most, begun - stored)
        return job

    found = []
    for job in map_jobs(read, JOBS):
        threading.Event().wait(0.02)  # storing takes longer than reading
        found.append(job)
        with lock:
            stored += 1
    return sorted(found), most


def test_in_threads() -> None:
    """Two that are read, and one that is stored."""
    found, most = most_ahead(in_threads)
    assert found == list(JOBS)
    assert 1 < most <= SHARDS_AT_ONCE + 1


def test_all_are_begun_where_there_is_room() -> None:
    """And in no case one twice."""
    with ThreadPoolExecutor(4) as pool:
        begun = in_few_steps(JOBS, partial(pool.submit, str), lambda futures: futures[0], at_once=50)
        assert [future.result() for future in begun] == [str(job) for job in JOBS]
    assert list(in_few_steps([], str, lambda begun: begun[0], at_once=2)) == []

"""Shards as Prefect tasks, in threads or on a Dask cluster."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib import import_module
from typing import Any, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed

from flows.cycle import SHARDS_AT_ONCE
from flows.shards.ahead import in_few_steps
from flows.shards.runners import SPARE_SECONDS, connected, no_longer_than, what_is_left
from presswatch.pipeline import MapShards
from presswatch.watch import Watch

Job = TypeVar("Job")
Result = TypeVar("Result")


class Sealed:
    """A shard's job. Prefect looks into what a task is given for something to wait for, which costs time on
    thousands of feeds; into this it cannot look.
    """

    def __init__(self, read: Callable[[Any], Any], job: Any) -> None:
        self.read, self.job = read, job


# Reading changes nothing, so doing it again is safe: what fails is not a feed, which is its own trouble, but
# the thread or worker.
@task(name="read", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False, retries=1)
def read_task(sealed: Sealed, name: str) -> Any:
    """Read one shard of feeds or of pages; it touches nothing but the web."""
    return sealed.read(sealed.job)


def tasks_by(watch: Watch) -> MapShards:
    """What maps shards to tasks of the current flow, by the configured runner."""
    if not watch.dask_address:
        return in_tasks
    return _OnDask(watch.dask_address, watch.fetch.longest_cycle + SPARE_SECONDS)


def in_tasks(read: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
    """Read shards as tasks of the current flow's own runner, and yield what each read as it is done."""
    given = list(_given(read, jobs))
    for future in in_few_steps(
        given, lambda one: read_task.submit(**one), _first_done, at_once=SHARDS_AT_ONCE
    ):
        yield future.result()


class _OnDask:
    def __init__(self, address: str, patience: float) -> None:
        self._address, self._patience = address, patience

    def __call__(self, read: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
        """Have workers read the shards as tasks of the current flow."""
        with connected(self._address) as client:  # it says in words what is wrong, if something is
            threads = sum(client.ncores().values())
        runner_type = import_module("prefect_dask").DaskTaskRunner
        end = time.monotonic() + self._patience
        with runner_type(address=self._address) as runner, no_longer_than(self._patience):

            def begin(given: dict[str, Any]) -> PrefectFuture[Any]:
                future: PrefectFuture[Any] = runner.submit(read_task, parameters=given)
                return future

            def first_done(begun: list[PrefectFuture[Any]]) -> PrefectFuture[Any]:
                return _first_done(begun, max(end - time.monotonic(), 0.1))

            given = list(_given(read, jobs))
            for future in in_few_steps(given, begin, first_done, at_once=2 * threads):
                yield from what_is_left(future.result)


def _first_done(begun: list[PrefectFuture[Any]], seconds: float | None = None) -> PrefectFuture[Any]:
    with closing(as_completed(begun, seconds)) as done:
        return next(done)


def _given(read: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[dict[str, Any]]:
    for number, job in enumerate(jobs, 1):
        yield {"sealed": Sealed(read, job), "name": f"{read.__name__} {number} of {len(jobs)}"}

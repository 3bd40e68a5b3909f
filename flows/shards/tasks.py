"""Shards as Prefect tasks, in threads or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import as_completed

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
    futures = [read_task.submit(**given) for given in _given(read, jobs)]
    for future in as_completed(futures):
        yield future.result()


class _OnDask:
    def __init__(self, address: str, patience: float) -> None:
        self._address, self._patience = address, patience

    def __call__(self, read: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
        """Have workers read the shards as tasks of the current flow."""
        with connected(self._address):
            pass  # it says in words what is wrong, if something is
        runner_type = import_module("prefect_dask").DaskTaskRunner
        with runner_type(address=self._address) as runner, no_longer_than(self._patience):
            futures = [runner.submit(read_task, parameters=given) for given in _given(read, jobs)]
            for future in as_completed(futures, timeout=self._patience):
                yield from what_is_left(future.result)


def _given(read: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[dict[str, Any]]:
    for number, job in enumerate(jobs, 1):
        yield {"sealed": Sealed(read, job), "name": f"{read.__name__} {number} of {len(jobs)}"}

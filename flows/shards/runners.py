"""Where shards are read: in threads of this process, or by the workers of a Dask cluster.

A shard is a plain function on plain values, and what it gives back are plain values too, so workers need
Presswatch and the web, and neither the archive nor the configuration. One process writes: this one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar

from flows.cycle import in_threads
from presswatch.errors import PresswatchError
from presswatch.pipeline import MapShards
from presswatch.watch import Watch

Job = TypeVar("Job")
Result = TypeVar("Result")

log = logging.getLogger(__name__)

ANSWER_SECONDS = 30
"""How long a scheduler may take to answer, and how long one without workers is waited for."""

SPARE_SECONDS = 600
"""What shards may take beyond ``longest_cycle``, in which the last feed is begun."""


def shards_by(watch: Watch) -> MapShards:
    """What maps shards for the configured runner, without an engine."""
    if not watch.dask_address:
        return in_threads
    return _OnDask(watch.dask_address, watch.fetch.longest_cycle + SPARE_SECONDS)


class _OnDask:
    def __init__(self, address: str, patience: float) -> None:
        self._address, self._patience = address, patience

    def __call__(self, read: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterator[Result]:
        """Have workers read the shards, and yield what each read as it is done."""
        with connected(self._address) as client:
            futures = [client.submit(read, job, pure=False) for job in jobs]
            with no_longer_than(self._patience):
                for future in _dask().as_completed(futures, timeout=self._patience):
                    yield from what_is_left(future.result)
                    future.release()


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of the scheduler, which has a worker at least.

    Raises :class:`PresswatchError` where Dask is not installed, nobody answers, or no worker is there.
    """
    try:
        client = _dask().Client(address, timeout=ANSWER_SECONDS)
    except (OSError, ValueError) as error:
        raise PresswatchError(f"the Dask scheduler at {address} does not answer; no feed was read") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=ANSWER_SECONDS)
        except TimeoutError as error:
            raise PresswatchError(
                f"the Dask scheduler at {address} has no worker; no feed was read"
            ) from error
        yield client


@contextmanager
def no_longer_than(patience: float) -> Iterator[None]:
    """Make an end to waiting for workers a sentence."""
    try:
        yield
    except TimeoutError as error:
        raise PresswatchError(
            f"Dask's workers did not finish within {patience:g} seconds; what they did not read is read again"
        ) from error


def what_is_left(result: Callable[[], Result]) -> Iterator[Result]:
    """What a worker read; nothing if its shard was lost, whose feeds are then read again in the next cycle.

    Dask gives the shard of a worker that dies to another one, and gives up a shard only when it has taken
    several workers with it, or the scheduler is gone.
    """
    dask = _dask()
    try:
        yield result()
    except (dask.KilledWorker, dask.CancelledError, dask.comm.CommClosedError) as error:
        log.warning("a shard was lost with its workers, and is read again in the next cycle: %s", error)


def _dask() -> Any:
    """The package, which takes most of a second to load and is not installed for everybody."""
    try:
        return import_module("distributed")
    except ImportError as error:
        raise PresswatchError(
            'runner = "dask" needs packages that are not here: .venv/bin/python -m pip install -e ".[dask]"'
        ) from error

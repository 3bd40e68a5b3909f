"""What befalls us in a year: being down, a clock that is set back, being killed at any instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar
from unittest.mock import patch

from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Digest
from presswatch.errors import DeliveryError

Job = TypeVar("Job")
Result = TypeVar("Result")
Span = tuple[datetime, datetime]

KILLS = (
    "killed between two shards",
    "killed while storing",
    "killed while freezing a digest",
    "killed after sending, before noting it",
)


class Killed(BaseException):
    """The process ends here."""


class Mailbox:
    """A channel that keeps what it gets. A receiver knows a repetition by its identity."""

    def __init__(self) -> None:
        self.received: dict[str, tuple[str, Digest]] = {}
        self.closed = False
        self.deadly = False

    def send(self, delivery: Delivery) -> str:
        """See :class:`presswatch.digests.delivery.Notifier`."""
        if self.closed:
            raise DeliveryError("the server is down", permanent=False, unreachable=True)
        self.received.setdefault(delivery.identity, (delivery.subscription, delivery.digest))
        if self.deadly:
            self.deadly = False
            raise Killed
        return "taken"


def spans(
    random: Random, start: datetime, end: datetime, rate: float, hours: tuple[float, float]
) -> list[Span]:
    """Times of trouble, ``rate`` in a year, each so many hours long, the short ones more often."""
    found = []
    for _ in range(max(1, round(rate * ((end - start) / timedelta(days=365))))):
        at = start + (0.05 + 0.85 * random.random()) * (end - start)
        least, most = hours
        found.append((at, at + timedelta(hours=least * (most / least) ** random.random())))
    return found


@contextmanager
def deadly(
    kind: str, mailbox: Mailbox, random: Random, happened: Counter[str]
) -> Iterator[Callable[..., Any]]:
    """Within the block a kill of the kind comes, if the cycle gets that far. Yields what maps shards."""

    def die(*_: object, **__: object) -> None:
        happened[kind] += 1
        raise Killed

    def in_turn(read: Callable[[Job], Result], jobs: Sequence[Job]) -> Iterable[Result]:
        for number, job in enumerate(jobs):
            if number and kind == "killed between two shards":
                die()
            yield read(job)

    with ExitStack() as patches:
        if kind == "killed while storing":
            from storage.telling import news

            left, settle = random.randrange(2, 6), news.settle

            def settled(*arguments: Any) -> None:
                nonlocal left
                left -= 1
                settle(*arguments)
                if left < 0:
                    die()

            patches.enter_context(patch("storage.archive.news.settle", settled))
        elif kind == "killed while freezing a digest":
            patches.enter_context(patch("storage.archive.outbox.freeze", die))
        elif kind == "killed after sending, before noting it":
            mailbox.deadly = True
        try:
            yield in_turn
        except Killed:
            if kind == "killed after sending, before noting it":
                happened[kind] += 1
            raise
        finally:
            mailbox.deadly = False

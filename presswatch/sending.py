"""Handing deliveries over, the channels side by side.

Each channel has a thread of its own, which hands over one delivery after the other; only the thread that
called reads and writes the archive. It stores that an attempt begins before it is made, and what became of it
before the channel's next one begins. So a kill, or a full disk, leaves at most one delivery a channel of
which nothing is known but that it was begun.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Protocol

from presswatch.cycle import Sent, Trouble
from presswatch.digests.delivery import Delivery, Due, Notifier, Send, session_of
from presswatch.digests.retry import MOST_UNANSWERED, next_attempt, pause
from presswatch.errors import ArchiveError, DeliveryError

log = logging.getLogger(__name__)

PATIENCE = 120.0
"""Seconds that a delivery may take, or five times as long as its channel waits for an answer, if that is
more.
"""
_WAITS = 5

LONGEST = 300.0
"""Seconds after which a channel begins no further delivery in this call; what is left is still due."""

LEAVING = 5.0
"""Seconds that channels have for taking their leave when all is noted."""

UNKNOWN = (
    "begun twice, and broken off before an answer could be noted: it may have arrived;"
    " `presswatch deliveries retry` sends it again"
)


class Ledger(Protocol):
    """What sending needs of the archive (:class:`storage.archive.Archive`)."""

    def count_pending(self) -> int: ...
    def claim(self, delivery: Delivery, now: datetime, until: datetime) -> None: ...
    def note_accepted(self, delivery: Delivery, said: str, now: datetime) -> None: ...
    def note_delayed(
        self,
        delivery: Delivery,
        said: str,
        now: datetime,
        until: datetime,
        *,
        hold: datetime | None = None,
    ) -> None: ...
    def note_refused(self, delivery: Delivery, said: str, now: datetime) -> None: ...
    def note_unknown(self, delivery: Delivery, said: str, now: datetime) -> None: ...


def send_all(
    archive: Ledger,
    due: Iterable[Due],
    notifiers: Mapping[str, Notifier],
    *,
    clock: Callable[[], datetime],
    waits: Mapping[str, float],
    failures: list[ArchiveError],
) -> Sent:
    """Send these deliveries, and note what becomes of each.

    ``waits`` says of channels for how many seconds they wait for an answer. A delivery that takes too long is
    delayed, and its channel is left alone: its thread, which may hang for ever, holds up neither the other
    channels nor the end of the process. What the archive could not store is added to ``failures``: what
    cannot be claimed is not sent, and the others go on.
    """
    return _Sending(archive, notifiers, clock, waits, failures).send(due)


class _Sending:
    """One call of :func:`send_all`."""

    def __init__(
        self,
        archive: Ledger,
        notifiers: Mapping[str, Notifier],
        clock: Callable[[], datetime],
        waits: Mapping[str, float],
        failures: list[ArchiveError],
    ) -> None:
        self._archive = archive
        self._notifiers = notifiers
        self._clock = clock
        self._waits = waits
        self._failures = failures
        self._answers: SimpleQueue[tuple[_Line, str | DeliveryError]] = SimpleQueue()
        self._sent = self._failed = 0
        self._troubles: list[Trouble] = []

    def send(self, due: Iterable[Due]) -> Sent:
        lines: dict[str, _Line] = {}
        for one in due:
            channel = one.delivery.channel
            if channel not in lines:
                patience = max(PATIENCE, _WAITS * self._waits.get(channel, 0))
                lines[channel] = _Line(channel, self._notifiers.get(channel), patience, self._answers)
            lines[channel].waiting.append(one)
        try:
            self._send(lines.values())
        finally:
            until = time.monotonic() + LEAVING
            for line in lines.values():
                line.end()
            for line in lines.values():
                line.join(until)
        return Sent(self._sent, self._archive.count_pending(), self._failed, tuple(self._troubles))

    def _send(self, lines: Iterable[_Line]) -> None:
        busy = {line for line in lines if self._begin(line)}
        while busy:
            line, answer = self._next_answer(busy)
            if line not in busy:
                continue  # its time was up: that is noted, and nobody waits for it
            if not self._note(line, answer) or not self._begin(line):
                busy.discard(line)
                line.end()  # its session need not wait for the other channels

    def _next_answer(self, busy: set[_Line]) -> tuple[_Line, str | DeliveryError]:
        """What comes next: an answer, or that the time of one is up."""
        slowest = min(busy, key=lambda line: line.deadline)
        try:
            return self._answers.get(timeout=max(slowest.deadline - time.monotonic(), 0))
        except Empty:
            said = f"no end after {slowest.patience:.0f} seconds; it may have arrived"
            slowest.is_stuck = True
            return slowest, DeliveryError(said, permanent=False, unreachable=True)

    def _begin(self, line: _Line) -> bool:
        """Store that the line's next delivery begins, and let it begin; false if there is none to begin."""
        while line.waiting and time.monotonic() < line.until:
            due, now = line.waiting.popleft(), self._clock()
            try:
                if due.unanswered >= MOST_UNANSWERED:
                    self._archive.note_unknown(due.delivery, UNKNOWN, now)
                    self._give_up(due, UNKNOWN)
                    continue
                self._archive.claim(due.delivery, now, now + pause(due.attempts + 1))
            except ArchiveError as error:
                self._could_not_note("is not sent, since that could not be noted", due, error)
                return False
            line.begin(due)
            return True
        return False

    def _note(self, line: _Line, answer: str | DeliveryError) -> bool:
        """Store what became of the line's delivery; false if its channel is to be left alone for now."""
        due, now = line.under_way, self._clock()
        try:
            if isinstance(answer, DeliveryError):
                self._note_failure(due, answer, now)
            else:
                self._archive.note_accepted(due.delivery, answer, now)
                self._sent += 1
        except ArchiveError as error:
            self._could_not_note("was begun, and its outcome could not be noted", due, error)
        return not (isinstance(answer, DeliveryError) and answer.unreachable)

    def _note_failure(self, due: Due, error: DeliveryError, now: datetime) -> None:
        delivery, attempts = due.delivery, due.attempts + 1
        until = None
        if not error.permanent:
            until = next_attempt(due.created, attempts, now, error.retry_after)
        if until is None:
            self._archive.note_refused(delivery, error.said, now)
            self._give_up(due, error.said)
            return
        hold = None
        if error.retry_after is not None:
            hold = until
        elif error.unreachable:  # a dead server must not cost a time-out for each
            hold = now + pause(1)
        self._archive.note_delayed(delivery, error.said, now, until, hold=hold)
        self._trouble(due, error.said, until)

    def _give_up(self, due: Due, said: str) -> None:
        self._failed += 1
        self._trouble(due, said, None)

    def _trouble(self, due: Due, said: str, until: datetime | None) -> None:
        one = due.delivery
        self._troubles.append(
            Trouble(one.id, one.subscription, one.channel, one.recipient, said, until),
        )

    def _could_not_note(self, what: str, due: Due, error: ArchiveError) -> None:
        one = due.delivery
        log.warning("delivery %s (%s to %s) %s: %s", one.id, one.subscription, one.recipient, what, error)
        self._failures.append(error)


class _Line:
    """A channel, its deliveries that are ``waiting``, and the thread that hands them over."""

    def __init__(
        self,
        channel: str,
        notifier: Notifier | None,
        patience: float,
        answers: SimpleQueue[tuple[_Line, str | DeliveryError]],
    ) -> None:
        self.waiting: deque[Due] = deque()
        self.patience = patience
        self.until = time.monotonic() + LONGEST
        self.deadline = 0.0
        self.is_stuck = False
        self.under_way: Due
        self._channel = channel
        self._notifier = notifier
        self._answers = answers
        self._orders: SimpleQueue[Delivery | None] = SimpleQueue()
        # A daemon: one that hangs must not hold the process's end.
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._work,), name=f"channel {channel}", daemon=True
        )

    def begin(self, due: Due) -> None:
        """Hand this over, in the line's thread."""
        self.under_way = due
        self.deadline = time.monotonic() + self.patience
        self._orders.put(due.delivery)
        if not self._thread.is_alive():
            self._thread.start()

    def end(self) -> None:
        """There is nothing more to hand over."""
        self._orders.put(None)

    def join(self, until: float) -> None:
        """Wait for the thread to end, unless it hangs; no longer than to that moment of the monotonic
        clock.
        """
        if self._thread.is_alive() and not self.is_stuck:
            self._thread.join(max(until - time.monotonic(), 0))

    def _work(self) -> None:
        with _session(self._channel, self._notifier) as send:
            while (delivery := self._orders.get()) is not None:
                self._answers.put((self, _answer(send, delivery)))


@contextmanager
def _session(channel: str, notifier: Notifier | None) -> Iterator[Send]:
    """A channel's session. It is opened for the first delivery, whose failure it is if it cannot be; by its
    end everything is noted, so what goes wrong there changes nothing.
    """
    sessions = ExitStack()
    opened: list[Send] = []

    def send(delivery: Delivery) -> str:
        if notifier is None:
            raise DeliveryError(f"the channel {channel} is not in the configuration", permanent=False)
        if not opened:
            opened.append(sessions.enter_context(session_of(notifier)))
        return opened[0](delivery)

    try:
        yield send
    finally:
        try:
            sessions.close()
        except Exception:
            log.exception("the session of the channel %s ended in a way not expected", channel)


def _answer(send: Send, delivery: Delivery) -> str | DeliveryError:
    """What the other side said, or why it was not accepted."""
    try:
        return send(delivery)
    except DeliveryError as error:
        return error
    except BaseException as error:  # a thread that ends without an answer would be waited for in vain
        log.exception("sending %s failed in a way that Presswatch did not expect", delivery.identity)
        return DeliveryError(f"unexpected: {type(error).__name__}: {error}", permanent=False)

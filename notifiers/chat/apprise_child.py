"""The child process that hands one message to Apprise, within a time and a memory of its own.

Apprise reads an answer whole, however long it is and however slowly it comes, and nothing in the same process
could end that. Run as ``python -m notifiers.chat.apprise_child``: a :class:`Task` as JSON on standard input,
an :class:`Outcome` as JSON on standard output.
"""

from __future__ import annotations

import json
import logging
import math
import os
import signal
import sys
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from io import StringIO
from typing import Any

from apprise import Apprise, AppriseAsset, LogCapture, NotifyFormat

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]

from notifiers.hooks.secrecy import unlogged, without
from notifiers.looks.plain import line

MOST_MEMORY = 512 * 1024 * 1024
"""Bytes. Python with Apprise takes a tenth of that."""
_SHOWN = 300
_OF_THE_LOG = 20_000


@dataclass(frozen=True, slots=True)
class Task:
    """What to hand over: to which URL, a secret; ``format`` is text or markdown, ``seconds`` for it all."""

    url: str
    title: str
    body: str
    format: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether it was accepted, and what Apprise logged; ``full`` if it took more memory than it may."""

    accepted: bool
    said: str
    full: bool


def asset() -> AppriseAsset:
    """How Presswatch is called. Redirects are not followed, unless the URL asks for it."""
    return AppriseAsset(app_id="Presswatch", app_desc="Presswatch", http_redirects=False)


def its_log() -> AbstractContextManager[StringIO]:
    """What Apprise logs meanwhile: warnings, which say less of a URL than finer levels do."""
    capture: Any = LogCapture
    captured: AbstractContextManager[StringIO] = capture(level=logging.WARNING, fmt="%(message)s")
    return captured


class _MemoryWatch(logging.Handler):
    """Notes that memory was full: Apprise catches that, and logs that something was raised, but not what."""

    full = False

    def emit(self, record: logging.LogRecord) -> None:
        """Look at what is being handled while this is logged."""
        self.full = self.full or isinstance(sys.exc_info()[1], MemoryError)


def hand_over(task: Task) -> Outcome:
    """Let Apprise do it. It tells yes or no, and writes the reason into its log."""
    sender = Apprise(asset=asset())
    sender.add(task.url)
    watch = _MemoryWatch(logging.WARNING)
    logging.getLogger("apprise").addHandler(watch)
    with unlogged(task.url), its_log() as log:
        accepted = sender.notify(body=task.body, title=task.title, body_format=NotifyFormat(task.format))
        said = line(log.getvalue()[:_OF_THE_LOG])
    return Outcome(bool(accepted), without(said, task.url)[:_SHOWN], watch.full)


def _limit(seconds: float) -> None:
    """Whatever becomes of the parent, this process ends, and it takes no more memory than it may."""
    if hasattr(signal, "alarm"):
        signal.alarm(math.ceil(seconds) + 1)
    if resource is not None:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def main() -> None:
    """Do the task, and say what became of it. Nothing else is said: what a service prints goes nowhere."""
    task = Task(**json.load(sys.stdin))
    answer = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    _limit(task.seconds)
    outcome = hand_over(task)
    with os.fdopen(answer, "w", encoding="utf-8") as output:
        json.dump(asdict(outcome), output)


if __name__ == "__main__":
    main()

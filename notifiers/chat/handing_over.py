"""Handing one message to Apprise, in a process of its own (:mod:`presswatch.confined`).

Apprise reads an answer whole, however long it is and however slowly it comes, and nothing in the same process
could end that.
"""

from __future__ import annotations

import logging
import os
import resource
import sys
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from io import StringIO
from typing import Any

from apprise import Apprise, AppriseAsset, LogCapture, NotifyFormat

from notifiers.hooks.secrecy import unlogged, without
from notifiers.looks.plain import line

MOST_MEMORY = 512 * 1024 * 1024
"""Bytes. Python with Apprise takes a tenth of that."""
_SHOWN = 300
_OF_THE_LOG = 20_000


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


def hand_over(url: str, title: str, body: str, body_format: str) -> Outcome:
    """Let Apprise hand the message, text or markdown, to the service of a URL, which is a secret. It tells
    yes or no, and writes the reason into its log.

    Only for a process that does nothing else: it may take less memory from then on, and what a service prints
    goes nowhere.
    """
    os.dup2(1, 2)  # where nobody reads, as the process's other outputs
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    sender = Apprise(asset=asset())
    sender.add(url)
    watch = _MemoryWatch(logging.WARNING)
    logging.getLogger("apprise").addHandler(watch)
    with unlogged(url), its_log() as log:
        accepted = sender.notify(body=body, title=title, body_format=NotifyFormat(body_format))
        said = line(log.getvalue()[:_OF_THE_LOG])
    return Outcome(bool(accepted), without(said, url)[:_SHOWN], watch.full)

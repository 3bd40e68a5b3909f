"""Watching processes and waiting for what they do."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterable

import psutil


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until the condition holds, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.2)


def children_of(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Everything that the process has started, and what that has."""
    return psutil.Process(process.pid).children(recursive=True)


def child_with(process: subprocess.Popen[bytes], *words: str) -> psutil.Process | None:
    """The newest descendant whose command line holds all these words."""
    found = None
    for child in children_of(process):
        try:
            command = child.cmdline()
        except psutil.NoSuchProcess:
            continue
        if all(word in command for word in words):
            found = child
    return found


def gone(processes: Iterable[psutil.Process]) -> bool:
    """Whether none of them runs any more."""
    return not [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]

"""Work for the process that does it: each does one thing to it."""

from __future__ import annotations

import os
import subprocess
import time
from typing import NoReturn

from presswatch.errors import FetchError


def pid() -> int:
    """Which process this is."""
    return os.getpid()


def repeat(text: str, *, times: int) -> str:
    """The text so many times."""
    return text * times


def take(what: object, given: object) -> tuple[object, object]:
    """What it was called with."""
    return what, given


def spin() -> NoReturn:
    """Work without an end."""
    while True:
        pass


def match_for_ever() -> object:
    """Work without an end within one call of a library's, which no signal handler of Python's interrupts."""
    import re

    return re.match(r"(a|a)*b", "a" * 60)


def sleep() -> None:
    """Wait for something that doesn't come."""
    time.sleep(3600)


def start_another() -> int:
    """Start a process, don't wait for it, and give its id."""
    return subprocess.Popen(["sleep", "3600"]).pid


def hoard() -> int:
    """Take memory without an end."""
    return len(b"x" * 4_000_000_000)


def crash() -> None:
    """End as a library does that writes where it must not."""
    os.kill(os.getpid(), 11)


def refuse(url: str) -> NoReturn:
    """Raise what says why an answer can't be read."""
    raise FetchError(url, "it is not a feed", status=200, retriable=False, retry_after=3.5)


def stumble() -> NoReturn:
    """Raise what nobody foresaw."""
    raise ValueError("nobody foresaw this")


def keep(size: int) -> None:
    """Take memory and don't give it back."""
    kept.append(b"x" * size)


kept: list[bytes] = []

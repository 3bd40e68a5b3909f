"""The process that does confined work: it reads calls, and writes what comes of them.

It ends when the process that asks is gone, whatever it does: that one holds the other end of a pipe by which
nothing ever comes, and when it is closed, the system ends this process (SIGIO).
"""

from __future__ import annotations

import fcntl
import gc
import os
import pickle
import resource
import select
import signal
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from presswatch.confined.bounds import MOST_MEMORY, MOST_SENT_BACK, SECONDS
from presswatch.confined.messages import (
    CALL,
    ERROR,
    FETCH_ERROR,
    GIVEN,
    NO_MEMORY,
    RESULT,
    TOO_MUCH,
    receive,
    send,
)
from presswatch.errors import FetchError

_LONGEST_REQUEST = 1 << 32
_MOST_KEPT = 300_000_000  # bytes: a process that keeps more than this ends after its call


def main(lifeline: int) -> None:
    """Serve calls until nobody asks any more; ``lifeline`` is the pipe that this process ends with."""
    calls, results = os.dup(0), os.dup(1)
    with Path(os.devnull).open("r+b") as nowhere:  # what a library prints must not be taken for a result
        os.dup2(nowhere.fileno(), 0)
        os.dup2(nowhere.fileno(), 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asks
    _end_with(lifeline)
    gc.set_threshold(100_000, 20, 20)
    _limit_memory()
    given: Any = None
    with suppress(EOFError, OSError):
        while True:
            kind, data = receive(calls, _LONGEST_REQUEST)
            if kind == GIVEN:
                given = pickle.loads(data)
            elif kind == CALL:
                signal.setitimer(signal.ITIMER_PROF, SECONDS)  # its signal ends a process that doesn't mind
                answer = _answer(data, given)
                del data
                signal.setitimer(signal.ITIMER_PROF, 0)
                # After a lack of memory nobody knows its state, and not all that was taken is given back.
                ends = answer[0] == NO_MEMORY or _memory() > _MOST_KEPT
                send(results, answer[0].upper() if ends else answer[0], answer[1])
                if ends:
                    return


def _memory() -> int:
    """What this process takes, in bytes; 0 where that can't be told. (The system's count of the most that it
    took includes what the process took that started it.)
    """
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()


def _limit_memory() -> None:
    """By the size of what is written to; where the system doesn't heed that (macOS), there is no limit."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with(lifeline: int) -> None:
    """Have the system end this process when the pipe is closed at its other end."""
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([lifeline], [], [], 0)[0]:  # it was closed before
        os._exit(0)


def _answer(data: bytes, given: Any) -> tuple[bytes, bytes]:
    try:
        name, arguments, named, wants_given = pickle.loads(data)
        module, _, function = name.partition(":")
        more = (given,) if wants_given else ()
        result = getattr(import_module(module), function)(*arguments, *more, **named)
        answer = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
        del result
    except MemoryError:
        return NO_MEMORY, b""
    except FetchError as error:
        return FETCH_ERROR, pickle.dumps(error)
    except Exception as error:
        return ERROR, _pickled(error)
    return (RESULT, answer) if len(answer) <= MOST_SENT_BACK else (TOO_MUCH, b"")


def _pickled(error: Exception) -> bytes:
    """The error with where it happened, or what it says where it can't be sent."""
    error.add_note("".join(traceback.format_exception(error)))
    error.__traceback__ = error.__cause__ = error.__context__ = None
    try:
        data = pickle.dumps(error)
        pickle.loads(data)
    except Exception:
        return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))
    return data

"""Having work done in a process of its own, within bounds of time and memory.

What publishers send goes through parsers, patterns and decoders of many authors. Some input makes one of them
take minutes or gigabytes, and nothing within a process can stop a call that doesn't return. So that work is
done by a child, kept from call to call, and ended where it takes too much: the call fails, and the next one
gets a new child. The child keeps whoever asks from harm by accident or by too much; it is no wall against
code that takes it over.

A child is started at the first call, so that a cycle in which nothing changed needs none. It is a plain
interpreter, not a fork: threads are at work here, and a worker of a cluster may have no children that fork.
"""

from __future__ import annotations

import atexit
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from presswatch.confined.bounds import LONGEST, MOST_MEMORY, MOST_SENT_BACK, SECONDS, OutOfBounds
from presswatch.confined.messages import (
    CALL,
    ERROR,
    FETCH_ERROR,
    GIVEN,
    NO_MEMORY,
    TOO_MUCH,
    receive,
    send,
)
from presswatch.errors import FetchError

_START = "import sys; sys.path[:] = {path!r}; from presswatch.confined.child import main; main({lifeline})"
_GRACE = 2.0  # seconds for a child that ends by itself
_TOO_LONG = f"took more than {SECONDS:g} seconds of a processor, and was ended"
_TOO_LARGE = f"took more than {MOST_MEMORY / 1e6:g} MB of memory, and was ended"


class _Child:
    """A process, the first of a session of its own, and our ends of the pipes. By the lifeline nothing is
    sent: it is closed when this process ends, and then the child ends, too.
    """

    def __init__(self) -> None:
        its_calls, self.calls = os.pipe()
        self.results, its_results = os.pipe()
        its_lifeline, self.lifeline = os.pipe()
        try:
            command = [sys.executable, "-c", _START.format(path=sys.path, lifeline=its_lifeline)]
            self.process = subprocess.Popen(
                command,
                stdin=its_calls,
                stdout=its_results,
                pass_fds=(its_lifeline,),
                start_new_session=True,
            )
        except BaseException:
            self._close()
            raise
        finally:
            os.close(its_calls)
            os.close(its_results)
            os.close(its_lifeline)

    def end(self) -> None:
        """End it, whatever it does, with whatever it has started."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):  # it has just ended; macOS says it may not be
                os.killpg(self.process.pid, signal.SIGKILL)
        self._close()
        self.process.wait()

    def _close(self) -> None:
        os.close(self.calls)
        os.close(self.results)
        os.close(self.lifeline)


class Confined:
    """One child process, for one call at a time, of no more than ``longest`` seconds. What publishers sent is
    read in :func:`turn`.
    """

    def __init__(self, *, longest: float = LONGEST) -> None:
        self._longest = longest
        self._child: _Child | None = None
        self._given: object = None

    def call(self, function: str, /, *arguments: object, given: object = None, **named: object) -> Any:
        """What the function returns that is named so ("package.module:function"): this process need not
        import it. Its arguments and its result must be picklable.

        ``given``, where it isn't ``None``, is the function's last argument: a value that stays the same from
        call to call, and is sent only when it changes. Raises what the function raises (with its traceback as
        a note), or :class:`OutOfBounds`.
        """
        called = (function, arguments, named, given is not None)
        request = pickle.dumps(called, pickle.HIGHEST_PROTOCOL)
        try:
            child = self._ready(given)
            send(child.calls, CALL, request)
            del request
            kind, data = _reply(child.results, self._longest)
        except (EOFError, OSError) as error:
            raise self._broken(error) from None
        except BaseException:
            self.end()
            raise
        if kind.isupper():
            self.end()
        kind = kind.lower()
        if kind == NO_MEMORY:
            raise OutOfBounds(_TOO_LARGE, lasting=True)
        if kind == TOO_MUCH:
            raise OutOfBounds(f"gave more than {MOST_SENT_BACK / 1e6:g} MB", lasting=True)
        result = pickle.loads(data)
        if kind in (FETCH_ERROR, ERROR):
            raise result
        return result

    def end(self) -> None:
        """End the child, whatever it does."""
        child, self._child, self._given = self._child, None, None
        if child is not None:
            child.end()

    def forget(self) -> None:
        """Let go of a child that is another process's, after a fork."""
        self._child = self._given = None

    def _ready(self, given: object) -> _Child:
        """The child, with what it is given; a new one if there is none, or none any more."""
        if self._child is not None and self._child.process.poll() is not None:
            self.end()
        if self._child is None:
            self._child = _Child()
        if given is not None and given is not self._given:
            if given != self._given:
                send(self._child.calls, GIVEN, pickle.dumps(given, pickle.HIGHEST_PROTOCOL))
            self._given = given
        return self._child

    def _broken(self, error: Exception) -> OutOfBounds:
        """Why the child gave no result. Ends it."""
        code: int | None = None
        if self._child is not None and not isinstance(error, _TimeUp):
            with suppress(subprocess.TimeoutExpired):
                code = self._child.process.wait(_GRACE)
        self.end()
        if isinstance(error, _TimeUp):
            return OutOfBounds(f"took more than {self._longest:g} seconds, and was ended", lasting=False)
        if code == -signal.SIGPROF:
            return OutOfBounds(_TOO_LONG, lasting=True)
        if code is None or code >= 0:
            return OutOfBounds("ended in a way not expected", lasting=False)
        return OutOfBounds(f"was ended by the signal {-code}", lasting=False)


class _TimeUp(OSError):
    """No result came in time."""


def _reply(results: int, longest: float) -> tuple[bytes, bytes]:
    deadline = time.monotonic() + longest
    poll = select.poll()
    poll.register(results, select.POLLIN)

    def ready() -> None:
        if not poll.poll(max(deadline - time.monotonic(), 0) * 1000):
            raise _TimeUp

    return receive(results, MOST_SENT_BACK, ready)


_lock = threading.Lock()
_child = Confined()


@contextmanager
def turn() -> Iterator[Confined]:
    """This process's child, for as long as the block lasts; others wait for their turn."""
    with _lock:
        yield _child


def confined(function: str, /, *arguments: object, given: object = None, **named: object) -> Any:
    """One call in its turn: see :meth:`Confined.call`."""
    with turn() as child:
        return child.call(function, *arguments, given=given, **named)


def read_confined(url: str, function: str, /, *arguments: object, **named: object) -> Any:
    """As :func:`confined`, of what came from an address: what takes too much is its :class:`FetchError`."""
    try:
        return confined(function, *arguments, **named)
    except OutOfBounds as error:
        raise FetchError(url, f"reading it {error.said}", retriable=not error.lasting) from error


def _after_fork() -> None:
    global _lock  # noqa: PLW0603 - whoever held it is not in this process
    _lock = threading.Lock()
    _child.forget()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(_child.end)

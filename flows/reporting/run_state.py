"""What scheduled runs remember of each other: who is in trouble, and when the archive was looked after.

It lies in a file beside the archive, not in it: the archive may be what is in trouble. Runs are processes of
their own, so the file has a lock.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filelock import FileLock

from presswatch.private import make_private_file, make_private_folder


@dataclass
class Trouble:
    """A flow whose runs fail: since when (ISO 8601, UTC), why, whether somebody has been told, and whether
    all that failed broke off, rather than found that something is wrong.
    """

    since: str
    why: str
    told: bool = False
    broke_off: bool = False


@dataclass
class RunState:
    """``troubles`` by the flow's name; ``maintained`` is when that was last done, and ``serving_since`` when
    that ``presswatch serve`` began whose first run has been (ISO 8601, UTC).
    """

    troubles: dict[str, Trouble] = field(default_factory=dict)
    maintained: str = ""
    serving_since: str = ""


def state_file(archive: Path) -> Path:
    """Where it lies."""
    return archive.with_name(f"{archive.name}.runs.json")


@contextmanager
def run_state(archive: Path) -> Iterator[RunState]:
    """The state, which is stored at the end of the block if it was changed; others wait meanwhile.

    A file that holds no such state counts as none. Raises ``OSError`` where it cannot be written.
    """
    path = state_file(archive)
    make_private_folder(path.parent)
    with FileLock(path.with_name(path.name + ".lock"), mode=0o600):
        state = _read(path)
        before = asdict(state)
        yield state
        if asdict(state) != before:
            _write(path, asdict(state))


def _read(path: Path) -> RunState:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        troubles = {name: Trouble(**trouble) for name, trouble in stored["troubles"].items()}
        return RunState(troubles, str(stored["maintained"]), str(stored.get("serving_since", "")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return RunState()


def _write(path: Path, values: dict[str, object]) -> None:
    unfinished = path.with_name(path.name + ".new")
    make_private_file(unfinished)
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(values, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)

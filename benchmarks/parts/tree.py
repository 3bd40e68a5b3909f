"""What a process and all that it has started use, and those of them that do a certain thing."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil


def tree(pid: int) -> Iterator[psutil.Process]:
    """The process and its descendants."""
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        yield root
        yield from root.children(recursive=True)


def command_of(process: psutil.Process) -> str:
    """Its command line; empty if it is gone."""
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


@dataclass
class Use:
    """Megabytes and file handles over time, of each of some roles; (seconds, MB, handles) each."""

    samples: dict[str, list[tuple[float, float, int]]] = field(default_factory=dict)

    def sample(self, role: str, process: psutil.Process, seconds: float) -> None:
        """Note what the process uses now."""
        with contextlib.suppress(psutil.Error):
            used = process.memory_info().rss / 1e6, process.num_fds()
            self.samples.setdefault(role, []).append((seconds, *used))

    def lines(self) -> Iterator[str]:
        """For each role the medians of the first and the last third of the time."""
        for role, samples in self.samples.items():
            third = max(len(samples) // 3, 1)
            first, last = samples[:third], samples[-third:]
            memory = [statistics.median(sample[1] for sample in part) for part in (first, last)]
            handles = [statistics.median(sample[2] for sample in part) for part in (first, last)]
            yield (
                f"{role:16}  memory {memory[0]:5.0f} -> {memory[1]:5.0f} MB   "
                f"file handles {handles[0]:4.0f} -> {handles[1]:4.0f}   ({len(samples)} samples)"
            )

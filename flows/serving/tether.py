"""Children that cannot outlive us: they end when their standard input closes.

The operating system closes that when the parent ends, however it ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import IO


def tethered(
    module: str, *arguments: str, output: int | IO[bytes], environment: Mapping[str, str], umask: int = -1
) -> subprocess.Popen[bytes]:
    """Run a module of ours as a child with a process group of its own, so that Ctrl-C is for us alone.

    By the module's care it ends when its standard input closes; ``output`` and ``umask`` are as
    ``subprocess`` takes them.
    """
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
        umask=umask,
    )


def wait_for_end_of_input() -> None:
    """Return when standard input closes. Python's own reader would hold a lock that its end waits for."""
    while os.read(0, 4096):
        pass

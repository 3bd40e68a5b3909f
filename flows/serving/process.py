"""The child process of ``presswatch serve``: Prefect's runner for our flows.

Run as ``python -m flows.serving.process CONFIG``. It ends when its standard input closes, which the operating
system sees to when the parent ends, however it ends; then it takes the runs that it started with it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from flows.reloading import load_running
from flows.serving.deployments import serve_flows
from flows.serving.tether import wait_for_end_of_input
from presswatch.errors import PresswatchError

GRACE_SECONDS = 5.0
"""How long Prefect may take to cancel what is running."""


def _end_with_parent() -> None:
    wait_for_end_of_input()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


def main(config: Path) -> int:
    """Serve the flows until SIGTERM; the exit code."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        serve_flows(config, load_running(config).serve)
    except PresswatchError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""How soon `presswatch run` is at work: a cycle with nothing due, beside the bare libraries it stands on.

    python benchmarks/startup.py [RUNS]

Prints the median CPU and wall seconds of whole processes, A B A B, and the ratio A/B pair by pair.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONFIG = """
[archive]
path = "archive.db"
[[feeds]]
url = "http://127.0.0.1:9/feed"
publisher = "Nobody"
[fetch]
allow_private_addresses = true
"""


def measure(command: list[str]) -> tuple[float, float]:
    """CPU and wall seconds of one process."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    wall, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return cpu, wall


def main(runs: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "watch.toml"
        config.write_text(CONFIG)
        cycle = [sys.executable, "-m", "cli.main", "run", "--json", "-c", str(config)]
        floor = [sys.executable, "-c", "import requests, feedparser, sqlite_utils"]
        measure(cycle)  # makes the archive; from here on nothing is due
        pairs = [(measure(cycle), measure(floor)) for _ in range(runs)]
    for place, name in ((0, "cpu"), (1, "wall")):
        ours = statistics.median(a[place] for a, _ in pairs)
        theirs = statistics.median(b[place] for _, b in pairs)
        ratio = statistics.median(a[place] / b[place] for a, b in pairs)
        print(f"{name}: cycle {ours:.2f} s, libraries alone {theirs:.2f} s, ratio {ratio:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=int, nargs="?", default=7)
    main(parser.parse_args().runs)

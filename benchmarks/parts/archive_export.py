"""What an export of everything costs: a whole process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

CONFIG = Path(__file__).parents[2] / "config"


def print_export(folder: Path, archive: Path) -> None:
    """Seconds and peak memory of ``presswatch export releases`` with texts, as CSV into a file."""
    config = folder / "export.toml"
    config.write_text(
        f'include = ["{CONFIG}/programs.toml", "{CONFIG}/feeds.toml"]\n[archive]\npath = "{archive}"\n',
        encoding="utf-8",
    )
    made = folder / "export.csv"
    command = [sys.executable, "-m", "cli.main", "export", "releases", "-c", str(config), "-o", str(made)]
    start = time.perf_counter()
    process = subprocess.Popen([*command, "--text"], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"the export ended with {process.returncode}")
    seconds = time.perf_counter() - start
    print(
        f"  export of all, with texts: {seconds:.0f} s, peak {usage.ru_maxrss / 1024:.0f} MB,"
        f" {made.stat().st_size / 1e6:,.0f} MB written"
    )
    made.unlink()

"""Does a kill at any instant cost the archive anything?

    python -m benchmarks.keeping_faults [--kills 100] [--seed 1]

Processes that store releases, migrate, back up, restore and import an archive are killed (SIGKILL)
at chance instants of their work, in equal parts. After each kill `verify` looks at every archive and copy.

Prints a row for each: kills, how many hit the work in mid-run, what had been acknowledged before, what of
that was lost, how often an archive was not whole. Ends with 1 if anything was lost or not whole.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.parts.keeping_kills import WAYS, Killer

_COLUMNS = ("kills", "running", "acknowledged", "lost", "not_whole")


def main() -> int:
    """Run all, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    killer = Killer(random.Random(options.seed))
    print(f"{'':<12}" + "".join(f"{column.replace('_', ' '):>14}" for column in _COLUMNS))
    wrong: list[str] = []
    for way in WAYS:
        with tempfile.TemporaryDirectory() as folder:
            row = way(killer, Path(folder), options.kills // len(WAYS))
        print(f"{row.name:<12}" + "".join(f"{getattr(row, column):>14}" for column in _COLUMNS), flush=True)
        wrong += row.wrong
    print(f"\npromises broken: {len(wrong)}")
    print("\n".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())

"""Combinations of signs for and against "the same release": how many cases of each kind are right?

    python -m benchmarks.identity [--table chapters] [--cases 5] [--only "opaque guid, same title"]

Serves small newsrooms on local hosts, watches them by a configuration file, and holds what a webhook was told
and what is archived against what a careful reader would expect. Exit status 1 says that a case is wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tests.identity.all_tables import TABLES
from tests.identity.trial import Verdict, try_table


def main(arguments: list[str]) -> int:
    """Try the tables, print how they went, and return the exit status."""
    parser = argparse.ArgumentParser(prog="benchmarks.identity", description="Tables of combinations.")
    parser.add_argument("--table", help="the table's function, such as chapters; default: all")
    parser.add_argument("--only", default="", help="cases whose names hold this")
    parser.add_argument("--cases", type=int, default=3, help="how many wrong cases of each table are printed")
    options = parser.parse_args(arguments)
    print(f"{'table':<40}{'cases':>7}{'right':>7}{'wrong':>7}{'s':>8}")
    wrong: list[tuple[str, list[Verdict]]] = []
    for make in TABLES:
        if options.table not in (None, make.__name__):
            continue
        table = make()
        table = replace(table, cases=tuple(case for case in table.cases if options.only in case.name))
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            verdicts = try_table(table, Path(folder))
        bad = [verdict for verdict in verdicts if verdict.faults]
        used = time.perf_counter() - begun
        print(
            f"{table.name:<40}{len(verdicts):>7}{len(verdicts) - len(bad):>7}{len(bad):>7}{used:>8.1f}",
            flush=True,
        )
        wrong.append((table.name, bad))
    for name, bad in wrong:
        for verdict in bad[: options.cases]:
            print(f"\n{name}: {verdict.case.name}")
            for fault in verdict.faults:
                print(f"  {fault}")
    return 1 if any(bad for _, bad in wrong) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

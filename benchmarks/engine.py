"""What an engine costs: cycles of 10, 100, 1,000 feeds by the command, and by the flow on a Prefect server.

    python benchmarks/engine.py SHARED/bench [--feeds 10 100 1000] [--runs 3] [--latency 50]

Each cycle is a process that starts for it. "first" reads feeds whose every item is new, "same" feeds that
have not changed. The server, a process on SQLite, has started before; the seconds of CPU that it used for the
cycle stand in a column of their own. Prints medians.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from benchmarks.parts.cycle_server import Feeds, serve
from benchmarks.parts.engine_sides import Spent, by_command, by_flow, configure, spent
from benchmarks.parts.prefect_server import PrefectServer, prefect_server

_SETTLE_SECONDS = 3  # in which the server writes down what it was told last


def cycle(side: str, config: Path, prefect: PrefectServer) -> Spent:
    """One cycle, whole."""
    before, begun = prefect.cpu(), time.perf_counter()
    process = by_command(config) if side == "command" else by_flow(config, prefect.api_url, prefect.home)
    used = spent(process, begun)
    time.sleep(_SETTLE_SECONDS)
    return Spent(used.wall, used.cpu, prefect.cpu() - before)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    parser.add_argument("bench", type=Path, help="the folder with feedserver.py")
    parser.add_argument("--feeds", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--items", type=int, default=10, help="of each feed")
    parser.add_argument("--latency", type=float, default=50, metavar="MS")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, prefect_server(Path(name) / "prefect") as prefect:
        for feeds in asked.feeds:
            costs: dict[tuple[str, str], list[Spent]] = defaultdict(list)
            for run in range(asked.runs):
                folder = Path(name) / f"{feeds}-{run}"
                folder.mkdir()
                served = Feeds(
                    asked.bench / "feedserver.py", feeds, asked.items, feeds, asked.latency, False, ""
                )
                with serve(served, folder) as server:
                    sides = ("command", "flow") if run % 2 else ("flow", "command")
                    configs = {side: configure(server, folder / side) for side in sides}
                    for what in ("first", "same"):
                        for side in sides:
                            costs[what, side].append(cycle(side, configs[side], prefect))
            print_costs(feeds, costs)


def print_costs(feeds: int, costs: dict[tuple[str, str], list[Spent]]) -> None:
    """The medians of each cycle and side."""
    for (what, side), measured in sorted(costs.items()):

        def median(of: Callable[[Spent], float], spent: list[Spent] = measured) -> float:
            return statistics.median(of(each) for each in spent)

        print(
            f"{feeds:5} feeds  {what:5}  {side:7}  wall {median(lambda s: s.wall):6.2f} s"
            f"  cpu {median(lambda s: s.cpu):6.2f} s  server's cpu {median(lambda s: s.elsewhere):5.2f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()

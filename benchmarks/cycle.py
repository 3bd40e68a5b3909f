"""What a cycle costs: Presswatch beside lemon24/reader, and beside requests alone, on the same feeds.

    python -m benchmarks.cycle ../shared/bench --reader VENV [--feeds 1000] [--runs 3] [--tls]

Each side is a whole process for each cycle, in a fresh state for each run, in turn (A B C, then C B A). Each
feed lies on a loopback address of its own. The cycles: "first" (every item is new), "same" (nothing changed),
"part" (5% of the feeds gain an item), "touch" (20% of the feeds change bytes, but no item). Prints medians of
CPU and wall seconds and of peak memory, and the ratios of CPU, pair by pair. Ends with 1 if somebody found
another number of new items than the server added.

VENV is a virtual environment with the peer in it: pip install reader==3.26 sgmllib3k. Without --reader,
Presswatch is measured beside requests alone.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks.parts.cycle_server import Feeds, serve
from benchmarks.parts.cycle_sides import Cost, Side, floor, measure, presswatch, reader

CHANGES = {"same": "change=0&touch=0", "part": "change=0.05&new=1", "touch": "change=0&touch=0.2"}
Costs = dict[tuple[str, str], list[Cost]]


def one_run(sides: list[Side], feeds: Feeds, number: int, costs: Costs) -> bool:
    """All cycles of all sides on the same feeds; whether all found what there was."""
    right = True
    with tempfile.TemporaryDirectory() as folder, serve(feeds, Path(folder)) as server:
        states = {side.name: Path(folder) / side.name for side in sides}
        for side in sides:
            states[side.name].mkdir()
            side.prepare(server, states[side.name])
        for place, cycle in enumerate(["first", *CHANGES]):
            added = feeds.feeds * feeds.items
            if cycle in CHANGES:
                added = server.tell(f"/ctl/advance?{CHANGES[cycle]}")["new_items"]
            for side in sides if (number + place) % 2 else sides[::-1]:
                cost = measure(side.command(server, states[side.name]), server)
                costs[cycle, side.name].append(cost)
                right = right and cost.new in (None, added)
                print(
                    f"run {number} {cycle:6}{side.name:15} cpu {cost.cpu:7.2f} s  wall {cost.wall:7.2f} s  "
                    f"{cost.peak:4.0f} MB"
                    + ("" if cost.new in (None, added) else f"  {cost.new} of {added}"),
                    flush=True,
                )
    return right


def ratio(of: list[Cost], to: list[Cost]) -> str:
    """The median of the ratios of CPU, and their bounds."""
    ratios = sorted(a.cpu / b.cpu for a, b in zip(of, to, strict=True))
    return f"{statistics.median(ratios):.2f} [{ratios[0]:.2f}-{ratios[-1]:.2f}]"


def print_table(sides: list[Side], costs: Costs) -> None:
    """Medians, and Presswatch as a ratio to each other side."""
    ours, others = "presswatch", [side.name for side in sides if side.name != "presswatch"]
    for cycle in ["first", *CHANGES]:
        print(f"\n{cycle}")
        for side in sides:
            cpu, wall, peak = (
                statistics.median(getattr(cost, what) for cost in costs[cycle, side.name])
                for what in ("cpu", "wall", "peak")
            )
            print(f"  {side.name:15} cpu {cpu:7.2f} s  wall {wall:7.2f} s  peak {peak:4.0f} MB")
        for other in others:
            print(f"  {ours} / {other}: {ratio(costs[cycle, ours], costs[cycle, other])}")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    parser.add_argument("bench", type=Path, help="the folder with feedserver.py and peer_reader.py")
    parser.add_argument("--reader", type=Path, metavar="VENV", help="the peer's virtual environment")
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--items", type=int, default=20, help="of each feed")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--latency", type=float, default=50, metavar="MS")
    parser.add_argument("--connections", type=int, default=32, help="of Presswatch and of requests alone")
    parser.add_argument("--workers", type=int, default=20, help="of reader")
    parser.add_argument("--tls", action="store_true", help="HTTPS, a connection for each feed")
    asked = parser.parse_args()
    options = "--close" if asked.tls else ""
    script = asked.bench / "feedserver.py"
    feeds = Feeds(script, asked.feeds, asked.items, asked.feeds, asked.latency, asked.tls, options)
    sides = [presswatch(asked.connections), floor(asked.connections)]
    if asked.reader:
        sides.insert(0, reader(asked.reader, asked.bench / "peer_reader.py", asked.workers))
    costs: Costs = defaultdict(list)
    right = [one_run(sides, feeds, number, costs) for number in range(asked.runs)]
    print_table(sides, costs)
    if not all(right):
        sys.exit("NOT A COMPARISON: somebody found another number of new items than there were")


if __name__ == "__main__":
    main()

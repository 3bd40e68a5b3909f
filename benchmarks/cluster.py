"""Reading on a Dask cluster beside threads in one process: the same archive, and what a killed worker costs.

    python benchmarks/cluster.py SHARED/bench [--feeds 2000] [--latency 100] [--workers 2]

Each feed lies on a loopback address of its own. Three cycles, each into an archive of its own by
``presswatch run``: with threads, with Dask, and with Dask while a worker is killed (SIGKILL) when a third
of the feeds has been asked. Prints wall seconds, seconds of CPU (of the process, and of scheduler and
workers), and how many requests the feeds got. Ends with 1 if the archives differ in any row, times aside.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.parts.archive_rows import comparable_rows, differences
from benchmarks.parts.cycle_server import Feeds, Server, serve
from benchmarks.parts.dask_cluster import Cluster, dask_cluster
from benchmarks.parts.engine_sides import by_command, configure, spent

_SETTLE_SECONDS = 8  # in which workers come up


def kill_at(server: Server, requests: int, cluster: Cluster) -> None:
    """Kill the first worker when the feeds have been asked so often."""
    while server.tell("/ctl/stats")["requests"] < requests:
        time.sleep(0.05)
    cluster.workers[0].send_signal(signal.SIGKILL)


def main() -> None:
    """Measure, compare and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    parser.add_argument("bench", type=Path, help="the folder with feedserver.py")
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--items", type=int, default=10, help="of each feed")
    parser.add_argument("--latency", type=float, default=100, metavar="MS")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    served = Feeds(
        asked.bench / "feedserver.py", asked.feeds, asked.items, asked.feeds, asked.latency, False, ""
    )
    archives = {}
    with tempfile.TemporaryDirectory() as name, serve(served, Path(name)) as server:
        for way in ("threads", "dask", "dask, a worker killed"):
            folder = Path(name) / way.replace(", ", "-").replace(" ", "-")
            folder.mkdir()
            with dask_cluster(folder, asked.workers if way != "threads" else 0) as cluster:
                fetch = "" if way == "threads" else f'runner = "dask"\ndask_address = "{cluster.address}"'
                config = configure(server, folder / "watch", fetch)
                time.sleep(_SETTLE_SECONDS if fetch else 0)
                server.tell("/ctl/stats?reset=1")
                before, begun = cluster.cpu(), time.perf_counter()
                if "killed" in way:
                    threading.Thread(target=kill_at, args=(server, asked.feeds // 3, cluster)).start()
                cost = replace(spent(by_command(config), begun), elsewhere=cluster.cpu() - before)
            archives[way] = comparable_rows(config.with_name("archive.db"))
            elsewhere = f"{cost.elsewhere:6.2f} s" if "killed" not in way else "   (one is gone)"
            print(
                f"{way:22}  wall {cost.wall:6.2f} s  cpu {cost.cpu:6.2f} s, of the cluster {elsewhere}  "
                f"{server.tell('/ctl/stats')['requests']} requests, "
                f"{len(archives[way]['releases'])} releases, {len(archives[way]['mentions'])} mentions",
                flush=True,
            )
    wrong = [
        f"{way}: {found}"
        for way, rows in archives.items()
        for found in differences(archives["threads"], rows)
    ]
    print("\n".join(wrong) or "the archives hold the same rows, times and numbers aside")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()

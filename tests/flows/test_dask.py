"""Reading on a Dask cluster of real processes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.parts.archive_rows import comparable_rows
from benchmarks.parts.dask_cluster import Cluster, dask_cluster
from flows.cycle import load_ready, run_once
from flows.shards.runners import shards_by
from presswatch.errors import PresswatchError
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.setup import write_config
from tests.support.site import Site, serve_site

pytestmark = [
    pytest.mark.timeout(300),
    # Dask's own, on sockets that a killed worker leaves.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler with two workers."""
    with dask_cluster(tmp_path_factory.mktemp("dask"), workers=2, threads=1) as running:
        yield running


def many_feeds(sites: list[Site], delay: float = 0) -> list[str]:
    """Feeds on several hosts, more on each than half a shard holds, so that each host is a shard."""
    return [
        site.publish(
            f"/{number}", rss([item(1000 * place + number, f"Letter {number} on S-Comm.")]), delay=delay
        )
        for place, site in enumerate(sites)
        for number in range(60)
    ]


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    """Four web servers."""
    with serve_site() as a, serve_site() as b, serve_site() as c, serve_site() as d:
        yield [a, b, c, d]


def test_workers_read_what_threads_read(cluster: Cluster, sites: list[Site], tmp_path: Path) -> None:
    """Row by row; each feed is asked once."""
    feeds = many_feeds(sites)
    for name, fetch in (("threads", ""), ("dask", f'runner = "dask"\ndask_address = "{cluster.address}"')):
        (tmp_path / name).mkdir()
        watch = load_ready(write_config(tmp_path / name, feeds, fetch=fetch))
        report = run_once(watch, shards_by(watch))
        assert (report.due, report.read, report.recorded.new) == (240, 240, 240)
    assert comparable_rows(tmp_path / "dask" / "archive.db") == comparable_rows(
        tmp_path / "threads" / "archive.db"
    )
    assert all(site.requests[path, 200] == 2 for site in sites for path in site.pages)


def test_a_worker_killed_in_the_middle_costs_a_second_reading(
    cluster: Cluster, sites: list[Site], tmp_path: Path
) -> None:
    """Nothing is lost, nothing is there twice: its shard goes to the other worker."""
    feeds = many_feeds(sites, delay=0.05)
    config = write_config(tmp_path, feeds, fetch=f'runner = "dask"\ndask_address = "{cluster.address}"')
    watch = load_ready(config)
    cluster.start_worker(threads=1)

    def kill_when_it_reads() -> None:
        while sum(sum(site.requests.values()) for site in sites) < 30:
            stopped.wait(0.02)
        cluster.workers[0].send_signal(signal.SIGKILL)

    stopped = threading.Event()
    killer = threading.Thread(target=kill_when_it_reads)
    killer.start()
    report = run_once(watch, shards_by(watch))
    killer.join()
    assert cluster.workers[0].wait(10) == -signal.SIGKILL
    assert (report.read, report.recorded.new) == (240, 240)
    found = comparable_rows(tmp_path / "archive.db")["releases"]
    assert len(found) == len(set(found)) == 240
    asked = [site.requests[path, 200] for site in sites for path in site.pages]
    assert min(asked) == 1 and max(asked) <= 2


def test_no_scheduler_is_a_sentence(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read then, and everything stays due."""
    monkeypatch.setattr("flows.shards.runners.ANSWER_SECONDS", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    feed = site.publish("/feed", rss([item(1, "S-Comm ends.")]))
    watch = load_ready(write_config(tmp_path, [feed], fetch=f'runner = "dask"\ndask_address = "{address}"'))
    with pytest.raises(PresswatchError, match=f"scheduler at {address} does not answer"):
        run_once(watch, shards_by(watch))
    assert not site.requests


def test_workers_import_neither_the_engine_nor_the_archive(cluster: Cluster) -> None:
    """What a worker runs needs Presswatch's reading alone."""
    from distributed import Client

    def loaded() -> list[str]:
        import sys

        from presswatch.feeds.shard import read_shard

        assert read_shard
        return sorted({"prefect", "storage", "config"} & set(sys.modules))

    with Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(1, timeout=30)
        assert client.submit(loaded, pure=False, key=f"loaded-{os.getpid()}").result(timeout=60) == []

"""What runs leave behind at a real Prefect server, and who hears of their end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmarks.parts.dask_cluster import dask_cluster
from flows.cycle import SHARDS_AT_ONCE
from flows.serving.own_server import own_server
from tests.flows.test_ahead import JOBS
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.prefect_api import PrefectApi
from tests.support.receiver import Receiver
from tests.support.setup import write_config
from tests.support.site import Site

pytestmark = [pytest.mark.prefect_server, pytest.mark.timeout(400)]
ROOT = Path(__file__).parents[2]
RUNNING = {"state": {"type": {"any_": ["RUNNING"]}}}
RUN = """
import sys
from importlib import import_module
name, config = sys.argv[1:]
print(getattr(import_module(f"flows.{name}"), name)(config, return_state=True).name)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a Prefect server's client."""
    home = tmp_path_factory.mktemp("prefect")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    with own_server(home, port=free_port()) as started:
        yield {**kept, **started.for_clients(), "DO_NOT_TRACK": "1"}


def run(server: dict[str, str], flow: str, config: Path) -> str:
    """The name of the state in which a run of the flow ended."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, flow, str(config)],
        cwd=ROOT,
        env=server,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.stdout.strip()


def ask(server: dict[str, str], what: str, **wanted: Any) -> list[dict[str, Any]]:
    """What the server knows, the newest first."""
    found: list[dict[str, Any]] = PrefectApi(server).post(f"{what}/filter", **wanted)
    return found


def table(server: dict[str, str], key: str) -> list[dict[str, str]]:
    """The newest table of that key."""
    newest = ask(server, "artifacts", sort="CREATED_DESC", artifacts={"key": {"any_": [key]}})[0]
    rows: list[dict[str, str]] = json.loads(newest["data"])
    return rows


def newest_run(server: dict[str, str]) -> str:
    """The name of the newest run, without its time."""
    name: str = ask(server, "flow_runs", sort="START_TIME_DESC", limit=1)[0]["name"]
    return name.partition("UTC: ")[2]


def test_a_cycle_leaves_its_name_and_a_table(
    server: dict[str, str], site: Site, hook: Receiver, tmp_path: Path
) -> None:
    """Feeds read and failed, releases with mentions, deliveries; one that finds nothing due leaves a name."""
    feeds = [
        site.publish("/a", rss([item(1, "S-Comm and 287(g)."), item(2)])),
        site.publish("/b", b"", status=503),
    ]
    config = write_config(
        tmp_path,
        feeds,
        fetch='longest_cycle = "5m"',
        channels=[{"id": "hook", "type": "webhook", "url": hook.url}],
        subscriptions=[{"id": "desk", "channel": "hook"}],
    )
    assert run(server, "watch", config) == "Completed"
    assert newest_run(server) == "1 read, 1 failed, 2 new, 2 mentions, 1 sent"
    rows = [tuple(row.values()) for row in table(server, "cycle")]
    assert rows == [
        ("feeds", "2 due", "1 read, 0 unchanged, 1 failed, 0 put off", ""),
        ("failed", "Organisation B", "HTTP 503 Service Unavailable", feeds[1]),
        ("release", "287(g), Secure Communities", "Release 1", "https://newsroom.example/news/1"),
        ("deliveries", "1 sent", "0 pending, 0 failed for good", ""),
    ]
    assert run(server, "deliver", config) == "Skipped"
    assert newest_run(server) == "0 sent, 0 pending, 0 failed for good"


def test_trouble_is_told_once_and_so_is_its_end(
    server: dict[str, str], site: Site, hook: Receiver, tmp_path: Path
) -> None:
    """No feed can be read, twice; then one can."""
    feed = site.publish("/c", b"", status=404)
    config = write_config(
        tmp_path,
        [feed],
        channels=[{"id": "ops", "type": "webhook", "url": hook.url}],
        serve='alerts = "ops"',
    )
    assert [run(server, "watch", config) for _ in range(2)] == ["Failed", "Failed"]
    # Under another address, for a feed that failed is left alone for a while.
    config.write_text(config.read_text().replace(feed, site.publish("/d", rss([item(4)]))))
    assert run(server, "watch", config) == "Completed"
    turns = [turn for _, payload in hook.received for turn in payload["coverage"]["turned"]]
    assert [turn["health"] for turn in turns] == ["in trouble", "well"]
    assert turns[0]["reason"].startswith("1 feed due, 1 failed; 0 new releases, 0 revised")


def test_a_broken_edit_is_told_once_and_so_is_its_mending(
    server: dict[str, str], site: Site, hook: Receiver, tmp_path: Path
) -> None:
    """Runs go on with what was last good meanwhile."""
    config = write_config(
        tmp_path,
        [site.publish("/e", rss([item(5)]))],
        channels=[{"id": "ops", "type": "webhook", "url": hook.url}],
        serve='alerts = "ops"',
    )
    good = config.read_text()
    assert run(server, "watch", config) == "Completed"
    config.write_text(f"{good}\nmystery = 1\n")
    assert [run(server, "maintain", config) for _ in range(2)] == ["Completed", "Skipped"]
    config.write_text(good)
    assert run(server, "maintain", config) == "Skipped"
    turns = [turn for _, payload in hook.received for turn in payload["coverage"]["turned"]]
    assert [(turn["publisher"], turn["health"]) for turn in turns] == [
        ("Presswatch’s configuration", "in trouble"),
        ("Presswatch’s configuration", "well"),
    ]
    assert "mystery" in turns[0]["reason"]
    assert "stays in use until that is mended" in turns[0]["reason"]


def test_a_run_that_is_killed_is_told(
    server: dict[str, str], site: Site, hook: Receiver, tmp_path: Path
) -> None:
    """By the process that started it; and that the next one works."""
    feed = site.publish("/slow", rss([item(7)]), delay=5)
    config = write_config(
        tmp_path,
        [feed],
        channels=[{"id": "ops", "type": "webhook", "url": hook.url}],
        serve='alerts = "ops"\nwatch_every = "20s"\ndeliver_every = "1h"',
    )
    serve = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "serve", "-c", str(config)],
        cwd=tmp_path,
        env=server,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: run_of(server, serve, "watch"), "a run of watch").kill()
        wait_for(lambda: len(hook.received) == 2, "trouble, and its end")
    finally:
        serve.terminate()
        serve.wait(60)
    turns = [turn for _, payload in hook.received for turn in payload["coverage"]["turned"]]
    assert [turn["health"] for turn in turns] == ["in trouble", "well"]
    assert "exit" in turns[0]["reason"]


def run_of(server: dict[str, str], serve: subprocess.Popen[bytes], flow: str) -> psutil.Process | None:
    """The process among those that serve started which is at work on a run of the flow."""
    running = {
        run["id"] for run in ask(server, "flow_runs", flows={"name": {"any_": [flow]}}, flow_runs=RUNNING)
    }
    for process in psutil.Process(serve.pid).children(recursive=True):
        try:
            if process.environ().get("PREFECT__FLOW_RUN_ID") in running:
                return process
        except psutil.Error:
            continue
    return None


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """What the condition gives as soon as it is true."""
    deadline = time.monotonic() + 150
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not in time: {what}"
        time.sleep(0.2)
    return found


def test_maintenance_says_what_it_did(server: dict[str, str], site: Site, tmp_path: Path) -> None:
    """Once; then it is not due."""
    config = write_config(tmp_path, [site.publish("/e", rss([item(5)]))])
    assert run(server, "maintain", config) == "Skipped"
    assert newest_run(server) == "not due"
    assert run(server, "watch", config) == "Completed"
    assert run(server, "maintain", config) == "Completed"
    assert newest_run(server) == "archive whole"
    assert [row["which"] for row in table(server, "maintenance")] == ["whole", "well"]
    assert run(server, "maintain", config) == "Skipped"


def test_tasks_do_not_run_ahead(server: dict[str, str]) -> None:
    """Two are read while one is stored, however slow that is."""
    script = (
        "from prefect import flow; from flows.shards.tasks import in_tasks;"
        "from tests.flows.test_ahead import most_ahead;"
        "print(*flow(name='ahead', persist_result=False)(lambda: most_ahead(in_tasks))())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=server, capture_output=True, text=True, check=False
    )
    found, _, most = done.stdout.strip().rpartition(" ")
    assert found == str(list(JOBS)), done.stderr
    assert 1 < int(most) <= SHARDS_AT_ONCE + 1


def test_tasks_on_a_cluster(server: dict[str, str], site: Site, tmp_path: Path) -> None:
    """With a Dask scheduler in the configuration its workers read, as tasks of the run."""
    feed = site.publish("/f", rss([item(6, "S-Comm.")]))
    with dask_cluster(tmp_path, workers=1) as cluster:
        fetch = f'runner = "dask"\ndask_address = "{cluster.address}"'
        assert run(server, "watch", write_config(tmp_path, [feed], fetch=fetch)) == "Completed"
    assert newest_run(server) == "1 read, 0 failed, 1 new, 1 mention, 0 sent"
    assert site.requests["/f", 200] == 1
    tasks = {task["name"] for task in ask(server, "task_runs")}
    assert "read_shard 1 of 1" in tasks

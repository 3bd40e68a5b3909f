"""The flows, on a real Prefect server."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from flows.serving.own_server import own_server
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.processes import children_of, gone, wait_for
from tests.support.receiver import Receiver
from tests.support.site import Site

pytestmark = [pytest.mark.prefect_server, pytest.mark.timeout(400)]
ROOT = Path(__file__).parents[2]
PRESSWATCH = [sys.executable, "-m", "cli.main"]


def clean_environment(**more: str) -> Mapping[str, str]:
    """The environment without any Prefect settings, but for those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**kept, "DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false", **more}


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGKILL])
def test_serve_fires_on_schedule_and_leaves_nothing_behind(
    config: Path, site: Site, hook: Receiver, tmp_path: Path, stop: signal.Signals
) -> None:
    """Without a server of the user's it starts one; runs fire and archive; however it ends, it ends whole."""
    serve = subprocess.Popen(
        [*PRESSWATCH, "serve", "-c", str(config)],
        cwd=tmp_path,  # not the checkout: where it is called from must not matter
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: hook.told() == [("secure-communities", "Release 1")], 120, "the first run")
        site.publish("/feed", rss([item(2, "A 287(g) agreement."), item(1, "The county will end S-Comm.")]))
        wait_for(lambda: len(hook.told()) == 2, 60, "a later run")
        assert (tmp_path / "prefect" / "prefect.db").exists(), "Prefect's data lies beside the archive"
    finally:
        started = children_of(serve)
        serve.send_signal(stop)
        serve.wait(60)
    # A flow run that lost its server in the middle goes on asking for it for a minute or two.
    wait_for(lambda: gone(started), 180, "no process is left behind")
    connection = sqlite3.connect(tmp_path / "archive.db")
    assert connection.execute("SELECT count(*) FROM releases").fetchone()[0] == 2
    connection.close()


def test_the_deployment_file_works_with_a_worker(
    config: Path, site: Site, hook: Receiver, tmp_path: Path
) -> None:
    """`prefect deploy --all` puts the flows on a work pool, from which a worker runs them."""
    prefect = [sys.executable, "-m", "prefect", "--no-prompt"]
    home = tmp_path / "prefect"
    with own_server(home, port=free_port()) as server:
        environment = clean_environment(**server.for_clients(), PRESSWATCH_HOME=str(ROOT))

        def run(*arguments: str) -> None:
            done = subprocess.run(
                [*prefect, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr

        run("work-pool", "create", "presswatch", "--type", "process")
        run("deploy", "--all")
        for name in ("watch/presswatch", "deliver/presswatch-deliver", "maintain/presswatch-maintain"):
            run("deployment", "run", name, "--param", f"config={config}")
        worker = subprocess.Popen(
            [*prefect, "worker", "start", "--pool", "presswatch", "--run-once"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(lambda: hook.told() == [("secure-communities", "Release 1")], 120, "the worker's run")
        finally:
            worker.terminate()
            worker.wait(60)

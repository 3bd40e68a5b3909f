"""`presswatch serve` outlives what it depends on, and leaves when told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from flows.cycle import in_threads, load_ready, run_once
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.processes import child_with, children_of, gone, wait_for
from tests.support.receiver import Receiver
from tests.support.site import Site

pytestmark = pytest.mark.timeout(400)
SERVER = ("prefect", "server", "start")
KEEPER = ("flows.serving.server_child",)
RUNNER = ("flows.serving.process",)


def environment(**more: str) -> Mapping[str, str]:
    """The environment without any Prefect settings, but for those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {**kept, "PYTHONUTF8": "1", **more}


@contextmanager
def serving(
    config: Path, *options: str, command: tuple[str, ...] = (), **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    """The command as a process, its output in ``serve.log`` beside the configuration; ended at the end."""
    with (config.parent / "serve.log").open("wb") as output:
        process = subprocess.Popen(
            [*command, sys.executable, "-m", "cli.main", "serve", "-c", str(config), *options],
            cwd=config.parent,
            env=environment(**more),
            stdout=output,
            stderr=output,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(60)
            finally:
                process.kill()


def said(config: Path) -> str:
    """What the command has said so far."""
    return (config.parent / "serve.log").read_text(encoding="utf-8")


@pytest.mark.prefect_server
def test_what_is_killed_under_it_comes_back_and_it_leaves_when_told(
    config: Path, site: Site, hook: Receiver
) -> None:
    """The Prefect server, what keeps it, and the runner, in turn; what is published afterwards is told once.

    On SIGTERM it ends well and leaves no process behind.
    """
    with serving(config) as process:
        wait_for(lambda: len(hook.told()) == 1, 120, "the first run")
        items = [item(1, "The county will end S-Comm.")]
        started: set[psutil.Process] = set()
        for number, words in enumerate((SERVER, KEEPER, RUNNER), 2):
            started.update(children_of(process))
            victim = child_with(process, *words)
            assert victim is not None
            victim.kill()
            items.insert(0, item(number, "The city will end S-Comm."))
            site.publish("/feed", rss(items))
            wait_for(lambda: len(hook.told()) == len(items), 180, f"a run after {words} was killed")
        wait_for(lambda: "What runs the flows has ended" in said(config), 60, "word of the runner's end")
        started.update(children_of(process))
        process.terminate()
        assert process.wait(30) == 0
        wait_for(lambda: gone(started), 30, "no process is left behind")
    assert sorted(title for _, title in hook.told()) == [f"Release {n}" for n in (1, 2, 3, 4)]


@pytest.mark.prefect_server
def test_the_first_cycle_is_told_though_nothing_was_due(config: Path, site: Site) -> None:
    """Once, and in our words: the engine's banner is left out. A later cycle without news says nothing."""
    text = config.read_text(encoding="utf-8").replace('interval = "0s"', 'interval = "1h"')
    config.write_text(text, encoding="utf-8")
    run_once(load_ready(config), in_threads)
    with serving(config):
        wait_for(lambda: "nothing was due" in said(config), 120, "the first cycle")
        config.write_text(text.replace('interval = "1h"', 'interval = "0s"'), encoding="utf-8")
        site.publish("/feed", rss([item(2, "The city will end S-Comm.")]))
        wait_for(lambda: "1 feed due, 0 failed; 1 new release, 0 revised" in said(config), 120, "another")
    assert said(config).count("nothing was due") == 1
    assert "being served" not in said(config)


def test_a_server_that_does_not_answer_is_waited_for(config: Path) -> None:
    """With a Prefect server of the user's that is down, it says so, waits, and still leaves when told."""
    api_url = f"http://127.0.0.1:{free_port()}/api"
    with serving(config, PREFECT_API_URL=api_url) as process:
        wait_for(lambda: "does not answer; waiting for it" in said(config), 60, "the message")
        assert process.poll() is None
        assert api_url in said(config)
        process.terminate()
        assert process.wait(30) == 0
    assert said(config).count("waiting for it") == 1


def test_json_lines_mask_secrets(config: Path) -> None:
    """Each line of ``--log-format json`` is an object; a secret of the environment stands in none."""
    secret = f"127.0.0.1:{free_port()}"
    text = config.read_text(encoding="utf-8").replace("[serve]", '[serve]\nheartbeat_env = "HEARTBEAT"')
    config.write_text(text, encoding="utf-8")
    options = {"PREFECT_API_URL": f"http://{secret}/api", "HEARTBEAT": secret}
    with serving(config, "--log-format", "json", **options) as process:
        wait_for(lambda: "waiting for it" in said(config), 60, "the message")
        process.terminate()
        assert process.wait(30) == 0
    lines = [json.loads(line) for line in said(config).splitlines()]
    assert {"time", "level", "logger", "message"} <= set(lines[0])
    assert {"info", "warning"} == {line["level"] for line in lines}
    assert secret not in said(config)
    assert "http://[secret]/api" in said(config)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_can_be_stopped_while_it_waits(config: Path, stop: signal.Signals) -> None:
    """Ctrl-C is as good as SIGTERM, and neither is an error."""
    with serving(config, PREFECT_API_URL=f"http://127.0.0.1:{free_port()}/api") as process:
        wait_for(lambda: "waiting for it" in said(config), 60, "the message")
        process.send_signal(stop)
        assert process.wait(30) == 0

"""What `presswatch serve` is kept alive and honest by: clocks, bounds, logs, heartbeats."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from config.loader import load
from flows.cycle import in_threads, load_ready, run_once
from flows.reporting.heartbeat import beat
from flows.serving.clock_watch import ClockWatch
from flows.serving.logs import Lines, secrets_of
from flows.serving.overdue import Overdue
from flows.serving.runner_child import with_tracebacks
from flows.serving.server_health import answers
from presswatch.cycle import CycleReport, FeedFailure, Recorded
from presswatch.times import utc_now
from presswatch.watch import ServeRules
from storage.lock import cycle_lock
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.setup import write_config
from tests.support.site import Site

WELL = CycleReport(due=2, read=2, unchanged=0, failures=(), recorded=Recorded())
IN_VAIN = replace(WELL, due=1, read=0, failures=(FeedFailure("A", "http://a.example", "down"),))


@pytest.mark.parametrize(
    ("wall", "steady", "jumped"),
    [
        pytest.param(10.0, 10.0, 0, id="time passes"),
        pytest.param(40.0, 10.0, 0, id="half a minute is nothing"),
        pytest.param(3_610.0, 10.0, 3_600, id="set ahead, or asleep for an hour"),
        pytest.param(-3_590.0, 10.0, -3_600, id="set back"),
    ],
)
def test_a_jump_of_the_clock_is_seen_once(wall: float, steady: float, jumped: float) -> None:
    """What the time of day did beyond the time that passed, and nothing at the next look."""
    at = {"wall": 1_000.0, "steady": 50.0}
    clock = ClockWatch(lambda: at["wall"], lambda: at["steady"])
    assert clock.jump() == 0
    at["wall"] += wall
    at["steady"] += steady
    assert clock.jump() == jumped
    assert clock.jump() == 0


def test_a_clock_that_drifts_does_not_jump() -> None:
    """Many small corrections never add up to a jump."""
    at = {"wall": 0.0, "steady": 0.0}
    clock = ClockWatch(lambda: at["wall"], lambda: at["steady"])
    for _ in range(10):
        at["wall"] += 31
        at["steady"] += 1
        assert clock.jump() == 0


HANGS = """
import sys, threading
from pathlib import Path
from flows.bound import hard_bound
from storage.lock import cycle_lock
with cycle_lock(Path(sys.argv[1])), hard_bound(0.5):
    threading.Event().wait()
"""


def test_a_cycle_that_hangs_is_ended_and_lets_go_of_the_lock(tmp_path: Path) -> None:
    """The process ends by itself, says where it stood, and the archive is free for the next."""
    archive = tmp_path / "archive.db"
    command = [sys.executable, "-c", HANGS, str(archive)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "Timeout" in done.stderr and "wait" in done.stderr
    with cycle_lock(archive):
        pass


def test_a_cycle_that_ends_in_time_is_not_ended(tmp_path: Path) -> None:
    """After the block, the bound is gone."""
    within = HANGS.replace(
        "    threading.Event().wait()", "    pass\nthreading.Event().wait(1)\nprint('done')"
    )
    command = [sys.executable, "-c", within, str(tmp_path / "archive.db")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, "done\n")


HOLDS = """
import sys, time
from pathlib import Path
from storage.lock import cycle_lock
with cycle_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_kill_leaves_no_lock(tmp_path: Path) -> None:
    """SIGKILL while the lock is held: the next process has it at once."""
    archive = tmp_path / "archive.db"
    command = [sys.executable, "-c", HOLDS, str(archive)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        holder.kill()
        holder.wait()
        with cycle_lock(archive):
            pass


def test_the_heartbeat_comes_after_a_cycle_that_went_well(site: Site) -> None:
    """Once, by GET; not after a cycle in vain, and not without an address."""
    url = site.publish("/ping/4711", b"OK", content_type="text/plain", validators=False)
    assert beat(ServeRules(heartbeat_url=url), WELL)
    assert not beat(ServeRules(heartbeat_url=url), IN_VAIN)
    assert not beat(ServeRules(), WELL)
    assert site.requests == {("/ping/4711", 200): 1}


def test_the_heartbeats_address_can_be_in_the_environment(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``heartbeat_env`` names the variable."""
    monkeypatch.setenv("PING", site.publish("/ping", b"OK", validators=False))
    assert beat(ServeRules(heartbeat_env="PING"), WELL)
    assert site.requests == {("/ping", 200): 1}


@pytest.mark.parametrize(
    "address", ["{site}/no-such-4711", "http://127.0.0.1:{port}/4711", "http://[4711", "4711"]
)
def test_a_heartbeat_that_fails_disturbs_nothing(
    site: Site, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    """It is logged, without the address, and nothing is raised."""
    url = address.format(site=site.base, port=free_port())
    assert not beat(ServeRules(heartbeat_url=url), WELL)
    assert "The heartbeat was not" in caplog.text
    assert "4711" not in caplog.text


def test_secrets_are_masked_in_lines_of_text_and_of_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever holds them: the words, what they are filled with, a traceback."""
    config = write_config(
        tmp_path,
        ["http://a.example/feed"],
        channels=[{"id": "chat", "type": "slack", "url_env": "CHAT"}],
        subscriptions=[{"id": "desk", "channel": "chat"}],
        serve='heartbeat_url = "https://beat.example/5up3r"',
    )
    values = {"CHAT": 'https://chat.example/"quoted"', "PREFECT_API_KEY": "pnu_key", "OTHER": "plain words"}
    secrets = secrets_of(load(config), values)
    for as_json in (False, True):
        out = StringIO()
        handler = logging.StreamHandler(out)
        handler.setFormatter(Lines(as_json=as_json, secrets=secrets))
        log = logging.Logger("test")
        log.addHandler(handler)
        try:
            raise ValueError(values["CHAT"])
        except ValueError:
            log.exception("asked %s with %s: plain words", values["CHAT"], values["PREFECT_API_KEY"])
        log.info("https://beat.example/5up3r")
        shown = out.getvalue()
        assert shown.count("[secret]") == 4
        assert "plain words" in shown
        assert not any(hidden in shown for hidden in ("quoted", "pnu_key", "5up3r"))
        if as_json:
            first, second = (json.loads(line) for line in shown.splitlines())
            assert "Traceback" in first["traceback"] and "traceback" not in second


def test_a_traceback_is_told_as_one() -> None:
    """With the line before it, if that is the engine's; what comes after stands alone."""
    engine = "03:06:37.764 | ERROR   | Flow run 'x' - failed"
    traceback = ["Traceback (most recent call last):", '  File "a.py", line 1', "ValueError: no"]
    told = list(with_tracebacks(["before", engine, *traceback, "after", engine]))
    assert told == ["before", "\n".join([engine, *traceback]), "after", engine]
    assert list(with_tracebacks([*traceback, *traceback])) == ["\n".join(traceback)] * 2


def test_feeds_that_wait_in_vain_are_noticed(site: Site, tmp_path: Path) -> None:
    """By what the archive knows: not before the time, once, and again only after as long."""
    feed = site.publish("/feed", rss([item(1, "S-Comm")]))
    watch = load_ready(write_config(tmp_path, [feed]))  # due at once; patience: 3 * 5 min + 15 min
    at = [utc_now()]
    overdue = Overdue(watch, lambda: at[0])
    at[0] += timedelta(days=1)
    assert not overdue(), "there is no archive yet"
    run_once(watch, in_threads)
    assert overdue()
    assert not overdue()
    at[0] += timedelta(minutes=29)
    assert not overdue()
    at[0] += timedelta(minutes=2)
    assert overdue()
    at[0] = utc_now()
    assert not overdue(), "the clock was set back, and the feed was read just now"


def test_a_server_answers_or_does_not(site: Site) -> None:
    """Any answer but a server's error will do: not every service has the endpoint."""
    site.publish("/well/health", b"true")
    site.publish("/ill/health", b"", status=503)
    assert answers(f"{site.base}/well/")
    assert answers(f"{site.base}/other")
    assert not answers(f"{site.base}/ill")
    assert not answers(f"http://127.0.0.1:{free_port()}/api")

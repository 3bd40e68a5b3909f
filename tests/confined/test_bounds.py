"""Work in a process of its own: what it gives, what ends it, and that nothing is left behind."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from presswatch.confined import bounds, parent
from presswatch.confined.bounds import OutOfBounds
from presswatch.confined.parent import Confined, confined, read_confined
from presswatch.errors import FetchError
from presswatch.web.wall import BotWall

WORK = "tests.confined.work"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def child() -> Iterator[Confined]:
    """A child of the test's own."""
    own = Confined()
    yield own
    own.end()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Confined]:
    """A child that has a third of a second of a processor, and 100 MB."""
    hurry = "from presswatch.confined import child; child.SECONDS, child.MOST_MEMORY = 0.3, 100_000_000; "
    monkeypatch.setattr(parent, "_START", parent._START.replace("from", hurry + "from", 1))
    own = Confined()
    yield own
    own.end()


def test_a_call_gives_what_the_function_returns(child: Confined) -> None:
    """Values go there and back, by place and by name."""
    assert child.call(f"{WORK}:repeat", "ab", times=2) == "abab"
    assert len(child.call(f"{WORK}:repeat", "x" * 3_000_000, times=5)) == 15_000_000


def test_one_process_does_many_calls(child: Confined) -> None:
    """It is kept, and it isn't this one."""
    pids = {child.call(f"{WORK}:pid") for _ in range(5)}
    assert len(pids) == 1 and os.getpid() not in pids


def test_what_is_given_stays_until_it_changes(child: Confined, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that many calls need is sent once, and again where it is another one, or another child."""
    sent: list[bytes] = []
    send = parent.send
    monkeypatch.setattr(parent, "send", lambda file, kind, data: (sent.append(kind), send(file, kind, data)))
    programs = tuple(f"program {number}" for number in range(5))
    for given in (programs, programs, (*programs[:4], programs[4]), ("other",)):
        assert child.call(f"{WORK}:take", 1, given=given) == (1, given)
        assert child.call(f"{WORK}:repeat", "a", times=2) == "aa"
    assert sent.count(parent.GIVEN) == 2
    child.end()
    assert child.call(f"{WORK}:take", 2, given=("other",)) == (2, ("other",))


@pytest.mark.parametrize("work", ["spin", "match_for_ever"])
def test_work_without_an_end_is_ended(hasty: Confined, work: str) -> None:
    """Also within a library's call, which nothing inside the process could stop; others go on."""
    before = hasty.call(f"{WORK}:pid")
    with pytest.raises(OutOfBounds) as caught:
        hasty.call(f"{WORK}:{work}")
    assert caught.value.said == "took more than 20 seconds of a processor, and was ended"
    assert caught.value.lasting
    assert hasty.call(f"{WORK}:pid") != before
    assert not psutil.pid_exists(before)


def test_the_time_is_each_call_s_own(hasty: Confined) -> None:
    """Many calls that are short don't add up to one that is long."""
    begun = time.process_time()
    while time.process_time() - begun < 0.2:
        hasty.call(f"{WORK}:repeat", "x" * 100_000, times=3)
    assert hasty.call(f"{WORK}:pid")


def test_too_much_memory_is_an_end(hasty: Confined) -> None:
    """A call that takes more than it may fails, and the next gets a new process."""
    before = hasty.call(f"{WORK}:pid")
    with pytest.raises(OutOfBounds, match="more than 1000 MB of memory") as caught:
        hasty.call(f"{WORK}:hoard")
    assert caught.value.lasting
    assert hasty.call(f"{WORK}:pid") != before


def test_work_that_waits_has_an_end_too() -> None:
    """What takes no processor's time is ended by the clock."""
    with pytest.raises(OutOfBounds, match=r"took more than 0\.3 seconds") as caught:
        Confined(longest=0.3).call(f"{WORK}:sleep")
    assert not caught.value.lasting


def test_what_the_work_has_started_ends_with_it(child: Confined) -> None:
    """A process that it left running, too."""
    started = psutil.Process(child.call(f"{WORK}:start_another"))
    child.end()
    assert psutil.wait_procs([started], timeout=10)[1] == []


def test_a_crash_is_one_call_s_failure(child: Confined) -> None:
    """What brings the process down is told, and the next call works."""
    with pytest.raises(OutOfBounds, match="was ended by the signal 11"):
        child.call(f"{WORK}:crash")
    assert child.call(f"{WORK}:repeat", "a", times=1) == "a"


def test_a_child_that_was_killed_between_calls_is_replaced(child: Confined) -> None:
    """An idle child that somebody ends costs nothing."""
    os.kill(child.call(f"{WORK}:pid"), signal.SIGKILL)
    time.sleep(0.1)
    assert child.call(f"{WORK}:repeat", "a", times=1) == "a"


def test_too_large_a_result_is_refused(child: Confined, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes back has a bound too, so that this process's memory has one."""
    with pytest.raises(OutOfBounds, match="gave more than 100 MB"):
        child.call(f"{WORK}:repeat", "x" * 1000, times=bounds.MOST_SENT_BACK // 1000)


def test_a_process_that_keeps_much_is_not_kept(child: Confined) -> None:
    """Memory that isn't given back after a call goes back to the system, and what was given doesn't."""
    before = child.call(f"{WORK}:pid")
    child.call(f"{WORK}:repeat", "x" * 90_000_000, times=1)
    assert child.call(f"{WORK}:pid") == before
    child.call(f"{WORK}:keep", 350_000_000)
    assert child.call(f"{WORK}:pid") != before


def test_what_the_function_raises_is_raised_here(child: Confined) -> None:
    """A refusal with all that it says; anything else with where it happened, for the log."""
    with pytest.raises(FetchError) as caught:
        child.call(f"{WORK}:refuse", "http://a.example")
    error = caught.value
    assert (error.url, error.reason, error.status) == ("http://a.example", "it is not a feed", 200)
    assert (error.retriable, error.retry_after) == (False, 3.5)
    with pytest.raises(ValueError, match="nobody foresaw this") as other:
        child.call(f"{WORK}:stumble")
    assert "in stumble" in other.value.__notes__[0]


def test_a_refusal_survives_the_way() -> None:
    """An error of a kind of its own stays of that kind."""
    wall = pickle.loads(pickle.dumps(BotWall("http://a.example", "a wall", status=403, retry_after=9)))
    assert (type(wall), wall.status, wall.retry_after, str(wall)) == (
        BotWall,
        403,
        9,
        "http://a.example: a wall",
    )


def test_what_takes_too_much_is_its_address_s_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever reads an address, it is one more way in which that can't be read."""
    monkeypatch.setattr(parent, "_child", Confined(longest=0.3))
    with pytest.raises(FetchError, match=r"reading it took more than 0\.3 seconds") as caught:
        read_confined("http://a.example", f"{WORK}:sleep")
    assert caught.value.retriable


@pytest.mark.parametrize("work", ["pid", "spin", "sleep"])
def test_a_killed_process_leaves_no_child(work: str) -> None:
    """Whether it works, waits or is idle, it ends with the process that asked (kill -9)."""
    code = (
        "import sys, threading, time\n"
        "from presswatch.confined.parent import confined\n"
        f"print(confined('{WORK}:pid'), flush=True)\n"
        f"threading.Thread(target=confined, args=['{WORK}:{work}'], daemon=True).start()\n"
        "time.sleep(60)\n"
    )
    asking = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    assert asking.stdout is not None
    with asking.stdout:
        orphan = psutil.Process(int(asking.stdout.readline()))
        time.sleep(0.3)
        asking.kill()
        asking.wait()
        assert psutil.wait_procs([orphan], timeout=10)[1] == []


def test_the_end_of_a_process_ends_its_child() -> None:
    """A program that ends leaves nothing behind."""
    code = f"from presswatch.confined.parent import confined; print(confined('{WORK}:pid'))"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, check=True)
    assert not psutil.pid_exists(int(done.stdout))


def test_nothing_is_started_before_it_is_needed() -> None:
    """A cycle without news has no child, and imports no parser."""
    code = (
        "import sys, psutil, presswatch.feeds.shard, presswatch.pages.shard\n"
        "assert not psutil.Process().children()\n"
        "sys.exit('feedparser' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_fork_has_a_child_of_its_own() -> None:
    """A process that was forked doesn't talk to its parent's child."""
    first = confined(f"{WORK}:pid")
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other tests may have left threads
        forked = os.fork()
    if not forked:
        try:
            os.write(writing, str(confined(f"{WORK}:pid")).encode())
        finally:
            parent._child.end()
            os._exit(0)
    os.waitpid(forked, 0)
    assert int(os.read(reading, 20)) != first
    os.close(reading)
    os.close(writing)
    assert confined(f"{WORK}:pid") == first

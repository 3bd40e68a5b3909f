"""Looking at deliveries, trying channels, and sending a digest once more: the commands, as processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.receiver import Receiver, receive_hooks
from tests.support.setup import write_config
from tests.support.site import Site

ALIAS = "The county will end S-Comm, the sheriff said."


@pytest.fixture
def config(site: Site, tmp_path: Path) -> Path:
    """A watch that owes a digest to a hook where nobody listens, and has told it to a folder."""
    dead = f"http://127.0.0.1:{free_port()}/hook"
    return write_config(
        tmp_path,
        [site.publish("/feed", rss([item(1, ALIAS)]))],
        channels=[
            {"id": "hook", "type": "webhook", "url": dead},
            {"id": "folder", "type": "file", "path": "digests"},
        ],
        subscriptions=[{"id": "hooked", "channel": "hook"}, {"id": "kept", "channel": "folder"}],
        fetch='announce_since = "all"',
    )


def listed(call: Call, config: Path, *options: str) -> dict[str, str]:
    """The status of each subscription's only delivery."""
    done = call("deliveries", "list", "--json", "-c", config, *options)
    assert done.returncode == 0, done.stderr
    return {each["subscription"]: each["status"] for each in json.loads(done.stdout)}


def test_what_was_sent_and_what_is_owed_can_be_seen(call: Call, config: Path) -> None:
    """With the reason and when it is tried again; and by status."""
    assert "Nothing was to be sent yet" not in call("run", "-c", config).stdout
    assert listed(call, config) == {"hooked": "pending", "kept": "sent"}
    assert listed(call, config, "--status", "pending") == {"hooked": "pending"}
    shown = call("deliveries", "-c", config).stdout
    assert "Secure Communities: 1 release" in shown
    assert "pending, next try" in shown
    assert "Connection refused" in shown


def test_one_delivery_can_be_looked_into(call: Call, config: Path) -> None:
    """Each attempt, with the other side's words."""
    call("run", "-c", config)
    shown = call("deliveries", "show", "1", "-c", config)
    assert "delayed" in shown.stdout
    assert "Connection refused" in shown.stdout
    told = json.loads(call("deliveries", "show", "2", "--json", "-c", config).stdout)
    assert (told["status"], [a["outcome"] for a in told["tried"]]) == ("sent", ["accepted"])


@pytest.mark.parametrize("command", ["show", "retry", "abandon"])
@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("99", "there is no delivery 99"),
        ("9999", "there is no delivery 9999"),
        (str(2**63), f'"{2**63}" is not a delivery\'s number'),
        ("0", '"0" is not a delivery\'s number'),
        ("morning", '"morning" is not a delivery\'s number'),
    ],
)
def test_a_number_that_no_delivery_has_is_a_mistake(
    call: Call, config: Path, command: str, number: str, words: str
) -> None:
    """Whatever its size, it is named, with the command that lists them; exit code 2."""
    call("run", "-c", config)
    done = call("deliveries", command, number, "-c", config)
    assert done.returncode == 2
    assert words in done.stderr
    assert "`presswatch deliveries` lists them" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_delivery_can_be_given_up_and_tried_again(call: Call, config: Path) -> None:
    """It goes out once somebody listens, with the identity that it had."""
    call("run", "-c", config)
    assert call("deliveries", "abandon", "1", "-c", config).stdout == "1 delivery abandoned.\n"
    assert listed(call, config)["hooked"] == "abandoned"
    refused = call("deliveries", "abandon", "2", "-c", config)
    assert (refused.returncode, "is sent, not pending" in refused.stderr) == (1, True)
    identity = json.loads(call("deliveries", "show", "1", "--json", "-c", config).stdout)["identity"]
    with receive_hooks() as hook:
        config.write_text(_with_hook(config.read_text(encoding="utf-8"), hook), encoding="utf-8")
        assert "the next run sends it" in call("deliveries", "retry", "1", "-c", config).stdout
        call("run", "-c", config)
        assert [received for received, _ in hook.received] == [identity]
    assert listed(call, config)["hooked"] == "sent"


def _with_hook(text: str, hook: Receiver) -> str:
    start = text.index('url = "http', text.index("[[channels]]"))
    return text[:start] + f'url = "{hook.url}"' + text[text.index("\n", start) :]


def test_an_empty_archive_owes_nothing(call: Call, config: Path) -> None:
    """Before the first run there is no archive, and that is said."""
    assert call("deliveries", "-c", config).returncode == 1
    config.write_text(config.read_text(encoding="utf-8").replace("S-Comm", "X-Comm"), encoding="utf-8")
    call("run", "-c", config)
    assert call("deliveries", "-c", config).stdout == "Nothing was to be sent yet.\n"


def test_a_channel_can_be_tried(call: Call, config: Path) -> None:
    """What is sent says that it is a test, and what the other side said is printed."""
    done = call("channels", "test", "folder", "-c", config)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("folder: accepted: wrote ")
    (page,) = (config.parent / "digests").glob("*.html")
    assert "Test of the channel folder" in page.read_text(encoding="utf-8")
    failed = call("channels", "test", "hook", "-c", config)
    assert failed.returncode == 1
    assert "hook: not accepted: " in failed.stderr
    unknown = call("channels", "test", "hok", "-c", config)
    assert (unknown.returncode, "there are: hook, folder" in unknown.stderr) == (2, True)


def test_channels_are_listed(call: Call, config: Path) -> None:
    """With the subscriptions that they serve."""
    shown = call("channels", "-c", config).stdout
    assert [line.split() for line in shown.splitlines() if "hook" in line] == [["hook", "webhook", "hooked"]]


def test_a_digest_can_be_sent_once_more(call: Call, config: Path) -> None:
    """With all since a time, told or not; what is owed stays owed."""
    call("run", "-c", config)
    done = call("digest", "send", "kept", "--since", "3d", "-c", config)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Secure Communities: 1 release\n1 delivery sent, 1 pending, 0 failed for good\n"
    assert len(list((config.parent / "digests").glob("*.html"))) == 2
    again = call("run", "--json", "-c", config)
    assert json.loads(again.stdout)["deliveries"]["sent"] == 0


@pytest.mark.parametrize(
    ("since", "words"),
    [
        ("yesterday", "neither a day"),
        ("-3d", "neither a day"),
        ("2026-13-01", "neither a day"),
        ("2999-01-01", "still to come"),
    ],
)
def test_a_time_that_is_none_is_refused(call: Call, config: Path, since: str, words: str) -> None:
    """And nothing is sent."""
    done = call("digest", "send", "kept", f"--since={since}", "-c", config)
    assert (done.returncode, words in done.stderr) == (2, True)


def test_a_digest_since_a_day_can_be_looked_at(call: Call, config: Path) -> None:
    """Nothing of it is noted."""
    call("run", "-c", config)
    for _ in range(2):
        shown = call("digest", "preview", "kept", "--since", "2020-01-01", "-c", config).stdout
        assert "Release 1" in shown
    assert "Release 1" not in call("digest", "preview", "kept", "--since", "2999-01-01", "-c", config).stdout

"""``presswatch check``: what it refuses, and what it doubts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Call


def sound(tmp_path: Path, more: str) -> None:
    feed = '[[feeds]]\nurl = "https://a.example/feed"\npublisher = "A"\n'
    (tmp_path / "watch.toml").write_text(feed + more, encoding="utf-8")


HOOK = '[[channels]]\nid = "h"\ntype = "webhook"\nurl = "https://a.example/hook"\nsecret_env = "KEY"\n'
HOOK += '[[subscriptions]]\nid = "s"\nchannel = "h"\n'


def test_check_says_that_nothing_can_be_found(call: Call, tmp_path: Path) -> None:
    """A configuration without programs is no mistake, and is hardly meant."""
    sound(tmp_path, "")
    done = call("check", "-c", "watch.toml")
    assert done.returncode == 0
    assert "No programs" in done.stdout


def test_check_minds_terms_that_every_release_holds(call: Call, tmp_path: Path) -> None:
    """A letter, and a function word that is neither within a name, in capitals nor in need of evidence."""
    terms = '["The", "b", "según", "The Pool", "US", "I-9"]'
    program = f'[[programs]]\nid = "p"\nname = "Pool"\nterms = {terms}\n'
    sound(tmp_path, f'{program}ambiguous_terms = ["of"]\ncontext = ["water"]\n')
    done = call("check", "-c", "watch.toml")
    assert done.returncode == 0, done.stderr
    minded = [line for line in done.stdout.splitlines() if "a term of Pool" in line]
    assert [line.split("”")[0] for line in minded] == ["Mind: “The", "Mind: “b", "Mind: “según"]


@pytest.mark.parametrize("secret", ["whsec_abcde", "whsec_é"])
def test_check_refuses_a_secret_that_cannot_sign(call: Call, tmp_path: Path, secret: str) -> None:
    """A signing secret of another form is a mistake, told without saying it."""
    sound(tmp_path, HOOK)
    done = call("check", "-c", "watch.toml", KEY=secret)
    assert done.returncode == 2
    assert "channels[0]: KEY is not a signing secret" in done.stderr
    assert secret not in done.stderr


@pytest.mark.parametrize(("secret", "minds"), [("aHVudGVyMg==", True), ("whsec_aHVudGVyMg==", False)])
def test_check_doubts_a_secret_without_its_mark(call: Call, tmp_path: Path, secret: str, minds: bool) -> None:
    """What may be a password put in the place of a signing secret is pointed out."""
    sound(tmp_path, HOOK)
    done = call("check", "-c", "watch.toml", KEY=secret)
    assert done.returncode == 0, done.stderr
    assert ("KEY does not begin with whsec_" in done.stdout) is minds


@pytest.mark.parametrize(
    ("interval", "minds"), [("1m", True), ("5m", False), ("0s", False)], ids=["shorter", "equal", "each look"]
)
def test_check_minds_feeds_that_are_due_more_often_than_serve_looks(
    call: Call, tmp_path: Path, interval: str, minds: bool
) -> None:
    """They would be read less often than they are to be; 0 asks for each look."""
    sound(tmp_path, f'[fetch]\ninterval = "{interval}"\n[serve]\nwatch_every = "5m"\n')
    done = call("check", "-c", "watch.toml")
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert ("the interval of 1 feed is shorter than [serve] watch_every" in said) is minds
    assert ("looks for what is due every 5 min only" in said) is minds


@pytest.mark.parametrize(
    "contact", ["Ana", "ana@", "ana at desk.example", "mailto:", "https://", "a@b.example)"]
)
def test_check_refuses_a_contact_that_is_none(call: Call, tmp_path: Path, contact: str) -> None:
    """What nobody can write to is told with its line."""
    sound(tmp_path, f'[fetch]\ncontact = "{contact}"\n')
    done = call("check", "-c", "watch.toml")
    assert done.returncode == 2
    assert "watch.toml:5: fetch.contact: " in done.stderr

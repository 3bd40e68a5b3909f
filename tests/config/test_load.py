"""What a good configuration gives."""

from __future__ import annotations

import pickle
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config import load
from notifiers.files.options import FileOptions
from notifiers.mail.options import SmtpOptions
from notifiers.registry import ChannelType
from presswatch.matching.program import Program
from presswatch.watch import Feed, FetchRules, ServeRules, Subscription

ONE_FEED = '[[feeds]]\nurl = "https://a.example/feed"\npublisher = "A"\n'

WHOLE = """
include = ["lists/programs.toml", "lists/feeds.toml"]

[archive]
path = "../data/archive.db"
[fetch]
interval = "2h"
announce_since = "5d"
allow_private_addresses = true
connections = 8
timeout = "5s"
total_timeout = "1m"
max_size_mb = 3
contact = "mailto:you@example.org"
[serve]
watch_every = "7m"
deliver_every = "1m"

[[channels]]
id = "team-mail"
type = "smtp"
host = "mail.example.org"
sender = "presswatch@example.org"
username_env = "PRESSWATCH_SMTP_USER"
password_env = "PRESSWATCH_SMTP_PASSWORD"

[[subscriptions]]
id = "morning"
channel = "team-mail"
recipients = ["team@example.org"]
programs = ["secure-communities"]
schedule = "0 8 * * MON-FRI"
timezone = "America/New_York"
"""

PROGRAMS = """
[[programs]]
id = "secure-communities"
name = "Secure Communities"
description = "ICE's fingerprint programme."
terms = ["S-Comm", "SComm"]
ambiguous_terms = ["Secure Communities"]
context = ["ICE", "deport*"]
never = ["safe and secure communities"]
"""

FEEDS = """
[[feeds]]
url = "https://www.nilc.org/feed/"
publisher = "National Immigration Law Center"
tags = ["national"]
interval = "0s"
announce_since = "all"

[[feeds]]
url = "https://b.example/feed"
publisher = "B"
"""


def test_whole(write) -> None:
    """Everything that can be said, over several files, arrives as plain values."""
    path = write(WHOLE, lists__programs=PROGRAMS, lists__feeds=FEEDS)

    watch = load(path)

    assert watch.source == path
    assert watch.archive == path.parent.parent / "data/archive.db"
    assert watch.fetch == FetchRules(
        connections=8,
        timeout=5.0,
        total_timeout=60.0,
        max_bytes=3_000_000,
        allow_private_addresses=True,
        user_agent="Presswatch/0.1.0 (press-release monitor; +mailto:you@example.org)",
    )
    assert watch.serve == ServeRules(timedelta(minutes=7), timedelta(minutes=1))
    assert watch.feeds == (
        Feed(
            "https://www.nilc.org/feed/",
            "National Immigration Law Center",
            ("national",),
            interval=timedelta(0),
            announce_since=None,
        ),
        Feed("https://b.example/feed", "B", (), timedelta(hours=2), timedelta(days=5)),
    )
    assert watch.programs == (
        Program(
            id="secure-communities",
            name="Secure Communities",
            terms=("S-Comm", "SComm"),
            ambiguous_terms=("Secure Communities",),
            context=("ICE", "deport*"),
            never=("safe and secure communities",),
            description="ICE's fingerprint programme.",
        ),
    )
    (channel,) = watch.channels
    assert (channel.id, channel.type) == ("team-mail", "smtp")
    assert channel.options == SmtpOptions(
        host="mail.example.org",
        sender="presswatch@example.org",
        username_env="PRESSWATCH_SMTP_USER",
        password_env="PRESSWATCH_SMTP_PASSWORD",
    )
    assert watch.subscriptions == (
        Subscription(
            id="morning",
            channel="team-mail",
            recipients=("team@example.org",),
            programs=("secure-communities",),
            schedule="0 8 * * MON-FRI",
            timezone=ZoneInfo("America/New_York"),
        ),
    )


def test_least(write) -> None:
    """One feed is a configuration; all else has a default, and the archive stands beside the file."""
    watch = load(write(ONE_FEED))

    assert watch.feeds == (Feed("https://a.example/feed", "A"),)
    assert watch.archive == watch.source.parent / "data/archive.db"
    assert watch.fetch == FetchRules(user_agent="Presswatch/0.1.0 (press-release monitor)")
    assert watch.serve == ServeRules()
    assert (watch.programs, watch.channels, watch.subscriptions) == ((), (), ())


def test_subscription_defaults(write) -> None:
    """A subscription that says only where to is sent at once, on all programs, in UTC."""
    channel = '[[channels]]\nid = "out"\ntype = "file"\npath = "out"\n'
    watch = load(write(ONE_FEED + channel + '[[subscriptions]]\nid = "s"\nchannel = "out"\n'))

    assert watch.subscription("s") == Subscription(id="s", channel="out")


def test_relative_paths(write) -> None:
    """A relative path belongs to the folder of the file that says it, an absolute one stays."""
    included = """
        [archive]
        path = "a.db"
        [[channels]]
        id = "near"
        type = "file"
        path = "../out"
        [[channels]]
        id = "far"
        type = "file"
        path = "/var/out"
        """
    path = write('include = ["lists/more.toml"]\n' + ONE_FEED, lists__more=included)

    watch = load(path)

    assert watch.archive == path.parent / "lists/a.db"
    assert watch.channel("near").options.path == path.parent / "out"
    assert watch.channel("far").options.path == Path("/var/out")


def test_relative_main_file(write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A main file named relative to the working folder gives absolute paths all the same."""
    path = write(ONE_FEED)
    monkeypatch.chdir(path.parent)

    watch = load(Path("watch.toml"))

    assert watch.source == path
    assert watch.archive == path.parent / "data/archive.db"


def test_included_by_two(write) -> None:
    """A file that two others include is read once."""
    path = write(
        'include = ["one.toml", "two.toml"]',
        one='include = ["feeds.toml"]',
        two='include = ["./feeds.toml"]',
        feeds=ONE_FEED,
    )
    assert len(load(path).feeds) == 1


def test_byte_order_mark(write) -> None:
    """A file saved by an editor that writes a byte order mark and CRLF is read."""
    path = write("")
    path.write_bytes(b"\xef\xbb\xbf" + ONE_FEED.replace("\n", "\r\n").encode())
    assert len(load(path).feeds) == 1


def test_same_word_in_other_case(write) -> None:
    """A term in capitals and the same in small letters are two terms, because they find different things."""
    text = ONE_FEED + '[[programs]]\nid = "ice"\nname = "ICE"\nterms = ["ICE", "ice"]\n'
    assert load(write(text)).programs[0].terms == ("ICE", "ice")


def test_travels(write) -> None:
    """What was loaded can be pickled, so that it can travel to another process."""
    path = write(WHOLE, lists__programs=PROGRAMS, lists__feeds=FEEDS)
    watch = load(path)
    assert pickle.loads(pickle.dumps(watch)) == watch


def test_channel_types_of_ones_own(write) -> None:
    """Whoever loads may say which channel types there are."""
    pigeon = ChannelType("pigeon", FileOptions, False, lambda recipient: None, open=print)
    text = ONE_FEED + '[[channels]]\nid = "c"\ntype = "pigeon"\npath = "loft"\n'

    watch = load(write(text), channel_types={"pigeon": pigeon})

    assert watch.channel("c").options == FileOptions(path=watch.source.parent / "loft")


def test_home_folder(write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path that begins with "~" is in the home folder."""
    monkeypatch.setenv("HOME", "/home/you")
    watch = load(write(ONE_FEED + '[archive]\npath = "~/a.db"'))
    assert watch.archive == Path("/home/you/a.db")


@pytest.mark.parametrize(
    "url", ["https://a.example?by=me@b.example", "http://[2001:db8::1]:8080/feed", "https://ä.example/"]
)
def test_unusual_urls(write, url: str) -> None:
    """A URL with an @ in its query, a literal address or a host beyond ASCII is a URL, and kept as it is."""
    assert load(write(ONE_FEED.replace("https://a.example/feed", url))).feeds[0].url == url

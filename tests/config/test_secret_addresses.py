"""Newsrooms whose addresses hold a secret."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from presswatch.errors import FetchError
from presswatch.feeds.values import FeedState
from presswatch.masking import masked, without_secrets
from tests.cli.conftest import Call, call  # noqa: F401  (a fixture)
from tests.support.feeds import Item, item, rss
from tests.support.setup import write_config
from tests.support.site import Site, serve_site

KEY = "s3cretKey-4711-do-not-tell"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/feed?key=abc", "https://a.example/feed?key=…"),
        (
            "https://a.example/feed?page=2&api_key=a%20b&x=1#top",
            "https://a.example/feed?page=2&api_key=…&x=1#top",
        ),
        ("https://a.example/?X-Amz-Signature=00ff;y=1", "https://a.example/?X-Amz-Signature=…;y=1"),
        ("https://user:pass@a.example/feed", "https://…@a.example/feed"),
        ("https://a.example/feed?q=ghp_0123456789abcdef0123", "https://a.example/feed?q=…"),
        ("https://hooks.slack.com/services/T0/B0/xyz", "https://hooks.slack.com/services/…"),
        ("https://api.telegram.org/bot123:abc/getUpdates", "https://api.telegram.org/bot…/getUpdates"),
        ("https://a.example/feed?key=…", "https://a.example/feed?key=…"),
        (
            "https://a.example/key/token?id=4711&p=12&category=keys",
            "https://a.example/key/token?id=4711&p=12&category=keys",
        ),
        (
            "https://a.example/@newsroom?keyword=dogs&monkey=1",
            "https://a.example/@newsroom?keyword=dogs&monkey=1",
        ),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("https://[broken?token=abc", "https://[broken?token=…"),
        ("", ""),
    ],
)
def test_what_is_secret_in_an_address_is_masked(url: str, shown: str) -> None:
    """Keys by their names or their make, users and passwords, tokens in the paths of known services."""
    assert masked(url) == shown
    assert masked(shown) == shown


def test_words_about_a_fetch_hold_no_secret() -> None:
    """Neither its address, nor what a server repeats of it; ordinary words stay."""
    error = FetchError(
        f"https://u:passw0rd@a.example/?key={KEY}&pwd=is", f"404 {KEY} is not /?key={KEY}, passw0rd"
    )
    assert KEY not in str(error) + error.reason + error.url and "passw0rd" not in str(error)
    assert "404 … is not" in error.reason
    assert (
        without_secrets("see https://a.example/?token=x, or the key")
        == "see https://a.example/?token=… or the key"
    )
    assert KEY not in repr(
        FeedState(1, "https://a.example/?key=…", "A", address=f"https://a.example/?key={KEY}")
    )


def everything(folder: Path) -> str:
    """All that lies in the folder, but for the configuration."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "watch.toml"]
    return "".join(path.read_bytes().decode("utf-8", "replace") for path in files)


@pytest.mark.parametrize("named", [False, True])
def test_the_key_of_a_feed_is_nowhere(call: Call, site: Site, tmp_path: Path, named: bool) -> None:  # noqa: F811
    """It is read, fails, moves, is told of, listed and exported, and its key stays in the configuration."""
    body = rss([item(1, "The county will end S-Comm.")])
    url = site.publish(f"/feed?key={KEY}", body)
    config = write_config(
        tmp_path,
        [url],
        fetch='announce_since = "3650d"',
        channels=[{"id": "desk", "type": "file", "path": str(tmp_path / "digests")}],
        subscriptions=[{"id": "daily", "channel": "desk", "schedule": "at-once"}],
    )
    secrets = {}
    shown = masked(url)
    if named:
        config.write_text(config.read_text().replace(f'url = "{url}"', 'url_env = "A_FEED"'))
        secrets, shown = {"A_FEED": url}, "env:A_FEED"
    ran = call("run", "--json", "-c", config, **secrets)
    assert (ran.returncode, json.loads(ran.stdout)["new"]) == (0, 1), ran.stderr
    site.publish(f"/feed?key={KEY}", f"nothing at /feed?key={KEY}".encode(), status=404)
    said = [call("run", "--all", "-c", config, **secrets)]
    for command in (
        ["run", "--all", "--json"],
        ["feeds", "list"],
        ["feeds", "list", "--json"],
        ["feeds", "check"],
        ["feeds", "export"],
        ["check"],
        ["status", "--json"],
        ["doctor"],
        ["show", "1", "--json"],
        ["digest", "daily"],
        ["export", "mentions"],
    ):
        said.append(call(*command, "-c", config, **secrets))
    told = "".join(one.stdout + one.stderr for one in said)
    assert "Traceback" not in told
    assert "404" in told
    assert KEY not in told
    assert KEY not in everything(tmp_path)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection:
        assert connection.execute("SELECT url FROM feeds").fetchall() == [(shown,)]


@pytest.mark.parametrize("guid", ["542", "urn:statement", None])
def test_chapters_whose_addresses_are_secret_are_told_apart(
    call: Call,  # noqa: F811
    site: Site,
    tmp_path: Path,
    guid: str | None,
) -> None:
    """One publisher's newsrooms on hosts of their own, which number alike: each has its release, as where the
    addresses can be read.
    """
    with serve_site() as other:
        chapters = {"BIRCH": site, "ALDER": other}
        feeds = {name: f"{one.base}/feed" for name, one in chapters.items()}
        config = write_config(tmp_path, list(feeds.values()), fetch='announce_since = "3650d"')
        text = config.read_text().replace('"Organisation B"', '"Organisation A"')
        for name, url in feeds.items():
            text = text.replace(f'url = "{url}"', f'url_env = "{name}"')
        config.write_text(text)
        for name, one in chapters.items():
            words = f"{name} county will end S-Comm."
            shown = Item("Statement on S-Comm", words, guid=guid, link=f"{one.base}/news/statement")
            one.publish("/feed", rss([shown]))
            ran = call("run", "--json", "-c", config, **feeds)
            assert (ran.returncode, json.loads(ran.stdout)["new"]) == (0, 1), ran.stderr


def test_two_feeds_that_differ_in_a_secret_need_names(call: Call, tmp_path: Path) -> None:  # noqa: F811
    """They would be one in the archive; a fragment tells them apart."""
    urls = [f"https://a.example/feed?token={one}" for one in ("x", "y")]
    refused = call("check", "-c", write_config(tmp_path, urls))
    assert refused.returncode == 2
    assert "end one with a name of its own, such as #board" in refused.stderr
    assert call("check", "-c", write_config(tmp_path, [urls[0], urls[1] + "#board"])).returncode == 0


def test_a_variable_that_is_not_set_is_named(call: Call, tmp_path: Path) -> None:  # noqa: F811
    """By the command that looks for what is missing."""
    config = write_config(tmp_path, ["https://a.example/feed"])
    config.write_text(config.read_text().replace('url = "https://a.example/feed"', 'url_env = "A_FEED"'))
    assert "A_FEED is not set" in call("doctor", "-c", config).stdout
    both = config.read_text().replace('url_env = "A_FEED"', 'url_env = "A_FEED"\nurl = "https://a.example/"')
    config.write_text(both)
    assert "url: has no place beside url_env" in call("check", "-c", config).stderr

"""Secrets: where they come from, and where they never go."""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from notifiers import environment
from notifiers.environment import needed_secret, read_blocks_by, secret
from notifiers.hooks.secrecy import unlogged, without
from notifiers.registry import channel_types
from presswatch.errors import DeliveryError
from tests.support.feeds import item, rss
from tests.support.setup import write_config
from tests.support.site import Site

TOKEN = "T0KEN-of-the-hook"
URL = f"https://user:passw0rd@hooks.example.org/services/{TOKEN}/a%2Fb%20cd?sig=signature#frag"


@pytest.fixture(autouse=True)
def no_reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test leaves a reader of blocks behind."""
    monkeypatch.setattr(environment, "_readers", [])
    yield


def test_a_variable_is_read_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is then."""
    monkeypatch.setenv("HOOK", "one")
    assert secret("HOOK") == "one"
    monkeypatch.setenv("HOOK", "two")
    assert secret("HOOK") == needed_secret("HOOK", None) == "two"


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_that_is_not_set_can_be_mended(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    """The digest stays owed."""
    monkeypatch.delenv("HOOK", raising=False)
    if value is not None:
        monkeypatch.setenv("HOOK", value)
    with pytest.raises(DeliveryError, match="HOOK is not set") as caught:
        secret("HOOK")
    assert not caught.value.permanent


def test_a_block_is_read_by_whoever_can() -> None:
    """The last who said so; without anybody it cannot be had."""
    with pytest.raises(DeliveryError, match="secret/hook") as caught:
        secret(None, "secret/hook")
    assert not caught.value.permanent
    read_blocks_by(lambda block: "early")
    read_blocks_by(lambda block: f"held by {block}")
    assert secret(None, "secret/hook") == "held by secret/hook"


def test_where_none_is_named_there_is_none() -> None:
    """Which is all right for a signature, and not for an address."""
    assert secret(None) is None
    with pytest.raises(DeliveryError):
        needed_secret(None, None)


@pytest.mark.parametrize("name", ["slack", "teams", "discord", "apprise"])
@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({}, "url_env"),
        ({"url": f"https://hooks.example.org/{TOKEN}"}, "url_env"),
        ({"url_env": "A", "url_block": "secret/b"}, "several ways"),
        ({"url_block": f"https://hooks.example.org/{TOKEN}"}, "secret/hook-url"),
        ({"url_env": f"https://hooks.example.org/{TOKEN}"}, "url_env"),
    ],
)
def test_an_address_that_is_a_secret_has_no_place_in_the_configuration(
    name: str, options: dict[str, str], wrong: str
) -> None:
    """It is refused when the configuration is read, in words that don't repeat it."""
    with pytest.raises(ValidationError, match=wrong) as caught:
        channel_types()[name].options.model_validate(options)
    said = [error["msg"] for error in caught.value.errors()]
    assert TOKEN not in "".join(said)


@pytest.mark.parametrize(
    "url", [f"ftp://a.example/?{TOKEN}", f"https://[x/?{TOKEN}", f"https://a.example/?{TOKEN} x"]
)
def test_an_address_that_cannot_be_one_is_named_without_its_query(url: str) -> None:
    """What stands there may be a token, and the message may end up in a log."""
    with pytest.raises(ValidationError) as caught:
        channel_types()["webhook"].options.model_validate({"url": url})
    assert TOKEN not in "".join(error["msg"] for error in caught.value.errors())


@pytest.mark.parametrize(
    "given",
    [f"{TOKEN}", f"ftp://hooks.example.org/{TOKEN}", f"https://u:p@hooks.example.org/{TOKEN}", "https://["],
)
def test_a_variable_that_holds_no_address_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    """A person mends it, so the digest stays owed."""
    monkeypatch.setenv("HOOK", given)
    for name in ("slack", "teams", "discord", "webhook"):
        channel_type = channel_types()[name]
        with pytest.raises(DeliveryError, match="HOOK is not an http or https address") as caught:
            channel_type.open(channel_type.options.model_validate({"url_env": "HOOK"}))
        assert not caught.value.permanent
        assert TOKEN not in caught.value.said


@pytest.mark.parametrize(
    "said",
    [
        URL,
        f"POST /services/{TOKEN}/a%2Fb%20cd?sig=signature HTTP/1.1",
        "no user:passw0rd here",
        "a/b cd was not found",
    ],
)
def test_nothing_of_an_address_but_its_host_is_said(said: str) -> None:
    """As it is written or decoded, whole or in part."""
    clean = without(said, URL, "hooks.example.org")
    for part in (TOKEN, "passw0rd", "a%2Fb%20cd", "a/b cd", "signature"):
        assert part not in clean
    assert ("hooks.example.org" in said) == ("hooks.example.org" in clean)


def test_a_token_in_place_of_the_host_is_one() -> None:
    """Apprise's URLs are written so for many services."""
    assert without(f"no {TOKEN}, nor 123456789", f"tgram://123456789:{TOKEN}/") == "no …, nor …"


def test_logs_are_as_they_were_afterwards(caplog: pytest.LogCaptureFixture) -> None:
    """Only what is logged meanwhile is cleaned."""
    logger = logging.getLogger("urllib3.connectionpool")
    with caplog.at_level(logging.DEBUG):
        with unlogged(URL):
            logger.debug("at %s", URL)
        logger.debug("at %s", "services")
    assert [record.getMessage() for record in caplog.records] == [
        "at https://…:…@hooks.example.org/…/…/…?sig=…#…",
        "at services",
    ]


def test_a_secret_is_neither_said_nor_stored(site: Site, httpserver: HTTPServer, tmp_path: Path) -> None:
    """Every channel that has one, refused by a receiver that repeats all it gets: not on the terminal, not in
    the archive.
    """

    def repeat(request: Request) -> Response:
        return Response(f"no: {request.full_path} {dict(request.headers)}", status=500)

    httpserver.expect_request(re.compile(".*")).respond_with_handler(repeat)
    url = f"{httpserver.url_for('/services')}/{TOKEN}"
    names = ["slack", "teams", "discord", "apprise", "webhook"]
    channels: list[dict[str, Any]] = [{"id": name, "type": name, "url_env": "HOOK"} for name in names]
    channels[3]["url_env"] = "ANYWHERE"
    channels[4]["secret_env"] = "SIGNING"
    config = write_config(
        tmp_path,
        [site.publish("/feed", rss([item(1, "The county will end S-Comm.")]))],
        channels=channels,
        subscriptions=[{"id": name, "channel": name} for name in names],
    )
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "run", "-c", config],
        env={
            **os.environ,
            "HOOK": url,
            "ANYWHERE": f"json://{httpserver.host}:{httpserver.port}/{TOKEN}",
            "SIGNING": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert len({request.path for request, _ in httpserver.log}) == 2
    assert len(httpserver.log) == len(names), done.stderr
    archive = sqlite3.connect(tmp_path / "archive.db")
    stored = "\n".join(archive.iterdump())
    archive.close()
    assert "HTTP 500" in stored
    assert "tried again" in done.stdout + done.stderr
    for text in (done.stdout, done.stderr, stored):
        assert TOKEN not in text
        assert "MfKQ9r8G" not in text

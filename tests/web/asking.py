"""How the tests of this folder ask, and what every error must keep."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from presswatch.errors import FetchError
from presswatch.feeds.values import Validators
from presswatch.masking import masked
from presswatch.watch import FetchRules
from presswatch.web.fetch import Answer, fetch, open_session

RULES = FetchRules(
    timeout=5, total_timeout=10, max_bytes=100_000, allow_private_addresses=True, user_agent="Presswatch/test"
)
PUBLIC_ONLY = replace(RULES, allow_private_addresses=False)
HASTY = replace(RULES, timeout=0.3, total_timeout=0.4)
NOTHING = Validators()
FEED = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


def get(url: str, validators: Validators = NOTHING, rules: FetchRules = RULES) -> Answer:
    """Fetch the address in a session of its own."""
    with open_session(rules) as session:
        return fetch(session, url, validators, rules)


def refusal(url: str, rules: FetchRules = RULES, validators: Validators = NOTHING) -> FetchError:
    """The error that fetching the address ends in, checked for what every error promises."""
    with pytest.raises(FetchError) as caught:
        get(url, validators, rules)
    return checked(caught.value, url)


def checked(error: FetchError, url: str) -> FetchError:
    """The error, which is in words for people and about the address."""
    assert error.url == masked(url)
    assert error.reason == " ".join(error.reason.split()) != ""
    assert error.reason.isprintable()
    assert len(error.reason) < 400
    for wrapping in ("<urllib3", "object at 0x", "Pool(", "Error(", "IncompleteRead", "Max retries", "Errno"):
        assert wrapping not in error.reason
    return error


def unused_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port

"""Asking for an address and not minding what becomes of it."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from notifiers.hooks.secrecy import unlogged
from presswatch.watch import FetchRules
from presswatch.web.limits import limits
from presswatch.web.session import open_session

log = logging.getLogger(__name__)

TIMEOUT = 5.0
_MOST_SECONDS = 15.0
_MOST_BYTES = 100_000
_RULES = FetchRules(timeout=TIMEOUT, allow_private_addresses=True)


def ping(url: str) -> bool:
    """GET the address; whether the answer was no error.

    It takes 15 seconds at most, and never raises: what goes wrong is logged, by the host's name only, for
    whoever knows the whole of a heartbeat's address can keep the alarm silent.
    """
    host = "its host"
    try:
        host = urlsplit(url).hostname or host
        with (
            unlogged(url, host),
            limits(_MOST_SECONDS, _MOST_BYTES),
            open_session(_RULES) as session,
            session.get(url, timeout=TIMEOUT, stream=True) as answer,
        ):
            status = answer.status_code
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        log.warning("The heartbeat was not delivered to %s: %s", host, type(error).__name__)
        return False
    if status >= 400:
        log.warning("The heartbeat was not accepted by %s: HTTP %s", host, status)
    return status < 400

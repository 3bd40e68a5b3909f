"""One HTTP POST, as each channel with a hook makes it: what is acceptance, what is final, what is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from notifiers.hooks.secrecy import unlogged, without
from notifiers.looks.plain import line
from notifiers.trouble import in_words
from presswatch.errors import DeliveryError
from presswatch.times import utc_now
from presswatch.watch import FetchRules
from presswatch.web.limits import limits
from presswatch.web.manners import retry_after
from presswatch.web.session import open_session

_GONE = 410
"""The one status that says that it is meant for ever (RFC 9110, section 15.5.11). A proxy answers 404, 400,
405, 413, 415 or 422 for as long as what stands behind it is being deployed, or configured wrongly.
"""
_TOO_LARGE = 413
_ASK_TO_WAIT = frozenset({429, 503})
_WAITS = 4
"""How many times the time-out an exchange may take in all, so that no answer can trickle in for ever."""
_MAX_BODY = 2_000
_MAX_RECEIVED = 1_000_000  # head included
_SHOWN = 200


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float, label: str) -> str:
    """Post the body, and return the status with the beginning of what the receiver said.

    Only 2xx is acceptance. A redirect is not followed, so that a digest goes to the address that was
    configured or nowhere: that address may be a private one, and no receiver can name another. ``timeout``,
    in seconds, is for each wait. ``label`` names the receiver in messages: what else there is of the URL is
    taken to be secret, and stands in nothing that is returned, raised or logged.

    Raises :class:`DeliveryError`: permanent for 410 alone; with the time to wait for a 429 or 503 that tells
    one. With 413 it says how large the body was.
    """
    rules = FetchRules(timeout=timeout, allow_private_addresses=True, user_agent="Presswatch")
    try:
        with (
            unlogged(url, label),
            limits(_WAITS * timeout, _MAX_RECEIVED),
            open_session(rules) as session,
            session.post(
                url,
                data=body,
                headers={"Accept": "*/*", "Accept-Encoding": "identity", **headers},
                timeout=timeout,
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            said, status = _said(response, url, label), response.status_code
            wait = retry_after(response.headers, utc_now()) if status in _ASK_TO_WAIT else None
    except (requests.RequestException, HTTPError, OSError) as error:
        # Not from the error, whose own words hold the whole URL.
        said = f"{label}: {_trouble(error)}"
        raise DeliveryError(said, permanent=False, unreachable=True) from None
    if not 200 <= status < 300:
        if status == _TOO_LARGE:
            said += f" (the body has {len(body):,} bytes)"
        raise DeliveryError(said, permanent=status == _GONE, unreachable=wait is not None, retry_after=wait)
    return said


def post_json(url: str, message: Mapping[str, Any], *, timeout: float, label: str) -> str:
    """The same for a value that is sent as JSON."""
    body = json.dumps(message, ensure_ascii=False).encode()
    return post(url, body, {"Content-Type": "application/json"}, timeout=timeout, label=label)


def _said(response: requests.Response, url: str, label: str) -> str:
    """``HTTP 200 OK: queued``; the status is what counts, so a body that breaks off is no error."""
    try:
        body = response.raw.read(_MAX_BODY)
    except (HTTPError, OSError):
        body = b""
    reason, words = (
        without(line(text), url, label)[:_SHOWN] for text in (response.reason, body.decode(errors="replace"))
    )
    status = f"HTTP {response.status_code} {reason}".strip()
    return f"{status}: {words}" if words else status


def _trouble(error: Exception) -> str:
    """What went wrong, in the operating system's words if there are any."""
    if words := in_words(error):
        return line(words)
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, OSError) and not isinstance(cause, requests.RequestException):
            return line(str(cause))
        cause = cause.__context__
    return type(error).__name__

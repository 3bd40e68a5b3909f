"""One HTTP POST, as each channel with a hook makes it: what is acceptance, what is final, what is said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from notifiers.hooks.secrecy import unlogged, without
from notifiers.looks.plain import line
from notifiers.trouble import MAX_RECEIVED, WAITS, in_words
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
_MAX_BODY = 2_000
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the first bytes of the body, and how many seconds to wait if it says so."""

    status: int
    reason: str
    body: bytes
    wait: float | None


def exchange(
    url: str, body: bytes, headers: Mapping[str, str], *, timeout: float, label: str, most: int = _MAX_BODY
) -> Answer:
    """Post the body, and return the answer, ``most`` bytes of its body at most.

    A redirect is not followed, so that what is posted goes to the address that was configured or nowhere:
    that address may be a private one, and no receiver can name another. ``timeout``, in seconds, is for each
    wait; four times as much is for the whole. ``label`` names the receiver in messages: what else there is of
    the URL is taken to be secret, and stands in nothing that is raised or logged.

    Raises :class:`DeliveryError`, not permanent, if there is no answer.
    """
    rules = FetchRules(timeout=timeout, allow_private_addresses=True, user_agent="Presswatch")
    try:
        with (
            unlogged(url, label),
            _bounded(timeout),
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
            try:
                content = response.raw.read(most)
            except (HTTPError, OSError):  # the status is what counts: a body that breaks off is no error
                content = b""
            status = response.status_code
            wait = retry_after(response.headers, utc_now()) if status in _ASK_TO_WAIT else None
            return Answer(status, response.reason or "", content, wait)
    except (requests.RequestException, HTTPError, OSError) as error:
        # Not from the error, whose own words hold the whole URL.
        said = f"{label}: {_trouble(error)}"
        raise DeliveryError(said, permanent=False, unreachable=True) from None


@contextmanager
def _bounded(timeout: float) -> Iterator[None]:
    """Hold the exchange in the block to its time and to what may be received."""
    with limits(WAITS * timeout, MAX_RECEIVED) as own:
        try:
            yield
        except (requests.RequestException, HTTPError, OSError) as error:
            if own.over:
                raise TimeoutError(f"it took more than {WAITS * timeout:g} seconds in all") from error
            raise


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float, label: str) -> str:
    """Post the body as :func:`exchange` does, and return the status with the beginning of what was said.

    Only 2xx is acceptance. Raises :class:`DeliveryError`: permanent for 410 alone; with the time to wait for
    a 429 or 503 that tells one. With 413 it says how large the body was.
    """
    answer = exchange(url, body, headers, timeout=timeout, label=label)
    said = _said(answer, url, label)
    if not 200 <= answer.status < 300:
        if answer.status == _TOO_LARGE:
            said += f" (the body has {len(body):,} bytes)"
        raise DeliveryError(
            said,
            permanent=answer.status == _GONE,
            unreachable=answer.wait is not None,
            retry_after=answer.wait,
        )
    return said


def post_json(url: str, message: Mapping[str, Any], *, timeout: float, label: str) -> str:
    """The same for a value that is sent as JSON."""
    body = json.dumps(message, ensure_ascii=False).encode()
    return post(url, body, {"Content-Type": "application/json"}, timeout=timeout, label=label)


def _said(answer: Answer, url: str, label: str) -> str:
    """``HTTP 200 OK: queued``."""
    reason, words = (
        without(line(text), url, label)[:_SHOWN]
        for text in (answer.reason, answer.body.decode(errors="replace"))
    )
    status = f"HTTP {answer.status} {reason}".strip()
    return f"{status}: {words}" if words else status


def _trouble(error: Exception) -> str:
    """What went wrong, in the operating system's words if there are any."""
    if isinstance(error, TimeoutError):
        return line(str(error))
    if words := in_words(error):
        return line(words)
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, OSError) and not isinstance(cause, requests.RequestException):
            return line(str(cause))
        cause = cause.__context__
    return type(error).__name__

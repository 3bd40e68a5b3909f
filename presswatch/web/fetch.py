"""HTTP GET with manners and bounds: conditional, capped, timed, and only to public addresses."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import datetime

import requests
import urllib3

from presswatch.errors import FetchError
from presswatch.feeds.values import Validators
from presswatch.masking import BY_NAME
from presswatch.times import utc_now
from presswatch.watch import FetchRules
from presswatch.web.answer import Answer
from presswatch.web.limits import Limits, limits
from presswatch.web.manners import fresh_for, moved_to, retry_after
from presswatch.web.reasons import failure_in_words, status_in_words
from presswatch.web.session import open_session
from presswatch.web.unpacking import BrokeOff, CannotUnpack, TooLarge, unpack, unpack_start
from presswatch.web.wall import WALL_STATUSES, BotWall, is_bot_wall, is_challenge

__all__ = ["Answer", "fetch", "open_session"]

_CHUNK = 65_536  # bytes
_REFUSAL = 65_536  # bytes: as much of a refused answer is read, to see whether it is a bot wall
_HEADS = 1_000_000  # bytes: what heads and the framing of chunks may take beside the body
_GONE = (404, 410, 451)
_TROUBLE = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    ValueError,
    OSError,
    TooLarge,
    BrokeOff,
    CannotUnpack,
)


def fetch(session: requests.Session, url: str, validators: Validators, rules: FetchRules) -> Answer:
    """GET the address, conditionally where validators are known (RFC 9110, section 13).

    ``session`` is one of :func:`open_session`. Cookies live as long as the fetch: a redirect may set one
    and ask for it.

    By default (see :class:`FetchRules`), 15 seconds may pass until there is a connection and in each
    silence, and 60 in all, through redirects, until the body is complete; only a host's look-up is not
    held to that. Five redirects are followed. The body may have 20 MB, as it comes and after decompression;
    the head 100 fields, and 65,536 bytes in each.

    Raises :class:`FetchError` with a reason for people when there is no usable answer: no connection, an
    address that is refused, a status other than 200 or 304, a body that is too large, too slow or broken
    off; it says for how long the server asks to be left alone. :class:`BotWall` is one, for an answer that
    asks for proof that a person is reading.
    """
    conditions = {}
    if validators.etag:
        conditions["If-None-Match"] = validators.etag
    if validators.last_modified:
        conditions["If-Modified-Since"] = validators.last_modified
    request = _prepare(session, url, conditions)
    with limits(rules.total_timeout, 2 * rules.max_bytes + _HEADS) as limit:
        try:
            with session.send(request, stream=True, timeout=rules.timeout) as response:
                return _answer(response, url, validators, rules, limit)
        except FetchError:
            raise
        except _TROUBLE as error:
            reason = failure_in_words(error, rules, time_is_up=limit.over)
            raise FetchError(url, reason) from error


def _prepare(session: requests.Session, url: str, conditions: dict[str, str]) -> requests.PreparedRequest:
    if url.startswith(BY_NAME):
        reason = f"the environment variable {url.removeprefix(BY_NAME)}, which holds its address, is not set"
        raise FetchError(url, reason)
    if not url[:8].lower().startswith(("http://", "https://")):
        raise FetchError(url, "the address is not one of http or https", retriable=False)
    session.cookies.clear()
    request = requests.PreparedRequest()
    try:
        request.prepare(
            "GET",
            url,
            headers={**session.headers, **conditions},
            cookies=session.cookies,
            hooks=session.hooks,
        )
    except (requests.RequestException, ValueError) as error:
        raise FetchError(url, "the address is not valid", retriable=False) from error
    return request


def _answer(
    response: requests.Response, url: str, known: Validators, rules: FetchRules, limit: Limits
) -> Answer:
    now = utc_now()
    status, headers = response.status_code, response.headers
    not_modified = status == 304 and known != Validators()
    if not not_modified and (status != 200 or is_challenge(headers)):
        raise _refused(response, url, rules, now)
    if not_modified:
        response.raw.drain_conn()  # there is nothing to read, but only then is the connection kept
        body, content_type = b"", ""
    else:
        body, content_type = _read(response, rules.max_bytes, limit), headers.get("Content-Type", "")
        known = Validators()
    return Answer(
        status=status,
        url=response.url,
        not_modified=not_modified,
        body=body,
        content_type=content_type,
        validators=Validators(
            etag=headers.get("ETag", known.etag),
            last_modified=headers.get("Last-Modified", known.last_modified),
        ),
        fresh_for=fresh_for(headers, now),
        moved_to=moved_to(response),
    )


def _read(response: requests.Response, most: int, limit: Limits) -> bytes:
    """The body, decompressed, as long as it stays within its size."""
    coding = response.headers.get("Transfer-Encoding", "chunked").strip().lower()
    if coding not in ("chunked", "identity", ""):
        raise CannotUnpack(f"it was sent as {coding}")
    length = response.raw.length_remaining
    if length is not None and length > most:
        raise TooLarge
    body = bytearray()
    while chunk := response.raw.read1(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > most:
            raise TooLarge
    return unpack(bytes(body), response.headers.get("Content-Encoding", ""), most)


def _refused(response: requests.Response, url: str, rules: FetchRules, now: datetime) -> FetchError:
    status, headers = response.status_code, response.headers
    wait = retry_after(headers, now) if status >= 400 else None
    if is_challenge(headers) or (status in WALL_STATUSES and is_bot_wall(_start(response, rules.timeout))):
        reason = f"a bot wall answered instead of the feed (HTTP {status})"
        return BotWall(url, reason, status=status, retry_after=wait)
    reason = status_in_words(status, response.reason)
    if status == 304:
        reason += ", though nothing was asked that could be answered so"
    elif 300 < status < 309 and not headers.get("Location", "").strip():
        reason += ", without saying where to"
    return FetchError(url, reason, status=status, retriable=status not in _GONE, retry_after=wait)


def _start(response: requests.Response, timeout: float) -> bytes:
    """The first bytes of a refusal, as far as they come in time."""
    end = time.monotonic() + timeout
    start = bytearray()
    with suppress(urllib3.exceptions.HTTPError, OSError, ValueError):
        while len(start) < _REFUSAL and time.monotonic() < end:
            chunk = response.raw.read1(_REFUSAL, decode_content=False)
            if not chunk:
                break
            start += chunk
    return unpack_start(bytes(start), response.headers.get("Content-Encoding", ""), _REFUSAL)

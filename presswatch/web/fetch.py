"""HTTP GET with manners and bounds: conditional, capped, timed, and only to public addresses."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter

from presswatch.errors import FetchError
from presswatch.feeds.values import Validators
from presswatch.watch import FetchRules

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml;q=0.9, application/feed+json;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5"
)
_CHUNK = 65_536
_MAX_REDIRECTS = 5
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent. ``not_modified`` means that it sent no body because nothing changed (304)."""

    status: int
    url: str
    not_modified: bool
    body: bytes
    content_type: str
    validators: Validators


class _Session(requests.Session):
    """Leaves the body of a redirect unread. Requests would read it whole, however large or slow it is."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        if resp.is_redirect:
            resp.close()
            resp._content = b""
        return super().get_redirect_target(resp)


def open_session(rules: FetchRules) -> requests.Session:
    """A session that keeps the rules. It is not for sharing between threads; close it after use.

    Unless private addresses are allowed, each connection, also one after a redirect, goes to an
    address that was resolved once and found public (requests-hardened). Only http and https have an
    adapter, so that a redirect can lead nowhere else.
    """
    session = _Session()
    session.headers.update({"User-Agent": rules.user_agent, "Accept": _ACCEPT})
    session.max_redirects = _MAX_REDIRECTS
    session.adapters.clear()
    for scheme in ("http", "https"):
        adapter: HTTPAdapter
        if rules.allow_private_addresses:
            adapter = HTTPAdapter()
        else:
            adapter = IPFilterAdapter(is_https_proto=scheme == "https")
        session.mount(f"{scheme}://", adapter)
    return session


def fetch(session: requests.Session, url: str, validators: Validators, rules: FetchRules) -> Answer:
    """GET the address, conditionally where validators are known (RFC 9110, section 13).

    Raises :class:`FetchError` with a reason for people when there is no usable answer: no connection,
    an address that is refused, a status other than 200 or 304, a body that is too large or too slow.
    """
    headers = {}
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    deadline = time.monotonic() + rules.total_timeout
    try:
        with session.get(url, headers=headers, timeout=rules.timeout, stream=True) as response:
            if response.status_code == 304 and headers:
                return Answer(304, response.url, True, b"", "", _validators(response, validators))
            if response.status_code != 200:
                raise _refused(url, response)
            body = _read(response, url, deadline, rules)
            content_type = response.headers.get("Content-Type", "")
            return Answer(200, response.url, False, body, content_type, _validators(response, Validators()))
    except FetchError:
        raise
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError, OSError) as error:
        raise FetchError(url, _one_line(_in_words(error, rules))) from error


def _read(response: requests.Response, url: str, deadline: float, rules: FetchRules) -> bytes:
    """The body, decompressed, as long as it stays within size and time."""
    raw: urllib3.HTTPResponse = response.raw
    body = bytearray()
    while chunk := raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > rules.max_bytes:
            raise FetchError(url, f"the answer is larger than {rules.max_bytes / 1e6:g} MB")
        if time.monotonic() > deadline:
            raise FetchError(url, f"the answer was not complete after {rules.total_timeout:g} seconds")
    return bytes(body)


def _validators(response: requests.Response, known: Validators) -> Validators:
    return Validators(
        etag=response.headers.get("ETag", known.etag),
        last_modified=response.headers.get("Last-Modified", known.last_modified),
    )


def _refused(url: str, response: requests.Response) -> FetchError:
    status = response.status_code
    reason = f"HTTP {status} {response.reason or ''}"
    return FetchError(url, _one_line(reason), status=status, retriable=status not in (404, 410, 451))


def _in_words(error: Exception, rules: FetchRules) -> str:
    """What happened, for people, without a library's wrapping."""
    cause = _innermost(error)
    if isinstance(cause, InvalidIPAddress):
        return f"the address {cause} is private; see allow_private_addresses"
    known: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
        (requests.TooManyRedirects, f"more than {_MAX_REDIRECTS} redirects"),
        (requests.exceptions.SSLError, f"the certificate or TLS failed: {cause}"),
        (requests.ConnectTimeout, f"no connection within {rules.timeout:g} seconds"),
        (
            (requests.Timeout, urllib3.exceptions.TimeoutError),
            f"no answer within {rules.timeout:g} seconds",
        ),
        (
            (requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema),
            "redirected to something that is not http or https",
        ),
        (ValueError, "the address is not valid"),  # InvalidURL and LocationParseError are among them
        (requests.ConnectionError, f"no connection: {cause}"),
        (urllib3.exceptions.DecodeError, f"the answer cannot be decompressed: {cause}"),
    )
    otherwise = f"the answer broke off: {cause}" if isinstance(cause, OSError) else "the answer broke off"
    return next((words for kind, words in known if isinstance(error, kind)), otherwise)


def _one_line(text: str) -> str:
    """The words on one line: what a server says can hold line breaks, controls and no end."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line[:_LONGEST_REASON]


def _innermost(error: BaseException) -> Any:
    while True:
        reason = getattr(error, "reason", None)
        inner = reason if isinstance(reason, BaseException) else error.__cause__ or error.__context__
        if inner is None:
            return error
        error = inner

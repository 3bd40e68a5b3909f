"""What went wrong, in one line for people: what happened, and what to do where something can be done."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import requests
import urllib3

from presswatch.watch import FetchRules
from presswatch.web.addresses import ClosedPort, PrivateAddress
from presswatch.web.certificates import BadBundle
from presswatch.web.limits import TooMuch
from presswatch.web.session import MAX_REDIRECTS
from presswatch.web.unpacking import BrokeOff, CannotUnpack, TooLarge

_LONGEST = 300
_Words = str | Callable[[Any], str]


def failure_in_words(error: Exception, rules: FetchRules, *, time_is_up: bool) -> str:
    """Why there was no usable answer, without a library's wrapping. ``error`` is what was caught."""
    cause = _innermost(error)
    if time_is_up and isinstance(cause, TimeoutError):
        return f"the answer was not complete after {rules.total_timeout:g} seconds"
    known: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], BaseException, _Words], ...] = (
        # What our own parts say
        ((PrivateAddress, ClosedPort), cause, str),
        (BadBundle, cause, lambda e: f"the trusted certificates cannot be read: {e}"),
        ((TooLarge, TooMuch), cause, f"the answer is larger than {rules.max_bytes / 1e6:g} MB"),
        (CannotUnpack, cause, lambda e: f"the answer cannot be decompressed: {e}"),
        (BrokeOff, cause, "the answer broke off"),
        # Where it led
        (requests.TooManyRedirects, error, f"more than {MAX_REDIRECTS} redirects"),
        (
            (requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema),
            error,
            "redirected to something that is not http or https",
        ),
        # What HTTP's reader says
        (http.client.RemoteDisconnected, cause, "no connection: the server closed it without an answer"),
        (http.client.LineTooLong, cause, "the answer's head is too large: a line of more than 65,536 bytes"),
        (http.client.BadStatusLine, cause, lambda e: f"the answer is not HTTP: {e}"),
        (http.client.UnknownProtocol, cause, lambda e: f"the answer is not HTTP/1: {e}"),
        ((http.client.IncompleteRead, urllib3.exceptions.IncompleteRead), cause, "the answer broke off"),
        (urllib3.exceptions.InvalidChunkLength, cause, "the answer broke off"),
        ((requests.exceptions.InvalidHeader, urllib3.exceptions.InvalidHeader), error, _head_words),
        (http.client.HTTPException, cause, _head_words),
        # The network
        (
            (requests.exceptions.SSLError, urllib3.exceptions.SSLError),
            error,
            f"the certificate or TLS failed: {_tls_words(cause)}",
        ),
        (requests.exceptions.ProxyError, error, f"no connection by way of the proxy: {_system_words(cause)}"),
        (requests.ConnectTimeout, error, f"no connection within {rules.timeout:g} seconds"),
        (
            (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError),
            error,
            f"no answer within {rules.timeout:g} seconds",
        ),
        (socket.gaierror, cause, _name_words),
        (requests.exceptions.InvalidProxyURL, error, "the proxy that the environment names is not valid"),
        (ValueError, error, "the address is not valid"),  # InvalidURL and LocationParseError are among them
        (requests.ConnectionError, error, f"no connection: {_system_words(cause)}"),
    )
    for kinds, subject, words in known:
        if isinstance(subject, kinds):
            return one_line(words if isinstance(words, str) else words(subject))
    if isinstance(cause, OSError):
        return one_line(f"the answer broke off: {_system_words(cause)}")
    return "the answer broke off"


def status_in_words(status: int, phrase: str | None) -> str:
    """A status that is no answer, as "HTTP 404 Not Found"; the phrase is the server's, or else the RFC's."""
    said = one_line(phrase or "")
    if not said:
        try:
            said = HTTPStatus(status).phrase
        except ValueError:
            said = ""
    return one_line(f"HTTP {status} {said}")


def one_line(text: str) -> str:
    """The words on one line: what a server says can hold line breaks, controls and no end."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * _LONGEST]).split())
    return line[:_LONGEST]


def _head_words(error: BaseException) -> str:
    """What is wrong with the head of an answer; http.client has no class of its own for too many fields."""
    said = str(_innermost(error))
    if said.startswith("got more than"):
        return "the answer's head is too large: more than 100 fields"
    return f"the answer's head makes no sense: {said}"


def _tls_words(cause: BaseException) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message.rstrip(".")
    if isinstance(cause, ssl.SSLError) and cause.reason:
        return cause.reason.lower().replace("_", " ")
    return _system_words(cause)


def _name_words(error: socket.gaierror) -> str:
    if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
        return "no connection: the host name has no address"
    return f"no connection: the host name cannot be looked up ({error.strerror})"


def _system_words(cause: BaseException) -> str:
    """What the system calls it, without its number."""
    strerror = getattr(cause, "strerror", None)
    return strerror[:1].lower() + strerror[1:] if isinstance(strerror, str) else str(cause)


def _innermost(error: BaseException) -> BaseException:
    while True:
        reason = getattr(error, "reason", None)
        context = None if error.__suppress_context__ else error.__context__
        inner = reason if isinstance(reason, BaseException) else error.__cause__ or context
        if inner is None:
            return error
        error = inner

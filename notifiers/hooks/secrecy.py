"""Secrets kept out of what is said: receivers repeat them, as they are or encoded, and libraries log them."""

from __future__ import annotations

import base64
import logging
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, unquote

_FILTERS = threading.Lock()
_LOGGERS = ("urllib3.connectionpool", "apprise")
_BETWEEN = re.compile(r"[:/@?&=,#]+")
_SHORTEST = 4
"""Characters. What is shorter is no secret, and would blot out words."""
_HIDDEN = "…"
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{6,}={0,2}")
"""What may be base64, of either alphabet (RFC 4648, sections 4 and 5)."""


def blotted(said: str, secrets: Iterable[str]) -> str:
    """The text without the secrets: as they are, percent-encoded, or within anything in base64, as logins
    are sent (RFC 4954). What is shorter than four characters is left, for it would blot out words.
    """
    kept = sorted({each for each in secrets if len(each) >= _SHORTEST}, key=len, reverse=True)
    for each in kept:
        for form in (each, quote(each, safe=""), quote(each)):
            said = said.replace(form, _HIDDEN)
    wanted = [each.encode() for each in kept]
    return _ENCODED.sub(lambda found: _HIDDEN if _holds(found[0], wanted) else found[0], said)


def _holds(encoded: str, wanted: Iterable[bytes]) -> bool:
    """Whether one of the wanted stands in it once decoded. What stands before it may run into it, so that
    each of four ways to begin is tried.
    """
    letters = encoded.rstrip("=").translate(str.maketrans("-_", "+/"))
    for start in range(4):
        rest = letters[start:]
        decoded = base64.b64decode(rest[: len(rest) - (len(rest) % 4 == 1)] + "===")
        if any(each in decoded for each in wanted):
            return True
    return False


def without(said: str, url: str, label: str = "") -> str:
    """The text with nothing in it that stands in the URL, in any form of :func:`blotted` or decoded; but for
    its host, and for what the ``label`` shows anyway.
    """
    return blotted(said, [part for part in _parts(url) if part not in label])


@contextmanager
def unlogged(url: str, label: str = "") -> Iterator[None]:
    """Within the block, nothing of the URL stands in what Requests and Apprise log, at any level.

    Channels are served side by side, so a logger's filters are replaced rather than changed: another thread
    may be going through them, and would skip one when another is taken out.
    """
    redacting = _Redacting(url, label)
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    with _FILTERS:
        for logger in loggers:
            logger.filters = [*logger.filters, redacting]
    try:
        yield
    finally:
        with _FILTERS:
            for logger in loggers:
                logger.filters = [each for each in logger.filters if each is not redacting]


class _Redacting(logging.Filter):
    def __init__(self, url: str, label: str) -> None:
        super().__init__()
        self._url = url
        self._label = label

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass, its message cleaned."""
        record.msg = without(record.getMessage(), self._url, self._label)
        record.args = None
        return True


def _parts(url: str) -> list[str]:
    """Whatever in the URL may be secret, the longest first. Apprise has tokens also in the host's place."""
    rest = url.partition("://")[2]
    authority = re.split("[/?#]", rest, maxsplit=1)[0]
    user, _, host = authority.rpartition("@")
    is_host = "." in host or host.startswith(("[", "localhost"))
    shown = user if is_host else authority
    raw = _BETWEEN.split(f"{shown}/{rest[len(authority) :]}")
    parts = {each for part in raw for each in (part, unquote(part)) if len(each) >= _SHORTEST}
    return sorted(parts, key=len, reverse=True)

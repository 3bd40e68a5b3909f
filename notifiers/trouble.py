"""Trouble on the way: how long a receiver is put up with, and what went wrong, in words for people."""

from __future__ import annotations

import ssl

WAITS = 4
"""How many times the time-out a hand-over may take in all, so that no answer can trickle in for ever."""
MAX_RECEIVED = 1_000_000
"""Bytes that a receiver may say in all, head included: more is no answer, and would fill the memory."""


def in_words(error: BaseException) -> str | None:
    """The operating system's or TLS's words for it, without their number; ``None`` if they have none.

    Libraries wrap an error in their own, so its context is looked at too.
    """
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate is not trusted: {cause.verify_message.rstrip('.')}"
        if isinstance(cause, ssl.SSLError) and cause.reason:
            return f"TLS failed: {cause.reason.lower().replace('_', ' ')}"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__context__
    return None

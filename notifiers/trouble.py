"""What went wrong on the way, in words for people."""

from __future__ import annotations

import ssl


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

"""All that a sitemap has listed, as short marks: also what was passed over, which is no news when it is
read later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

_SIZE = 8  # bytes: of a hundred thousand addresses no two are alike by chance
_MOST = 500_000  # four megabytes; what is read of an index may hold half as many


def mark_of(address: str) -> bytes:
    """The mark of an address as it is listed; scheme, ``www.`` and a last slash don't count."""
    bare = address.strip().partition("://")[2].removeprefix("www.").rstrip("/")
    return hashlib.blake2b(bare.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()


def to_bytes(before: Collection[bytes], now: Iterable[bytes]) -> bytes:
    """The marks of before and of now, to be stored; only those of now where it would be too many."""
    marks = set(now)
    if len(before) + len(marks) <= _MOST:
        marks.update(before)
    return b"".join(sorted(marks))


def from_bytes(stored: bytes) -> frozenset[bytes]:
    """The inverse of :func:`to_bytes`."""
    return frozenset(stored[place : place + _SIZE] for place in range(0, len(stored), _SIZE))

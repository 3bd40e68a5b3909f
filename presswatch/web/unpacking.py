"""Taking the compression off a body (RFC 9110, section 8.4), within bounds.

Done here, since urllib3 never ends on some bodies that were packed twice to that end, and takes a stream
that breaks off for a whole one.
"""

from __future__ import annotations

import zlib

_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})
_OTHER_CODINGS = frozenset(
    {"br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip", "lzma", "xz"}
)
_MOST_LAYERS = 2
_MOST_MEMBERS = 1000
_SLICE = 65_536
_GZIP_START = b"\x1f\x8b"


class TooLarge(Exception):
    """The body is larger than it may be."""


class BrokeOff(Exception):
    """The body ends before its end."""


class CannotUnpack(Exception):
    """The body isn't compressed as the answer says, or in a way that isn't read here. Says which."""


def unpack(body: bytes, content_encoding: str, most: int) -> bytes:
    """The body without its compression, in time linear to what comes out, which is ``most`` bytes at most.

    Of ``Content-Encoding``, gzip and deflate are read (the latter with or without zlib's frame, as servers
    send both), two layers at most; words that are no codings ("utf-8", "none") mean nothing. Bytes after a
    gzip stream that don't start another are left out.

    Raises :class:`TooLarge`, :class:`BrokeOff` and :class:`CannotUnpack`.
    """
    layers = [coding.strip().lower() for coding in content_encoding.split(",")]
    layers = [coding for coding in layers if coding in _CODINGS or coding in _OTHER_CODINGS]
    if len(layers) > _MOST_LAYERS:
        raise CannotUnpack(f"it is packed {len(layers)} times over")
    for coding in reversed(layers):
        if coding in _OTHER_CODINGS:
            raise CannotUnpack(f"it came as {coding}, which was not asked for")
        try:
            body = _inflate(body, coding, most)
        except zlib.error:
            raise CannotUnpack(f"it is not {coding}, as the server says") from None
    return body


def unpack_start(body: bytes, content_encoding: str, most: int) -> bytes:
    """What the first bytes of a body hold, at most ``most`` bytes; the bytes as they are if that fails."""
    if content_encoding.strip().lower() not in _CODINGS:
        return body[:most]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, most)
    except zlib.error:
        return body[:most]


def _inflate(packed: bytes, coding: str, most: int) -> bytes:
    if not packed:
        return b""
    if coding == "deflate":
        framed = (
            packed[0] & 0x0F == 8 and int.from_bytes(packed[:2], "big") % 31 == 0
        )  # RFC 1950, section 2.2
        unpacked = bytearray()
        _stream(packed, 0, zlib.MAX_WBITS if framed else -zlib.MAX_WBITS, unpacked, most)
        return bytes(unpacked)
    unpacked, at, members = bytearray(), 0, 0
    while at < len(packed) and (not members or packed.startswith(_GZIP_START, at)):
        members += 1
        if members > _MOST_MEMBERS:
            raise CannotUnpack(f"it is in more than {_MOST_MEMBERS} pieces")
        at = _stream(packed, at, zlib.MAX_WBITS | 16, unpacked, most)
    return bytes(unpacked)


def _stream(packed: bytes, at: int, bits: int, unpacked: bytearray, most: int) -> int:
    """Append what one stream holds; return where it ends."""
    engine = zlib.decompressobj(bits)
    while not engine.eof:
        piece = packed[at : at + _SLICE]
        if not piece:
            raise BrokeOff
        unpacked += engine.decompress(piece, most + 1 - len(unpacked))
        if len(unpacked) > most:
            raise TooLarge
        at += len(piece) - len(engine.unused_data)
    return at

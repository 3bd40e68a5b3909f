"""Compression is taken off within bounds, and never in part."""

from __future__ import annotations

import gzip
import time
import zlib

import pytest

from presswatch.web.unpacking import BrokeOff, CannotUnpack, TooLarge, unpack, unpack_start
from tests.web.asking import FEED

RAW = zlib.compressobj(wbits=-zlib.MAX_WBITS)
RAW_DEFLATE = RAW.compress(FEED) + RAW.flush()

GOOD = {
    "not at all": (FEED, ""),
    "gzip": (gzip.compress(FEED), "gzip"),
    "gzip by its old name": (gzip.compress(FEED), "X-GZIP"),
    "gzip in pieces": (gzip.compress(FEED[:9]) + gzip.compress(FEED[9:]), "gzip"),
    "gzip, and something after": (gzip.compress(FEED) + b"\0\0\0", "gzip"),
    "deflate in its frame": (zlib.compress(FEED), "deflate"),
    "deflate as it is": (RAW_DEFLATE, "deflate"),
    "twice": (gzip.compress(zlib.compress(FEED)), "deflate, gzip"),
    "identity": (FEED, "identity"),
    "a charset": (FEED, "utf-8"),
    "a charset, and gzip": (gzip.compress(FEED), "utf-8, gzip"),
}


@pytest.mark.parametrize(("body", "encoding"), GOOD.values(), ids=GOOD)
def test_what_was_packed_is_unpacked(body: bytes, encoding: str) -> None:
    """In each way that servers do it."""
    assert unpack(body, encoding, len(FEED)) == FEED


def test_the_limit_is_exact() -> None:
    """One byte more than may be is too much."""
    with pytest.raises(TooLarge):
        unpack(gzip.compress(FEED), "gzip", len(FEED) - 1)


def test_nothing_is_nothing() -> None:
    """An empty body has no compression, whatever the server says."""
    assert unpack(b"", "gzip", 100) == b""


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_ends_early_has_broken_off(encoding: str) -> None:
    """A part of a stream is never taken for the whole, wherever it ends."""
    body = gzip.compress(FEED) if encoding == "gzip" else zlib.compress(FEED)
    for end in range(1, len(body)):
        with pytest.raises(BrokeOff):
            unpack(body[:end], encoding, 1000)


def test_a_second_piece_can_break_off_too() -> None:
    """The first one is not the whole."""
    with pytest.raises(BrokeOff):
        unpack(gzip.compress(FEED) + gzip.compress(FEED)[:-4], "gzip", 1000)


WRONG = {
    "not packed": (FEED, "gzip", "it is not gzip, as the server says"),
    "damaged": (gzip.compress(FEED)[:-8] + bytes(8), "gzip", "it is not gzip, as the server says"),
    "another way": (b"?", "br", "it came as br, which was not asked for"),
    "three times": (b"?", "gzip, gzip, gzip", "it is packed 3 times over"),
    "a thousand times": (b"?", "gzip," * 1000, "it is packed 1000 times over"),
    "in too many pieces": (gzip.compress(b"") * 1001, "gzip", "it is in more than 1000 pieces"),
}


@pytest.mark.parametrize(("body", "encoding", "reason"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_unpacked_says_why(body: bytes, encoding: str, reason: str) -> None:
    """The server's claim is at fault, and said to be."""
    with pytest.raises(CannotUnpack, match=reason):
        unpack(body, encoding, 1_000_000)


BOMBS = {
    "of zeros": (gzip.compress(bytes(50_000_000)), "gzip"),
    "in a bomb": (gzip.compress(gzip.compress(bytes(500_000_000), 1)), "gzip, gzip"),
    "of nothing, in a bomb": (gzip.compress(gzip.compress(b"") * 2_000_000), "gzip, gzip"),
    "of nothing": (gzip.compress(b"") * 200_000, "gzip"),
}


@pytest.mark.parametrize(("bomb", "encoding"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_costs_little(bomb: bytes, encoding: str) -> None:
    """Time and memory are bounded by what may come out, not by what would."""
    begun = time.process_time()
    with pytest.raises((TooLarge, CannotUnpack)):
        unpack(bomb, encoding, 1_000_000)
    assert time.process_time() - begun < 0.5


def test_a_start_is_unpacked_as_far_as_it_goes() -> None:
    """A refusal is judged by its first bytes."""
    body = gzip.compress(FEED * 1000)
    assert unpack_start(body[: len(body) // 2], "gzip", 500) == (FEED * 1000)[:500]
    assert unpack_start(FEED, "gzip", 10) == FEED[:10]
    assert unpack_start(FEED, "", 10) == FEED[:10]

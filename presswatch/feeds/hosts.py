"""Sharing out by host: a host is asked by one at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

SHARD_SIZE = 200
"""How many feeds, or pages, a shard holds at most, as far as hosts can be kept whole."""


class Addressed(Protocol):
    """What has an address: a feed, a page."""

    @property
    def url(self) -> str: ...


A = TypeVar("A", bound=Addressed)


def by_host(things: Sequence[A]) -> dict[str, list[A]]:
    """Things by the host (and port) of their address, in their order; links in feeds can be anything."""
    hosts: dict[str, list[A]] = defaultdict(list)
    for thing in things:
        try:
            host = urlsplit(getattr(thing, "asked", thing.url)).netloc.lower()
        except ValueError:
            host = ""
        hosts[host].append(thing)
    return hosts


def into_shards(things: Sequence[A], size: int = SHARD_SIZE) -> list[tuple[A, ...]]:
    """Share things out so that each host is in one shard only, and shards are about ``size`` large."""
    shards: list[list[A]] = []
    for group in by_host(things).values():
        if not shards or len(shards[-1]) + len(group) > size:
            shards.append([])
        shards[-1].extend(group)
    return [tuple(shard) for shard in shards]

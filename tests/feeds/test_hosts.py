"""Sharing out by host: what is at one host stays together."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from presswatch.feeds.hosts import by_host, into_shards


@dataclass(frozen=True)
class Thing:
    """Something with an address."""

    url: str


def things(*urls: str) -> list[Thing]:
    """One for each address."""
    return [Thing(url) for url in urls]


def test_things_keep_their_order_at_each_host() -> None:
    """Hosts come in the order in which they are first named."""
    a, b, c = things("https://a.example/1", "https://b.example/1", "http://A.example/2")
    assert list(by_host([a, b, c]).items()) == [("a.example", [a, c]), ("b.example", [b])]


def test_a_port_makes_another_host() -> None:
    """Two servers on one machine don't wait for each other."""
    assert len(by_host(things("http://h.example:8001/", "http://h.example:8002/"))) == 2


@pytest.mark.parametrize("url", ["", "no address", "http://[::1", "//", "mailto:press@h.example"])
def test_what_is_no_address_is_no_error(url: str) -> None:
    """Links in feeds can be anything: such things share a host without a name."""
    thing = Thing(url)
    assert by_host([thing]) == {"": [thing]}
    assert into_shards([thing]) == [(thing,)]


def test_shards_are_filled_up_to_their_size() -> None:
    """Hosts go together until there is no room for the next one; a host is never divided."""
    many = things(
        *[
            f"https://{host}.example/{n}"
            for host, n in [("a", 1), ("a", 2), ("b", 1), ("c", 1), ("c", 2), ("c", 3)]
        ]
    )
    sizes = [[thing.url[8] for thing in shard] for shard in into_shards(many, 3)]
    assert sizes == [["a", "a", "b"], ["c", "c", "c"]]
    assert [len(shard) for shard in into_shards(many, 1)] == [2, 1, 3]


def test_nothing_makes_no_shard() -> None:
    """There is no empty share."""
    assert into_shards([]) == []

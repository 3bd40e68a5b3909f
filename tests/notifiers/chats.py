"""What the tests of chat services share: digests of every size, and the posts that a server received."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pytest_httpserver import HTTPServer

from presswatch.digests.delivery import Delivery
from presswatch.digests.health import FeedTurn
from presswatch.digests.model import Coverage, Digest, DigestItem, Publication, Section
from tests.notifiers.conftest import SINCE, UNTIL, delivery_of, edited_digest, item, ordinary_digest, passage

EVIL = (
    "<!channel> <!here|now> <@U012AB3CD> <#C1> @everyone @here <@&5> [x](javascript:alert(1)) "
    "<javascript:alert(1)|y> ![i](http://a.example/i.png) **b** _i_ ~~s~~ `c` ||d|| <b>t</b> &amp; \\*e"
)
"""What would call people, make links or format, in one service or another."""


def evil_digest() -> Digest:
    """A digest in which every text that a publisher writes is evil."""
    one = item(
        EVIL,
        publishers=(EVIL, f"{EVIL} 2"),
        others=(Publication(2, f"{EVIL} 2", "javascript:alert(1)"),),
        passages=(passage(f"{EVIL} S-Comm {EVIL}", "S-Comm", why=EVIL),),
    )
    linkless = replace(one, release_id=2, url="javascript:alert(1)")
    turned = (FeedTurn(EVIL, "javascript:alert(1)", SINCE, "failing", EVIL),)
    sections = (Section("p", EVIL, (one, linkless)),)
    return Digest("morning", UNTIL, SINCE, UNTIL, sections, Coverage(1, 0, turned=turned))


def digests() -> Iterator[tuple[str, Digest]]:
    """Digests of many sizes and kinds, by name."""
    yield "ordinary", ordinary_digest()
    yield "edited", edited_digest()
    yield "evil", evil_digest()
    yield "empty", Digest("morning", UNTIL, SINCE, UNTIL, (), Coverage(3, 3))
    for releases in (1, 7, 40, 400):
        yield f"{releases} releases", many(releases)
    yield "long texts", many(30, "A very long-winded word 🚨 é " * 400)
    yield "many programs", programs(80)
    yield "some programs", programs(5, 5, "Some more words of it. " * 10)
    yield "odd names", programs(2, name="<#𝟘" * 60)


def many(releases: int, text: str = "") -> Digest:
    """A digest with so many releases under one program, each as long as the text makes it."""
    return Digest(
        "morning", UNTIL, SINCE, UNTIL, (Section("p", "P", _items(releases, text)),), Coverage(1, 1)
    )


def programs(number: int, releases: int = 1, text: str = "", name: str = "Program") -> Digest:
    """A digest with so many programs, and so many releases under each."""
    sections = tuple(Section(f"p{n}", f"{name} {n}", _items(releases, text)) for n in range(number))
    return Digest("morning", UNTIL, SINCE, UNTIL, sections, Coverage(1, 1))


def _items(number: int, text: str) -> tuple[DigestItem, ...]:
    said = f"The county will end S-Comm & <more> next week. {text}"
    return tuple(
        item(
            f"Release {n} {text}",
            release_id=n,
            url=f"https://example.org/{n}?{'q' * len(text)}",
            passages=(passage(said, "S-Comm"), passage(f"Once more. {said}", "S-Comm")),
        )
        for n in range(number)
    )


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value, keys aside."""
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(each)


def elements(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON value, the outermost first."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from elements(each)


def ordinary_delivery() -> Delivery:
    """A delivery of the ordinary digest."""
    return delivery_of(ordinary_digest())


def posted(httpserver: HTTPServer) -> Any:
    """The JSON of the one post that the server received."""
    ((request, _),) = httpserver.log
    assert request.method == "POST"
    assert request.headers["Content-Type"] == "application/json"
    return json.loads(request.data)

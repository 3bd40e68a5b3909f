"""Selectors for a group of boxes, as a person would write them: the shortest that hold for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from selectolax.lexbor import LexborNode

from presswatch.discovery.boxes import item_selector, readable
from presswatch.discovery.groups import Box, Group
from presswatch.discovery.outline import Outline, stable_classes
from presswatch.feeds.addresses import web_address
from presswatch.feeds.dates import read_date
from presswatch.feeds.markup import words_of
from presswatch.feeds.page import date_in
from presswatch.watch import Selectors

_MOST = 0.8  # of the boxes: a selector that fails in a few is still right
_HALF = 0.5
_LONGEST_DATE = 80  # characters
_FEW = 40
_LOOKED_AT = 5  # boxes that selectors are taken from
_MOST_PARTS = 60  # elements of a box
_DATED = re.compile(r"date|time|posted|publish|created|fecha", re.I)
_SUMMARY = re.compile(r"summary|excerpt|teaser|descr|intro|deck|blurb|snippet|subtitle|body", re.I)


def write_selectors(outline: Outline, group: Group, now: datetime) -> Selectors | None:
    """Selectors that find the group's boxes and what they hold; ``None`` where no simple ones do."""
    item = item_selector(outline, group)
    if item is None:
        return None
    boxes = group.boxes
    link = _first(_links(outline, boxes), lambda selector: _leads(outline, boxes, selector))
    if link is None:
        return None
    shown = [_said_by_link(outline, box, link) == box.title for box in boxes]
    title = "" if _share(shown) >= _MOST else _title(boxes)
    date = _date(outline, boxes, item, now)
    return Selectors(item, link, title, date, _summary(boxes, date))


def _first(selectors: Iterable[str], share: Callable[[str], float], least: float = _MOST) -> str | None:
    """The first selector that holds for all boxes, or else the one that does for most."""
    best, most = None, 0.0
    for selector in readable(selectors):
        held = share(selector)
        if held == 1:
            return selector
        if held > most:
            best, most = selector, held
    return best if most >= least else None


def _share(held: Iterable[bool]) -> float:
    held = list(held)
    return sum(held) / len(held) if held else 0.0


def _links(outline: Outline, boxes: tuple[Box, ...]) -> Iterator[str]:
    yield ""
    for box in boxes[:_LOOKED_AT]:
        for anchor in box.node.css("a[href]")[:_MOST_PARTS]:
            if web_address(outline.base, anchor.attributes.get("href") or "") != box.address:
                continue
            around = anchor.parent
            if around is not None and around.mem_id != box.node.mem_id and around.is_element_node:
                for name in stable_classes(around)[:2]:
                    yield f".{name} a"
                yield f"{around.tag} a"
            for name in stable_classes(anchor)[:2]:
                yield f"a.{name}"
            yield from (f"td:nth-child({number}) a" for number in range(1, 6) if box.node.tag == "tr")


def _leads(outline: Outline, boxes: tuple[Box, ...], selector: str) -> float:
    return _share(_address(outline, box, selector)[0] == box.address for box in boxes)


def _address(outline: Outline, box: Box, selector: str) -> tuple[str, LexborNode]:
    """Where the selector's link leads, found as :func:`presswatch.feeds.page.parse_page` does."""
    for place in box.node.css(selector) if selector else [box.node]:
        for anchor in place.css("a[href]"):
            address = web_address(outline.base, anchor.attributes.get("href") or "")
            if address:
                return address, anchor
    return "", box.node


def _said_by_link(outline: Outline, box: Box, selector: str) -> str:
    address, anchor = _address(outline, box, selector)
    said = words_of(anchor)
    if said or not address:
        return said
    others = (
        a
        for a in box.node.css("a[href]")
        if web_address(outline.base, a.attributes.get("href") or "") == address
    )
    return next((words for a in others if (words := words_of(a))), "")


def _title(boxes: tuple[Box, ...]) -> str:
    selectors = (name for box in boxes[:_LOOKED_AT] for name in _names_within(box.titled))
    return (
        _first(selectors, lambda selector: _share(_words(box, selector) == box.title for box in boxes)) or ""
    )


def _words(box: Box, selector: str) -> str:
    node = box.node.css_first(selector)
    return words_of(node) if node is not None else ""


def _names_within(node: LexborNode) -> Iterator[str]:
    """Selectors for a part of a box: its tag where that says enough, its classes, its place in a row."""
    tag = node.tag or ""
    if tag in ("time", "h1", "h2", "h3", "h4", "h5", "h6"):
        yield tag
    yield from (f".{name}" for name in stable_classes(node)[:3])
    yield tag
    if tag == "td" and node.parent is not None:
        cells = [cell.mem_id for cell in node.parent.css("td")]
        yield f"td:nth-child({cells.index(node.mem_id) + 1})"


def _date(outline: Outline, boxes: tuple[Box, ...], item: str, now: datetime) -> str:
    """A selector for the dates: within the boxes, of their own words, or beside them."""

    def is_date(node: LexborNode | None) -> bool:
        if node is None:
            return False
        if node.css_first("time[datetime]") is None and len(words_of(node)) > _LONGEST_DATE:
            return False
        return date_in(node, now)[0] is not None

    def share(selector: str) -> float:
        return _share(is_date(box.node.css_first(selector)) for box in boxes)

    within = [
        name
        for box in boxes[:_LOOKED_AT]
        for part in _parts(box)
        if part.mem_id != box.titled.mem_id and is_date(part)
        for name in _names_within(part)
    ]
    within.sort(key=lambda name: not (name == "time" or _DATED.search(name)))
    found = _first(within, share, _HALF)
    if found is not None:
        return found
    tag = boxes[0].node.tag or ""
    if _share(_is_dated_itself(box, now) for box in boxes) >= _HALF:
        return tag
    for beside in (_sibling(boxes[0].node, -1), _sibling(boxes[0].node, 1)):
        if beside is not None and is_date(beside) and not beside.css_matches(item):
            return next(iter(readable(_names_within(beside))), "")
    return ""


def _parts(box: Box) -> list[LexborNode]:
    return [node for node in box.node.css("*")[:_MOST_PARTS] if node.mem_id != box.node.mem_id]


def _is_dated_itself(box: Box, now: datetime) -> bool:
    """Whether the first date in the box is none of its title's."""
    words = words_of(box.node)
    date = read_date(words, now=now)[0]
    return date is not None and read_date(words.replace(box.title, " ", 1), now=now)[0] == date


def _sibling(node: LexborNode, step: int) -> LexborNode | None:
    other = node.prev if step < 0 else node.next
    while other is not None and not other.is_element_node:
        other = other.prev if step < 0 else other.next
    return other


def _summary(boxes: tuple[Box, ...], date: str) -> str:
    def share(selector: str) -> float:
        return _share(_tells(box, box.node.css_first(selector)) for box in boxes)

    names = [
        name
        for box in boxes[:_LOOKED_AT]
        for part in _parts(box)
        if _tells(box, part) and not (date and part.css_first(date))
        for name in _names_within(part)
        if name not in (date, "div", "span")
    ]
    names.sort(key=lambda name: 0 if _SUMMARY.search(name) else 1 if name == "p" else 2)
    return _first(names, share, _HALF) or ""


def _tells(box: Box, node: LexborNode | None) -> bool:
    """Whether an element says more of the release than its title does."""
    if node is None or node.mem_id == box.titled.mem_id:
        return False
    words = words_of(node)
    return len(words) >= _FEW and box.title not in words

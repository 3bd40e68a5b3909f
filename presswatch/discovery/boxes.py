"""A selector for the boxes of a group."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborNode

from presswatch.discovery.groups import HEADINGS, Group, is_title
from presswatch.discovery.outline import Outline, stable_classes
from presswatch.feeds.addresses import web_address
from presswatch.feeds.markup import words_of

_HIGHEST = 6  # elements above a box
_MOST_OTHERS = 300
_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]*")
_PART = r"(?:[A-Za-z][A-Za-z0-9-]*|(?=[.#]))(?:[.#][A-Za-z_][A-Za-z_-]*)*(?::nth-child\(\d{1,3}\))?"
_READABLE = re.compile(rf"(?:{_PART}(?:(?: >)? {_PART})*)?")
_STYLE = re.compile(r"(?:col|grid|flex|type|status)\b")


def readable(selectors: Iterable[str]) -> list[str]:
    """The selectors without repetition, and without those that would need escapes (``<o:p>``)."""
    return [selector for selector in dict.fromkeys(selectors) if _READABLE.fullmatch(selector)]


def item_selector(outline: Outline, group: Group) -> str | None:
    """The first selector that finds boxes of the group alone; else one that finds others like them, too."""
    wanted = {box.node.mem_id for box in group.boxes}
    second = None
    for selector in readable(_items(outline, group)):
        found = outline.page.css(selector)
        ids = {node.mem_id for node in found}
        if not wanted <= ids:
            continue
        others = [node for node in found if node.mem_id not in group.members]
        if not others:
            return selector
        few = len(others) <= 2 * len(group.members)
        if second is None and few and all(_harmless(outline, node) for node in others[:_MOST_OTHERS]):
            second = selector
    return second


def _harmless(outline: Outline, node: LexborNode) -> bool:
    """Whether a box too many is no release, or could be one."""
    anchors = [node] if node.tag == "a" else node.css("a[href]")
    linked = [a for a in anchors if web_address(outline.base, a.attributes.get("href") or "")]
    return not linked or any(is_title(words_of(a)) for a in (*linked[:3], *node.css(HEADINGS)[:1]))


def _items(outline: Outline, group: Group) -> Iterator[str]:
    first = outline.elements[group.boxes[0].place]
    tag = first.tag
    common = _common_classes([box.node for box in group.boxes])
    for name in common:
        yield f"{tag}.{name}"
    own = [f"{tag}.{name}" for name in common[:2]] + [tag]
    above = [outline.elements[place].node for place in outline.ancestors(first.parent)][:_HIGHEST]
    for node in above:
        for name in _names(node):
            yield from (f"{name} {box}" for box in own)
            yield from (f"{name} > {box}" for box in own)
    if len(common) > 1:
        yield tag + "".join(f".{name}" for name in common[:3])
    yield from (f"main {box}" for box in own)
    yield tag
    chain = own[0]
    for node in above:
        names = _names(node)
        chain = f"{names[0] if names else node.tag} > {chain}"
        yield chain


def _common_classes(nodes: list[LexborNode]) -> list[str]:
    """Classes of all the elements; those that name an item before those that only style it."""
    shared = set.intersection(*(set(stable_classes(node)) for node in nodes))
    ordered = [name for name in stable_classes(nodes[0]) if name in shared]
    return sorted(dict.fromkeys(ordered), key=lambda name: bool(_STYLE.match(name)))


def _names(node: LexborNode) -> list[str]:
    tag, identity = node.tag or "", node.attributes.get("id") or ""
    names = [f"{tag}.{name}" for name in stable_classes(node)[:3]]
    if _NAME.fullmatch(identity):
        names.append(f"#{identity}")
    return names

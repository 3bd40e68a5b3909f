"""A page as an outline: every element with its place, and every link that could lead to a release."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from presswatch.feeds.addresses import host_of, path_of, web_address
from presswatch.feeds.keys import canonical_link
from presswatch.feeds.markup import base_of, words_of

MOST_LINKS = 10_000
"""So many links of a page are looked at."""

_STABLE = re.compile(r"[A-Za-z_][A-Za-z_-]*")  # a class with digits is often a number of the item
_OF_A_MOMENT = frozenset(
    "odd even first last active current sticky featured clearfix hidden visible row col wow animated".split()
)
_ASIDE_TAGS = frozenset({"nav", "footer", "aside", "form"})
_ASIDE = re.compile(
    r"(?:nav|menu|footer|sidebar|breadcrumb|pager|pagination|social|share|related|widget|cookie|skip|tags?)\b"
    r"|(?:\w+[-_])?(?:nav|menu|footer|breadcrumbs?)",
    re.I,
)


@dataclass(slots=True)
class Element:
    """An element: where it is in the page, and its ``path``, which elements of one pattern share."""

    node: LexborNode
    parent: int
    depth: int
    tag: str
    name: str
    path: int
    aside: bool


@dataclass(slots=True)
class Outline:
    """The elements in document order, and by their places in it the addresses of links; ``said`` keeps what
    was asked for by :meth:`words`.
    """

    page: LexborHTMLParser
    url: str
    base: str
    elements: list[Element] = field(default_factory=list)
    links: dict[int, str] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)

    def ancestors(self, place: int) -> Iterator[int]:
        """The place itself, then what it stands in, up to the body."""
        while place >= 0:
            yield place
            place = self.elements[place].parent

    def words(self, place: int) -> str:
        """The text of the element there, on one line."""
        if place not in self.said:
            self.said[place] = words_of(self.elements[place].node)
        return self.said[place]


def outline_of(page: LexborHTMLParser, url: str) -> Outline:
    """The outline of a page that came from ``url``, in one pass."""
    outline = Outline(page, url, base_of(page, url))
    paths: dict[tuple[int, str], int] = {}
    own, host = canonical_link(url), host_of(url)
    node, parent = page.body, -1
    root = node.mem_id if node is not None else 0
    while node is not None:
        entered = False
        if node.is_element_node:
            element = _element(node, parent, outline.elements, paths)
            outline.elements.append(element)
            place = len(outline.elements) - 1
            if element.tag == "a" and len(outline.links) < MOST_LINKS:
                address = web_address(outline.base, node.attributes.get("href") or "")
                if (
                    is_near(host_of(address), host)
                    and canonical_link(address) != own
                    and path_of(address) != "/"
                ):
                    outline.links[place] = address
            if node.first_child is not None:
                node, parent, entered = node.first_child, place, True
        if entered:
            continue
        while node is not None and node.mem_id != root and node.next is None:
            node = node.parent
            parent = outline.elements[parent].parent if parent >= 0 else -1
        node = node.next if node is not None and node.mem_id != root else None
    return outline


def stable_classes(node: LexborNode) -> list[str]:
    """The classes that say what an element is, not which one of many or in what state."""
    names = (node.attributes.get("class") or "").split()[:20]
    return [name for name in names if _STABLE.fullmatch(name) and name.lower() not in _OF_A_MOMENT]


def is_near(host: str, other: str) -> bool:
    """Whether two hosts look like one organisation's: the same but for what comes before a common end."""
    if not host or not other:
        return False
    return host == other or host.split(".")[-2:] == other.split(".")[-2:]


def _element(
    node: LexborNode, parent: int, elements: list[Element], paths: dict[tuple[int, str], int]
) -> Element:
    tag = node.tag or ""
    classes = stable_classes(node)
    name = f"{tag}.{classes[0]}" if classes else tag
    above = elements[parent] if parent >= 0 else None
    path = paths.setdefault((above.path if above else -1, name), len(paths))
    aside = above is not None and (above.aside or _is_aside(node, tag, classes))
    return Element(node, parent, above.depth + 1 if above else 0, tag, name, path, aside)


def _is_aside(node: LexborNode, tag: str, classes: list[str]) -> bool:
    if tag in _ASIDE_TAGS or node.attributes.get("role") in ("navigation", "contentinfo", "complementary"):
        return True
    return any(_ASIDE.fullmatch(name) for name in (*classes, node.attributes.get("id") or ""))

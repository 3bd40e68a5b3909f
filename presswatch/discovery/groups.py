"""Where a page repeats itself: groups of boxes alike, each with a link, and how much a group looks like
a list of releases.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean

from selectolax.lexbor import LexborNode

from presswatch.discovery.outline import Outline
from presswatch.feeds.addresses import path_of
from presswatch.feeds.dates import read_date
from presswatch.feeds.markup import words_of

FEWEST = 3
"""So many boxes make a list."""
HEADINGS = "h1, h2, h3, h4, h5, h6"

_HIGHEST = 8  # elements above a link
_MOST_GROUPS = 60
_MOST_BOXES = 100
_LONGEST_BOX = 20_000  # characters of HTML
_LONGEST_TITLE = 300
_NEWS = re.compile(
    r"press|news|release|statement|media|blog|post|article|/20\d\d/|prensa|noticia|comunicado|sala-de|bolet",
    re.I,
)
_MORE = re.compile(
    r"(?:read|learn|see|view|leer|ver) (?:more|full|the|all|más|todo)\b|continue reading"
    r"|full (?:story|text|release)|click here|sign up|donate|subscribe|download|share (?:this|on)\b",
    re.I,
)
_BONUS = {
    "article": 0.4,
    "li": 0.3,
    "tr": 0.4,
    "dd": 0.3,
    "dt": 0.3,
    "div": 0.2,
    "section": 0.2,
    "a": 0.1,
    "p": 0.1,
}


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its place in the outline, the title it shows, where that stands, and where it leads."""

    place: int
    node: LexborNode
    title: str
    titled: LexborNode
    address: str
    dated: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Boxes of one pattern, in the page's order: the first hundred that have a title. ``members`` are all
    boxes of the pattern, by ``mem_id``. The score is never below 0.
    """

    boxes: tuple[Box, ...]
    members: frozenset[int]
    score: float


def find_groups(outline: Outline, now: datetime) -> list[Group]:
    """The groups that may be lists of releases, the likeliest first."""
    gathered: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for link in outline.links:
        for level, place in enumerate(outline.ancestors(link)):
            if level > _HIGHEST or place == 0:
                break
            gathered[outline.elements[place].path][place].append(link)
    repeated = [boxes for boxes in gathered.values() if len(boxes) >= FEWEST]
    repeated.sort(key=lambda boxes: min(len(boxes), 30), reverse=True)
    groups = []
    for boxes in repeated[:_MOST_GROUPS]:
        places = sorted(boxes)[:_MOST_BOXES]
        group = _judge(outline, [_box(outline, place, boxes[place], now) for place in places], boxes)
        if group is not None:
            groups.append(group)
    return sorted(groups, key=lambda group: group.score, reverse=True)


def _box(outline: Outline, place: int, links: list[int], now: datetime) -> Box | None:
    """The box, by its heading if that has words, else by the link that says most."""
    node = outline.elements[place].node
    html = node.html or ""
    if len(html) > _LONGEST_BOX:
        return None
    heading = node.css_first(HEADINGS)
    said = words_of(heading) if heading is not None else ""
    if heading is not None and said:
        inside = {anchor.mem_id for anchor in heading.css("a")}
        link = next((link for link in links if outline.elements[link].node.mem_id in inside), links[0])
        title, titled = said, heading
    else:
        link = max(links[:10], key=lambda link: len(outline.words(link)))
        title, titled = outline.words(link), outline.elements[link].node
    if not title:
        return None
    rest = words_of(node).replace(title, " ", 1)
    stamped = node.css_first("time[datetime]") is not None
    dated = stamped or read_date(rest, now=now)[0] is not None
    return Box(place, node, title, titled, outline.links[link], dated)


def _judge(outline: Outline, found: Iterable[Box | None], boxes: dict[int, list[int]]) -> Group | None:
    """The group with its score; ``None`` where it can't be a list of releases."""
    named = [box for box in found if box is not None]
    good = [box for box in named if is_title(box.title)]
    addresses = {box.address for box in good}
    if len(addresses) < FEWEST or len(good) < 0.6 * len(named) or len(addresses) < 0.7 * len(good):
        return None
    element = outline.elements[good[0].place]
    dated = fmean(box.dated for box in good)
    news = fmean(bool(_NEWS.search(path_of(box.address))) for box in good)
    slug = fmean(path_of(box.address).rstrip("/").rpartition("/")[2].count("-") >= 3 for box in good)
    length = fmean(len(box.title.split()) for box in good)
    aside = fmean(outline.elements[box.place].aside for box in good)
    others = _releases_in_each(outline, [boxes[box.place] for box in good])
    if dated < 0.5 and (max(news, slug) < 0.6 or length < 4 or aside > 0.5 or element.tag in ("p", "span")):
        return None
    own = path_of(outline.url).rstrip("/")
    below = fmean(path_of(box.address).startswith(own + "/") for box in good) if own else 0.0
    score = (
        3 * dated
        + 2 * news
        + slug
        + below
        + min(length, 8) / 8
        + 2 * min(len(good), 20) / 20
        + 2 * len(good) / len(named)
        + _BONUS.get(element.tag, 0)
        + ("." in element.name) / 5
    )
    members = frozenset(outline.elements[place].node.mem_id for place in boxes)
    return Group(tuple(good), members, score * (0.3 if aside > 0.5 else 1) / max(others, 1))


def _releases_in_each(outline: Outline, boxes: list[list[int]]) -> float:
    """How many releases a box holds on average: several, where it is a whole list. A link that is in
    several boxes (their author, their section) is none.
    """
    holding = [
        {outline.links[link] for link in links[:20] if is_title(outline.words(link))} for links in boxes
    ]
    uses = Counter(address for addresses in holding for address in addresses)
    return fmean(sum(uses[address] == 1 for address in addresses) for addresses in holding)


def is_title(words: str) -> bool:
    """Whether the words could be a release's title: several, and not an invitation to read on."""
    return len(words.split()) >= 3 and 12 <= len(words) <= _LONGEST_TITLE and not _MORE.match(words)

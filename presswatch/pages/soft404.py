"""Whether a page that was answered with 200 is the release's own.

A site may say "not found", "coming soon" or "we are being maintained" with a status that says that all is
well (a soft 404: https://developers.google.com/search/docs/crawling-indexing/http-network-errors#soft-404-errors).
No list of such sayings is whole, in any language. So this goes by what is known of the release: its title,
and what it said so far.
"""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import unquote

from presswatch.pages.teaser import leads_to_a_page
from presswatch.pages.values import PageRead

Judgement = Literal["own", "unlike", "unknown", "front page"]

_NO_WORD = re.compile(r"[\W_]+")
_LONG = 4  # letters: shorter words stand in any page
_FEWEST_OF_TITLE = 2
_FEWEST_OF_TEXT = 3
_LEAST_ECHO = 6  # characters
_TITLE = 3  # words, the short ones too
_OPENING = 6
_REACH = 400  # characters that hold them


def judge(read: PageRead, *, url: str, title: str, text: str) -> Judgement:
    """What a page is to the release behind whose address ``url`` it was read.

    ``title`` and ``text`` are what is known of the release: its teaser, or its page as it was read before.

    - "own": it holds the title, or more than half of its longer words; or the text's opening, or half of its
      longer words; or half of the page's stand in the text. A PDF always is: no site says "not found" in one.
    - "front page": that is where redirects led.
    - "unlike": there was enough to compare, and it is neither. Where title and text say too little, three
      words of the address will do, if the page has none of them.
    - "unknown": there was not.
    """
    if read.kind == "pdf":
        return "own"
    if not leads_to_a_page(read.url):
        return "front page"
    name = unquote(url).rstrip("/").rpartition("/")[2].casefold()
    page = f"{read.title} {read.text}".casefold()
    if _speaks_of(_without(name, page), title, text):
        return "own"
    if len(_words(title)) >= _FEWEST_OF_TITLE or len(_words(text)) >= _FEWEST_OF_TEXT:
        return "unlike"
    named = _words(name)
    return "unlike" if len(named) >= _FEWEST_OF_TEXT and not named & _words(page) else "unknown"


def _speaks_of(page: str, title: str, text: str) -> bool:
    shown, wanted, known = _words(page), _words(title), _words(text)
    if len(wanted) >= _FEWEST_OF_TITLE and 2 * len(wanted & shown) > len(wanted):
        return True
    shared = len(known & shown)
    if shared >= _FEWEST_OF_TEXT and (2 * shared >= len(known) or 2 * shared > len(shown)):
        return True
    return _holds(page, title, least=_TITLE) or _holds(page, text, least=_OPENING)


def _holds(page: str, text: str, *, least: int) -> bool:
    """Whether the page holds the first words of a text, which has the ``least`` that say something."""
    opening = _NO_WORD.sub(" ", text[:_REACH].casefold()).split()[:_OPENING]
    return len(opening) >= least and f" {' '.join(opening)} " in f" {_NO_WORD.sub(' ', page)} "


def _without(name: str, page: str) -> str:
    """The page without the address that it echoes: "/news/county-ends-it was not found"."""
    return page.replace(name, " ") if len(name) >= _LEAST_ECHO else page


def _words(text: str) -> set[str]:
    """The longer words, and what holds a digit."""
    words = _NO_WORD.split(text.casefold())
    return {word for word in words if len(word) >= _LONG or any(map(str.isdigit, word))}

"""Which page is a release's own, and which one a site shows instead."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from presswatch.pages.soft404 import Judgement, judge
from presswatch.pages.values import Kind, PageRead
from tests.support.setup import NOW

URL = "https://newsroom.example/news/county-ends-jail-program"
TITLE = "County ends its jail program"
TEASER = "After ten years the sheriff hands back the fingerprint readers. What the board said…"
STORY = (
    "The board voted on Tuesday to end the program. After ten years the sheriff hands back the fingerprint "
    "readers, which nobody had asked for, and the money goes to the library."
)
SORRY = "We are sorry, what you are looking for is not here. It may have moved, or it will be here soon."


class Case(NamedTuple):
    """What was read, and what is known of the release."""

    page: tuple[str, str]
    wanted: Judgement
    title: str = TITLE
    text: str = TEASER
    kind: Kind = "html"
    landed: str = URL
    url: str = URL


CASES = {
    "the title above, a teaser written by hand": Case((TITLE, STORY), "own", text="A win for families!"),
    "another title, the teaser's words below": Case(("Home | County", STORY), "own"),
    "a title of short words": Case(
        ("", "The UN vs. us. A day in court."), "own", title="The UN vs. us", text=""
    ),
    "the page as it was before, under a new title": Case(("A correction", STORY), "own", text=STORY + SORRY),
    "a withdrawal under the title": Case((TITLE, "This statement was withdrawn."), "own", text=STORY),
    "a PDF without a word of it": Case(("", "Scanned by the office."), "own", kind="pdf"),
    "not found": Case(("Page not found | County", SORRY), "unlike"),
    "not found, with the address": Case(("Not found", f"{SORRY} county-ends-jail-program"), "unlike"),
    "not found where the page was read before": Case(("Not found", SORRY), "unlike", text=STORY),
    "the site's front page": Case((TITLE, STORY), "front page", landed="https://newsroom.example/"),
    "only an address, and it says so": Case((TITLE, STORY), "unknown", title="", text=""),
    "only an address, and nothing of it": Case(("Sorry", SORRY), "unlike", title="", text=""),
    "only a number": Case(("Sorry", SORRY), "unknown", title="", text="", url="https://n.example/node/7"),
    "a title that says nothing": Case(
        (TITLE, STORY), "unknown", title="Statement", text="", url="https://n.example/7"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_page_is_judged_by_what_is_known_of_its_release(case: Case) -> None:
    """By the title, by what the release said before; else nobody can tell."""
    title, text = case.page
    read = PageRead(1, case.landed, NOW, 0.1, 200, case.kind, "0", 1, title, text)
    assert judge(read, url=case.url, title=case.title, text=case.text) == case.wanted

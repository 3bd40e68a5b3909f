"""The site's search box speaks the language of ``presswatch search``."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from storage.connection import open_for_reading
from storage.looking.search import Filters, search
from tests.browse.visitor import Visitor

QUERIES = [
    "bridge",
    "brid*",
    '"old bridge"',
    "county NOT bridge",
    "sheriff OR decides",
    "287(g) OR sheriff",
    "title:bridge",
    "publisher:orch",
    "publisher:ORCHÁRD",
    "program:287g",
    'program:"Secure Communities" bridge',
    "(publisher:river OR publisher:harbour) NOT program:287g",
    "publisher:harbour OR sheriff",
    "",
]


def found(site: str, words: str) -> list[int]:
    """The ids of the releases that the site finds, the newest first."""
    asked = {"_search": words, "_shape": "array", "_size": "max", "_col": "id"}
    answer = requests.get(f"{site}/archive/releases.json", params=asked, timeout=60)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()]


@pytest.mark.parametrize("words", QUERIES)
def test_it_finds_what_the_command_finds(folder: Path, site: str, words: str) -> None:
    """The same releases, for every operator and field."""
    database = open_for_reading(folder / "archive.db")
    wanted = [hit.id for hit in search(database, words, Filters(), limit=1_000)]
    database.close()
    assert wanted
    assert found(site, words) == wanted


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('"', "there is no word to look for"),
        ("NOT bridge", "NOT needs something to take away from"),
        ("program:nothing", "287g, s-comm"),
    ],
)
def test_what_is_not_understood_is_said(site: str, words: str, said: str) -> None:
    """On a page in a sentence; who asks for data is told no, and gets no empty answer."""
    for path, status in (("", 200), (".json", 400), (".csv", 400)):
        answer = requests.get(f"{site}/archive/releases{path}", params={"_search": words}, timeout=60)
        assert answer.status_code == status
        assert said in answer.text
        assert "fts5" not in answer.text


def test_what_may_be_mistyped_is_said(site: str) -> None:
    """A publisher that there is not, with the one that is meant."""
    page = requests.get(f"{site}/archive/releases", params={"_search": "publisher:orchrad"}, timeout=60).text
    assert "did you mean &#39;Orchard&#39;?" in page


def test_the_old_address_of_the_search_leads_to_it(site: str) -> None:
    """With what was asked."""
    answer = requests.get(f"{site}/archive/search", params={"words": "a&b é"}, timeout=60)
    assert answer.url.endswith("/archive/releases?_search=a%26b+%C3%A9")


@pytest.mark.browser
def test_found_words_are_marked_in_the_list(site: str, visitor: Visitor) -> None:
    """In a passage that holds them, also where it stands far into the text."""
    visitor.go(f"{site}/archive/releases?_search=baker+title:old")
    assert visitor.look("[...document.querySelectorAll('.opening mark')].map(m => m.textContent)") == [
        "baker"
    ]

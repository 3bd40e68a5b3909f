"""Comparing titles."""

from __future__ import annotations

import pytest

from presswatch.feeds.titles import compare_titles, is_generic, is_inviting, words_of_the_site

TITLE = "County Joins the Harbour Pact"
TITLES = {
    "as it is": (TITLE, TITLE, "same"),
    "in capitals, with other quotes": ("County’s “Pact”", 'COUNTY\'S "PACT"', "same"),
    "the site's name behind": (TITLE, f"{TITLE} | Valley Legal Aid", "alike"),
    "the site's name in front": (TITLE, f"Valley Legal Aid: {TITLE}", "alike"),
    "cut": (TITLE, "County Joins the Harb…", "alike"),
    "cut, and later with the site's name": ("County Joins the Harb…", f"Valley Legal Aid: {TITLE}", "alike"),
    "a letter mended": (TITLE, "County Joins teh Harbour Pact", "reworded"),
    "one letter": (TITLE, "Countys Joins the Harbour Pact", "alike"),
    "a word more": (TITLE, "County Now Joins the Harbour Pact", "alike"),
    "another county": ("Birch County Joins the Pact", "Alder County Joins the Pact", "reworded"),
    "the next report": ("Jail report 17", "Jail report 18", "numbered"),
    "the year behind": ("The annual account", "The annual account 2026", "numbered"),
    "its kind alone": ("Press Release", "Press Release: County Joins", "reworded"),
    "another": (TITLE, "Ice in the Bay", "other"),
    "none": ("", TITLE, "none"),
}


@pytest.mark.parametrize(("one", "other", "likeness"), TITLES.values(), ids=TITLES)
def test_titles_are_compared(one: str, other: str, likeness: str) -> None:
    """Either way round."""
    assert compare_titles(one, other) == compare_titles(other, one) == likeness


@pytest.mark.parametrize(
    ("title", "generic"),
    [
        ("Press Release", True),
        ("MEDIA ADVISORY", True),
        ("This Week at Our Office", True),
        ("Comunicado de prensa", True),
        ("Press Release 17", False),
        ("Statement on S-Comm", False),
        ("A march", False),
    ],
)
def test_a_generic_title_says_only_what_kind_it_is(title: str, generic: bool) -> None:
    """One word that is its own, or a number, and it says more."""
    assert is_generic(title) is generic


@pytest.mark.parametrize(
    ("text", "inviting"),
    [
        ("Click here to read our full press release as a PDF.", True),
        ("Read more…", True),
        ("Haga clic aquí para leer el comunicado completo.", True),
        ("Click here to read why the county ends S-Comm.", False),
        ("The county ends S-Comm.", False),
    ],
)
def test_a_text_that_only_invites_to_read_says_nothing(text: str, inviting: bool) -> None:
    """Whoever has it in common has nothing in common."""
    assert is_inviting(text) is inviting


NAMED = ["A march | Local 32", "A verdict | Local 32", "The ferry of May 1 | Local 32"]


def test_words_of_the_site_are_those_that_all_titles_have_at_an_end() -> None:
    """A name in front, behind, or both; two titles say nothing."""
    assert words_of_the_site(NAMED) == {"local", "32"}
    assert words_of_the_site(["Local 32: A march", "Local 32: A verdict", "Local 32"]) == {"local", "32"}
    assert words_of_the_site(NAMED[:2]) == words_of_the_site([*NAMED, "A strike"]) == frozenset()
    assert words_of_the_site([]) == words_of_the_site(["", "", "A march"]) == frozenset()


def test_a_number_in_the_site_s_name_is_none_of_the_title() -> None:
    """It doesn't make the next report of a release whose title got the name behind it."""
    site = words_of_the_site(NAMED)
    assert compare_titles("A march | Local 32", "A march", site) == "alike"
    assert compare_titles("A march | Local 32", "A march") == "numbered"
    assert compare_titles("The ferry of May 1 | Local 32", "The ferry of May 2", site) == "numbered"

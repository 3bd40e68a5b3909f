"""Foreign text, made fit to be shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.looks.plain import Piece, line, pieces, web_link


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\r\nBcc: b@example.org", "a Bcc: b@example.org"),
        ("a\u2028b\u2029c\x85d\x0be", "a b c d e"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("\u2067abc\u2069\u200f", "abc"),
        ("bell\x07 and null\x00", "bell and null"),
        ("  spaces\u00a0\t everywhere  ", "spaces everywhere"),
        ("👩\u200d👧 می\u200cخواهم", "👩\u200d👧 می\u200cخواهم"),
    ],
)
def test_a_line_holds_nothing_that_breaks_or_reorders_it(given: str, shown: str) -> None:
    """Line breaks become spaces, controls vanish, and what scripts and emoji need stays."""
    assert line(given) == shown


@given(
    st.text(st.sampled_from("ab \n\u202e\x00é")),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12))).map(tuple),
)
def test_cutting_at_marks_loses_no_text(text: str, marks: tuple[tuple[int, int], ...]) -> None:
    """Whatever the marks, overlapping or out of range, the visible characters stay, in order."""
    shown = "".join(piece.text for piece in pieces(text, marks))
    assert shown.replace(" ", "") == line(text).replace(" ", "")


@given(st.text(), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))).map(tuple))
def test_what_is_marked_is_highlighted(text: str, marks: tuple[tuple[int, int], ...]) -> None:
    """A character is highlighted exactly if some mark covers it."""
    text = line(text)
    wanted = "".join(
        character if any(start <= place < end for start, end in marks) else ""
        for place, character in enumerate(text)
    )
    shown = "".join(piece.text for piece in pieces(text, marks) if piece.marked)
    assert shown.replace(" ", "") == wanted.replace(" ", "")


def test_marks_keep_their_place_where_characters_vanish() -> None:
    """A mark is of the original text, controls and all."""
    assert pieces("\u202ethe S-Comm\x00 rule", ((5, 12),)) == (
        Piece("the "),
        Piece("S-Comm", marked=True),
        Piece(" rule"),
    )


def test_marks_that_overlap_or_touch_become_one() -> None:
    """No seam is shown in the middle of a highlight."""
    assert pieces("Secure Communities", ((0, 9), (3, 12), (12, 18))) == (Piece("Secure Communities", True),)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=c&d=é#f", "https://example.org/a?b=c&d=é#f"),
        (" HTTP://example.org/a b.pdf\n", "HTTP://example.org/a%20b.pdf"),
        ("https://example.org/\u202efdp.exe", "https://example.org/%E2%80%AEfdp.exe"),
        ("https://example.org/a\nb", "https://example.org/a%0Ab"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("ht\ntps://example.org/", None),
        ("\x01https://example.org/", None),
        ("data:text/html,x", None),
        ("//example.org/x", None),
        ("/relative", None),
        ("https://", None),
        ("https://[broken", None),
        ("", None),
    ],
)
def test_only_web_addresses_become_links(url: str, link: str | None) -> None:
    """http and https with a host, in one piece; nothing else."""
    assert web_link(url) == link

"""What holds of the parts of any text."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.releases.parts import Part, part_at, take_apart

RELEASE = """FOR IMMEDIATE RELEASE

Families call the vote overdue and right

FRESNO, Calif. – March 3, 2011 – The county left the Safe Streets program on Tuesday.

“We will not go back to the old days,” said Marisol Reyes, director of Casa Norte.

Signed,

Casa Norte
Law Center
River Parish

###

About Casa Norte

Casa Norte says “we are here for the families of the valley.”

Contact: Ana Ruiz, ana@casa.example
"""

PLACES = {
    "the subhead": ("Families", "subhead"),
    "the dateline": ("FRESNO", "dateline"),
    "the body": ("Safe Streets", "body"),
    "a quotation": ("old days", "quotation"),
    "who spoke": ("Marisol", "body"),
    "a signatory": ("Law Center", "signatories"),
    "the boilerplate": ("Norte says", "boilerplate"),
    "a quotation within the boilerplate": ("for the families", "boilerplate"),
    "the contacts": ("ana@casa", "contacts"),
    "the release line": ("IMMEDIATE", "body"),
    "over an edge": ("days,” said", "body"),
}


@pytest.mark.parametrize(("words", "kind"), PLACES.values(), ids=PLACES)
def test_part_at(words: str, kind: str) -> None:
    """A mention is in the part that says most about it, and in the body where it's in none."""
    start = RELEASE.index(words)
    assert part_at(take_apart("County leaves program", RELEASE), start, start + len(words)) == kind


def test_a_whole_release() -> None:
    """A release is taken apart in the order of its text."""
    parts = take_apart("County leaves program", RELEASE)
    assert [part.kind for part in parts] == [
        "embargo",
        "subhead",
        "dateline",
        "quotation",
        "signatories",
        "end-mark",
        "boilerplate",
        "quotation",
        "contacts",
    ]


def test_nothing_has_no_parts() -> None:
    """An empty text has no parts, and is the body everywhere."""
    assert take_apart("", "") == ()
    assert part_at((), 0, 0) == "body"


PIECES = st.sampled_from(
    [
        *"“”\"«»\n\t -–—.,:;#*()@<>&’'\u0093\u0094\ud800\x00\u00a0é",
        *(
            "\n\n",
            "Ana Ruiz",
            " said ",
            "said: ",
            "Contact:",
            "Signed,\n",
            "About ",
            "Casa Norte",
            " is a nonprofit",
        ),
        *(
            "FOR IMMEDIATE RELEASE",
            "EMBARGOED UNTIL",
            "March 3, 2011",
            "WASHINGTON",
            ", D.C.",
            "###",
            "-30-",
            "* * *",
        ),
        *(
            "we will not go back",
            " dijo ",
            "Firmantes: ",
            "555-010-4477",
            "a@b.example",
            "<a href='x.pdf'>",
            "</a>",
        ),
        *("report ", "here", "The following organizations signed:", "END", "Según "),
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


@given(TEXTS, TEXTS, TEXTS)
def test_the_laws_of_parts(title: str, text: str, content: str) -> None:
    """Any strings at all give parts within the text, sorted, and no error."""
    parts = take_apart(title, text, content)
    assert all(0 <= part.start <= part.end <= len(text) for part in parts)
    assert list(parts) == sorted(parts, key=lambda part: (part.start, part.end))
    assert all(part.start < part.end for part in parts if part.kind != "report-link")
    for part in parts:
        assert isinstance(part, Part)
        if part.kind in ("dateline", "contacts", "signatories"):
            assert all(name in text for name in part.value.split("\n"))


HOSTILE = [
    *(
        "“",
        '"',
        "«a b c d e f",
        "Aa ",
        "Aa, ",
        "A",
        "- ",
        "—",
        "#",
        "# ",
        "* ",
        "\n",
        " ",
        "\u00a0\n",
        "Aa said ",
        "a@",
    ),
    *(
        "“We will go on and on\n\n",
        "“a b c d e f” Aa ",
        "Aa said: “a b c d e f” ",
        "“a b c d e f,” said Ana Ruiz. ",
    ),
    *(
        "Signed,\n",
        "Signed,\nAna Ruiz\n\nLuis Vega\n",
        "Signatories: Aa, ",
        "the following groups ",
        "About Us\n\n",
    ),
    *(
        "Casa Norte is a nonprofit group\n\n",
        "Casa Norte is a a a ",
        "Contact:\n",
        "Contact: Ana\n",
        "555-010-4477 ",
    ),
    *("March 3, ", "END\n", "###\nAbout Casa Norte\n", "+1 2 3 ", "WASHINGTON, D.C., ", "“Ab cd ef gh ij” “"),
]


def steps_of(work: Callable[[], object]) -> int:
    """How many lines and calls of the project run while ``work`` does."""
    steps = 0

    def count(frame: object, event: str, argument: object) -> object:
        nonlocal steps
        steps += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return steps


@pytest.mark.parametrize("seed", HOSTILE)
def test_the_work_grows_with_the_text(seed: str) -> None:
    """Four times the hostile text takes no more than about four times the steps."""
    small, large = (seed * (size // len(seed)) for size in (4_000, 16_000))
    once, fourfold = (steps_of(lambda text=text: take_apart("x", text)) for text in (small, large))
    assert fourfold <= 5 * once + 500


@pytest.mark.parametrize("seed", HOSTILE)
def test_a_megabyte_is_taken_apart(seed: str) -> None:
    """A megabyte of hostile text, as text and as HTML, ends: were a pattern to backtrack, it would not."""
    text = (seed * (1_000_000 // len(seed) + 1))[:1_000_000]
    assert isinstance(take_apart(text[:1000], text, text), tuple)


@pytest.mark.parametrize(
    "seed", ["<", "<a ", "<a href='x.pdf'>here</a> ", "<b><a href='r'>report", "<a href='x.pdf"]
)
def test_a_megabyte_of_markup_is_read(seed: str) -> None:
    """A megabyte of hostile markup beside a text that never holds its words ends too."""
    content = (seed * (1_000_000 // len(seed) + 1))[:1_000_000]
    assert isinstance(take_apart("x", "her e" * 100_000, content), tuple)

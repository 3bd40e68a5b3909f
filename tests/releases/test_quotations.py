"""What is quoted, and by whom."""

from __future__ import annotations

import pytest

from presswatch.releases.parts import take_apart

Q = "We will not go back to the old days"

SPOKEN = {
    "said and a name": (f"“{Q},” said Marisol Reyes, executive director of Casa Norte.", ["Marisol Reyes"]),
    "a name and said": (f"“{Q},” Reyes said.", ["Reyes"]),
    "a title before the name": (f"“{Q},” said Rep. Ana Ruiz (D-TX).", ["Ana Ruiz"]),
    "a job before the name": (f"“{Q},” said staff attorney Luis Vega.", ["Luis Vega"]),
    "a group, a job and a name": (f"“{Q},” said Casa Norte organizer Luis Vega on Monday.", ["Luis Vega"]),
    "a group's name": (f"“{Q},” said the Center for Fair Counties.", ["Center for Fair Counties"]),
    "of a group": (f"“{Q},” said Luis Vega of Casa Norte.", ["Luis Vega"]),
    "a name, its title and said": (f"“{Q},” Marisol Reyes, director of Casa Norte, said.", ["Marisol Reyes"]),
    "according to, before": (f"According to Marisol Reyes, “{Q}.”", ["Marisol Reyes"]),
    "according to, after": (f"“{Q},” according to Marisol Reyes.", ["Marisol Reyes"]),
    "said before": (f"Mayor Luis Vega said: “{Q}.”", ["Luis Vega"]),
    "a title and said before": (f"Marisol Reyes, director of Casa Norte, said, “{Q}.”", ["Marisol Reyes"]),
    "said in a statement": (f"Ana Ruiz said in a statement on Friday: “{Q}.”", ["Ana Ruiz"]),
    "a name and a colon": (f"Marisol Reyes, director: “{Q}.”", ["Marisol Reyes"]),
    "both halves": (f"“{Q},” Reyes said. “{Q} again.”", ["Reyes", "Reyes"]),
    "both halves, with a title": (f"“{Q},” said Sen. Reyes. “{Q} again.”", ["Reyes", "Reyes"]),
    "one sentence in two": (f"“{Q},” Reyes said, “{Q} again.”", ["Reyes", "Reyes"]),
    "a sentence between": (f"“{Q},” Reyes said. The crowd stood up. “{Q} again.”", ["Reyes", ""]),
    "two speakers": (f"“{Q},” Reyes said. “{Q} again,” said Luis Vega.", ["Reyes", "Luis Vega"]),
    "she": (f"“{Q},” said Ana Ruiz.\n\n“{Q} again,” she added.", ["Ana Ruiz", "Ana Ruiz"]),
    "she, and nobody before": (f"“{Q},” she added.", [""]),
    "nobody": (f"The letter reads “{Q}.”", [""]),
    "straight marks": (f'"{Q}," said Ana Ruiz.', ["Ana Ruiz"]),
    "guillemets": (f"«{Q}», dijo Ana Ruiz, directora de Casa Norte.", ["Ana Ruiz"]),
    "señaló": (f"“{Q}”, señaló el alcalde Luis Vega.", ["Luis Vega"]),
    "afirmó, before": (f"La directora Ana Ruiz afirmó: “{Q}”.", ["Ana Ruiz"]),
    "añadió, by nobody named": (f"“{Q}”, dijo Ana Ruiz.\n\n“{Q}”, añadió.", ["Ana Ruiz", "Ana Ruiz"]),
    "según": (f"Según Ana Ruiz, “{Q}”.", ["Ana Ruiz"]),
    "a preposition's name": (f"“{Q}”, dijo la directora ante el Congreso.", [""]),
    "marks of Windows-1252": (f"\u0093{Q},\u0094 said Ana Ruiz.", ["Ana Ruiz"]),
    "after a dash": (f"“{Q}.”\n— Ana Ruiz, director", [""]),
    "after a dash, on its line": (f"“{Q}.” — Ana Ruiz, director", ["Ana Ruiz"]),
    "reopened": (f"“{Q}.\n\n“{Q} again,” said Ana Ruiz.", ["Ana Ruiz", "Ana Ruiz"]),
    "left open, then closed": (f"“{Q}.\n\n{Q} today.\n\n{Q} again.”", ["", "", ""]),
    "a statement announced": (
        f"Governor Ana Ruiz issued the following statement on the vote:\n\n“{Q}.\n\n“{Q} again.”",
        ["Ana Ruiz", "Ana Ruiz"],
    ),
    "announced with a colon": (f"Luis Vega, director of Casa Norte, said:\n\n“{Q}.”", ["Luis Vega"]),
    "marks within": (f"“{Q} of “Safe Streets” again,” said Ana Ruiz.", ["Ana Ruiz"]),
    "marks within, left open": (
        f"“{Q} of “Safe Streets” again.\n\n“{Q} again,” said Ana Ruiz.",
        ["Ana Ruiz", "Ana Ruiz"],
    ),
    "a day before the name": (f"On Monday Ana Ruiz said: “{Q}.”", ["Ana Ruiz"]),
    "a place for a name": (f"“{Q},” said the group in Phoenix.", [""]),
    "straight marks within": (f'"{Q} of "Safe Streets" again," said Ana Ruiz.', ["Ana Ruiz"]),
}

UNQUOTED = {
    "scare quotes": "The “Secure Communities” program and the so-called “safe streets” plan end.",
    "four words": "They chanted “not one more day” outside.",
    "a title": "The book “A Long Walk Through the Counties of the Plain” is out.",
    "a titled report": "The report, titled “What we learned from six counties in two years,” is out.",
    "inches": 'A fence of 6" or 8" posts now stands between the two towns here.',
    "left open for good": f"“{Q}.\n\nThe council met on Tuesday night.",
    "an apostrophe": "The county's sheriffs' office didn't say what it's going to do now.",
}


@pytest.mark.parametrize(("text", "speakers"), SPOKEN.values(), ids=SPOKEN)
def test_speaker(text: str, speakers: list[str]) -> None:
    """Each quotation has the speaker that its sentence or its neighbour names, and nobody else."""
    quotes = [part for part in take_apart("", text) if part.kind == "quotation"]
    assert [quote.value for quote in quotes] == speakers
    assert all(Q in text[quote.start : quote.end] for quote in quotes)


@pytest.mark.parametrize("text", UNQUOTED.values(), ids=UNQUOTED)
def test_no_quotation(text: str) -> None:
    """Scare quotes, titles and stray marks are no quotations."""
    assert [part for part in take_apart("", text) if part.kind == "quotation"] == []


def test_a_quotation_has_its_marks() -> None:
    """A quotation runs from its opening mark to its closing one."""
    text = f"Yesterday: “{Q},” said Ana Ruiz."
    (quote,) = take_apart("", text)
    assert text[quote.start : quote.end] == f"“{Q},”"

"""Templates and joint statements: which texts, alike as they are, tell different things."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest

from presswatch.digests.contrast import PartSpan, Version, contrast
from presswatch.digests.stories import common_text, shingles

COUNTY = (
    "{place} County joined S-Comm on Monday, the sheriff's office said. The agreement takes effect within a"
    " month, and covers everybody who is booked into the jail. {person}, who has led the office for years, "
    "signed it. The jail holds {number} people on most days. Fingerprints will be sent to the federal "
    "government as soon as they are taken, and it decides who is to be kept. The commissioners were not "
    "asked, and neighbours who filled the hall on Tuesday wanted to know why. Their next meeting will be "
    "held in the old court house."
)
JOINT = (
    "Twenty groups called on the governor today to end S-Comm in every county of the state. {who} has "
    "signed the letter, too. They had gathered nine thousand signatures since the first warm days of "
    "spring, most of them at the weekly market. The governor's office said that it would study the letter "
    "and give an answer before the new year begins. “Nobody who calls for help should have to fear a bus to"
    " the border,” said {speaker}, who works with families along the quay and sees every week what that "
    "fear does to them."
)


def version(publisher: str, title: str, text: str, *parts: PartSpan) -> Version:
    """A version with its mentions of S-Comm."""
    spans = tuple(found.span() for found in re.finditer("S-Comm", text))
    return Version(publisher, title, text, parts, spans, "S-Comm" in title)


def county(
    publisher: str, place: str, person: str, number: str, title: str = "{} County Joins S-Comm"
) -> Version:
    """The affiliates' template, filled in."""
    return version(publisher, title.format(place), COUNTY.format(place=place, person=person, number=number))


def joint(publisher: str, who: str, speaker: str, title: str = "Groups write", before: str = "") -> Version:
    """The coalition's statement as one of its members publishes it."""
    text = before + JOINT.format(who=who, speaker=speaker)
    quotation = PartSpan("quotation", text.index("“"), text.index("”") + 1, speaker)
    return version(publisher, title, text, quotation)


BIRCH = county("Birch Justice League", "Birch", "Tom Hill", "412")
RIVER = joint("River Legal Clinic", "River Legal Clinic", "Ana Ruiz")


@dataclass(frozen=True)
class Case:
    """Two versions, and whether they are two stories."""

    name: str
    one: Version
    other: Version
    two: bool


CASES = [
    Case("place, person and number", BIRCH, county("Alder Justice League", "Alder", "Mia Dale", "97"), True),
    Case("only the place", BIRCH, county("Alder Justice League", "Alder", "Tom Hill", "412"), True),
    Case("only the person", BIRCH, county("Alder Justice League", "Birch", "Mia Dale", "412"), True),
    Case("only the number", BIRCH, county("Alder Justice League", "Birch", "Tom Hill", "97"), True),
    Case(
        "only a number in words",
        county("Birch Justice League", "Birch", "Tom Hill", "ninety"),
        county("Alder Justice League", "Birch", "Tom Hill", "forty"),
        True,
    ),
    Case(
        "the place is all of the publisher's name but a word",
        county("Birch County League", "Birch", "Tom Hill", "412"),
        county("Alder County League", "Alder", "Tom Hill", "412"),
        True,
    ),
    Case(
        "only the title's place",
        replace(BIRCH, text="The county joined it. " + COUNTY.format(place="Our", person="He", number="9")),
        replace(BIRCH, title="Alder County Joins S-Comm", publisher="Alder Justice League"),
        True,
    ),
    Case(
        "a title's number",
        replace(RIVER, title="Arrests 17 in May"),
        replace(RIVER, title="Arrests 18 in May"),
        True,
    ),
    Case("the same", BIRCH, replace(BIRCH, publisher="Alder Justice League"), False),
    Case("the same, other titles", BIRCH, replace(BIRCH, title="What the Sheriff of Alder Signed"), False),
    Case("each its whole name", RIVER, joint("Harbour Alliance", "Harbour Alliance", "Ana Ruiz"), False),
    Case(
        "each its whole name, also in the title",
        joint(
            "River Legal Clinic",
            "River Legal Clinic",
            "Ana Ruiz",
            "River Legal Clinic signs letter against S-Comm",
        ),
        joint(
            "Harbour Alliance", "Harbour Alliance", "Ana Ruiz", "Harbour Alliance signs letter against S-Comm"
        ),
        False,
    ),
    Case(
        "each its initials",
        joint("River Legal Clinic", "RLC", "Ana Ruiz"),
        joint("Harbour Alliance", "The Harbour Alliance", "Ana Ruiz"),
        False,
    ),
    Case(
        "each a part of its name",
        joint("River Legal Clinic", "The River", "Ana Ruiz"),
        joint("Harbour Alliance", "The Harbour", "Ana Ruiz"),
        False,
    ),
    Case("each its own speaker", RIVER, joint("Harbour Alliance", "Harbour Alliance", "Ben Lee"), False),
    Case(
        "a member that neither of them is",
        joint("River Legal Clinic", "The Mill", "Ana Ruiz"),
        joint("Harbour Alliance", "The Orchard", "Ana Ruiz"),
        True,
    ),
    Case(
        "a sentence before",
        RIVER,
        joint(
            "Harbour Alliance",
            "Harbour Alliance",
            "Ana Ruiz",
            before="Last year 312 people of Orange County were sent away, Harbour Alliance found.\n\n",
        ),
        False,
    ),
    Case(
        "a sentence of its own each",
        joint(
            "River Legal Clinic",
            "River Legal Clinic",
            "Ana Ruiz",
            before="River Legal Clinic took 41 families in.\n\n",
        ),
        joint(
            "Harbour Alliance",
            "Harbour Alliance",
            "Ana Ruiz",
            before="Last year 312 people of Orange County were sent away, it found.\n\n",
        ),
        False,
    ),
    Case(
        "a day that the other leaves out",
        RIVER,
        replace(RIVER, text=RIVER.text.replace("today", "today, Nov. 25,"), publisher="Harbour Alliance"),
        False,
    ),
    Case(
        "a word that is no name",
        RIVER,
        replace(RIVER, text=RIVER.text.replace("letter", "appeal"), publisher="Harbour Alliance"),
        False,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_templates_contrast_and_joint_statements_do_not(case: Case) -> None:
    """Other names and numbers make two stories, unless they are what each publisher writes of itself."""
    for one, other in ((case.one, case.other), (case.other, case.one)):
        assert contrast(one, other) is case.two


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.two and "title" not in case.name], ids=lambda c: c.name
)
def test_what_contrasts_would_be_one_story_by_its_words_alone(case: Case) -> None:
    """The table's texts share their five-word sequences, so that the contrast decides."""
    one, other = (shingles(common_text(v.text, [])) for v in (case.one, case.other))
    assert len(one & other) > 0.5 * max(len(one), len(other))


def test_texts_that_differ_in_too_much_are_two() -> None:
    """They are not compared sentence by sentence without end: in doubt each is told."""
    one = " ".join(f"Sentence {n} of the first." for n in range(100))
    other = " ".join(f"Another {n} of the second." for n in range(100))
    assert contrast(version("A", "", one), version("B", "", other))

"""How a release opens: release lines, subheads and datelines."""

from __future__ import annotations

import pytest

from presswatch.releases.parts import Part, take_apart

BODY = "The council voted to end its agreement with the county jail on Tuesday night."

DATELINES = {
    "capitals and a state": (f"FRESNO, Calif. – {BODY}", "FRESNO, Calif.", ""),
    "date between dashes": (f"WASHINGTON, D.C. — March 3, 2011 — {BODY}", "WASHINGTON, D.C.", "2011-03-03"),
    "in brackets": (f"(Washington, DC) – {BODY}", "Washington, DC", ""),
    "in square brackets": (f"[Tucson, AZ] – {BODY}", "Tucson, AZ", ""),
    "capitals alone": (f"NEW YORK – {BODY}", "NEW YORK", ""),
    "a wire service": (f"Phoenix, Ariz. (AP) -- {BODY}", "Phoenix, Ariz.", ""),
    "no blanks around the dash": (f"WASHINGTON—{BODY}", "WASHINGTON", ""),
    "Spanish with a date": (
        f"Ciudad de México, 3 de marzo de 2011.– {BODY}",
        "Ciudad de México",
        "2011-03-03",
    ),
    "Spanish without a year": (f"Washington, D.C., 4 de octubre. {BODY}", "Washington, D.C.", ""),
    "date first, on its own line": (f"March 3, 2011 | Atlanta, GA\n\n{BODY}", "Atlanta, GA", "2011-03-03"),
    "date last, on its own line": (f"Austin, Texas, March 3, 2011\n\n{BODY}", "Austin, Texas", "2011-03-03"),
    "date in brackets": (f"OAKLAND, Calif. (Sept. 30, 2010) – {BODY}", "OAKLAND, Calif.", "2010-09-30"),
    "a weekday": (f"Denver — Thursday, March 3, 2011 — {BODY}", "Denver", "2011-03-03"),
    "a city that stands alone": (f"Los Angeles – {BODY}", "Los Angeles", ""),
    "a hyphen": (f"Portland, OR - {BODY}", "Portland, OR", ""),
    "two hyphens": (f"St. Louis -- {BODY}", "St. Louis", ""),
    "a full stop after a known city": (f"Nueva York. {BODY}", "Nueva York", ""),
    "a day that can't be": (f"MIAMI – February 31, 2011 – {BODY}", "MIAMI", ""),
    "after a release line": (f"FOR IMMEDIATE RELEASE\n\nLAREDO, Texas – {BODY}", "LAREDO, Texas", ""),
    "in the release line": (f"FOR IMMEDIATE RELEASE – LAREDO, Texas – {BODY}", "LAREDO, Texas", ""),
    "a no-break space": (f"El Paso, Texas\u00a0– {BODY}", "El Paso, Texas", ""),
    "an article in the name": (
        f"San Luis Río Colorado, Sonora — {BODY}",
        "San Luis Río Colorado, Sonora",
        "",
    ),
}

NO_DATELINES = {
    "a word in capitals": f"UPDATE – {BODY}",
    "a short name in capitals": f"DACA – {BODY}",
    "a heading": f"Background – {BODY}",
    "an unknown city without more": f"Springfield – {BODY}",
    "a compound": "Washington-based lawyers filed suit on Tuesday.",
    "a sentence that goes on": "NEW YORK – where the suit was filed – is home to both groups.",
    "a sentence about a city": "Phoenix has ended its agreement.",
    "far down": "\n\n".join([BODY * 5, BODY * 5, BODY * 5, f"WASHINGTON – {BODY}"]),
    "a posting date": f"Posted, March 3, 2011 – {BODY}",
    "an address": f"Tucson, AZ\n\n{BODY}",
    "a title": f"MEDIA ADVISORY – {BODY}",
}

EMBARGOES = {
    "immediate": ("FOR IMMEDIATE RELEASE", "FOR IMMEDIATE RELEASE", ""),
    "immediate, with a date": (
        "For Immediate Release: May 5, 2012",
        "For Immediate Release: May 5, 2012",
        "2012-05-05",
    ),
    "in Spanish": ("PARA PUBLICACIÓN INMEDIATA", "PARA PUBLICACIÓN INMEDIATA", ""),
    "until an hour": (
        "EMBARGOED UNTIL 12:01 a.m. ET, March 3, 2011",
        "EMBARGOED UNTIL 12:01 a.m. ET, March 3, 2011",
        "2011-03-03",
    ),
    "under embargo": (
        "Under embargo until noon on 4 June 2013",
        "Under embargo until noon on 4 June 2013",
        "2013-06-04",
    ),
    "until, on the next line": (
        "EMBARGOED UNTIL:\nJune 4, 2013",
        "EMBARGOED UNTIL: June 4, 2013",
        "2013-06-04",
    ),
    "in Spanish, until": (
        "Embargado hasta el 3 de marzo de 2011",
        "Embargado hasta el 3 de marzo de 2011",
        "2011-03-03",
    ),
    "before a contact": ("FOR IMMEDIATE RELEASE   Contact: Ana Ruiz", "FOR IMMEDIATE RELEASE", ""),
}

NO_EMBARGOES = {
    "sin embargo": "Sin embargo, la junta votó a favor.",
    "a trade embargo": "Embargo on lettuce hurts farm workers",
    "in a sentence": "The draft was marked for immediate release.",
}

SUBHEADS = {
    "before the dateline": (
        f"Vote ends a five-year agreement\n\nWASHINGTON – {BODY}",
        ["Vote ends a five-year agreement"],
    ),
    "after the release line": (
        f"FOR IMMEDIATE RELEASE\n\nVote ends a five-year agreement\n\nWASHINGTON – {BODY}",
        ["Vote ends a five-year agreement"],
    ),
    "two of them": (
        f"Vote ends a five-year agreement\nFamilies call it overdue and right\n\nWASHINGTON – {BODY}",
        ["Vote ends a five-year agreement", "Families call it overdue and right"],
    ),
    "after the title": (
        f"County Leaves Program\n\nVote ends a five-year agreement\n\nWASHINGTON – {BODY}",
        ["Vote ends a five-year agreement"],
    ),
    "the title itself": (f"County leaves program\n\nWASHINGTON – {BODY}", []),
    "a sentence": (f"The vote ended a five-year agreement.\n\nWASHINGTON – {BODY}", []),
    "no dateline": (f"Vote ends a five-year agreement\n\n{BODY}", []),
    "an article's byline": (f"Vote ends a long agreement\n\nBy Ana Ruiz\n\nWASHINGTON – {BODY}", []),
}


def of_kind(parts: tuple[Part, ...], kind: str) -> list[Part]:
    """The parts of one kind."""
    return [part for part in parts if part.kind == kind]


@pytest.mark.parametrize(("text", "place", "day"), DATELINES.values(), ids=DATELINES)
def test_dateline(text: str, place: str, day: str) -> None:
    """A dateline gives its place as written and its day as ISO 8601, and stops before the sentence."""
    (part,) = of_kind(take_apart("County leaves program", text), "dateline")
    assert (part.value, part.date) == (place, day)
    assert place in text[part.start : part.end]
    assert BODY not in text[part.start : part.end]


@pytest.mark.parametrize("text", NO_DATELINES.values(), ids=NO_DATELINES)
def test_no_dateline(text: str) -> None:
    """What only looks like a dateline is none."""
    assert of_kind(take_apart("County leaves program", text), "dateline") == []


@pytest.mark.parametrize(("line", "value", "day"), EMBARGOES.values(), ids=EMBARGOES)
def test_embargo(line: str, value: str, day: str) -> None:
    """A release line or embargo is given as written, with its day."""
    (part,) = of_kind(take_apart("", f"{line}\n\n{BODY}"), "embargo")
    assert (part.value, part.date) == (value, day)


@pytest.mark.parametrize("text", NO_EMBARGOES.values(), ids=NO_EMBARGOES)
def test_no_embargo(text: str) -> None:
    """The word embargo alone makes no embargo."""
    assert of_kind(take_apart("", text), "embargo") == []


@pytest.mark.parametrize(("text", "lines"), SUBHEADS.values(), ids=SUBHEADS)
def test_subhead(text: str, lines: list[str]) -> None:
    """Subheads are the short lines before the dateline that aren't the title."""
    parts = of_kind(take_apart("County leaves program", text), "subhead")
    assert [text[part.start : part.end] for part in parts] == lines

"""How a release ends: contacts, signatories, end marks, boilerplates; and its links."""

from __future__ import annotations

import pytest

from presswatch.feeds.html_text import html_to_text
from presswatch.releases.parts import Part, take_apart

BODY = "\n\n".join(
    f"The council voted on item {number} of its agenda on Tuesday night." for number in range(6)
)
CASA = "Casa Norte is a nonprofit organization that serves families of the valley."

CONTACTS = {
    "one line": ("Contact: Ana Ruiz, 555-010-4477", "555-010-4477"),
    "lines below": (
        "CONTACTS\nAna Ruiz\n(555) 010-4477\nana@casa.example",
        "(555) 010-4477\nana@casa.example",
    ),
    "media contact": ("Media contact: Ana Ruiz, ana@casa.example", "ana@casa.example"),
    "press contact, next paragraph": ("Press Contact:\n\nAna Ruiz, ana@casa.example", "ana@casa.example"),
    "for more information": (
        "For more information, contact Ana Ruiz at ana@casa.example or 555.010.4477.",
        "ana@casa.example\n555.010.4477",
    ),
    "in Spanish": ("Contacto: Ana Ruiz, ana@casa.example", "ana@casa.example"),
    "press, in Spanish": ("Contacto de prensa:\nAna Ruiz\n+52 55 1234 5678", "+52 55 1234 5678"),
    "a name only": ("Contact: Ana Ruiz", ""),
}

NO_CONTACTS = {
    "the verb": "Contact your senator and ask for a vote, said the flyer.",
    "a heading with nothing below": "Contact\n\nThe council met again on Tuesday.",
    "contact with": "Media contact with detainees was barred, the lawyers say.",
}

SIGNATORIES = {
    "lines": ("Signed,\n\nCasa Norte\nValley Workers Union\nSisters of Mercy of the Plain", 3),
    "items in brackets": ("Signed by:\n\n• Casa Norte (Fresno)\n• Valley Workers Union\n• Law Center", 3),
    "a run": ("Signatories: Casa Norte; Valley Workers Union; Law Center, Inc.; and River Parish.", 4),
    "a run with commas": ("Signed by: Casa Norte, Valley Workers Union, and Law Center.", 3),
    "undersigned": ("The undersigned organizations:\nCasa Norte\nValley Workers Union\nLaw Center", 3),
    "the following": (
        "The following organizations signed the letter:\n\nCasa Norte\nLaw Center\nRiver Parish",
        3,
    ),
    "firmantes": ("Las organizaciones firmantes:\n\nCasa Norte\nRed del Valle\nCentro de la Ley", 3),
    "firmantes, a run": ("Firmantes: Casa Norte, Red del Valle y Sur, Centro de la Ley", 3),
    "paragraphs": (
        "Signatories\n\nCasa Norte\n\nLaw Center\n\nRiver Parish\n\nThey met again on Tuesday night.",
        3,
    ),
    "with headings": ("Signed,\n\nNational:\nCasa Norte\nLaw Center\n\nLocal:\nRiver Parish", 3),
    "the statement was": (
        "The joint statement was signed by:\n\nCasa Norte\nLaw Center\nRiver Parish",
        3,
    ),
    "la carta fue": ("Esta carta fue firmada por:\n\nCasa Norte\nRed del Valle\nCentro de la Ley", 3),
    "a warrant": ("The order was signed by a judge in the spring of the year.", 0),
    "two only": ("Signed,\n\nCasa Norte\nLaw Center", 0),
    "one person": ("Signed,\n\nAna Ruiz\nExecutive Director\nCasa Norte", 0),
    "grants": ("The following organizations were awarded:\n\nCasa Norte\nLaw Center\nRiver Parish", 0),
    "a sentence": ("Signed, sealed and delivered, the bill became law in the spring of the year.", 0),
}

BOILERPLATES = {
    "about": (f"About Casa Norte\n\n{CASA}", "Casa Norte"),
    "about, on one line": (f"About Casa Norte: {CASA}", "Casa Norte"),
    "about the": ("About the Law Center\nThe center defends families.", "Law Center"),
    "about us": (f"About Us\n\n{CASA}", "Casa Norte"),
    "acerca de": ("Acerca de Red del Valle\n\nLa red sirve a familias.", "Red del Valle"),
    "sobre": ("Sobre la Red del Valle\n\nLa red sirve a familias.", "Red del Valle"),
    "after the end mark": (f"###\n\n{CASA}", "Casa Norte"),
    "right after the end mark": (f"###\n{CASA}", "Casa Norte"),
    "works, after the end mark": ("# # #\n\nLaw Center works to defend families.", "Law Center"),
    "at the end": (CASA, "Casa Norte"),
    "with its short name": ("The Law Center (LC) is a national nonpartisan group of lawyers.", "Law Center"),
    "in Spanish": ("Red del Valle es una organización sin fines de lucro.", "Red del Valle"),
}

NO_BOILERPLATES = {
    "about a law": f"{BODY}\n\nAbout the Safe Streets Act\n\nThe act ends the program.",
    "sobre un tema": f"{BODY}\n\nSobre la reforma migratoria\n\nLa reforma sigue pendiente.",
    "in the middle": f"The vote.\n\n{CASA}\n\n{BODY}",
    "a person": f"{BODY}\n\nAna Ruiz is a resident of the valley.",
    "it": f"{BODY}\n\n###\n\nIt is a nonprofit.",
    "a heading with nothing below": f"{BODY}\n\nAbout Casa Norte",
}

END_MARKS = {
    "hashes apart": ("# # #", True),
    "hashes": ("###", True),
    "thirty": ("-30-", True),
    "thirty with dashes": ("– 30 –", True),
    "stars": ("* * *", True),
    "END": ("END", True),
    "two hashes": ("##", False),
    "a number": ("30", False),
    "the end in a sentence": ("END the program now", False),
}

LINKS = {
    "a report by its words": ('<p>Read <a href="/r">our new report</a> today.</p>', "/r", "our new report"),
    "a PDF by its address": (
        '<p>See <a href="/a/b.PDF?x=1">the numbers</a>.</p>',
        "/a/b.PDF?x=1",
        "the numbers",
    ),
    "here, after the word": ('<p>Read the full letter <a href="/l">here</a>.</p>', "/l", "here"),
    "here, before the word": (
        '<p><a href="/l">Click here</a> to read the complaint.</p>',
        "/l",
        "Click here",
    ),
    "within bold": ('<p>Read the report <b><a href="/l">HERE</a></b>.</p>', "/l", "HERE"),
    "in Spanish": ('<p>Lea <a href="/i">el informe</a>.</p>', "/i", "el informe"),
    "a legal brief": ('<p>The <a href="/b">amicus brief</a> says so.</p>', "/b", "amicus brief"),
    "the second here": (
        '<p>Join <a href="/j">here</a>. The study is <a href="/s">here</a>.</p>',
        "/s",
        "here",
    ),
    "an image": ('<p>So.</p><a href="/x.pdf"><img src="x"></a>', "/x.pdf", ""),
    "a newsletter": ('<p>Get our <a href="/n">newsletter</a>.</p>', None, ""),
    "a mail address": ('<p>Ask for <a href="mailto:a@b.example">the report</a>.</p>', None, ""),
    "the verb": ('<p><a href="/t">Report a raid</a> by phone.</p>', None, ""),
    "here, of nothing": ('<p>Join us <a href="/j">here</a>.</p>', None, ""),
    "here, of a sentence before": ('<p>The report is out. Join <a href="/j">here</a>.</p>', None, ""),
    "sharing": ('<p><a href="/t">Share this report</a></p>', None, ""),
}


def of_kind(text: str, kind: str, content: str = "") -> list[Part]:
    """The parts of one kind."""
    return [part for part in take_apart("", text, content) if part.kind == kind]


@pytest.mark.parametrize(("block", "reached"), CONTACTS.values(), ids=CONTACTS)
def test_contacts(block: str, reached: str) -> None:
    """A contact block is found whole, with its mail addresses and phone numbers."""
    text = f"{BODY}\n\n{block}\n\n{BODY}"
    (part,) = of_kind(text, "contacts")
    assert (text[part.start : part.end], part.value) == (block, reached)


@pytest.mark.parametrize("text", NO_CONTACTS.values(), ids=NO_CONTACTS)
def test_no_contacts(text: str) -> None:
    """The word contact alone makes no contact block."""
    assert of_kind(text, "contacts") == []


def test_a_headline_after_the_contacts_is_none_of_them() -> None:
    """What follows a contact's last number isn't part of the block."""
    text = f"Contact: Ana Ruiz, 555-010-4477\nCounty Leaves the Program\n\n{BODY}"
    (part,) = of_kind(text, "contacts")
    assert text[part.start : part.end] == "Contact: Ana Ruiz, 555-010-4477"


def test_contacts_end_where_no_number_is_near() -> None:
    """A number far below, after lines that name nobody to call, belongs to something else."""
    text = f"{BODY}\n\nContact: Ana Ruiz\nVote\nNext steps\nHearing room\nLine 555-010-4477"
    (part,) = of_kind(text, "contacts")
    assert text[part.start : part.end] == "Contact: Ana Ruiz"


@pytest.mark.parametrize(("block", "names"), SIGNATORIES.values(), ids=SIGNATORIES)
def test_signatories(block: str, names: int) -> None:
    """A list of at least three names after a line that announces it is one of signatories."""
    parts = of_kind(f"{BODY}\n\n{block}", "signatories")
    assert [len(part.value.split("\n")) for part in parts] == ([names] if names else [])


def test_signatories_are_given_one_a_line() -> None:
    """The names come without bullets, "and" or separators, and end where the list does."""
    text = f"Signed by:\n\n– Casa Norte;\n– Law Center, Inc.;\n– River Parish\n\n{BODY}"
    (part,) = of_kind(text, "signatories")
    assert part.value == "Casa Norte\nLaw Center, Inc.\nRiver Parish"
    assert text[: part.end].endswith("River Parish")


@pytest.mark.parametrize(("block", "name"), BOILERPLATES.values(), ids=BOILERPLATES)
def test_boilerplate(block: str, name: str) -> None:
    """A boilerplate runs to the end and says whom it is about."""
    text = f"{BODY}\n\n{block}"
    (part,) = of_kind(text, "boilerplate")
    assert (part.value, part.end) == (name, len(text))


@pytest.mark.parametrize("text", NO_BOILERPLATES.values(), ids=NO_BOILERPLATES)
def test_no_boilerplate(text: str) -> None:
    """What is about a law or a person, or in the middle, is no boilerplate."""
    assert of_kind(text, "boilerplate") == []


def test_a_boilerplate_ends_with_the_next_part() -> None:
    """Two boilerplates and the contacts after them are told apart."""
    text = (
        f"{BODY}\n\n###\n\nAbout Casa Norte\n\n{CASA}\n\nAbout Law Center\n\nIt helps.\n\nContact: Ana Ruiz"
    )
    assert [part.kind for part in take_apart("", text)] == [
        "end-mark",
        "boilerplate",
        "boilerplate",
        "contacts",
    ]
    assert [part.value for part in of_kind(text, "boilerplate")] == ["Casa Norte", "Law Center"]


@pytest.mark.parametrize(("mark", "ends"), END_MARKS.values(), ids=END_MARKS)
def test_end_mark(mark: str, ends: bool) -> None:
    """The marks that editors know end a release, alone on their line."""
    assert len(of_kind(f"{BODY}\n\n{mark}", "end-mark")) == ends


def test_stars_between_sections_end_nothing() -> None:
    """Stars with more of the release after them are no end mark."""
    assert of_kind(f"{BODY}\n\n* * *\n\n{BODY}", "end-mark") == []


@pytest.mark.parametrize(("content", "address", "words"), LINKS.values(), ids=LINKS)
def test_report_link(content: str, address: str | None, words: str) -> None:
    """A link to a document is found by its address, its words or the words beside it."""
    text = html_to_text(content)
    parts = of_kind(text, "report-link", content)
    assert [part.value for part in parts] == ([] if address is None else [address])
    assert [text[part.start : part.end] for part in parts] == ([] if address is None else [words])


def test_the_place_of_a_link_is_its_own() -> None:
    """Of two links with the same words, the place is that of the right one."""
    content = '<p>Join <a href="/j">here</a>. The study is <a href="/s">here</a>.</p>'
    text = html_to_text(content)
    (part,) = of_kind(text, "report-link", content)
    assert part.start == text.rindex("here")

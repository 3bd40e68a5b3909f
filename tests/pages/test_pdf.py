"""The text of a PDF."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from presswatch.errors import FetchError
from presswatch.pages.extract import Extracted, extract
from presswatch.pages.pdf import MOST_CHARACTERS, MOST_PAGES
from tests.pages.samples import LEAD, QUOTE, REST, pdf, pdf_of_lines

URL = "https://clinic.example/release.pdf"
PDF = "application/pdf"


def text_of(body: bytes) -> str:
    """The text of a PDF."""
    return extract(body, PDF, URL).text


def refused(body: bytes) -> FetchError:
    """Why there is no text."""
    with pytest.raises(FetchError) as caught:
        extract(body, PDF, URL)
    assert not caught.value.retriable
    return caught.value


def test_paragraphs_are_put_together_again() -> None:
    """The lines of a paragraph become one, and paragraphs are apart by an empty line."""
    found = extract(pdf(LEAD, QUOTE, REST, title="County leaves"), PDF, URL)
    assert found == Extracted("pdf", "County leaves", f"{LEAD}\n\n{QUOTE}\n\n{REST}")


@pytest.mark.parametrize(
    "title", [None, "untitled", "Microsoft Word - release.docx", "Document1", "final.pdf"]
)
def test_a_program_s_title_is_none(title: str | None) -> None:
    """What an office program calls a file isn't the release's title."""
    assert extract(pdf(LEAD, title=title), PDF, URL).title == ""


@pytest.mark.parametrize("content_type", [PDF, "", "application/octet-stream", "text/html"])
def test_a_pdf_is_known_by_its_first_bytes(content_type: str) -> None:
    """A PDF is one, whatever the server calls it."""
    assert extract(pdf(LEAD), content_type, URL).kind == "pdf"


def test_bytes_before_the_mark_do_no_harm() -> None:
    """PDF readers look for the mark in the first KiB."""
    assert LEAD in text_of(b"\r\n\r\n" + pdf(LEAD))


def test_broken_words_are_joined() -> None:
    """A hyphen at a line's end goes where it only broke a word, and stays where it belongs to the word."""
    lines = ["The county leaves Secure Com-", "munities, and with it the S-", "Comm program and all its e-"]
    text = text_of(pdf_of_lines([*lines, "verify checks."]))
    assert (
        text
        == "The county leaves Secure Communities, and with it the S-Comm program and all its e-verify checks."
    )


def test_headings_and_lists_stay_apart() -> None:
    """A short line ends its paragraph, and a bullet begins one."""
    lines = [
        "FOR IMMEDIATE RELEASE",
        "The commission voted five to two on Tuesday to end the program, and",
        "asked the sheriff for a plan by the end of March, which will say how",
        "- the equipment is returned to the federal government by the county, and",
        "- the officers are moved.",
        "###",
    ]
    assert text_of(pdf_of_lines(lines)).split("\n\n") == [
        "FOR IMMEDIATE RELEASE",
        " ".join(lines[1:3]),
        *lines[3:],
    ]


def test_a_sentence_goes_on_over_the_page() -> None:
    """What the page's end cut is put together; what begins a page with a capital isn't."""
    assert text_of(pdf_of_lines(["The county leaves the"], ["program for good."], ["Page three."])) == (
        "The county leaves the program for good.\n\nPage three."
    )


def test_fifty_pages_are_read() -> None:
    """A report of hundreds of pages is read in part."""
    text = text_of(pdf_of_lines(*([f"This is page number {n}."] for n in range(MOST_PAGES + 5))))
    assert text.count("This is page") == MOST_PAGES


def test_a_scanned_pdf_says_so() -> None:
    """A PDF of pictures has no text to find anything in."""
    assert refused(pdf_of_lines([], ["7"])).reason == "the PDF holds no text; it may be scanned pictures"


def test_a_password_says_so() -> None:
    """A PDF that only a password opens isn't damaged."""
    assert refused(pdf(LEAD, encrypt="secret")).reason == "the PDF is encrypted and cannot be opened"


def test_a_pdf_that_only_forbids_printing_is_read() -> None:
    """An empty password opens a PDF as it does in every reader."""
    assert LEAD in text_of(pdf(LEAD, encrypt=""))


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-",
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.4\n" + b"1 0 obj\n" * 20_000,
        b"not a PDF at all",
        pdf(LEAD)[:300],
    ],
)
def test_a_damaged_pdf_says_so(body: bytes) -> None:
    """Whatever pypdf says about it, people hear that it is damaged."""
    assert refused(body).reason in ("the PDF is damaged", "the PDF holds no text; it may be scanned pictures")


def test_a_flaw_that_readers_mend_is_mended(caplog: pytest.LogCaptureFixture) -> None:
    """A broken cross-reference table doesn't cost the text, and nobody is told."""
    assert LEAD in text_of(pdf(LEAD).replace(b"startxref\n", b"startxref\n9"))
    assert not caplog.records


def crafted(content: bytes, *, pages: int = 1, forms: int = 0, to_unicode: bytes = b"") -> bytes:
    """A PDF with this content on its pages; ``forms`` within forms, each drawing the next ten times."""
    writer = PdfWriter()

    def name(**entries: object) -> DictionaryObject:
        return DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})

    def stream(data: bytes, **entries: object) -> Any:
        made = StreamObject()
        made.set_data(data)
        made.update(name(**entries))
        return writer._add_object(made.flate_encode())

    font = name(Type=NameObject("/Font"), Subtype=NameObject("/Type1"), BaseFont=NameObject("/Helvetica"))
    if to_unicode:
        font[NameObject("/ToUnicode")] = stream(to_unicode)
    resources = name(Font=name(F1=writer._add_object(font)))
    for _ in range(forms):
        form = stream(content, Subtype=NameObject("/Form"), Resources=resources)
        resources = name(Font=resources["/Font"], XObject=name(X=form))
        content = b"/X Do " * 10
    contents = stream(content)
    for _ in range(pages):
        made = writer.add_blank_page(612, 792)
        made[NameObject("/Contents")] = contents
        made[NameObject("/Resources")] = resources
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


SAYS = b"BT /F1 12 Tf 72 700 Td (The county leaves S-Comm for good.) Tj ET\n"
CMAP = b"begincmap\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n1 beginbfrange\n"
BOMBS = {
    "zeros": crafted(b" " * 200_000_000),
    "operators": crafted(SAYS * 400_000),
    "pages of operators": crafted(SAYS * 5_000, pages=MOST_PAGES),
    "forms within forms": crafted(SAYS, forms=8),
    "long strings": crafted(b"BT /F1 12 Tf (" + b"a" * 5_000_000 + b") Tj ET", pages=MOST_PAGES),
    "arrays": crafted(b"[" * 1_000_000),
    "characters": crafted(
        SAYS, to_unicode=CMAP + b"<0000> <FFFF> <0000>\n" * 10_000 + b"endbfrange\nendcmap"
    ),
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_a_bomb_does_not_go_off(body: bytes) -> None:
    """A small file that grows large is read within bounds, or refused in plain words."""
    assert len(body) < 500_000
    begun = time.monotonic()
    try:
        assert len(text_of(body)) <= MOST_CHARACTERS
    except FetchError as error:
        assert error.reason in ("the PDF would take too much work to read", "the PDF is damaged")
    assert time.monotonic() - begun < 30


def test_a_page_too_heavy_is_left_out_alone() -> None:
    """A map of a million strokes doesn't cost the text beside it."""
    writer = PdfWriter()
    for body in (crafted(b"0 0 m 1 1 l S\n" * 400_000), pdf(LEAD, REST)):
        writer.append(io.BytesIO(body))
    out = io.BytesIO()
    writer.write(out)
    assert text_of(out.getvalue()) == f"{LEAD}\n\n{REST}"

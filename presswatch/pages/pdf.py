"""The text of a PDF, by pypdf, within bounds.

pypdf is imported at first use: a cycle without a PDF need not pay for it.
"""

from __future__ import annotations

import importlib
import io
import logging
import re
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from presswatch.errors import FetchError

log = logging.getLogger(__name__)

MOST_PAGES = 50
MOST_CHARACTERS = 1_000_000
"""Of text. A release isn't as long as this; what is beyond it is left out."""
_MOST_SECONDS = 15.0  # of the processor, in this thread
_LONGEST_PARAGRAPH = 20_000  # characters
_FEWEST_CHARACTERS = 20  # a scanned page may still carry a number or a stamp
_BOUNDS = {  # for one stream (bytes, operators) or one page (forms within forms)
    "zlib_maximum_output_length": 20_000_000,
    "lzw_maximum_output_length": 20_000_000,
    "run_length_maximum_output_length": 20_000_000,
    "array_based_stream_maximum_output_length": 20_000_000,
    "stream_decoding_work_maximum_length": 60_000_000,
    "stream_parsing_work_maximum_count": 1_000_000,
    "xform_maximum_invocations_per_extraction": 200,
    "page_tree_maximum_entries": 10_000,
    "disable_legacy_handling": True,
}
_JUNK_TITLE = re.compile(
    r"\(?(?:anonymous|untitled|unspecified|microsoft word|document\d*$)|\.(?:docx?|pdf)$", re.I
)
_TOO_MUCH = "the PDF would take too much work to read"
_BULLET = re.compile(r"(?:[•·‣▪◦●○■–—*-]|\(?[0-9a-z]{1,2}[.)])\s")
_ENDS = tuple(".!?:;\"'”’»…")
_NARROW, _NEARLY_FULL = 0.6, 0.85  # of the page's longest line


@dataclass(frozen=True, slots=True)
class PdfText:
    """What a PDF says. ``title`` is its own claim, and may be empty."""

    title: str
    text: str


class _OutOfTime(Exception):
    """Reading took longer than it may."""


def read_pdf(body: bytes, url: str) -> PdfText:
    """The title and text of a PDF's first 50 pages, paragraphs apart by an empty line.

    A PDF knows lines, not paragraphs, so paragraphs are guessed: a line that nearly fills the width
    goes on in the next one. A word broken with a hyphen at a line's end is joined. A page that would
    take too much work (a map of a million strokes) is left out, and so is what isn't reached in time.

    Raises :class:`FetchError`, not retriable, with the reason in plain words: it needs a password, is
    damaged, holds no text (scanned), or no page of it could be read with reasonable work.
    """
    pypdf = importlib.import_module("pypdf")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it comments on every flaw it mends
    try:
        with pypdf.apply_configuration(**_BOUNDS):
            reader = pypdf.PdfReader(io.BytesIO(body))
            pages, left_out = _read(reader, pypdf.errors.LimitReachedError)
            title = _title(reader)
    except (pypdf.errors.FileNotDecryptedError, pypdf.errors.DependencyError) as error:
        raise FetchError(url, "the PDF is encrypted and cannot be opened", retriable=False) from error
    except pypdf.errors.LimitReachedError as error:
        raise FetchError(url, _TOO_MUCH, retriable=False) from error
    except Exception as error:  # pypdf: "broken PDF files might cause other Exceptions"
        raise FetchError(url, "the PDF is damaged", retriable=False) from error
    text = _paragraphs(pages)
    if len(text) < _FEWEST_CHARACTERS:
        no_text = "the PDF holds no text; it may be scanned pictures"
        raise FetchError(url, _TOO_MUCH if left_out else no_text, retriable=False)
    if left_out:
        log.info("%s: %d pages would take too much work and are left out", url, left_out)
    return PdfText(title, text)


def _read(reader: Any, limit_reached: type[Exception]) -> tuple[list[str], int]:
    """The text of each page, and how many pages were left out."""
    deadline = time.thread_time() + _MOST_SECONDS

    def in_time(*_: object) -> None:
        if time.thread_time() > deadline:
            raise _OutOfTime

    pages: list[str] = []
    count = min(len(reader.pages), MOST_PAGES)
    characters = left_out = 0
    for number in range(count):
        try:
            in_time()
            page = reader.pages[number].extract_text(visitor_operand_before=in_time)[:MOST_CHARACTERS]
        except _OutOfTime:
            return pages, left_out + count - number
        except limit_reached:
            left_out += 1
            continue
        pages.append(page)
        characters += len(page)
        if characters >= MOST_CHARACTERS:
            return pages, left_out + count - number - 1
    return pages, left_out


def _title(reader: Any) -> str:
    """What the file says it is called, unless an office program named it."""
    try:
        title = " ".join(str(reader.metadata.title or "").split()) if reader.metadata else ""
    except Exception:  # a flaw in what nobody reads is no reason to lose the text
        return ""
    return "" if _JUNK_TITLE.search(title) else title[:300]


def _paragraphs(pages: list[str]) -> str:
    paragraphs: list[str] = []
    for page in pages:
        lines = [" ".join(line.split()) for line in page.splitlines()]
        longest = max(map(len, lines), default=0)
        first = next((line for line in lines if line), "")
        # A sentence that the page's end cut goes on; what looks like a heading doesn't.
        goes_on = bool(paragraphs) and first[:1].islower() and not paragraphs[-1].endswith(_ENDS)
        for line, following in pairwise([*lines, ""]):
            if line and goes_on and len(paragraphs[-1]) < _LONGEST_PARAGRAPH:
                paragraphs[-1] = _joined(paragraphs[-1], line)
            elif line:
                paragraphs.append(line)
            if line or not goes_on:
                goes_on = bool(line and following) and not _ends(line, following, longest)
    return "\n\n".join(paragraphs)


def _ends(line: str, following: str, longest: int) -> bool:
    """Whether a paragraph ends with this line."""
    if line.endswith("-") and following[0].islower():
        return False
    if len(line) < _NARROW * longest or _BULLET.match(following):
        return True
    return line.endswith(_ENDS) and len(line) < _NEARLY_FULL * longest


def _joined(text: str, line: str) -> str:
    """Two lines of a paragraph as one. "Com-" and "munities" are a word, "S-" and "Comm" keep the hyphen."""
    if text.endswith("\u00ad"):
        return text[:-1] + line
    if not text.endswith("-") or text.endswith((" -", "--")):
        return f"{text} {line}"
    if line[0].islower() and text[-3:-1].isalpha():
        return text[:-1] + line
    return text + line

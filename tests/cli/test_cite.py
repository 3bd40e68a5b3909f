"""``presswatch cite``, and the forms of a citation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cli.looking.citing import Citation, as_bibtex, as_csl, as_text
from config.loader import load
from storage.archive import Archive
from tests.cli.conftest import Call
from tests.support.press import ALIAS, JAIL, Press
from tests.support.setup import write_config

ROW = {
    "id": 7,
    "publisher": "Río & Sons {Co}",
    "title": "50% of #1: “a_b” \\ ~ ^ $5",
    "url": "https://a.example/x_%20y?a=1&b={2}#c",
    "published": "2026-03-04T23:30:00Z",
    "published_raw": "2026-03-04T23:30:00Z",
    "published_note": "",
    "first_seen": "2026-03-05T08:00:00Z",
    "content_hash": "ab" * 32,
    "language": "en",
}
DATE = {
    "type": "object",
    "required": ["date-parts"],
    "additionalProperties": False,
    "properties": {
        "date-parts": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "integer"}},
        }
    },
}
# The members of an item that a citation uses, with their types in CSL-JSON.
ITEM = {
    "type": "object",
    "required": ["id", "type"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "type": {"const": "webpage"},
        "genre": {"type": "string"},
        "author": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["literal"],
                "additionalProperties": False,
                "properties": {"literal": {"type": "string"}},
            },
        },
        "title": {"type": "string"},
        "issued": DATE,
        "accessed": DATE,
        "URL": {"type": "string"},
        "language": {"type": "string"},
        "note": {"type": "string"},
    },
}


def cited(**changes: Any) -> Citation:
    """The citation of a release with these columns."""
    return Citation.of(ROW | changes)


def test_a_line() -> None:
    """Publisher, title, kind, date, address, first seen, hash."""
    assert as_text(cited(publisher="Harbour", title="A gala", url="https://a.example/x")) == (
        "Harbour, “A gala,” press release, 4 March 2026, https://a.example/x."
        f" First seen 5 March 2026, 08:00 UTC. SHA-256 of title and text as fed: {'ab' * 32}."
    )


def test_bibtex_escapes_what_latex_would_obey() -> None:
    """Titles hold any sign; addresses keep those that are meant."""
    lines = as_bibtex(cited()).splitlines()
    assert lines[0] == "@misc{riosonsco2026-7,"
    assert r"  author = {{Río \& Sons \textbraceleft{}Co\textbraceright{}}}," in lines
    title = r"50\% of \#1: “a\_b” \textbackslash{} \textasciitilde{} \textasciicircum{} \$5"
    assert f"  title = {{{{{title}}}}}," in lines
    assert "  url = {https://a.example/x_%20y?a=1&b=%7B2%7D#c}," in lines
    assert "  date = {2026-03-04}," in lines
    assert "  urldate = {2026-03-05}," in lines


def test_csl_json_is_as_its_schema_asks() -> None:
    """An organisation is a literal name; dates are parts."""
    item = as_csl(cited())
    jsonschema.validate(item, ITEM)
    assert item["author"] == [{"literal": "Río & Sons {Co}"}]
    assert item["issued"] == {"date-parts": [[2026, 3, 4]]}
    assert item["URL"] == "https://a.example/x_%20y?a=1&b=%7B2%7D#c"


@pytest.mark.parametrize(
    ("written", "published", "day"),
    [
        ("Wed, 25 Nov 2026 22:04:00 -0500", "2026-11-26T03:04:00Z", 25),
        ("25 Nov 2026 22:04:00 EST", "2026-11-26T03:04:00Z", 25),
        ("2026-11-27T01:00:00+09:00", "2026-11-26T16:00:00Z", 27),
        ("2026-11-26T03:04:00Z", "2026-11-26T03:04:00Z", 26),
        ("Thu, 26 Nov 2026 03:04:00", "2026-11-26T03:04:00Z", 26),
        ("November 26, 2026", "2026-11-26T00:00:00Z", 26),
        ("Wed, 25 Nov 2026 09:00:00 -0500", "2026-11-26T03:04:00Z", 26),
        ("9999-12-31T23:59:59-23:00", "2026-11-26T03:04:00Z", 26),
        ("", "2026-11-26T03:04:00Z", 26),
    ],
    ids=["mail", "letters", "ISO", "UTC", "no zone", "words", "of another moment", "out of range", "none"],
)
def test_the_day_is_the_publishers(written: str, published: str, day: int) -> None:
    """By the offset that the date was written with; in UTC where there is none, or it is another's."""
    one = cited(published_raw=written, published=published)
    assert f", {day} November 2026, " in as_text(one)
    assert f"  date = {{2026-11-{day}}}," in as_bibtex(one).splitlines()
    assert as_csl(one)["issued"] == {"date-parts": [[2026, 11, day]]}


@pytest.mark.parametrize(
    "changes",
    [{"published": None, "published_note": "missing"}, {"published_note": "future"}],
    ids=["no date", "a date ahead"],
)
def test_a_date_that_is_not_the_publishers_is_said(changes: dict[str, Any]) -> None:
    """Then the release is dated by when it was first seen."""
    line = as_text(cited(**changes))
    assert "press release, 5 March 2026" in line
    assert "The publisher gives no usable date; dated by when it was first seen. First seen 5" in line


FIRST = {
    "revision": 1,
    "content_hash": "cd" * 32,
    "published": "2026-03-01T10:00:00Z",
    "replaced": "2026-03-06T09:30:00Z",
}


def test_an_edited_release_names_its_revision() -> None:
    """Its words were not there when it was first seen: all three forms say when they were read."""
    former = [FIRST, FIRST | {"revision": 2, "content_hash": "ab" * 32, "replaced": "2026-03-07T10:00:00Z"}]
    edited = Citation.of(ROW, former)
    proof = (
        "First dated 1 March 2026 (UTC). First seen 5 March 2026, 08:00 UTC."
        " Edited since: revision 2, as read 6 March 2026, 09:30 UTC."
        f" SHA-256 of title and text as fed: {'ab' * 32}"
    )
    assert proof in as_text(edited)
    assert f"  note = {{{proof}}}" in as_bibtex(edited).splitlines()
    assert "  urldate = {2026-03-06}," in as_bibtex(edited).splitlines()
    assert as_csl(edited)["note"] == proof
    assert as_csl(edited)["accessed"] == {"date-parts": [[2026, 3, 6]]}


def test_a_page_that_was_read_makes_no_other_words_of_a_feed() -> None:
    """A revision with the same hash is of the same title and text as fed."""
    paged = Citation.of(ROW, [FIRST | {"content_hash": "ab" * 32, "published": ROW["published"]}])
    assert paged == cited()


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("“Secure Communities” ends", "“‘Secure Communities’ ends,”"),
        ('It is called "S-Comm"', "“It is called ‘S-Comm,’”"),
        ("What is “S-Comm?”", "“What is ‘S-Comm?’”"),
        ("A union of day laborers’", "“A union of day laborers’,”"),
        ('A 12" pipe', '“A 12" pipe,”'),
    ],
)
def test_quotation_marks_within_others_are_single(title: str, line: str) -> None:
    """In a line; BibTeX and CSL have the title as it is."""
    assert f", {line} press release" in as_text(cited(title=title))
    assert as_csl(cited(title=title))["title"] == title


def test_an_address_that_is_none_is_left_out() -> None:
    """A feed may say anything."""
    odd = cited(url="javascript:alert(1)", language="")
    assert "javascript" not in as_text(odd) + as_bibtex(odd)
    assert {"URL", "language"}.isdisjoint(as_csl(odd))


def test_the_command_cites_several(call: Call, tmp_path: Path) -> None:
    """By number or address, each once, in the order that was asked for."""
    config = write_config(tmp_path, ["https://a.example/feed"])
    watch = load(config)
    with Archive(watch.archive) as archive:
        press = Press(archive, watch)
        press.show("Organisation A", "1", ALIAS)
        press.show("Organisation A", "2", JAIL)
    done = call("cite", "-c", config, "2", "1", "2")
    assert done.returncode == 0, done.stderr
    assert [line[:27] for line in done.stdout.splitlines()] == [
        "Organisation A, “Release 2,",
        "Organisation A, “Release 1,",
    ]
    items = json.loads(call("cite", "-c", config, "--form", "csl-json", "1", "2").stdout)
    assert [item["id"] for item in items] == ["organisationa2026-1", "organisationa2026-2"]
    assert call("cite", "-c", config, "--form", "bibtex", "1", "2").stdout.count("@misc{") == 2

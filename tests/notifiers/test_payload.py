"""The digest as JSON."""

from __future__ import annotations

import json
from types import SimpleNamespace

from notifiers.hooks.payload import payload, payload_text
from presswatch.digests.model import Digest


def test_marks_are_offsets_of_the_text(digest: Digest) -> None:
    """In code points, also behind an emoji and in a text that runs from right to left."""
    items = [item for section in payload(digest)["sections"] for item in section["items"]]
    marked = [
        passage["text"][start:end]
        for item in items
        for passage in item["passages"]
        for start, end in passage["marks"]
    ]
    assert marked == [
        "Secure Communities",
        "Secure Communities",
        "S-Comm",
        "Comunidades Seguras",
        "Secure Communities",
        "287(g)",
    ]


def test_what_an_edit_did_is_there(edited: Digest) -> None:
    """Kinds, the difference, the other publishers, later ones, and what became of feeds."""
    told = payload(edited, "abc")
    assert told["id"] == "abc"
    removed, updated, again = told["sections"][0]["items"]
    assert [removed["kind"], updated["kind"], again["kind"]] == ["removed", "updated", "again"]
    gone = [span["text"] for span in removed["difference"] if span["kind"] == "removed"]
    assert any("S-Comm" in text for text in gone)
    assert [other["publisher"] for other in updated["others"]] == ["Orchard Alliance", "Harbour House"]
    assert [each["publisher"] for each in told["also"][0]["publications"]] == [
        "Detention Watch Network",
        "Texas Civil Rights Project",
    ]
    assert [turn["health"] for turn in told["coverage"]["turned"]] == ["failing", "silent", "well"]
    assert [gap["status"] for gap in told["coverage"]["gaps"]] == ["open", "recovered", "pending"]


def test_a_release_without_a_date_has_none(make: SimpleNamespace) -> None:
    """Null, rather than a guess."""
    (item,) = payload(make.digest(make.item(published=None)))["sections"][0]["items"]
    assert item["published"] is None
    assert item["first_seen"] == "2026-11-25T08:00:00Z"


def test_the_text_is_json_in_plain_letters(digest: Digest) -> None:
    """What is no ASCII stands as it is: the body is UTF-8."""
    text = payload_text(digest, "abc")
    assert json.loads(text) == payload(digest, "abc")
    assert "Fundación Año Nuevo" in text

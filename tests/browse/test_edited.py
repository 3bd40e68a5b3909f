"""What the site says of releases that were edited, or whose dates are ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from storage.archive import Archive
from tests.browse.served import press_of, served
from tests.support.press import ALIAS, JAIL, STORY, Press
from tests.support.setup import NOW


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Press]]:
    """The site of an archive with a release that no longer mentions a program, one that is dated ahead, and
    one without a date.
    """
    made: Path = tmp_path_factory.mktemp("edited")
    with Archive(made / "archive.db") as archive:
        press = press_of(archive, "Harbour")
        press.show("Harbour", "both1", f"{ALIAS} {STORY} {JAIL}")
        press.show("Harbour", "both1", f"{ALIAS} {STORY}")
        press.show("Harbour", "jail", JAIL)
        for name, published in (("ahead", press.now + timedelta(days=400)), ("undated", None)):
            shown = press.entry(name, ALIAS)
            shown = replace(shown, entry=replace(shown.entry, published=published))
            archive.record([press.reading("Harbour", shown)], press.now)
        with served(made) as address:
            yield address, press


def page(edited: tuple[str, Press], path: str) -> str:
    """The text of a page, each white space one space."""
    return " ".join(requests.get(edited[0] + path, timeout=60).text.split())


def test_a_programs_releases_are_those_that_mention_it_now(edited: tuple[str, Press]) -> None:
    """The first page links to them; what was taken out is not among them."""
    link = "/archive/releases?_search=program:287g"
    assert f'href="{link}">287(g)</a>' in page(edited, "/")
    shown = page(edited, link)
    assert "Release jail" in shown
    assert "Release both1" not in shown


def test_a_release_says_what_was_taken_out_of_it(edited: tuple[str, Press]) -> None:
    """With the revision since which, when that was seen, and what it said."""
    number = edited[1].release("both1")
    moment = (NOW + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = page(edited, f"/archive/releases/{number}")
    assert f"no longer mentioned as of revision 2, seen <time>{moment}</time>" in shown
    said = f"/archive/mentions?release_id={number}&amp;program_id=287g"
    assert f'href="{said}">what it said</a>' in shown
    assert "287(g) agreement" in page(edited, said.replace("&amp;", "&"))


def test_evidence_does_not_date_a_text_before_it_was_there(edited: tuple[str, Press]) -> None:
    """First seen is the release; its text is of when it was read, and each revision has its own hash."""
    press = edited[1]
    number = press.release("both1")
    shown = page(edited, f"/archive/releases/{number}")
    first, second = ((NOW + timedelta(minutes=m)).strftime("%Y-%m-%dT%H:%M:%SZ") for m in (1, 2))
    assert f"<dt>First seen</dt><dd>{first}</dd>" in shown
    assert f"<dt>The text above</dt><dd>revision 2, as read {second}</dd>" in shown
    hashes = press.archive.database.execute(
        "SELECT content_hash FROM releases WHERE id = ?1"
        " UNION ALL SELECT content_hash FROM revisions WHERE release_id = ?1",
        [number],
    ).fetchall()
    assert len({digest for (digest,) in hashes if f"<code>{digest}</code>" in shown}) == 2


@pytest.mark.parametrize("name", ["ahead", "undated"])
def test_a_date_of_ours_is_not_shown_as_the_publishers(edited: tuple[str, Press], name: str) -> None:
    """In lists and on the release's page it is when the release was first seen."""
    wanted = f"first seen <time>{NOW.date()}</time>"
    number = edited[1].release(name)
    assert wanted in page(edited, f"/archive/releases/{number}")
    assert wanted in page(edited, f"/archive/releases?id={number}")
    assert wanted not in page(edited, f"/archive/releases?id={edited[1].release('jail')}")


def test_a_question_takes_a_programs_name(edited: tuple[str, Press]) -> None:
    """In any capitals; for one that there is not, it says which there are."""
    asked = "/archive/latest-mentions.json?_shape=array&program="
    by_name = requests.get(f"{edited[0]}{asked}SECURE communities", timeout=60).json()
    assert {row["program"] for row in by_name} == {"s-comm"}
    assert "by their names: 287g, s-comm." in page(edited, "/archive/latest-mentions?program=nothing")

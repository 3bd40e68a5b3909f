"""The small chart of the past weeks."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from selectolax.lexbor import LexborHTMLParser

from notifiers.looks.chart import chart
from notifiers.looks.render import render
from presswatch.digests.model import Digest, Section

WEEKS = (0, 0, 1, 0, 2, 5, 0, 0, 0, 1, 7, 3)
SAID = "Releases a week, the last 12 weeks: 0 0 1 0 2 5 0 0 0 1 7 3; 3 in the last 7 days"


def with_weeks(digest: Digest, *weeks: int) -> Digest:
    """The digest, the weeks known for its first section."""
    first, *others = digest.sections
    return replace(digest, sections=(replace(first, weeks=weeks), *others))


def test_bars_are_as_high_as_the_weeks(digest: Digest) -> None:
    """In table cells with height and colour of their own, the last one set off, empty weeks a line."""
    tree = LexborHTMLParser(render(with_weeks(digest, *WEEKS)).html)
    (table,) = tree.css("table.chart")
    bars = table.css("td.bar")
    heights = [int(bar.attributes["height"] or "") for bar in bars]
    assert heights == [1, 1, 4, 1, 8, 20, 1, 1, 1, 4, 28, 12]
    assert all(bar.attributes["bgcolor"] for bar in bars)
    assert ["none" in (bar.attributes["class"] or "") for bar in bars] == [not week for week in WEEKS]
    assert [bar for bar in bars if "now" in (bar.attributes["class"] or "")] == [bars[-1]]
    assert len({bar.attributes["bgcolor"] for bar in bars}) == 3


def test_it_is_told_in_words_to_those_who_do_not_see_it(digest: Digest) -> None:
    """As the label of the picture, and in the text part; what matters most stands beside it."""
    rendered = render(with_weeks(digest, *WEEKS))
    (table,) = LexborHTMLParser(rendered.html).css("table.chart")
    assert (table.attributes["role"], table.attributes["aria-label"]) == ("img", SAID)
    assert "Releases a week, the last 12 weeks: 7 at most; 3 in the last 7 days" in rendered.html
    assert SAID in " ".join(rendered.text.split())
    assert max(map(len, rendered.text.splitlines())) <= 73


def test_a_section_of_which_no_weeks_are_known_has_none(digest: Digest) -> None:
    """So have all digests that were stored before there were charts."""
    rendered = render(digest)
    assert "Releases a week" not in rendered.html + rendered.text
    assert '<table class="chart"' not in rendered.html


def test_charts_of_many_programs_are_told_rather_than_drawn(make: SimpleNamespace) -> None:
    """They would leave no room for the releases."""
    sections = tuple(Section(f"p{n}", f"Program {n}", (make.item(),), weeks=WEEKS) for n in range(7))
    six, seven = (render(replace(make.digest(), sections=some)).html for some in (sections[:6], sections))
    assert [html.count('<table class="chart"') for html in (six, seven)] == [6, 0]
    assert [html.count("7 at most; 3 in the last 7 days") for html in (six, seven)] == [6, 7]


def test_one_release_is_a_small_bar(make: SimpleNamespace) -> None:
    """Though it be the most that there was: a program nobody speaks of must not look like one of all talk."""
    drawn = chart(Section("x", "X", (make.item(),), weeks=(0, 1, 1)))
    assert drawn is not None
    assert [bar.height for bar in drawn.bars] == [1, 7, 7]
    many = chart(Section("x", "X", (make.item(),), weeks=(1, 900)))
    assert many is not None
    assert [bar.height for bar in many.bars] == [3, 28]

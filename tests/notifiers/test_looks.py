"""A digest as mail readers and browsers show it: it fits, can be read, and stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
from selectolax.lexbor import LexborHTMLParser

from notifiers.looks.measure import MOST_BYTES
from notifiers.looks.render import render
from tests.notifiers import samples
from tests.support.browser import Page, browser_page, find_browser

GOLDEN = Path(__file__).parent / "golden" / "few.txt"
CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
CASES = pytest.mark.parametrize("case", samples.ALL.values(), ids=samples.ALL)
SCHEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A real browser's tab."""
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium on this machine")
    with browser_page(program, tmp_path_factory.mktemp("profile")) as page:
        yield page


def show(screen: Page, case: samples.Case, folder: Path, *, width: int = 390, dark: bool = False) -> None:
    """Open a digest's page."""
    file = folder / "digest.html"
    file.write_text(render(case()).html, encoding="utf-8")
    screen.open(file, width=width, dark=dark)


@CASES
def test_the_page_is_html_without_a_mistake(case: samples.Case) -> None:
    """As the HTML standard's parser sees it."""
    html5lib.HTMLParser(strict=True).parse(render(case()).html)


@CASES
def test_the_page_leans_on_nothing_that_mail_readers_lack(case: samples.Case) -> None:
    """Outlook draws with Word, which knows tables and their colours, but neither flex, grid nor positions;
    Gmail drops a style element of more than 8,192 characters, and all that follows 102 KB.
    """
    html = render(case()).html
    tree = LexborHTMLParser(html)
    (rules,) = (node.text() for node in tree.css("style"))
    styles = rules + " ".join(node.attributes["style"] or "" for node in tree.css("[style]"))
    assert re.findall(r"flex|grid|float|position|url\(|@import|var\(|calc\(", styles) == []
    assert len(rules) < 8192
    assert len(html.encode()) <= MOST_BYTES
    assert tree.css("td.sheet")[0].attributes["bgcolor"] == "#ffffff"
    assert all(table.attributes["role"] == "presentation" for table in tree.css("table.frame, table.paper"))


def test_a_mail_that_is_one_of_several_says_so() -> None:
    """HTML and text hold the same releases, as many as fit; head and subject say which part it is."""
    digest = samples.first_part()
    rendered = render(digest)
    tree = LexborHTMLParser(rendered.html)
    shown = len(tree.css("div.release"))
    assert len(rendered.html.encode()) > MOST_BYTES * 0.9
    assert shown == digest.releases == rendered.text.count("\nRelease ")
    assert "Part 1 of 3 of a digest of 200 releases" in tree.css("div.head")[0].text()
    assert "\nPart 1 of 3 of a digest of 200 releases\n" in rendered.text
    assert rendered.subject.endswith(" (1 of 3)")


@pytest.mark.browser
@CASES
@SCHEMES
def test_nothing_is_wider_than_the_screen(
    screen: Page, tmp_path: Path, case: samples.Case, dark: bool
) -> None:
    """No line runs out of a phone, nor out of the sheet on a larger screen; nothing is asked of others."""
    for width in (320, 390, 800):
        show(screen, case, tmp_path, width=width, dark=dark)
        assert screen.value("document.scrollingElement.scrollWidth") == width
        outside = screen.value(
            "[...document.querySelectorAll('.sheet *')].filter(e => e.getBoundingClientRect().right >"
            " document.querySelector('.sheet').getBoundingClientRect().right + 0.5).map(e => e.outerHTML)"
        )
        assert outside == []
        assert [url for url in screen.requests if not url.startswith("file:")] == []


@pytest.mark.browser
@CASES
@SCHEMES
def test_everything_can_be_read(screen: Page, tmp_path: Path, case: samples.Case, dark: bool) -> None:
    """Text stands out from what is behind it by 4.5 to 1, bars by 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11)."""
    show(screen, case, tmp_path, dark=dark)
    seen = screen.value(CONTRAST)
    assert len(seen) >= 5
    assert [what for what in seen if what["ratio"] < (3 if what["bar"] else 4.5)] == []
    sheet = screen.value("getComputedStyle(document.querySelector('.sheet')).backgroundColor")
    assert (sheet != "rgb(255, 255, 255)") == dark


@pytest.mark.browser
def test_each_text_runs_in_its_own_direction(screen: Page, tmp_path: Path) -> None:
    """Titles and passages from right to left where their language does; terms in them keep theirs."""
    show(screen, samples.right_to_left, tmp_path)
    direction = "[...document.querySelectorAll('{}')].map(e => getComputedStyle(e).direction)"
    assert screen.value(direction.format("h3")) == ["rtl", "rtl", "rtl", "ltr"]
    assert screen.value(direction.format("blockquote")) == ["rtl", "rtl"]
    assert screen.value(direction.format("mark")) == ["ltr", "ltr"]
    assert screen.value(direction.format("p.by")) == ["ltr"] * 4
    style = "getComputedStyle(document.querySelector('blockquote'))"
    assert screen.value(f"{style}.borderRightWidth") == "3px"
    assert screen.value(f"{style}.borderLeftWidth") == "0px"


@CASES
def test_lines_of_text_are_at_most_72_columns(case: samples.Case) -> None:
    """Except for links, which stay whole."""
    text = render(case()).text
    assert [line for line in text.splitlines() if len(line) > 72 and "://" not in line] == []
    assert "\n\n\n\n" not in text
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


def test_the_text_reads_well_by_itself() -> None:
    """As a whole, for those who read mail without HTML."""
    assert render(samples.few()).text == GOLDEN.read_text(encoding="utf-8")

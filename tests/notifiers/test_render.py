"""A digest as a person sees it, in HTML and in text."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from selectolax.lexbor import LexborHTMLParser

from notifiers.payload import payload
from notifiers.render import render
from presswatch.digests.model import Coverage, Digest, FailedFeed, Passage

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def hostile(make: SimpleNamespace) -> Digest:
    """Everything a feed or a file can say, said with malice."""
    attack = make.item(
        SCRIPT,
        url='https://example.org/"><script>alert(1)</script>',
        publishers=(f"Pub{SCRIPT}", "</bdi></div>\u202eOther"),
        passages=(make.passage(f"before S-Comm {SCRIPT} </blockquote> after", "S-Comm", why=SCRIPT),),
    )
    link = make.item("A link that runs", release_id=2, url="javascript:alert(1)")
    coverage = Coverage(
        1, 0, (FailedFeed(SCRIPT, "javascript:alert(2)", "</ul><style>@import url(//x)</style>"),)
    )
    digest = make.digest(attack, link, name="</style><link rel=stylesheet href=//x>", coverage=coverage)
    return replace(digest, subscription="a</title><iframe src=//x>")


def test_a_person_sees_what_was_said_by_whom_where_and_why(digest: Digest) -> None:
    """The page has each program, and for each release publishers, date, link, words, reason and badge."""
    tree = LexborHTMLParser(render(digest).html)
    assert [heading.text() for heading in tree.css("h2")] == ["Secure Communities 3", "287(g) 1"]
    coalition, spanish, hebrew, sheriff = tree.css("div.release")
    assert coalition.css("h3 a")[0].attributes["href"] == (
        "https://www.example.org/press/2026/11/end-secure-communities"
    )
    assert [mark.text() for mark in coalition.css("blockquote mark")] == ["Secure Communities", "S-Comm"]
    assert coalition.css("blockquote")[0].text().startswith("… today’s letter")
    assert "“fingerprints” stands nearby" in coalition.css("p.why")[0].text()
    assert coalition.css("p.others")[0].text() == (
        "Also published by American Civil Liberties Union, Detention Watch Network, "
        "Texas Civil Rights Project"
    )
    assert spanish.css("span.badge")[0].text() == "Updated"
    assert "first seen 25 November 2026" in hebrew.text()
    assert hebrew.css("h3")[0].attributes["dir"] == "auto"
    assert "Office of the Sheriff · 25 November 2026" in sheriff.text()
    assert "38 of 40 feeds read; 2 failed:" in tree.css("div.foot")[0].text()
    assert "Governor’s Office: The server answered 503." in tree.css("div.foot")[0].text()


def test_a_passage_that_is_the_title_is_not_quoted_beneath_it(make: SimpleNamespace) -> None:
    """The title is highlighted instead, and the reason still given."""
    title = "S-Comm is back"
    item = make.item(title, passages=(make.passage(title, "S-Comm", before=False, after=False),))
    release = LexborHTMLParser(render(make.digest(item)).html).css("div.release")[0]
    assert [mark.text() for mark in release.css("h3 mark")] == ["S-Comm"]
    assert release.css("blockquote") == []
    assert len(release.css("p.why")) == 1


def test_a_reason_that_several_passages_share_is_given_once(make: SimpleNamespace) -> None:
    """It stands after the last of them."""
    passages = (make.passage("S-Comm once", "S-Comm"), make.passage("S-Comm twice", "S-Comm"))
    release = LexborHTMLParser(render(make.digest(make.item(passages=passages))).html).css("div.release")[0]
    assert [node.tag for node in release.css("blockquote, p.why")] == ["blockquote", "blockquote", "p"]


def test_nothing_in_the_page_is_remote_or_runs(hostile: Digest, digest: Digest) -> None:
    """No script, image, frame or style sheet, whatever a feed says; links go to the web only."""
    for html in (render(hostile).html, render(digest).html):
        tree = LexborHTMLParser(html)
        assert (
            tree.css("script, img, link, iframe, object, embed, base, form, svg, [src], [background]") == []
        )
        assert len(tree.css("style")) == 1
        for style in [
            tree.css("style")[0].text(),
            *(node.attributes["style"] for node in tree.css("[style]")),
        ]:
            assert "url(" not in style
            assert "@import" not in style
        for node in tree.css("*"):
            assert not [name for name in node.attributes if name.startswith("on")]
        assert all(re.match(r"https?://", node.attributes["href"]) for node in tree.css("[href]"))


def test_markup_from_a_feed_is_shown_as_text(hostile: Digest) -> None:
    """A title that holds a script is read, not run."""
    tree = LexborHTMLParser(render(hostile).html)
    assert tree.css("h3")[0].text() == SCRIPT
    assert tree.css("p.why")[0].text() == SCRIPT
    assert tree.css("h3")[1].text() == "A link that runs"
    assert tree.css("h3")[1].css("a") == []
    assert "\u202e" not in tree.html


def test_dark_screens_and_phones_are_thought_of(digest: Digest) -> None:
    """Their rules cannot be inlined, and stay in the page's only style element; all others are inlined."""
    tree = LexborHTMLParser(render(digest).html)
    rules = tree.css("style")[0].text()
    assert "prefers-color-scheme: dark" in rules
    assert "max-width: 480px" in rules
    assert all("style" in node.attributes for node in tree.css("mark, blockquote, h2, a"))


def test_an_empty_digest_says_so_kindly(make: SimpleNamespace, digest: Digest) -> None:
    """Nothing new is a message too, and it does not promise more than was read."""
    quiet = render(make.digest())
    assert quiet.subject == "No new mentions"
    for body in (quiet.html, quiet.text):
        assert "Nothing new this time" in body
        assert "You will be told when one does." in body
        assert "40 of 40 feeds read." in body
    assert "Some feeds could not be read" in render(make.digest(coverage=digest.coverage)).html


def test_what_a_feed_left_out_has_a_name(make: SimpleNamespace) -> None:
    """A release without title, publisher or usable link is shown all the same."""
    rendered = render(make.digest(make.item("\u200e \n", url="", publishers=())))
    for body in (rendered.html, rendered.text):
        assert "Untitled release" in body
        assert "Unknown publisher" in body


def test_the_text_reads_well_by_itself(digest: Digest) -> None:
    """Terms stand between asterisks, and links on lines of their own."""
    text = render(digest).text
    lines = text.splitlines()
    assert "**Secure Communities**, the" in text
    assert "    … today’s letter recalls that under **Secure Communities**, the" in lines
    assert "https://www.example.org/press/2026/11/end-secure-communities" in lines
    assert "Fundación Año Nuevo · 25 November 2026 · updated" in lines
    assert "  https://gov.example.gov/feed/" in lines
    assert "\n\n\n\n" not in text
    assert not [line for line in lines if line != line.rstrip()]
    assert text.endswith("UTC.\n")


def test_lines_of_text_are_short_and_links_whole(make: SimpleNamespace, hostile: Digest) -> None:
    """No line is longer than 72 columns, except for one that holds a link, which is never broken."""
    url = f"https://example.org/{'very-long/' * 30}"
    word = "Donaudampfschifffahrt" * 9
    passage = Passage(f"{word} see {url} for S-Comm " + "and more words " * 40, (), True, True, word)
    item = make.item(f"{word} {word}", url=url, publishers=(word, "B " * 90), passages=(passage,))
    for digest in (make.digest(item, name=word), hostile):
        for line in render(digest).text.splitlines():
            assert len(line) <= 72 or "://" in line
    assert render(make.digest(item)).text.count(f"{url}\n") == 2


def test_a_line_break_in_a_title_makes_no_new_line_of_text(make: SimpleNamespace) -> None:
    """A feed cannot write lines of its own between ours."""
    title = "Fine\n\n287(g) (9)\n====="
    assert "Fine 287(g) (9) =====\n" in render(make.digest(make.item(title))).text


def test_a_subject_is_one_line_of_some_length(make: SimpleNamespace) -> None:
    """Whatever the programs are called, and however many there are."""
    subject = render(make.digest(make.item(), name="S-Comm\r\nBcc: all@example.org\u202e")).subject
    assert subject == "S-Comm Bcc: all@example.org: 1 release"
    assert len(render(make.digest(make.item(), name="many words " * 90)).subject) <= 160


def test_the_json_is_stable_and_whole(digest: Digest) -> None:
    """It parses, is the same each time, and carries the digest as it was frozen."""
    text = render(digest, "abc").json
    assert text == render(digest, "abc").json
    parsed = json.loads(text)
    assert parsed == payload(digest, "abc")
    assert (parsed["type"], parsed["version"], parsed["id"]) == ("digest", 1, "abc")
    assert parsed["until"] == "2026-11-25T08:00:00Z"
    assert parsed["releases"] == 4
    coalition, _, hebrew = parsed["sections"][0]["items"]
    passage = coalition["passages"][1]
    assert [passage["text"][start:end] for start, end in passage["marks"]] == ["Secure Communities", "S-Comm"]
    assert hebrew["published"] is None
    assert parsed["coverage"]["failed"][0]["reason"] == "The server answered 503."
    assert "ארגוני" in text


def test_rendering_twice_gives_the_same(digest: Digest) -> None:
    """A second attempt sends what the first one sent."""
    assert render(digest, "abc") == render(digest, "abc")

"""A digest as a person sees it, in HTML and in text."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from selectolax.lexbor import LexborHTMLParser

from notifiers.hooks.payload import payload
from notifiers.looks.render import render
from presswatch.digests.model import Coverage, Digest, FailedFeed, Limit, Passage, Publication, UnreadPages
from presswatch.releases.difference import Span

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
    assert spanish.css("span.badge")[0].text() == "Updated: now mentions Secure Communities"
    assert "first seen 25 November 2026" in hebrew.text()
    assert hebrew.css("h3")[0].attributes["dir"] == "auto"
    assert "Office of the Sheriff · 25 November 2026" in sheriff.text()
    assert "Read 38 of 40 feeds; 2 failed:" in tree.css("div.foot")[0].text()
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
        assert "Read 40 of 40 feeds." in body
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
    assert "Fundación Año Nuevo · 25 November 2026 · updated: now mentions Secure" in lines
    assert "Communities" in lines
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
    assert (parsed["type"], parsed["version"], parsed["id"]) == ("digest", 2, "abc")
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


def test_an_edit_is_shown_as_what_was_taken_out_and_put_in(edited: Digest) -> None:
    """Each kind has its badge; what is gone is struck out, and an addition comes with the old wording."""
    removed, updated, again = LexborHTMLParser(render(edited).html).css("div.release")[:3]
    badges = [node.css("span.badge")[0].text() for node in (removed, updated, again)]
    assert badges == ["No longer mentioned", "Updated: now mentions Secure Communities", "Mentioned again"]
    assert [node.text() for node in removed.css("del")] == ["end S-Comm next week."]
    assert [node.text() for node in removed.css("ins")] == ["study the program."]
    assert len(removed.css("blockquote")) == 1
    assert updated.css("del, ins") == []
    assert "Before the edit: The county will study the program." in updated.text()
    lines = " ".join(render(edited).text.split())
    assert "Before: The county will end S-Comm next week. The vote" in lines
    assert "Now: The county will study the program. The vote" in lines


def test_the_other_publishers_are_linked(edited: Digest) -> None:
    """Of a story now, and of one that was told before; a link that is none is a name."""
    page = LexborHTMLParser(render(edited).html)
    _, updated, _, later = page.css("div.release")
    assert updated.css("p.others")[0].text() == "Also published by Orchard Alliance, Harbour House"
    assert [a.attributes["href"] for a in updated.css("p.others a")] == ["https://orchard.example/7"]
    assert later.css("p.others")[0].text() == "Now also: Detention Watch Network, Texas Civil Rights Project"
    assert "Now also: Texas Civil Rights Project\n    https://texas.example/12\n" in render(edited).text


def test_coverage_is_told_in_words(edited: Digest) -> None:
    """How many were read, which failed, are silent or have gaps, and what became of the gaps."""
    rendered = render(edited)
    said = (
        "Read 52 of 55 feeds; 2 failed, 1 silent since 3 October 2026; 3 gaps; 1 page unread; only teasers "
        "of 1 feed; 1 feed not read in full; 1 feed whose losses cannot be known"
    )
    foot = LexborHTMLParser(rendered.html).css("div.foot")[0].text()
    for body in (foot, " ".join(rendered.text.split())):
        assert f"{said}:" in body
        assert "Lantern Bay: nothing new since 3 October 2026" in body
        assert "its index names 7 sitemaps that may hold releases; 5 of them are read" in body
        assert "08:00 UTC: releases may have been missed (no older pages)" in body
        assert "08:00 UTC: 4 releases recovered (by ?paged=2)" in body
        assert "08:00 UTC: releases may have been missed; they are being looked for" in body
        assert (
            "only what the feed carries was searched: its pages cannot be read (HTTP 403 Forbidden)" in body
        )
        assert "Fast Desk: nothing of before was left" in body


def test_a_feed_whose_pages_cannot_be_read_is_named_once(edited: Digest) -> None:
    """That only its teasers are read says it all, without the pages that were given up since last time."""
    address, why = "https://mill.example/feed", "HTTP 403 Forbidden"
    coverage = Coverage(
        feeds=2,
        read=2,
        unread=(
            UnreadPages("Mill Street Clinic", address, 6, why),
            UnreadPages("Harbour House", "https://harbour.example/feed", 1, "HTTP 404 Not Found"),
        ),
        limits=(Limit("Mill Street Clinic", address, "teasers", f"its pages cannot be read ({why})"),),
    )
    rendered = render(replace(edited, coverage=coverage))
    assert "Read 2 of 2 feeds; 1 page unread; only teasers of 1 feed" in " ".join(rendered.text.split())
    named = [node.text() for node in LexborHTMLParser(rendered.html).css("div.foot li")]
    assert [name.partition(":")[0] for name in named] == ["Harbour House", "Mill Street Clinic"]


def test_feeds_that_turned_are_told(edited: Digest) -> None:
    """By themselves with a subject of their own, and no word of what was not looked for."""
    alone = render(replace(edited, sections=(), also=()))
    assert alone.subject == "Feed trouble: Mill Street Clinic stopped answering and 1 more"
    for body in (alone.html, alone.text):
        assert "stopped answering on 24 November 2026, 08:00 UTC:" in body
        assert "has been back since 24 November 2026, 08:00 UTC" in body
        assert "No release in this time" not in body
        assert "Nothing new this time" not in body


@pytest.mark.parametrize(
    ("kinds", "headline"),
    [
        (("removed",), "1 release no longer mentions a program"),
        (("removed", "removed"), "2 releases no longer mention a program"),
        (("new", "removed"), "1 release mentions 1 program, 1 no longer does"),
        (("new", "again", "updated"), "3 releases mention 1 program"),
    ],
)
def test_a_headline_counts_what_mentions_and_what_no_longer_does(
    make: SimpleNamespace, kinds: tuple[str, ...], headline: str
) -> None:
    """A removal is no mention."""
    items = [make.item(release_id=n, kind=kind) for n, kind in enumerate(kinds)]
    assert LexborHTMLParser(render(make.digest(*items)).html).css("h1")[0].text() == headline


def test_markup_in_an_edit_and_in_reasons_is_text(make: SimpleNamespace, edited: Digest) -> None:
    """What a feed or a server says is never markup, nor a line of its own."""
    attack = f"{SCRIPT}\n\nSubject: x"
    spans = (Span("removed", attack), Span("added", attack))
    item = make.item(kind="removed", difference=spans, others=(Publication(2, attack, "javascript:1"),))
    turned = tuple(replace(turn, publisher=attack, reason=attack) for turn in edited.coverage.turned)
    gaps = tuple(replace(gap, how=attack) for gap in edited.coverage.gaps)
    also = tuple(replace(later, title=attack, publisher=attack) for later in edited.also)
    coverage = replace(edited.coverage, turned=turned, gaps=gaps)
    rendered = render(replace(make.digest(item, coverage=coverage), also=also))
    tree = LexborHTMLParser(rendered.html)
    assert tree.css("script, img") == []
    assert tree.css("del")[0].text() == f"{SCRIPT} Subject: x"
    assert "\nSubject: x" not in rendered.text
    assert "\n" not in render(replace(edited, sections=(), coverage=coverage)).subject


def test_the_json_tells_edits_publishers_and_coverage(edited: Digest) -> None:
    """All that is shown is there for programs too."""
    told = payload(edited)
    removed, updated, _ = told["sections"][0]["items"]
    assert [span["kind"] for span in removed["difference"]] == ["same", "removed", "added", "same"]
    assert updated["others"][0] == {
        "release_id": 7,
        "publisher": "Orchard Alliance",
        "url": "https://orchard.example/7",
    }
    assert told["also"][0]["programs"] == ["secure-communities"]
    assert [gap["status"] for gap in told["coverage"]["gaps"]] == ["open", "recovered", "pending"]
    assert [turn["health"] for turn in told["coverage"]["turned"]] == ["failing", "silent", "well"]
    assert told["coverage"]["silent"][0]["since"] == "2026-10-03T00:00:00Z"

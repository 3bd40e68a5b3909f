"""From HTML to what a person would read."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from presswatch.feeds.html_text import html_to_text

CASES = {
    # paragraphs and lines
    "paragraphs": ("<p>One</p><p>Two</p>", "One\n\nTwo"),
    "paragraphs left open": ("<p>One<p>Two", "One\n\nTwo"),
    "paragraphs with breaks between": ("<p>One</p>\n\n\n<p>Two</p>", "One\n\nTwo"),
    "a heading": ("<h2>Noon</h2>The bell rings", "Noon\n\nThe bell rings"),
    "divisions within divisions": ("<div>a<div>b<div>c</div></div>d</div>", "a\n\nb\n\nc\n\nd"),
    "a quotation": ("She said:<blockquote>No.</blockquote>", "She said:\n\nNo."),
    "a line break": ("One<br>Two<br/>Three", "One\nTwo\nThree"),
    "two line breaks": ("One<br><br>Two", "One\n\nTwo"),
    "many line breaks": ("One<br><br><br><br>Two", "One\n\nTwo"),
    "breaks in the source are spaces": ("<p>One\n  two\tthree\r\nfour</p>", "One two three four"),
    "a rule": ("One<hr>Two", "One\n\nTwo"),
    # inline
    "bold inside a word": ("S-<b>Comm</b>", "S-Comm"),
    "a link before a full stop": ('See <a href="/x">the page</a>.', "See the page."),
    "a span inside a number": ("287<span>(</span>g<span>)</span>", "287(g)"),
    "a footnote": ("Noon<sup>1</sup>", "Noon1"),
    "spaces around inline tags": ("One <i>two</i> three", "One two three"),
    "an image has no words": ('One<img src="x" alt="y">Two', "OneTwo"),
    "a break opportunity": ("Communi<wbr>ties", "Communities"),
    # lists and tables
    "a list": ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo"),
    "a list left open": ("Before<ul><li>One<li>Two</ul>After", "Before\n\nOne\nTwo\n\nAfter"),
    "a list in a list": ("<ol><li>One<ul><li>Two</li></ul></li></ol>", "One\n\nTwo"),
    "a table": (
        "<table><tr><th>Day</th><th>Hour</th></tr><tr><td>Mon</td><td>9</td></tr></table>",
        "Day Hour\nMon 9",
    ),
    "definitions": ("<dl><dt>ICE<dd>An agency</dl>", "ICE\n\nAn agency"),
    # entities
    "named entities": ("<p>Bread &amp; roses &mdash; now&hellip;</p>", "Bread & roses — now…"),
    "numbered entities": ("<p>It&#8217;s &#x201C;on&#x201D;</p>", "It’s “on”"),
    "an entity without its semicolon": ("<p>A &copy B</p>", "A © B"),
    "an entity that there isn't": ("<p>A &zzz; B</p>", "A &zzz; B"),
    "a tag, written out": ("<p>Use &lt;b&gt;</p>", "Use <b>"),
    "escaped twice": ("<p>&amp;lt;</p>", "&lt;"),
    "a no-break space stays": ("<p>Secure&nbsp;Communities</p>", "Secure\u00a0Communities"),
    "a surrogate": ("<p>a &#xD800; b</p>", "a \ufffd b"),
    # left out
    "a script": ("One<script>var two = '<p>2</p>';</script>", "One"),
    "a script left open": ("<p>One</p><script>alert(2)", "One"),
    "a style": ("<style>p { color: red }</style>One", "One"),
    "a comment": ("One<!-- <p>Two</p> -->", "One"),
    "a comment left open": ("<p>One</p><!-- Two", "One"),
    "a frame": ('One<iframe src="x">Two</iframe>', "One"),
    "a drawing": ("One<svg><text>Two</text></svg>", "One"),
    "a template": ("One<template><p>Two</p></template>", "One"),
    "a whole document's head": ("<html><head><title>T</title></head><body><p>One</p></body></html>", "One"),
    "a processing instruction": ("<?php echo 2 ?><p>One</p>", "One"),
    "attributes": ("<p title=\"a>b\" onclick='x()'>One</p>", "One"),
    # without markup
    "plain text": ("  One\n\ntwo  three ", "One\n\ntwo  three"),
    "plain text with an ampersand": ("Bread & roses\n\nnow", "Bread & roses\n\nnow"),
    "plain text with an entity": ("Bread &amp; roses\n\nnow", "Bread & roses\n\nnow"),
    "less than": ("If 3 < 4 and 5 > 4", "If 3 < 4 and 5 > 4"),
    "less than, beside markup": ("<p>If 3 < 4</p>", "If 3 < 4"),
    "a heart": ("We <3 you", "We <3 you"),
    "an address in angle brackets": ("x &lt;press@h.example&gt;", "x <press@h.example>"),
    "nothing": ("", ""),
    "only tags": ("<p><br></p><div></div>", ""),
    "a closing tag alone": ("One</p>", "One"),
    "a number beyond all": ("&#" + "9" * 5000 + ";", "\ufffd"),
}


@pytest.mark.parametrize(("html", "text"), CASES.values(), ids=CASES)
def test_the_text_is_what_a_person_would_read(html: str, text: str) -> None:
    """Blocks are apart, inline tags leave words whole, and what no reader sees is left out."""
    assert html_to_text(html) == text


@pytest.mark.timeout(60)
@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "ul><li", "table><tr><td", "font", "x"])
@pytest.mark.parametrize("depth", [5_000, 100_000])
def test_any_depth_is_read(tag: str, depth: int) -> None:
    """Tags within tags, a hundred thousand deep, cost neither the text nor the process."""
    assert html_to_text(f"<{tag}>" * depth + "At the bottom") == "At the bottom"


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<!--", "&#", "</", "<![CDATA[", "&lt;", "<a b='", "]]>", "<p>"]
)
def test_any_repetition_is_read(piece: str) -> None:
    """What is never closed is read in a time that grows as the text does, and is text or nothing."""
    assert isinstance(html_to_text(piece * 100_000), str)


@given(st.text(st.one_of(st.sampled_from("<>&;/!-#x='\"ab \n\x00\ud800"), st.characters()), max_size=80))
@example("<p>\ud800</p>")
@example("<plaintext>")
def test_anything_is_read(html: str) -> None:
    """No text is an error, and none comes back with blanks around it."""
    text = html_to_text(html)
    assert text == text.strip()


words = st.text(st.sampled_from("abcé’287"), min_size=1, max_size=6)
inline = st.recursive(
    words,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["b", "i", "span", "code", "u"]), inner).map(
            lambda p: f"<{p[0]}>{p[1]}</{p[0]}>"
        ),
        st.lists(inner, min_size=1, max_size=3).map("".join),
    ),
    max_leaves=6,
)
blocks = st.lists(
    st.tuples(st.sampled_from(["p", "div", "section", "h1", "blockquote"]), inline), min_size=1, max_size=5
)


@settings(deadline=None)
@given(blocks)
def test_no_tag_remains_and_no_letter_is_lost(blocks: list[tuple[str, str]]) -> None:
    """Of blocks of inline markup, the text has one paragraph each, with all letters and no markup."""
    html = "".join(f"<{tag}>{inner}</{tag}>" for tag, inner in blocks)
    letters = ["".join(c for c in _without_tags(inner)) for _, inner in blocks]
    assert html_to_text(html).split("\n\n") == letters


def _without_tags(html: str) -> str:
    for tag in ("b", "i", "span", "code", "u"):
        html = html.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    return html


@given(st.text(st.characters(exclude_characters="<&", exclude_categories=["Cs"])))
def test_text_without_markup_comes_back(text: str) -> None:
    """Plain text is only trimmed."""
    assert html_to_text(text) == text.strip()

"""The quick way from HTML to text gives what a parser's tree gives, or gives way to it."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from presswatch.feeds import html_text
from presswatch.feeds.html_text import html_to_text
from presswatch.feeds.items import split
from presswatch.feeds.parse import parse_feed
from presswatch.feeds.plain_html import LINE, PARAGRAPH, simple_pieces

QUICK = {
    "paragraphs": ("<p>One</p><p>Two</p>", [PARAGRAPH, "One", PARAGRAPH, PARAGRAPH, "Two", PARAGRAPH, ""]),
    "inline": ('a <b class="x">b</b>', ["a ", "b", ""]),
    "a list": ("<ul><li>One</li></ul>", [PARAGRAPH, LINE, "One", "", PARAGRAPH, ""]),
    "a break": ("One<br/>Two", ["One", LINE, "Two"]),
    "an entity": ("<i>A &amp; B</i>", ["A & B", ""]),
}
NOT_QUICK = {
    "a paragraph in a paragraph": "<p>One<p>Two</p></p>",
    "a block in a paragraph": "<p>One<div>Two</div></p>",
    "an item outside a list": "<li>One</li>",
    "a paragraph right in a list": "<ul><p>One</p></ul>",
    "what is not closed": "<div>One",
    "what was not opened": "One</div>",
    "tags that overlap": "<div><section></div></section>",
    "inline tags that overlap": "<b><i>One</b></i>",
    "an inline end without a start": "One </b> two",
    "what is inline and goes on in the next block": "<p>One <b>two</p><p>three</b></p>",
    "a link in a link": "<a>One<a>two </a> three </a> four",
    "a script": "<script>1</script>",
    "a table": "<table><tr><td>1</td></tr></table>",
    "a comment": "One<!-- two -->",
    "a bracket of its own": "<p>1 < 2</p>",
    "an end of a break": "One</br>",
    "a NUL": "<p>\x00</p>",
    "a carriage return": "<p>One\rTwo</p>",
    "an attribute with a bracket": '<p title="a>b">One</p>',
}


def by_the_tree(html: str) -> str:
    """The text as it is when the quick way is closed."""
    with patch.object(html_text, "simple_pieces", lambda _: None):
        return html_to_text(html)


@pytest.mark.parametrize(("html", "pieces"), QUICK.values(), ids=QUICK)
def test_simple_html_is_read_by_its_tags(html: str, pieces: list[str]) -> None:
    """Texts, and marks for the breaks between them."""
    assert simple_pieces(html) == pieces


@pytest.mark.parametrize("html", NOT_QUICK.values(), ids=NOT_QUICK)
def test_what_a_parser_might_see_otherwise_is_left_to_it(html: str) -> None:
    """Nothing is guessed of HTML that needs mending, or that hides something."""
    assert simple_pieces(html) is None


TAGS = """p div ul ol li h1 h6 blockquote section main b i a span em img br wbr sup small q hr table tr td pre
    script style title form address dl dt u font s code nobr button select option P Br LI""".split()
ATTRIBUTES = [
    "",
    "",
    "",
    " class='a b'",
    ' href="/x?a=1&amp;b=2"',
    " hidden",
    " a=b",
    " a = 'b'",
    " x:y=''",
    " /",
]
WORDS = st.sampled_from(
    [
        *(
            "one",
            "two ",
            " three",
            "\n",
            "\t",
            "  ",
            " \n ",
            "&amp;",
            "&lt;b&gt;",
            "&nbsp;",
            "&#8217;",
            "&copy",
            "é",
        ),
        *(
            "&#128;",
            "&#0;",
            "&notin;",
            "&notit;",
            "&",
            "a&b=c",
            "\u00a0",
            "\u2028",
            "\x0b",
            "\x0c",
            "\x1f",
            "\ufeff",
        ),
        *(
            "&#10;",
            "&#13;",
            "&#xD800;",
            "&#x110000;",
            ">",
            '"',
            "'",
            "/",
            "=",
            "\u200b",
            "<",
            "\r",
            "\x00",
        ),
    ]
)
TAG = st.builds(
    lambda name, attributes, end: f"</{name}>" if end else f"<{name}{attributes}>",
    st.sampled_from(TAGS),
    st.sampled_from(ATTRIBUTES),
    st.booleans(),
)
TREES = st.recursive(
    WORDS,
    lambda inner: st.builds(
        lambda name, attributes, pieces: f"<{name}{attributes}>{''.join(pieces)}</{name}>",
        st.sampled_from(TAGS),
        st.sampled_from(ATTRIBUTES),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)
SIMPLE = st.recursive(
    st.sampled_from(
        ["one", "two ", " three", "\n", "  ", "&amp;", "&nbsp;", "&#8217;", "é", "<br>", "<br />"]
    ),
    lambda inner: st.one_of(
        st.builds(
            lambda name, pieces: f"<{name}>{''.join(pieces)}</{name}>",
            st.sampled_from("p div h2 blockquote section b em a span".split()),
            st.lists(inner, max_size=4),
        ),
        st.lists(inner, max_size=4).map(
            lambda pieces: "<ul>" + "".join(f"<li>{piece}</li>\n" for piece in pieces) + "</ul>"
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(
    st.one_of(
        st.lists(st.one_of(TAG, WORDS), max_size=14),
        st.lists(TREES, max_size=4),
        st.lists(SIMPLE, max_size=5),
    )
)
@example(["two ", "</b>", " three"])
@example(["<a>", "one", "<a>", "two ", "</a>", " three ", "</a>", " four"])
@example(["<p>", "one", "</p>", "\n", "<p>", "two", "</p>"])
def test_the_quick_way_and_the_tree_agree(pieces: list[str]) -> None:
    """Of any HTML that has a form in UTF-8, the text is the same by either way."""
    html = "".join(pieces)
    event("quick" if simple_pieces(html) is not None else "by the tree")
    assert html_to_text(html) == by_the_tree(html)


@pytest.mark.shared
def test_they_agree_on_every_text_at_hand(corpus: Path) -> None:
    """The contents of real feeds, of which most go the quick way."""
    contents = [
        entry.content
        for path in sorted((corpus / "feeds" / "real").iterdir())
        if path.stat().st_size < 200_000 and split(path.read_bytes(), "") is not None
        for entry in parse_feed(path.read_bytes(), url="", publisher="").entries
        if "<" in entry.content
    ]
    quick = [html for html in contents if simple_pieces(html) is not None]
    assert len(quick) > len(contents) / 2
    for html in quick:
        assert html_to_text(html) == by_the_tree(html)

"""Tags that are too long to be read."""

from __future__ import annotations

from presswatch.feeds.html_text import html_to_text


def test_an_image_inside_the_markup_hides_no_text() -> None:
    """A picture embedded as data is left out, and paragraphs stay paragraphs."""
    picture = f'<img src="data:image/png;base64,{"QUJD" * 9000}">'
    assert html_to_text(f"<p>One.</p>{picture}<p>Two.</p>") == "One.\n\nTwo."


def test_a_tag_of_many_attributes_is_read_by_its_name() -> None:
    """Eighty thousand attributes are not looked at."""
    attributes = " ".join(f"a{number}=1" for number in range(80_000))
    assert html_to_text(f"<p {attributes}>One.</p>Two.") == "One.\n\nTwo."

"""The laws of normalisation."""

import itertools
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from presswatch.matching.normalise import normalise, track

INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u202a"
pieces = st.one_of(
    st.characters(),
    st.sampled_from("S-Comm 287(g) “’—‑\u00a0\u202f\u00ad\n\t`\"'´…ﬁßİ"),
    st.sampled_from(["&", "amp;", "lt;", "#8217;", "#38;", "ldquo;", "LANG;", "A ", "B ", "-\n", "＆", "；"]),
)
texts = st.lists(pieces, max_size=40).map("".join)


@given(texts)
@example("İ")
@example("ꭰᎠ")
@example("` ´")
@example("½…")
def test_normalising_twice_changes_nothing(text: str) -> None:
    """What is normalised stays as it is."""
    assert normalise(normalise(text)) == normalise(text)


@given(texts)
def test_an_offset_leads_back_to_the_character_it_came_from(text: str) -> None:
    """Normalising the original of any one character gives that character, or holds it."""
    normalised = track(text)
    for place, character in enumerate(normalised.text):
        start, end = normalised.span(place, place + 1)
        assert 0 <= start < end <= len(text)
        assert character == " " or character in normalise(text[start:end])


@given(texts)
def test_offsets_rise(text: str) -> None:
    """What stands later in the normalised text came from no earlier place."""
    tracked = track(text)
    spans = [tracked.span(place, place + 1) for place in range(len(tracked.text))]
    assert all(one[0] <= other[0] for one, other in itertools.pairwise(spans))


@given(st.lists(st.sampled_from([*"Secure Communities 287(g)", *INVISIBLE]), max_size=40))
def test_invisible_characters_change_nothing(characters: list[str]) -> None:
    """A text reads the same with and without its invisible characters."""
    text = "".join(characters)
    visible = "".join(c for c in characters if c not in INVISIBLE)
    assert normalise(text) == normalise(visible)


def test_what_a_press_office_types_is_folded() -> None:
    """Curly quotes, dashes, no-break spaces, accents and line breaks don't hide a name."""
    assert normalise("“Secure”\u00a0Communities’") == "secure communities'"
    assert normalise("S\u2011Comm, S\u2013Comm, S\u00ad-Comm") == "s-comm, s-comm, s-comm"
    assert normalise(unicodedata.normalize("NFD", "Acción  Diferida\n")) == "accion diferida"
    assert normalise("Secure\r\n  Communities") == "secure communities"

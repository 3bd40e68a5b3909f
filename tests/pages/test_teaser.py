"""Which entries need their page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from presswatch.pages.teaser import SHORT, needs_page
from presswatch.watch import Fulltext
from tests.pages.samples import LEAD, QUOTE, REST

LINK = "https://clinic.example/news/county-leaves"
FULL = f"{LEAD}\n\n{QUOTE}\n\n{REST}\n\n{LEAD}\n\n{QUOTE}"
assert len(FULL) > SHORT


def auto(text: str, content: str = "", link: str = LINK) -> bool:
    """The answer for an entry whose feed has no rule of its own."""
    return needs_page(text=text, content=content or text, link=link, rule="auto")


CUT = {
    "nothing": "",
    "title only": "County leaves S-Comm",
    "one paragraph": LEAD,
    "just below the limit": "A" * (SHORT - 2) + ".",
    "padded with spaces": LEAD + " " * SHORT,
    "ellipsis": f"{FULL} The vote came after …",
    "three dots": f"{FULL} The vote came after...",
    "dots apart": f"{FULL} The vote came after . . .",
    "bracketed ellipsis": f"{FULL} The vote came after […]",
    "bracketed dots": f"{FULL} The vote came after [...]",
    "ellipsis twice": f"{FULL} The vote came after… […]",
    "ellipsis and arrow": f"{FULL} The vote came after … →",
    "read more": f"{FULL} Read more",
    "read more after an ellipsis": f"{FULL} The vote came after … Read more »",
    "read more and the title": f"{FULL}\n\nRead More: County leaves S-Comm",
    "read the full statement": f"{FULL}\n\nRead the full statement here.",
    "click here": f"{FULL} Click here to read the entire letter.",
    "continue reading": f"{FULL} Continue reading County leaves S-Comm →",
    "keep reading in brackets": f"{FULL} [Keep reading]",
    "view the full release": f"{FULL}\nView the full release",
    "full text": f"{FULL}\nFull text of the resolution",
    "leer más": f"{FULL} Leer más",
    "leer mas without the accent": f"{FULL} Leer mas »",
    "lee la nota": f"{FULL}\n\nLee la nota completa aquí",
    "seguir leyendo": f"{FULL} La votación llegó tras … Seguir leyendo",
    "continuar leyendo": f"{FULL}\nContinuar leyendo “El condado deja el programa”",
    "ver más": f"{FULL}\nVer más",
    "lire la suite": f"{FULL}\nLire la suite",
    "weiterlesen": f"{FULL} Weiterlesen",
    "leia mais": f"{FULL}\nLeia mais",
    "first appeared under a short text": f"{LEAD}\n\nThe post {'Long title ' * 30} first appeared on Clinic.",
    "appeared first under a cut text": f"{FULL} It is […]\n\nThe post Vote appeared first on Clinic.",
    "la entrada bajo un texto corto": f"{LEAD}\n\nLa entrada {'Un título ' * 30} aparece primero en Clínica.",
    "in the middle of a sentence": f"{FULL}\n\nThe sheriff said on Wednesday that his office would not",
    "in the middle of a sentence, at a name": f"{FULL}\n\nThe vote was welcomed at once by Attorney General",
    "after a comma": f"{FULL}\n\nThe sheriff said on Wednesday that in his view,",
    "en medio de una frase": f"{FULL}\n\nEl alguacil dijo el miércoles que su oficina no podría",
}

WHOLE = {
    "full stop": FULL,
    "just long enough": "A" * (SHORT - 1) + ".",
    "closing quote": f"{FULL} “We will be back in March, and so will our neighbors.”",
    "end mark": f"{FULL}\n\n###",
    "thirty": f"{FULL}\n\n-30-",
    "contact line": f"{FULL}\n\nContact: Ana Ruiz, 555-0100",
    "long contact line": f"{FULL}\n\nFor interviews with the director please call Ana Ruiz at (202) 555-0100",
    "mail address": f"{FULL}\n\nFor interviews with the director please write to her at press@clinic.example",
    "site": f"{FULL}\n\nThe legal clinic has served families in the county since 1984: www.clinic.example",
    "read more about us": f"{FULL}\n\nRead more about the clinic and its work at www.clinic.example.",
    "read more within a sentence": f"{FULL} On our site you can read more about the vote.",
    "signature": f"{FULL}\n\nAna Ruiz\nDirector, Legal Clinic",
    "hashtag": f"{FULL}\n\nTell your commissioner what you think of the vote with #LeaveSComm",
    "copyright": f"{FULL}\n\n© 2026 The Legal Clinic of the County, Inc. All rights reserved",
    "ellipsis in the middle": f"{LEAD} He paused … and went on.\n\n{FULL}",
    "first appeared under all of it": f"{FULL}\n\nThe post County leaves S-Comm first appeared on Clinic.",
    "la entrada bajo el texto entero": f"{FULL}\n\nLa entrada El condado sale aparece primero en Clínica.",
    "footnote": f"{FULL}\n\nThe count is that of the sheriff's office for the year 2025. ↩︎",
    "texto entero": f"{FULL}\n\nLa comisión votará de nuevo en marzo, y las familias estarán allí.",
}


@pytest.mark.parametrize("text", CUT.values(), ids=CUT)
def test_a_short_or_cut_entry_needs_its_page(text: str) -> None:
    """What is short, ends in a mark of omission, or ends without an end is not all there is."""
    assert auto(text)


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_a_whole_entry_does_not_need_its_page(text: str) -> None:
    """A long text that ends as releases end is taken for the release."""
    assert not auto(text)


@pytest.mark.parametrize(
    ("end", "needed"),
    {
        '<p>It goes on.</p><p><a class="more-link" href="/x">More <span>of this</span></a></p>': True,
        '<p>It goes on.</p><a href="/x" class="btn wp-block-read-more">→</a>': True,
        '<p><a class="more-link" href="/x">Earlier</a></p>' + f"<p>{REST}</p>": False,
        '<p>It goes on.</p><a class="btn" href="/donate">Donate</a>': False,
    }.items(),
)
def test_a_more_link_at_the_end_is_a_cut(end: str, needed: bool) -> None:
    """The class of the last link betrays a cut even where its words don't."""
    assert auto(FULL, content=f"<p>{FULL}</p>{end}") is needed


@pytest.mark.parametrize(
    "link",
    [
        "",
        "/news/county-leaves",
        "mailto:press@clinic.example",
        "ftp://clinic.example/a.pdf",
        "javascript:void(0)",
        "https://",
        "https://[clinic/news",
        "https://clinic.example",
        "https://clinic.example/",
        "https://clinic.example//",
        "https://clinic.example/#news",
        "https://clinic.example/index.html",
    ],
)
@pytest.mark.parametrize("rule", ["auto", "always", "never"])
def test_without_a_page_there_is_nothing_to_need(link: str, rule: Fulltext) -> None:
    """What isn't the address of a page of its own is not followed, whatever the rule."""
    assert not needs_page(text="", content="", link=link, rule=rule)


@pytest.mark.parametrize(
    "link", ["http://clinic.example/a", "HTTPS://CLINIC.example/?p=17", " https://clinic.example/a "]
)
def test_a_page_s_address_is_enough(link: str) -> None:
    """A path or a query makes a page of its own."""
    assert auto(LEAD, link=link)


def test_the_rule_has_the_last_word() -> None:
    """ "always" reads the page of a whole entry, "never" doesn't even for an empty one."""
    assert needs_page(text=FULL, content=FULL, link=LINK, rule="always")
    assert not needs_page(text="", content="", link=LINK, rule="never")


@given(st.text(), st.text(), st.text())
def test_anything_has_an_answer(text: str, content: str, link: str) -> None:
    """No text, content or link makes it fail."""
    needs_page(text=text, content=content, link=link, rule="auto")


@pytest.mark.parametrize(
    "piece", [" ", "\n", ".", "[", "…", "The post ", "Read more ", "<a class='", "read "]
)
def test_long_repetitions_cost_no_time(piece: str) -> None:
    """The patterns don't try every division of a text."""
    text = piece * (2_000_000 // len(piece))
    auto(text + "a", content=text)

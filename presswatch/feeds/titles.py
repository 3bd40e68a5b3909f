"""Comparing titles: their common words, and whether a title says anything of its release."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Set
from itertools import takewhile
from typing import Literal

from presswatch.feeds.keys import folded_title

TitleLikeness = Literal["same", "alike", "reworded", "numbered", "other", "none"]

_FEWEST_SHARED = 3  # words of a title
_FEWEST_AT_AN_END, _FEWEST_INSIDE = 2, 4
_FEWEST_OF_A_LIST = 3
_LONGEST_INVITATION = 200
_LONGEST_TITLE = 1_000  # characters that are compared: words are held against words, which must stay little
_ELLIPSIS = re.compile(r"\s*(?:…|\.{3})\s*$")
_GENRE = frozenset(
    # What newsrooms call what they publish, and how often they do: in English, Spanish, French, German.
    "press release releases media advisory alert statement statements news newsletter bulletin "
    "bulletins report reports update updates notice announcement announcements note notes brief "
    "briefing summary digest roundup recap agenda minutes letter publication post blog article item "
    "items document pdf daily weekly biweekly fortnightly monthly quarterly annual yearly day week "
    "month quarter year today office official new latest available immediate important public untitled "
    "for from of on the a an and to in at by our this us it is about comunicado comunicados prensa "
    "boletin boletín informe informes aviso nota notas noticias noticia semanal mensual anual diario "
    "declaración declaracion de del la el los las un una y para communiqué communique presse rapport "
    "hebdomadaire mensuel annuel du le les des et pour pressemitteilung pressemeldung mitteilung "
    "meldung bericht wochenbericht monatsbericht jahresbericht rundbrief der die das und für von".split()
)


_INVITING = frozenset(
    # How a teaser invites to read what it doesn't say.
    "click here read more full see view open download attached attachment below following link links "
    "page file version complete text entire story details continue reading website site please find be "
    "can may has have was were are will not with as it its that you your we haga clic aquí aqui para "
    "leer más mas lea el texto completo cliquez ici lire la suite hier klicken lesen mehr weiterlesen".split()
)


def compare_titles(one: str, other: str, site: Set[str] = frozenset()) -> TitleLikeness:
    """How much two titles have in common, whatever their case and punctuation.

    ``alike``: one is the other with something before or behind it (the site's name, or the end cut off), or
    they share most words and differ only in words that one of them lacks or that are one letter apart.
    ``reworded``: they share most words, and each has others instead of the rest; ``numbered``: and a number
    is among these, as in the next report's; but not one among the words of the ``site``
    (:func:`words_of_the_site`), such as the 32 of "Local 32". ``none``: one of them is empty.
    """
    one, other = one[:_LONGEST_TITLE], other[:_LONGEST_TITLE]
    words, others = (
        folded_title(_ELLIPSIS.sub("", one)).split(),
        folded_title(_ELLIPSIS.sub("", other)).split(),
    )
    if not words or not others:
        return "none"
    if words == others:
        return "same"
    shorter, longer = sorted((words, others), key=len)
    left, right = Counter(words) - Counter(others), Counter(others) - Counter(words)
    numbers = any(any(map(str.isdigit, word)) for word in left + right if word not in site)
    was_cut = _ELLIPSIS.search(one) or _ELLIPSIS.search(other)
    stands_in = len(shorter) >= _FEWEST_AT_AN_END and _stands_in(shorter, longer)
    if stands_in and (was_cut or not numbers):
        return "alike" if not is_generic(" ".join(shorter)) else "reworded"
    shared = (Counter(words) & Counter(others)).total()
    if numbers and 2 * shared >= len(longer):
        return "numbered"
    if numbers or shared < _FEWEST_SHARED or 2 * shared <= len(longer):
        return "other"
    return "alike" if _are_respelled(list(left.elements()), list(right.elements())) else "reworded"


def words_of_the_site(titles: Iterable[str]) -> frozenset[str]:
    """The words with which all titles of a list, three or more, begin or end: the site's name, mostly."""
    split = {tuple(folded_title(title).split()) for title in titles}
    if len(split) < _FEWEST_OF_A_LIST:
        return frozenset()
    found: set[str] = set()
    for titles_of in (split, {words[::-1] for words in split}):
        found.update(place[0] for place in takewhile(_are_one, zip(*titles_of, strict=False)))
    return frozenset(found)


def _are_one(words: tuple[str, ...]) -> bool:
    return len(set(words)) == 1


def is_generic(title: str) -> bool:
    """Whether the title only says of what kind the release is, and when it comes: "Press Release", "Weekly
    Bulletin". A number in it, or one word more, and it is not.
    """
    return _GENRE.issuperset(folded_title(title).split())


def is_inviting(text: str) -> bool:
    """Whether a text says nothing but that there is something to read ("Click here for the full release")."""
    return len(text) <= _LONGEST_INVITATION and (_GENRE | _INVITING).issuperset(folded_title(text).split())


def _stands_in(words: list[str], others: list[str]) -> bool:
    """Whether the words, of which the last may be cut, are the first of the others, or their last; four or
    more may stand anywhere.
    """
    inside, whole = f" {' '.join(words)}", f" {' '.join(others)} "
    if len(words) >= _FEWEST_INSIDE:
        return inside in whole
    return whole.startswith(inside) or whole.endswith(f"{inside} ")


def _are_respelled(words: list[str], others: list[str]) -> bool:
    """Whether each of the fewer words is one of the others but for a letter."""
    fewer, more = sorted((words, others), key=len)
    left = list(more)
    for word in fewer:
        near = next((one for one in left if _is_one_letter_apart(word, one)), None)
        if near is None:
            return False
        left.remove(near)
    return True


def _is_one_letter_apart(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1 or any(map(str.isdigit, one + other)):
        return False
    place = next((n for n, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    same_length = len(shorter) == len(longer)
    return (
        shorter[place + 1 :] == longer[place + 1 :] if same_length else shorter[place:] == longer[place + 1 :]
    )

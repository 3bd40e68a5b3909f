"""Terms that nearly every release holds: a plain one of these would tell everything."""

from __future__ import annotations

from collections.abc import Iterable

_ENGLISH = (
    "a about after all also an and any are as at be because been before but by can could did do does "
    "for from had has have he her his how i if in into is it its more most my no not of on one or other "
    "our out over she should so some than that the their them then there these they this those to under "
    "until up us was we were what when where which while who will with would you your"
)
_SPANISH = (
    "al ante antes aunque como con contra cual cuando de del desde donde durante e el ella ellas ellos "
    "en entre era es esa ese eso esta este esto está están fue ha han hasta hay la las le les lo los me "
    "mi muy más ni no nos o para pero por porque que quien se según ser si sin sobre son su sus también "
    "te todo todos tu un una uno y ya"
)
_FUNCTION_WORDS = frozenset(f"{_ENGLISH} {_SPANISH}".split())


def flooding(terms: Iterable[str]) -> list[str]:
    """Those of a program's plain ``terms`` that are a single letter, or a function word (an article, a
    preposition, a pronoun and the like) of English or Spanish. A term in capitals is found in capitals only,
    so that "US" is none of them.
    """
    return [term for term in terms if _floods(term.removesuffix("*"))]


def _floods(word: str) -> bool:
    if len(word) == 1:
        return word.isalpha()
    return not word.isupper() and word.casefold() in _FUNCTION_WORDS

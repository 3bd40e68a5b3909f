"""Templates: two texts that are nearly the same, and tell different things.

Affiliates fill in a form: "Birch County Joins S-Comm" beside Alder's, the same words but for a name and a
number. Members of a coalition publish one statement, each under its own name. Both texts are alike
(:mod:`presswatch.digests.stories`), and the first must be told twice, the second once.

The rule. Sentences that stand in both texts say nothing. Of the others, and of the titles, two belong
together if they share more than half of their words. If each of such a pair holds a name or number that the
other lacks, the texts contrast: they are two stories. What only one of them says (a sentence of its own
before the statement, its own quotation, a day that the other leaves out) contrasts with nothing.

Some names are each publisher's own, and are expected to differ: its whole name or its initials anywhere;
a part of its name, the place of its dateline, and in a quotation's sentence the speaker, anywhere but
in a sentence or title that mentions a watched program. There the reader is told what it says of the
program, and "Birch County" of the "Birch County Alliance" is more likely who joined than who writes.

What is in doubt contrasts: to be told twice is better than to be told only that somebody else published it
too.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from presswatch.digests.stories import kept_pieces
from presswatch.matching.normalise import normalise
from presswatch.releases.names import trimmed_name

_MOST_SENTENCES = 60
"""So many sentences of a text that the other lacks are compared; texts with more are not one."""
_WORD = re.compile(r"\w(?:[\w'’.,-]*\w)?")
_SENTENCE_END = re.compile(r"[.!?…][\"”’»)\]]*\s+(?=[\W_]?[^\W\d_a-z])|\n+")
_NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand "
    "million billion dozen dozens hundreds thousands uno dos tres cuatro cinco seis siete ocho nueve diez "
    "once doce trece catorce quince veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien "
    "ciento mil millon millones".split()
)
_FEWEST_SMALL = 0.3  # of the words of a sentence that is no headline
_SHORTEST_INITIALS = 3
_BESIDE = 3  # characters between a quotation and the sentence that says whose it is


@dataclass(frozen=True, slots=True)
class PartSpan:
    """A part of a release (:class:`presswatch.releases.part.Part`): its kind, where it stands, its value."""

    kind: str
    start: int
    end: int
    value: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A text as one publisher has it; ``mentions`` are the (start, end) in it of watched programs' names.
    ``title_mentions`` says whether the title holds one.
    """

    publisher: str
    title: str
    text: str
    parts: tuple[PartSpan, ...] = ()
    mentions: tuple[tuple[int, int], ...] = ()
    title_mentions: bool = False


@dataclass(frozen=True, slots=True)
class _Sentence:
    """``words`` are normalised, without the publisher's whole name. ``runs`` are the names and numbers in
    it, of one word or several; ``own`` are words of which a name is the publisher's own here.
    """

    words: tuple[str, ...]
    runs: tuple[tuple[str, ...], ...]
    own: frozenset[str]
    mentions: bool


def contrast(one: Version, other: Version) -> bool:
    """Whether two texts, which are alike, differ in names or numbers so that they are two stories."""
    (title, *sentences), (other_title, *others) = _sentences(one), _sentences(other)
    if _contradict(title, other_title):
        return True
    ours, theirs = _left_over(sentences, others), _left_over(others, sentences)
    if min(len(ours), len(theirs)) > _MOST_SENTENCES:
        return True
    return any(_contradict(mine, yours) for mine in ours for yours in theirs)


def _left_over(sentences: Sequence[_Sentence], others: Sequence[_Sentence]) -> list[_Sentence]:
    """The sentences that the others lack."""
    there = Counter(sentence.words for sentence in others)
    left = []
    for sentence in sentences:
        if there[sentence.words]:
            there[sentence.words] -= 1
        elif sentence.words:
            left.append(sentence)
    return left


def _contradict(one: _Sentence, other: _Sentence) -> bool:
    words, others = set(one.words), set(other.words)
    if 2 * len(words & others) <= max(len(words), len(others)):
        return False
    strict = one.mentions or other.mentions
    return _says_else(one, others, strict=strict) and _says_else(other, words, strict=strict)


def _says_else(sentence: _Sentence, others: set[str], *, strict: bool) -> bool:
    """Whether it holds a name or number that is not among the other's words and not the publisher's own."""
    return any(
        not others.issuperset(run) and (strict or not sentence.own.issuperset(run)) for run in sentence.runs
    )


def _sentences(version: Version) -> list[_Sentence]:
    """The title, and then the sentences of what isn't each publisher's own part."""
    spans = [
        (start, end)
        for first, last in kept_pieces(len(version.text), [(p.kind, p.start, p.end) for p in version.parts])
        for start, end in _split(version.text, first, last)
    ]
    written = [_words(version.text[start:end]) for start, end in spans]
    title = _words(version.title)
    named = _named(title, written)
    wholes = _whole_names(version.publisher)
    own = frozenset(_plain(version.publisher)).union(
        *(_plain(part.value) for part in version.parts if part.kind == "dateline")
    )
    speakers: dict[int, set[str]] = defaultdict(set)
    for part in version.parts:
        if part.kind == "quotation" and part.value:
            for place in _standing_in(spans, part.start - _BESIDE, part.end + _BESIDE):
                speakers[place].update(_plain(part.value))
    mentioning = {place for start, end in version.mentions for place in _standing_in(spans, start, end)}
    found = [_sentence(title, named, wholes, own, mentions=version.title_mentions)]
    for place, words in enumerate(written):
        own_here = own | speakers[place] if place in speakers else own
        found.append(_sentence(words, named, wholes, own_here, mentions=place in mentioning))
    return found


def _standing_in(spans: Sequence[tuple[int, int]], start: int, end: int) -> range:
    """The places of the spans, which are in order, that lie over ``start`` to ``end``."""
    return range(
        bisect_right(spans, start, key=lambda span: span[1]),
        bisect_left(spans, end, key=lambda span: span[0]),
    )


def _split(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    start = first
    for end in _SENTENCE_END.finditer(text, first, last):
        yield start, end.end()
        start = end.end()
    if start < last:
        yield start, last


def _words(text: str) -> list[tuple[str, bool]]:
    """Each word, normalised, without its possessive; and whether it is written with a capital."""
    return [
        (normalise(found.group()).removesuffix("'s"), found.group()[0].isupper())
        for found in _WORD.finditer(text)
    ]


def _plain(text: str) -> list[str]:
    return [word for word, _ in _words(text)]


def _is_headline(words: Sequence[tuple[str, bool]]) -> bool:
    """Whether capitals say nothing in it, as in a title."""
    return sum(not capital for _, capital in words) < _FEWEST_SMALL * len(words)


def _named(
    title: Sequence[tuple[str, bool]], sentences: Sequence[Sequence[tuple[str, bool]]]
) -> frozenset[str]:
    """The words that are names wherever a text writes them with a capital: those that it so writes where no
    sentence begins, or twice and never otherwise.
    """
    small = {word for words in sentences for word, capital in words if not capital}
    within = {
        word for words in sentences if not _is_headline(words) for word, capital in words[1:] if capital
    }
    times = Counter(word for words in (title, *sentences) for word, capital in words if capital)
    twice = {word for word, count in times.items() if count > 1 and word not in small and trimmed_name(word)}
    return frozenset(within | twice)


def _is_number(word: str) -> bool:
    return word in _NUMBER_WORDS or any(character.isdigit() for character in word)


def _whole_names(publisher: str) -> list[tuple[str, ...]]:
    """The publisher's name, and its initials, as they stand in a text."""
    name = tuple(_plain(publisher))
    without = name[1:] if name[:1] in (("the",), ("la",), ("el",)) else name
    initials = "".join(word[:1] for word, capital in _words(publisher) if capital)
    names = [name, without, (initials.lower(),) if len(initials) >= _SHORTEST_INITIALS else ()]
    return [one for one in names if one]


def _sentence(
    written: Sequence[tuple[str, bool]],
    named: frozenset[str],
    wholes: Sequence[tuple[str, ...]],
    own: frozenset[str],
    *,
    mentions: bool,
) -> _Sentence:
    headline = _is_headline(written)
    whole = _places_of(wholes, [word for word, _ in written])
    runs: list[tuple[str, ...]] = []
    run: list[str] = []
    for place, (word, capital) in enumerate(written):
        number = _is_number(word)
        name = capital and not number and (word in named or (place > 0 and not headline))
        if name and place not in whole:
            run.append(word)
            continue
        runs += [tuple(run)] if run else []
        run = []
        runs += [(word,)] if number and place not in whole else []
    runs += [tuple(run)] if run else []
    kept = tuple(word for place, (word, _) in enumerate(written) if place not in whole)
    return _Sentence(kept, tuple(runs), own, mentions)


def _places_of(names: Sequence[tuple[str, ...]], words: Sequence[str]) -> frozenset[int]:
    """The places of the words that make up one of the names."""
    return frozenset(
        place + part
        for name in names
        for place in range(len(words) - len(name) + 1)
        if tuple(words[place : place + len(name)]) == name
        for part in range(len(name))
    )

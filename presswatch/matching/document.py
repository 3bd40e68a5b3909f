"""A release as the matcher looks at it: fields, places in them, and how they are written there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from presswatch.matching.mention import Field
from presswatch.matching.normalise import Tracked
from presswatch.matching.terms import Use

_AROUND = 90
_OPENING = re.compile(r" \(|, or (?:the )?|, short for (?:the )?")
_PLURAL = re.compile(r"(?<=[A-Z])[’']?s\b")
_NAMING = re.compile(
    r"(?:\b(?:call(?:s|ed|ing)?(?: it| this| that| them)?|so-called|known as|dubbed|nicknamed|named"
    r"|llama(?:n|do|da|ba)?|denominad[oa]|conocid[oa] como))[\s,:“”\"'‘’«]*$",
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{3,}")
_QUOTES = "\"“”„«»‘’'"
_WORD_BEFORE = re.compile(r"(^|[.!?:\n]|\w|.)[\s\"“”‘’]*\b([^\W\d_][\w.’']*)\s+$")
_SENTENCE_ENDS = frozenset(["", ".", "!", "?", ":", "\n"])
_OWNERS = frozenset(["'s", "’s", "s'", "s’"])
_SMALL_WORDS = frozenset("a an and by de del e el en for in la las los of on para por the to und y".split())
_WORD_AFTER = re.compile(r"[ \t]+([^\W\d_][\w’']*)")
# A name may be followed by what it is; any other capitalised word makes it somebody else's name, or a title
# ("Secure Communities Network").
_KINDS = frozenset(
    {"Agreement", "Initiative", "Initiatives", "Plan", "Policy", "Program", "Programs", "Programa"}
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a field where one program's pattern stands, in normalised offsets."""

    use: Use
    field: Field
    start: int
    end: int

    def within(self, other: Hit) -> bool:
        """Whether it stands inside the other."""
        return self.field == other.field and other.start <= self.start and self.end <= other.end


class Document:
    """The fields of a release, each with the way back to the original."""

    def __init__(self, fields: Mapping[Field, Tracked], publisher: str) -> None:
        self.fields = fields
        self.publisher = publisher

    def span(self, hit: Hit) -> tuple[int, int]:
        """Where the hit stands in the original field."""
        return self.fields[hit.field].span(hit.start, hit.end)

    def raw(self, hit: Hit) -> str:
        """The hit as it stands in the original."""
        start, end = self.span(hit)
        return self.fields[hit.field].original[start:end]

    def found(self, hit: Hit) -> str:
        """The hit as it stands in the original, on one line and without invisible characters."""
        return " ".join(_visible(self.raw(hit)).split())

    def in_small_letters(self, hit: Hit) -> bool:
        """Whether it is written without any capital."""
        raw = self.raw(hit)
        return raw == raw.lower()

    def in_capitals(self, hit: Hit) -> bool:
        """Whether it is written in capitals, but for the s of a plural or possessive ("CAPs", "ICE’s")."""
        raw = _visible(self.raw(hit))
        plural = hit.use.is_acronym and not hit.use.open_ended and hit.end - hit.start > len(hit.use.term)
        if plural and not raw.endswith("s"):
            return False  # CAPS is another acronym
        raw = _PLURAL.sub("", raw)
        return raw == raw.upper()

    def amid_capitals(self, hit: Hit) -> bool:
        """Whether the words around it are in capitals too, as in a headline."""
        words = self._words_around(hit)
        return bool(words) and sum(word.isupper() for word in words) > 0.7 * len(words)

    def named_by_capitals(self, hit: Hit) -> bool:
        """Whether its capitals show a name: the text around has ordinary case, and no longer name goes on.

        The first word may owe its capital to the beginning of a sentence; so there must be another.
        """
        if hit.field == "title" or hit.use.words < 2 or hit.use.capitals_only:
            return False
        later = self.found(hit).split()[1:]
        if any(word[0].islower() and word.lower() not in _SMALL_WORDS for word in later):
            return False
        around = self._words_around(hit)
        if len(around) < 4 or sum(word[0].isupper() for word in around) > 0.5 * len(around):
            return False
        return not self._in_longer_name(hit)

    def _in_longer_name(self, hit: Hit) -> bool:
        """Whether a capitalised word before or after it makes another, longer name."""
        text_before, text_after = self._around(hit)
        before = _WORD_BEFORE.search(text_before)
        begins_sentence = before is None or before.group(1) in _SENTENCE_ENDS
        word = before.group(2) if before else ""
        owned = word[-2:] in _OWNERS
        adds_to_it = word[:1].isupper() and not begins_sentence and not word.isupper() and not owned
        after = _WORD_AFTER.match(text_after)
        next_word = after.group(1) if after else ""
        goes_on = next_word[:1].isupper() and not next_word.isupper() and next_word not in _KINDS
        return adds_to_it or goes_on

    def quoted(self, hit: Hit) -> bool:
        """Whether it stands in quotes by itself."""
        before, after = self._around(hit)
        return before[-1:] in _QUOTES and after[:1] in _QUOTES and bool(before) and bool(after)

    def called_so(self, hit: Hit) -> bool:
        """Whether the words before it introduce a name ("they call it …", "el llamado …")."""
        return bool(_NAMING.search(self._around(hit)[0]))

    def in_compound(self, hit: Hit) -> bool:
        """Whether it is a part of a hyphenated word ("food-secure communities", "cap-exempt")."""
        text = self.fields[hit.field].text
        before = text[max(hit.start - 2, 0) : hit.start]
        after = text[hit.end : hit.end + 2]
        return (before[-1:] == "-" and before[:1].isalnum()) or (after[:1] == "-" and after[1:].isalpha())

    def stands_for(self, acronym: Hit) -> tuple[str, int, int] | None:
        """What an acronym is introduced with: "Criminal Alien Program (CAP)", "CAP, or Criminal …".

        Returns the words, and their range in the normalised field; ``None`` where the letters of no
        neighbouring words spell the acronym. Small words need not be spelled.
        """
        text = self.fields[acronym.field].text
        letters = text[acronym.start : acronym.end]
        if text[max(acronym.start - 1, 0) : acronym.start] == "(":
            words = list(re.finditer(r"[^\W_][\w'.]*", text[max(acronym.start - 120, 0) : acronym.start - 1]))
            offset = max(acronym.start - 120, 0)
            for count in range(len(letters), len(letters) + 5):
                expansion = words[-count:]
                if len(expansion) == count and _spell([w.group() for w in expansion], letters):
                    return self._expansion(
                        acronym.field, offset + expansion[0].start(), offset + expansion[-1].end()
                    )
        opening = _OPENING.match(text, acronym.end)
        if opening:
            inside = re.split(r"[),;]", text[opening.end() : opening.end() + 120], maxsplit=1)[0]
            words_inside = inside.replace("-", " ").split()
            while words_inside and words_inside[0] in _SMALL_WORDS:
                del words_inside[0]
            spelled = [words_inside[: len(letters) + extra] for extra in range(4)]
            if any(words and _spell(words, letters) for words in spelled):
                return self._expansion(acronym.field, opening.end(), opening.end() + len(inside))
        return None

    def _expansion(self, field: Field, start: int, end: int) -> tuple[str, int, int]:
        first, last = self.fields[field].span(start, end)
        return " ".join(self.fields[field].original[first:last].split()), start, end

    def _words_around(self, hit: Hit) -> list[str]:
        """The words of three letters and more near the hit, in its paragraph, without itself."""
        before, after = self._around(hit)
        return _WORD.findall(before.rpartition("\n\n")[2]) + _WORD.findall(after.partition("\n\n")[0])

    def _around(self, hit: Hit) -> tuple[str, str]:
        """What stands before and after the hit in the original, without invisible characters."""
        start, end = self.span(hit)
        original = self.fields[hit.field].original
        before = _visible(original[max(start - 2 * _AROUND, 0) : start])
        return before[-_AROUND:], _visible(original[end : end + 2 * _AROUND])[:_AROUND]


def _visible(text: str) -> str:
    if text.isascii():
        return text
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def _spell(words: list[str], letters: str) -> bool:
    """Whether the words' initials are the letters, small words aside."""
    initials = "".join(word[0] for word in words if word not in _SMALL_WORDS)
    return len(letters) > 1 and initials == letters and words[0] not in _SMALL_WORDS

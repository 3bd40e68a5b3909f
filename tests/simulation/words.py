"""Invented language: enough distinct words that no two releases are alike by chance."""

from __future__ import annotations

from copy import copy
from itertools import accumulate
from random import Random

_ONSETS = "b br c ch d dr f fl g gr h j k l m n p pl pr qu r s sh sl st t th tr v w z".split()
_VOWELS = "a e i o u ai ea ou ie oa".split()
_CODAS = ["", "", "", "n", "r", "s", "l", "nd", "st", "m", "ck"]
_SMALL = (
    "the of and to in for that with on by as at from this which their has will is was were it after "
    "before under over many more every no not all between during about".split()
)
_WORDS = 6_000
_SHARE_OF_SMALL_WORDS = 0.38


class Writer:
    """Writes words, sentences and paragraphs, and names that occur once only."""

    def __init__(self, random: Random) -> None:
        self._random = random
        words: dict[str, None] = {}
        while len(words) < _WORDS:
            word = "".join(self._syllable() for _ in range(random.choice((2, 2, 3, 3, 4))))
            words.setdefault(word)
        self._words = list(words)
        self._weights = list(accumulate(1 / (20 + rank) for rank in range(_WORDS)))
        self._names = 0

    def another(self, random: Random, names_from: int) -> Writer:
        """A writer with the same words and a chance of its own; its names are those from a number on."""
        made = copy(self)
        made._random, made._names = random, names_from
        return made

    def _syllable(self) -> str:
        pick = self._random.choice
        return pick(_ONSETS) + pick(_VOWELS) + pick(_CODAS)

    def words(self, count: int) -> list[str]:
        """Some words, small ones among them."""
        long = self._random.choices(self._words, cum_weights=self._weights, k=count)
        return [
            self._random.choice(_SMALL) if self._random.random() < _SHARE_OF_SMALL_WORDS else word
            for word in long
        ]

    def rare_words(self, count: int) -> list[str]:
        """Long words only, each as likely as any other."""
        return self._random.choices(self._words, k=count)

    def name(self) -> str:
        """A name that nothing else bears: "Kavorexilun"."""
        number, letters = self._names, []
        self._names += 1
        for _ in range(4):
            number, consonant = divmod(number * 7 + 3, len("bdfgklmnprstvz"))
            number, vowel = divmod(number, 5)
            letters.append("bdfgklmnprstvz"[consonant] + "aeiou"[vowel])
        return "".join(letters).capitalize() + f"{_letters(self._names)}ux"

    def sentence(self, *inside: str) -> str:
        """A sentence; the words given stand in it somewhere."""
        words = self.words(self._random.randint(9, 20))
        for phrase in inside:
            words.insert(self._random.randint(1, len(words) - 1), phrase)
        words[0] = words[0].capitalize()
        return " ".join(words) + "."

    def paragraph(self, sentences: int, *inside: str) -> str:
        """Sentences; the words given stand in one of them."""
        chosen = self._random.randrange(sentences)
        return " ".join(self.sentence(*(inside if n == chosen else ())) for n in range(sentences))

    def title(self, *inside: str) -> str:
        """Some words with capitals, as a headline has."""
        words = [word.capitalize() for word in self.rare_words(self._random.randint(5, 9))]
        for phrase in inside:
            words.insert(self._random.randint(1, len(words)), phrase)
        return " ".join(words)


def _letters(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, 20)
        text += "bcdfghjklmnpqrstvwxz"[digit]
    return text

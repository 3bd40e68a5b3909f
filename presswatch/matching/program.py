"""A program on the watchlist, and the rule that finds it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Program:
    """A program, by the words that name it.

    * ``terms`` always mean the program ("S-Comm").
    * ``ambiguous_terms`` may mean something else ("Secure Communities", "CAP") and count only with
      evidence: one of ``terms`` in the release; a word of ``context`` near by; capitals that show a
      name where the text around has ordinary case (unless ``capitals_are_evidence`` is false, for a
      name that others bear too); for an acronym, what the release says it stands
      for; or that one of ``publishers`` (a part of the name will do) wrote it.
    * ``never`` are phrases inside which no term counts ("safe and secure communities").

    A term that is written entirely in capitals ("CAP", "ICE") matches only capitals; any other is
    found in any case. A term may end in ``*`` for any ending of its last word ("deport*").
    """

    id: str
    name: str
    terms: tuple[str, ...] = ()
    ambiguous_terms: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    capitals_are_evidence: bool = True
    description: str = ""

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change when, and only when, what the rule says changes."""
        rule = asdict(self)
        del rule["name"], rule["description"]
        text = json.dumps(rule, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

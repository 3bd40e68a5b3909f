"""Fields of JSON that mean nothing to the command that reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cli.feeds.words import count
from notifiers.looks.plain import line

_MOST = 20


def about_ignored(ignored: Counter[str]) -> Iterator[str]:
    """A sentence for each field that was ignored, given in how many lines; the most frequent first."""
    for name, times in ignored.most_common(_MOST):
        yield f"the field {line(name)} means nothing here: ignored in {count(times, 'line')}"
    if len(ignored) > _MOST:
        yield f"and {count(len(ignored) - _MOST, 'field')} more"

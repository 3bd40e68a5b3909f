"""Taking a press release apart: what is headline, dateline, quotation, contact, boilerplate.

English and Spanish. A part that isn't plainly shown isn't claimed.
"""

from __future__ import annotations

from presswatch.releases.boilerplate import boilerplates, end_marks
from presswatch.releases.contacts import contacts
from presswatch.releases.lines import lines_of, paragraphs_of
from presswatch.releases.links import report_links
from presswatch.releases.opening import dateline, embargoes, subheads
from presswatch.releases.part import Part, PartKind, part_at
from presswatch.releases.quotations import quotations
from presswatch.releases.signatories import signatories

__all__ = ["Part", "PartKind", "part_at", "take_apart"]


def take_apart(title: str, text: str, content: str = "") -> tuple[Part, ...]:
    """The parts of a release that its text shows, by where they start.

    ``text`` is plain text, paragraphs apart by an empty line; ``content`` is the HTML as published, if
    at hand, for links. Offsets are in characters of ``text``. Parts may lie over each other (a quotation
    in a boilerplate): :func:`part_at` says which counts. Takes any text in time linear in its length and
    never raises.
    """
    whole = lines_of(text)
    embargo_parts, lines = embargoes(whole)
    parts = list(embargo_parts)
    taken: dict[int, str] = {}
    for found in (contacts(lines), end_marks(lines, taken), signatories(lines, taken)):
        for part, indices in found:
            parts.append(part)
            taken.update(dict.fromkeys(indices, part.kind))
    opened = dateline(lines, taken)
    if opened is not None:
        place, index = opened
        parts.append(place)
        parts.extend(subheads(title, lines, index, taken))
    parts.extend(boilerplates(lines, taken))
    parts.extend(quotations(paragraphs_of(text, whole)))
    if content:
        parts.extend(report_links(text, content))
    return tuple(sorted(parts, key=lambda part: (part.start, part.end, part.kind)))

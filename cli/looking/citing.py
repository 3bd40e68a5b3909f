"""Citing a release: plain text, BibTeX, CSL-JSON.

What counts as evidence is cited, too: when the release was first seen, and the SHA-256 of its title and text;
of a release that was edited, which revision that is of, and when it was read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from notifiers.looks import plain, when
from presswatch.feeds.dates import local_day
from presswatch.times import from_text

_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # BibTeX counts braces whether or not a backslash stands before them.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    **{character: f"\\{character}" for character in "#$%&_"},
}
# In an address, as \url of the package url takes it: only these would end the field, or the line.
_URL_UNSAFE = re.compile(r"[\s{}\\\"<>^`|]|[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited of a release. ``published`` is the day by the publisher's own clock, where the date was
    given with its offset, else in UTC; without a usable date it is that of the first sight. ``revision`` is
    the first one with these words as the publisher gave them, which were ``read`` then; ``dated_before`` the
    day in UTC that the publisher gave at first, if it was another one.
    """

    id: int
    publisher: str
    title: str
    published: date
    is_claimed: bool
    url: str
    first_seen: datetime
    revision: int
    read: datetime
    dated_before: date | None
    content_hash: str
    language: str

    @classmethod
    def of(cls, release: Mapping[str, Any], former: Sequence[Mapping[str, Any]] = ()) -> Citation:
        """From a row of the table ``releases`` and those of its ``revisions``, the first one first."""
        first_seen = from_text(release["first_seen"])
        claimed = bool(release["published"]) and not release["published_note"]
        day = local_day(release["published_raw"], from_text(release["published"])) if claimed else None
        others = [one for one in former if one["content_hash"] != release["content_hash"]]
        dated = [from_text(one["published"]).date() for one in (*former, release) if one["published"]]
        is_redated = claimed and len(set(dated)) > 1
        return cls(
            id=release["id"],
            publisher=plain.line(release["publisher"]),
            title=plain.line(release["title"]) or "Untitled release",
            published=day or first_seen.date(),
            is_claimed=claimed,
            url=_address(release["url"]),
            first_seen=first_seen,
            revision=others[-1]["revision"] + 1 if others else 1,
            read=from_text(others[-1]["replaced"]) if others else first_seen,
            dated_before=dated[0] if is_redated else None,
            content_hash=release["content_hash"],
            language=plain.line(release["language"]),
        )

    @property
    def note(self) -> str:
        """The evidence: first seen when, with which hash, of which revision; and that the date is ours, or
        was another one, if so.
        """
        said = (
            [] if self.is_claimed else ["The publisher gives no usable date; dated by when it was first seen"]
        )
        if self.dated_before:
            said.append(f"First dated {_day(self.dated_before)} (UTC)")
        said.append(f"First seen {when.moment(self.first_seen, UTC)}")
        if self.revision > 1:
            said.append(f"Edited since: revision {self.revision}, as read {when.moment(self.read, UTC)}")
        return ". ".join([*said, f"SHA-256 of title and text as fed: {self.content_hash}"])


def as_text(cited: Citation) -> str:
    """One line, in the manner of the Chicago notes style for press releases."""
    title = _quoted_within(cited.title)
    if not title.rstrip("’").endswith((".", "!", "?", "…")):
        # A comma goes within all quotation marks, an apostrophe aside.
        title = f"{title[:-1]},’" if title.endswith("’") and "‘" in title else f"{title},"
    rest = ", ".join(filter(None, ["press release", _day(cited.published), cited.url]))
    return f"{cited.publisher}, “{title}” {rest}. {cited.note}."


def as_bibtex(cited: Citation) -> str:
    """A BibTeX entry in UTF-8, as bibtex and biber read it (https://ctan.org/pkg/bibtex)."""
    fields = {
        # The inner braces keep an organisation from being taken for first and last names.
        "author": f"{{{_latex(cited.publisher)}}}",
        "title": f"{{{_latex(cited.title)}}}",
        "howpublished": "Press release",
        "year": f"{cited.published.year:04d}",
        "month": f"{cited.published.month}",
        "date": f"{cited.published:%Y-%m-%d}",
        "url": cited.url,
        "urldate": f"{cited.read:%Y-%m-%d}",
        "note": _latex(cited.note),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{_key(cited)},\n" + ",\n".join(lines) + "\n}"


def as_csl(cited: Citation) -> dict[str, Any]:
    """An item of CSL-JSON (https://github.com/citation-style-language/schema), version 1.0.2."""
    item = {
        "id": _key(cited),
        "type": "webpage",
        "genre": "Press release",
        "author": [{"literal": cited.publisher}],
        "title": cited.title,
        "issued": _csl_date(cited.published),
        "accessed": _csl_date(cited.read),
        "URL": cited.url,
        "language": cited.language,
        "note": cited.note,
    }
    return {name: value for name, value in item.items() if value}


def _quoted_within(title: str) -> str:
    """The title as it stands between quotation marks: its own, if double, become single ones."""
    title = title.replace("“", "‘").replace("”", "’")
    if title.count('"') % 2:
        return title
    return re.sub(r'(?<![^\s(])"(?=\S)', "‘", title).replace('"', "’")


def _day(day: date) -> str:
    return when.day(datetime.combine(day, time(), UTC), UTC)


def _csl_date(day: date) -> dict[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


def _key(cited: Citation) -> str:
    """By publisher, year and number: letters and digits of ASCII only, so that it is a key everywhere."""
    bare = unicodedata.normalize("NFKD", cited.publisher).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", bare)[:3]
    return "".join(words).lower()[:30] + f"{cited.published.year:04d}-{cited.id}"


def _address(url: str) -> str:
    link = plain.web_link(url) or ""
    return _URL_UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), link)

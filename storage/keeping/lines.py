"""Releases from a file of JSON lines (https://jsonlines.org): one object a line, in UTF-8."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from presswatch.feeds.dates import read_date
from presswatch.feeds.entry import make_entry
from presswatch.feeds.html_text import html_to_text
from presswatch.feeds.keys import canonical_link
from presswatch.wellformed import well_formed
from storage.keeping.foreign import LONGEST_LINE, LONGEST_TEXT
from storage.keeping.imported import BadLine, Imported
from storage.unusable import UnusableArchive

FIELDS = ("url", "guid", "title", "text", "html", "published", "publisher", "language")
"""What an object may say of a release; each is a string."""

_EXAMPLE = '{"url": "https://…", "title": "…", "text": "…", "published": "2024-05-03", "publisher": "…"}'
_TIME = re.compile(r"\d:[0-5]\d(?!\d)|\d\s?[ap]\.?m\b", re.IGNORECASE)
_MIDNIGHT = re.compile(r"\b(?:00:00|12(?::00)?\s?a\.?m)", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"


class _Bad(ValueError):
    """What is wrong with a line."""


def read_lines(path: Path, now: datetime, ignored: Counter[str]) -> Iterator[Imported | BadLine]:
    """The releases of the file, and its bad lines, in their order; empty lines are none.

    A publisher is needed, an address (http or https) or guid, and a title, text or html. A date that can't
    be read is kept as it is written, with a doubt. Fields of other names are counted in ``ignored``. Raises
    ``OSError``.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.removeprefix(_BOM).strip():
                continue
            try:
                yield _imported(_object(line.removeprefix(_BOM)), number, now, ignored)
            except _Bad as bad:
                yield BadLine(number, str(bad))


def must_be_lines(path: Path) -> None:
    """Raise :class:`UnusableArchive` where the first line that isn't empty is no JSON: then none will be.

    Raises ``OSError``.
    """
    with path.open("rb") as file:
        first = next((line for each in file if (line := each.removeprefix(_BOM).strip())), b"{}")
    try:
        json.loads(first.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise UnusableArchive(
            f"{path}: is neither an archive nor JSON lines, of which each is like {_EXAMPLE}"
        ) from error


def _object(line: bytes) -> dict[str, Any]:
    try:
        data = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise _Bad("is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _Bad(f"is not JSON ({str(error).split(': line')[0]}); write {_EXAMPLE}") from error
    if not isinstance(data, dict):
        raise _Bad(f"is not an object; write {_EXAMPLE}")
    return data


def _imported(data: dict[str, Any], number: int, now: datetime, ignored: Counter[str]) -> Imported:
    given = {name: data.get(name) or "" for name in FIELDS}
    for name, value in given.items():
        if not isinstance(value, str):
            raise _Bad(f"{name}: must be text")
        if len(value) > (LONGEST_TEXT if name in ("text", "html") else LONGEST_LINE):
            raise _Bad(f"{name}: is longer than any newsroom's")
        given[name] = well_formed(value)
    ignored.update(name for name in data if name not in FIELDS)
    publisher = " ".join(given["publisher"].split())
    if not publisher:
        raise _Bad("publisher: is missing")
    if not (given["url"].strip() or given["guid"].strip()):
        raise _Bad("has neither url nor guid, so it could not be known again")
    if given["url"].strip() and not canonical_link(given["url"]):
        raise _Bad(f"url: {json.dumps(given['url'][:60])} is no address of http or https")
    title = " ".join(given["title"].split())
    text = given["text"].strip() or html_to_text(given["html"])
    if not (title or text):
        raise _Bad("has neither title nor text")
    written = given["published"].strip()
    published, note = _date(written, now)
    entry = make_entry(
        publisher=publisher,
        guid=given["guid"],
        link=given["url"],
        title=title,
        content=given["html"] or text,
        text=text,
        language=given["language"],
        published=published,
        published_raw=given["published"],
    )
    doubt = _doubt(written, published, note)
    return Imported(entry, publisher, line=number, doubt=doubt, columns={"published_note": note})


def _date(written: str, now: datetime) -> tuple[datetime | None, str]:
    """The publisher's date, and the note on it that ``releases.published_note`` has."""
    if not written:
        return None, "missing"
    try:
        moment = datetime.fromisoformat(written)
        read = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        found, _ = read_date(written, now=now)
        if found is None:
            return None, "unreadable"
        read = found
    return (now, "future") if read > now else (read, "")


def _doubt(written: str, read: datetime | None, note: str) -> str:
    """What a date says that could not be made use of."""
    quoted = json.dumps(written[:60], ensure_ascii=False)
    if note == "unreadable":
        return f"published: {quoted} can't be read as a date, so the release has none"
    if note == "future":
        return f"published: {quoted} lies in the future, so the time of the import stands for it"
    if read and read.time() == time() and _TIME.search(_MIDNIGHT.sub("", written)):
        return f"published: of {quoted} only the day can be read, {read:%Y-%m-%d}; write it as ISO 8601"
    return ""

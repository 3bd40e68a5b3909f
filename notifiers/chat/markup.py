"""A digest as lines of plain text or of Markdown, for chat services."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from notifiers.chat.brief import also_published, byline, now_also
from notifiers.looks.coverage import Note
from notifiers.looks.plain import Piece
from notifiers.looks.view import Later, Release
from presswatch.releases.difference import Span

_SPECIAL = re.compile(r"([\\`*_~|\[\]<>#&])")
_AT_THE_START = re.compile(r"^(\s*)(?:([-+=])|(\d+)([.)]))")
_CALL = re.compile(r"(?<!\w)@(?=\w)|<(?=[!@#])")
_NO_CALL = "\u200b"
"""A zero-width space: what stands before it is no name to any chat service."""
_IN_LINKS = str.maketrans(
    {"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", "|": "%7C", "`": "%60", "*": "%2A"}
)


@dataclass(frozen=True, slots=True)
class Form:
    """How foreign text is written so that it stays text, and what our own marks look like."""

    plain: Callable[[str], str]
    marked: Callable[[str], str]
    removed: Callable[[str], str]
    linked: Callable[[str, str | None], str]
    quoted: Callable[[str], str]


def escaped(text: str) -> str:
    """The text in Markdown (CommonMark, and Discord's): nothing of it is markup, nobody is called by it."""
    text = _SPECIAL.sub(r"\\\1", uncalled(text))
    return _AT_THE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[1]}{m[3]}\\{m[4]}", text)


def uncalled(text: str) -> str:
    """The text with nobody called by it: an ``@here`` in a release must wake nobody."""
    return _CALL.sub(lambda match: match[0] + _NO_CALL, text)


def _markdown_link(text: str, link: str | None) -> str:
    return f"**[{escaped(text)}]({link.translate(_IN_LINKS)})**" if link else f"**{escaped(text)}**"


def _text_link(text: str, link: str | None) -> str:
    return f"{uncalled(text)}\n{link}" if link else uncalled(text)


def _around(mark: str) -> Callable[[str], str]:
    """Between marks, which must not stand beside a space."""

    def marked(text: str) -> str:
        bare = text.strip()
        return text.replace(bare, f"{mark}{escaped(bare)}{mark}", 1) if bare else text

    return marked


MARKDOWN = Form(
    plain=escaped,
    marked=_around("**"),
    removed=_around("~~"),
    linked=_markdown_link,
    quoted=lambda text: f"> {text}",
)
TEXT = Form(
    plain=uncalled,
    marked=lambda text: f"**{uncalled(text)}**",
    removed=lambda text: f"[-{uncalled(text)}-]",
    linked=_text_link,
    quoted=lambda text: f"  {text}",
)


def release_text(release: Release, form: Form) -> str:
    """A release: its title, who published it when, what it says and why that counts."""
    title = "".join(piece.text for piece in release.title)
    lines = [form.linked(title, release.link), form.plain(byline(release))]
    for quote in release.quotes:
        if quote.pieces:
            lines.append(form.quoted(_pieces(quote.pieces, form)))
        if quote.why:
            lines.append(form.plain(quote.why))
    if release.change:
        lines.append(form.quoted(_spans(release.change, form)))
    elif release.was:
        lines.append(form.plain(f"Before the edit: {release.was}"))
    others = also_published(release)
    if others:
        lines.append(form.plain(others))
    return "\n".join(lines)


def later_text(later: Later, form: Form) -> str:
    """A story that was told before, and who else has published it."""
    lines = [form.linked(later.title, later.link), form.plain(later.publisher), form.plain(now_also(later))]
    return "\n".join(lines)


def note_text(note: Note, form: Form) -> str:
    """What became of a feed."""
    return form.plain(f"{note.publisher} {note.said}")


def _pieces(pieces: Sequence[Piece], form: Form) -> str:
    return "".join(form.marked(p.text) if p.marked else form.plain(p.text) for p in pieces).strip()


def _spans(spans: Sequence[Span], form: Form) -> str:
    how = {"removed": form.removed, "added": form.marked, "same": form.plain}
    return "".join(how[span.kind](span.text) for span in spans).strip()

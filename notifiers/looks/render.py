"""A digest as text, as HTML and as JSON, from the templates beside this file."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from notifiers.hooks.payload import payload_text
from notifiers.looks.measure import MOST_BYTES, MOST_RELEASES
from notifiers.looks.plain import Piece
from notifiers.looks.view import View, items, view
from presswatch.digests.model import Digest

_TEMPLATES = Path(__file__).parent / "templates"
_WIDTH = 72
_LONGEST_SUBJECT = 160


@dataclass(frozen=True, slots=True)
class Rendered:
    """A digest in the forms in which it leaves. ``subject`` is one line, fit to be a header."""

    digest: Digest
    identity: str | None
    subject: str
    text: str
    html: str

    @property
    def json(self) -> str:
        """The digest as hooks get it, for the delivery of that ``identity``; made when it is asked for."""
        return payload_text(self.digest, self.identity)


def render(digest: Digest, identity: str | None = None) -> Rendered:
    """The digest in every form; the same digest always gives the same.

    The HTML stands alone: styles inlined, nothing remote, no script. Foreign text is escaped, and links are
    http or https only. The text is wrapped at 72 columns; a link stands on a line of its own, unbroken.
    Nothing is left out: one that is too long for a mail (:func:`fits_a_mail`) comes in parts. ``identity`` is
    the delivery's, for the JSON.
    """
    shown = view(digest)
    return Rendered(
        digest,
        identity,
        subject=_as_header(shown.subject),
        text=_environment().get_template("digest.txt.j2").render(digest=shown),
        html=_html(shown),
    )


def fits_a_mail(options: object, digest: Digest) -> bool:
    """Whether mail readers show all of its HTML, whatever the channel's options; the text is shorter."""
    return items(digest) <= MOST_RELEASES and len(_html(view(digest)).encode()) <= MOST_BYTES


def page(shown: View) -> str:
    """The HTML with its styles apart, before they are inlined."""
    return _environment().get_template("digest.html.j2").render(digest=shown)


def _html(shown: View) -> str:
    return _inliner().inline(page(shown))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(wrapped=_wrapped, starred=_starred)
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    # What is for dark screens and small ones cannot be inlined: it stays behind in the style element.
    return css_inline.CSSInliner(
        keep_at_rules=True, remove_inlined_selectors=True, minify_css=True, load_remote_stylesheets=False
    )


def _as_header(subject: str) -> str:
    """The subject as short as subjects are, without the start of an encoded word (RFC 2047, section 2):
    Python's ``email`` decodes one when a header is set, and a line feed in it would begin another header.
    """
    return textwrap.shorten(subject, _LONGEST_SUBJECT, placeholder=" …").replace("=?", "= ?")


def _starred(pieces: tuple[Piece, ...]) -> str:
    """The pieces as plain text, the highlighted ones between double asterisks."""
    return "".join(f"**{piece.text}**" if piece.marked else piece.text for piece in pieces).strip()


def _wrapped(text: str, indent: int = 0) -> str:
    """The text in lines of at most 72 columns. A word that is longer is cut, unless it holds a link."""
    width = _WIDTH - indent
    lines = [
        part
        for whole in textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
        for part in ([whole] if "://" in whole else textwrap.wrap(whole, width, break_on_hyphens=False))
    ]
    return "\n".join(" " * indent + part for part in lines)

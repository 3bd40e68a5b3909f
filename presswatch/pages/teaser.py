"""Whether what a feed says of a release is all of it, or only a taste.

No field of RSS or Atom tells the two apart, so this goes by what publishing systems write. A page
fetched in vain costs one request; a page not fetched may cost a mention. So doubts are for fetching.
Long teasers that end in a full stop look whole: :mod:`presswatch.pages.wholeness` finds them out.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from presswatch.feeds.html_text import html_to_text
from presswatch.watch import Fulltext

SHORT = 600
"""Characters. An entry with fewer is taken for a teaser even if it ends well."""

_MORE = (
    r"(?:(?:(?:click|tap)\s+here\s+to\s+)?(?:read|view|see)\s+(?:the\s+)?(?:more|full|entire|complete|rest|original)\b"
    r"|(?:click|tap)\s+here\s+for\s+(?:more|the\s+(?:full|entire|complete|rest))\b"
    r"|read\s+(?:on\b|the\s+(?:article|story|press\s+release|release|statement)\b)"
    r"|(?:continue|keep)\s+reading\b"
    r"|full\s+(?:text|story|article|statement|release)\b"
    r"|le(?:er|e|a)\s+(?:m[aá]s|el\s+(?:texto|comunicado|art[ií]culo)|la\s+(?:nota|noticia))\b"
    r"|(?:seguir|sigue|siga|continuar|contin[uú]a|contin[uú]e)\s+leyendo\b"
    r"|ver\s+(?:m[aá]s|(?:el\s+|la\s+)?(?:nota|noticia|comunicado|texto)\s+complet[oa])\b"
    r"|lire\s+(?:la\s+suite|plus)\b|weiterlesen\b|mehr\s+lesen\b"
    r"|leia\s+mais\b|continu(?:e|ar)\s+(?:lendo|a\s+ler)\b|leggi\s+tutto\b|continua\s+a\s+leggere\b)"
)
_INVITATION = re.compile(  # at the end, at a sentence's start: "…you can read more about it." is none
    rf"(?:^|[.!?…»”\"'\])>:|-]\s*|\n\s*)[\[(]*(?P<more>{_MORE})[^\n]{{0,150}}\Z", re.I
)
_ELLIPSIS = re.compile(r"(?:…|\.{3}|\[\s*(?:…|\.{2,})\s*\]|\.\s\.\s\.)[\s\])»”\"'›>→]*\Z")
_MORE_LINK = re.compile(
    r"""<[a-z]+\s[^<>]*?\bclass\s*=\s*["'][^"'<>]*\b(?:more-link|read-?more|continue-reading)\b""", re.I
)
_FIRST_APPEARED = re.compile(  # what WordPress puts under every entry of a feed, whole or cut
    r"(?:\A|(?<=\s))(?:The\s+post\b[^\n]{0,400}?\b(?:first\s+appeared|appeared\s+first)\s+on\b"
    r"|(?:La\s+entrada|El\s+art[ií]culo|El\s+post)\b[^\n]{0,400}?\b(?:aparece|apareci[oó])\s+primero\s+en\b"
    r")[^\n]{0,200}\Z",
    re.I,
)
_INVITED = 300  # characters at the end in which an invitation may begin
_REACH = 700  # characters at the end in which the marks of a cut are looked for
_ENDED = tuple(".!?…:;\"'”’»›)]}>*#|_~。！？」』）|©®™↩★\ufe0e")
_CONTACT = re.compile(
    r"(?:@|://|www\.|\.(?:com|org|net|gov|edu|us|info)\b|\d{3}[\s.\-–]\d{4}$|#\w+$|rights\s+reserved)", re.I
)
_FEWEST_WORDS = 8
_LONGEST_LINK = 150  # characters: a title may be among its words
_ROOTS = re.compile(r"/*(?:(?:index|default|home)\.(?:html?|php|aspx?|jsp))?", re.I)


def needs_page(*, text: str, content: str, link: str, rule: Fulltext) -> bool:
    """Whether the entry's page is to be read.

    ``text`` is what a person reads of the entry, ``content`` the same as it was published (HTML or
    plain text), ``link`` the page's address. There must be a page to read, whatever the rule: the link
    is http or https, and isn't the site's front page. "never" and "always" then speak for themselves;
    "auto" is for an entry that is short or looks cut:

    - it has fewer than 600 characters, not counting WordPress's "The post … appeared first on …";
    - it ends in an ellipsis ("…", "...", "[…]");
    - it ends in an invitation ("Read more", "Continue reading", "Leer más", "Seguir leyendo" and
      others), or its last markup is a link of a class like "more-link";
    - its last paragraph is eight words or more and doesn't end like a sentence, a heading's mark
      ("###") or a contact line.
    """
    if rule == "never" or not leads_to_a_page(link):
        return False
    if rule == "always":
        return True
    text = text.rstrip()[-_REACH * 10 :]
    if "appeared" in text or "aparec" in text:
        text = _FIRST_APPEARED.sub("", text).rstrip()
    if len(" ".join(text.split())) < SHORT:
        return True
    return _is_cut(text[-_REACH:]) or _ends_in_more_link(content)


def leads_to_a_page(link: str) -> bool:
    """Whether the link is an http or https address, and not a site's front page."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return False
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return False
    return bool(parts.query) or not _ROOTS.fullmatch(parts.path)


def _is_cut(end: str) -> bool:
    if _ELLIPSIS.search(end):
        return True
    invitation = _INVITATION.search(end, max(len(end) - _INVITED, 0))
    if invitation is not None:
        return not _CONTACT.search(invitation[0])  # "Read more about us at example.org" is no cut
    line = end.rsplit("\n", 1)[-1].strip()
    if len(line.split()) < _FEWEST_WORDS or line.endswith(_ENDED):
        return False
    return not _CONTACT.search(line[-40:])


def _ends_in_more_link(content: str) -> bool:
    """Whether a link to the rest stands at the end, with little but its own words after it."""
    end = content[-2 * _REACH :]
    links = list(_MORE_LINK.finditer(end))
    return bool(links) and len(html_to_text(end[links[-1].start() :])) < _LONGEST_LINK

"""Links to what a release is about: the report, the letter, the complaint."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from presswatch.releases.part import Part

_MOST_TAGS = 20_000  # the parser's time grows with the square of the depth
_MOST_LINKS = 300
_SPACE = re.compile(r"\s+")
_WORDS = (
    r"\b(?:(?<!bug )reports?(?! (?:a|an|any|abuse|to|it|this|raids?|incidents?)\b)|(?<!case )study|letter"
    r"|pdf|informe|estudio|carta|"
    r"complaint|demanda|white paper|(?:amicus|legal|policy|issue|the|our|full|opening|reply|court) brief)\b"
)
_DOCUMENT = re.compile(rf"(?i){_WORDS}|^brief$")
_HINTS = (
    "pdf",
    "report",
    "study",
    "letter",
    "informe",
    "estudio",
    "carta",
    "complaint",
    "demanda",
    "paper",
    "brief",
)
_GENERIC = re.compile(
    r"(?i)(?:click |read |available |found |download |see )?(?:it |them )?(?:here|online|link|this link"
    r"|more)|download|"
    r"read|read more|view|aquí|haga clic aquí|en este enlace|este enlace|enlace|descargar|leer más|lea más"
)
_SENTENCE = re.compile(r"[.!?…]\s")
_OTHER_SCHEME = re.compile(r"(?i)\s*(?:mailto|tel|sms|javascript|data|fax|whatsapp):|\s*#|\s*$")
_SHARING = re.compile(r"(?i)(?:share|tweet|e-?mail|print|subscribe|compartir|imprimir)\b")
_INLINE = frozenset({"b", "strong", "em", "i", "span", "u", "font"})


def report_links(text: str, content: str) -> list[Part]:
    """The links of ``content`` (HTML) to documents, where their words stand in ``text``.

    A link counts where its address ends in ".pdf", its words name a report, study, letter, complaint or
    brief, or they only say "here" and the words beside them name one. An address is given once, as it's
    written; a link whose words don't stand in the text gets the offsets 0, 0.
    """
    if not _may_have_one(content):
        return []
    body = LexborHTMLParser(content.encode("utf-8", "replace").decode("utf-8")).body
    if body is None:
        return []
    parts: list[Part] = []
    seen: set[str] = set()
    cursor = 0
    for link in body.css("a[href]")[:_MOST_LINKS]:
        address = (link.attributes.get("href") or "").strip()
        words = _plain(link.text())
        before = _beside(link, back=True)
        start = _place(text, words, before, cursor)
        if start is not None:
            cursor = start + len(words)
        if _OTHER_SCHEME.match(address) or address in seen or _SHARING.match(words):
            continue
        if _is_pdf(address) or _names_document(words, before, link):
            seen.add(address)
            at, end = (0, 0) if start is None else (start, start + len(words))
            parts.append(Part("report-link", at, end, address))
    return parts


def _may_have_one(content: str) -> bool:
    """A quick look, since most contents have none."""
    lowered = content.lower()
    if "<a" not in lowered or content.count("<") > _MOST_TAGS:
        return False
    return any(hint in lowered for hint in _HINTS)


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _is_pdf(address: str) -> bool:
    try:
        return urlsplit(address).path.lower().endswith(".pdf")
    except ValueError:
        return False


def _names_document(words: str, before: str, link: LexborNode) -> bool:
    if _DOCUMENT.search(words):
        return len(words) <= 200
    if not _GENERIC.fullmatch(words):
        return False
    sentence = _SENTENCE.split(before)[-1]
    after = _SENTENCE.split(_beside(link, back=False))[0]
    return bool(_DOCUMENT.search(sentence[-80:]) or _DOCUMENT.search(after[:80]))


def _beside(link: LexborNode, *, back: bool) -> str:
    """The words right before or after a link, as far as they're in the same piece of text."""
    node = link
    for _ in range(4):
        neighbour = node.prev if back else node.next
        if neighbour is not None:
            if neighbour.tag not in {"-text", *_INLINE}:
                return ""
            words = neighbour.text_content or neighbour.text() or ""
            return _SPACE.sub(" ", words[-200:] if back else words[:200])
        parent = node.parent
        if parent is None or parent.tag not in _INLINE:
            return ""
        node = parent
    return ""


def _place(text: str, words: str, before: str, cursor: int) -> int | None:
    """Where a link's words stand in the text, from ``cursor`` on, best with the words before them."""
    if not words:
        return None
    lead = before[-24:].lstrip() or "\n"
    found = text.find(lead + words, cursor)
    if found >= 0:
        return found + len(lead)
    if len(words) < 8:
        return None
    found = text.find(words, cursor)
    return found if found >= 0 else None

"""Bot walls: what some sites send a program instead of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from presswatch.errors import FetchError
from presswatch.feeds.html_text import html_to_text

WALL_STATUSES = frozenset({401, 403, 405, 429, 503})
"""The statuses that walls answer with, besides 200."""

_START = 65_536  # bytes; a wall is small, and names itself early
_LONGEST_TEXT = 1_200  # characters; beyond this somebody has something to say
_TITLE = re.compile(
    r"<title[^<>]{0,200}>\s*(?:just a moment\b|un momento\b|attention required\b|access denied\b|ddos-guard\b"
    r"|pardon our interruption\b|security (?:check|verification)\b|human verification\b|robot check\b"
    r"|(?:are you|you are not) a (?:ro)?bot\b|verify(?:ing)? you are human\b)",
    re.I,
)
_MARKS = re.compile(
    r"_cf_chl_opt|cf-challenge|cf-browser-verification|cf-error-details|id=[\"']challenge-(?:form|error|running)"
    r"|captcha-delivery\.com|px-captcha|awswafintegration|_incapsula_resource|errors\.edgesuite\.net",
    re.I,
)
_WORDS = re.compile(
    r"verify(?:ing)? (?:that )?you are (?:a )?human|verify (?:that )?you are not a (?:ro)?bot"
    r"|checking (?:your browser before|if the site connection is secure)|performing security verification"
    r"|enable javascript and cookies to continue|complete the security check to (?:access|continue)"
    r"|needs to review the security of your connection|verifique que (?:usted )?es (?:un )?humano",
    re.I,
)


_CHALLENGES = (  # headers by which a wall names itself, and the words of theirs that mean it
    ("cf-mitigated", "challenge"),  # Cloudflare
    ("x-amzn-waf-action", "challenge"),  # AWS, with 202
    ("x-amzn-waf-action", "captcha"),  # AWS, with 405
    ("sg-captcha", "challenge"),  # SiteGround, with 202
)


class BotWall(FetchError):
    """A wall answered instead of what was asked for; it may let us through another time."""


def is_challenge(headers: Mapping[str, str]) -> bool:
    """Whether an answer's headers (whose case must not matter) say that it is a wall."""
    return any(headers.get(name) == word for name, word in _CHALLENGES)


def is_bot_wall(body: bytes) -> bool:
    """Whether the page (its first bytes are enough) only asks for proof that a person is reading.

    It has little text of its own, and a title, a sentence or a mark that the known walls share
    (Cloudflare, Akamai, Imperva, DataDome, PerimeterX, AWS). The mark alone isn't enough: sites behind
    such a service carry its scripts on ordinary pages too.
    """
    start = body[:_START].decode("utf-8", errors="replace")
    if not (_TITLE.search(start) or _MARKS.search(start) or _WORDS.search(start)):
        return False
    return len(html_to_text(start)) < _LONGEST_TEXT

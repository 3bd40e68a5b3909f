"""Addresses without what is secret in them: passwords, keys, tokens.

A newsroom's address may be one that only its reader has: ``…/feed?key=3f9a…``. The archive, digests, logs and
whatever else is told hold the address as :func:`masked` gives it, which also names the feed from one
configuration to the next: a key that is renewed makes no new feed of it.

Releases' own links stay as their publishers gave them. They are evidence, and whoever is told must be able to
follow them.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

MASK = "…"
BY_NAME = "env:"
"""How an address begins that is only known by the environment variable that holds it."""

_SECRET_NAMES = frozenset(
    "accesskey accesstoken apikey auth authkey authorization authtoken awsaccesskeyid bearer clientsecret"
    " credential credentials feedkey feedtoken jwt key licensekey pass passwd password privatetoken pwd"
    " refreshtoken rsskey rsstoken secret secretkey session sessionid sid sig signature subscriptionkey token"
    " usertoken xamzcredential xamzsecuritytoken xamzsignature".split()
)
"""Names of parameters that hold a secret, in small letters and without what parts their words."""

_SECRET_VALUE = re.compile(
    r"(?:sk|pk|rk)_(?:live|test)_\w+|gh[opsu]_\w{20,}|github_pat_\w+|glpat-[\w-]+|xox[abprs]-[\w-]+"
    r"|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}|eyJ[\w-]+\.[\w-]+\.[\w-]*"
)
"""Values that well-known services make for keys, whatever the parameter is called."""

_SECRET_PATHS = tuple(
    (re.compile(host), re.compile(path))
    for host, path in (
        (r"(?:^|\.)hooks\.slack\.com$", r"(?<=/services/).+"),
        (r"(?:^|\.)discord(?:app)?\.com$", r"(?<=/webhooks/).+"),
        (r"^api\.telegram\.org$", r"(?<=/bot)[^/]+"),
        (r"\.webhook\.office\.com$", r"(?<=/webhookb2/).+"),
    )
)
"""Services whose addresses hold the secret in the path."""

_PAIR = re.compile(r"([^=&;]*)=([^&;]*)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'“”‘’]+", re.IGNORECASE)
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_SHORTEST = 6
"""Characters. What is shorter is masked in its address only: elsewhere it may be an ordinary word."""


def masked(url: str) -> str:
    """The address with ``…`` in place of its user and password, of values of parameters that hold keys, and
    of the path where a service has its token there; everything else stays as it is.
    """
    for secret in sorted(_secrets(url), key=lambda found: found[0], reverse=True):
        start, end = secret
        url = url[:start] + MASK + url[end:]
    return url


def is_secret(url: str) -> bool:
    """Whether something in the address is masked."""
    return bool(_secrets(url))


def without_secrets(text: str, url: str = "") -> str:
    """A text in which every address is masked, and which doesn't repeat the secrets of ``url``, as they stand
    there or decoded.
    """
    text = _ADDRESS.sub(lambda found: masked(found[0]), text)
    values = {url[start:end] for start, end in _secrets(url)}
    values |= {part for value in values for part in value.split(":")}
    for value in sorted(values | {unquote(value) for value in values}, key=len, reverse=True):
        if len(value) >= _SHORTEST:
            text = text.replace(value, MASK)
    return text


def _secrets(url: str) -> list[tuple[int, int]]:
    """Where the secrets of an address begin and end."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    head, found = re.match(r"[a-zA-Z][\w+.-]*://", url), []
    start = head.end() if head else 0
    authority = re.compile(r"[^/?#]*").match(url, start)
    end = authority.end() if authority else start
    at = url.rfind("@", start, end)
    if head and at > start:
        found.append((start, at))
    query = url.find("?", end)
    path_end = query if query >= 0 else len(url)
    for service, pattern in _SECRET_PATHS:
        if service.search(host) and (place := pattern.search(url, end, path_end)):
            found.append(place.span())
    if query >= 0:
        fragment = url.find("#", query)
        for pair in _PAIR.finditer(url, query + 1, fragment if fragment >= 0 else len(url)):
            if pair[2] and pair[2] != MASK and _is_key(pair[1], pair[2]):
                found.append(pair.span(2))
    return [place for place in found if url[place[0] : place[1]] != MASK]


def _is_key(name: str, value: str) -> bool:
    words = _BETWEEN_WORDS.sub("", unquote(name).casefold())
    return words in _SECRET_NAMES or _SECRET_VALUE.search(unquote(value)) is not None

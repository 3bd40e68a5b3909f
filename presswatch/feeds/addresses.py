"""Links as newsrooms write them, made whole."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from presswatch.wellformed import well_formed


def absolute(base: str, link: str) -> str:
    """The link, resolved against ``base`` (RFC 3986, section 5). One that can't be resolved comes back as
    it is; line breaks and tabs inside it are dropped, as browsers do (WHATWG, URL, section 4.4).
    """
    link = well_formed(link).strip()
    if not link:
        return ""
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def web_address(base: str, link: str) -> str:
    """The link resolved against ``base``; empty where it leads to no web page (``mailto:``, ``#top``)."""
    if link.strip().startswith("#"):
        return ""
    address = absolute(base, link)
    return address if host_of(address) else ""


def host_of(address: str) -> str:
    """The host of an http(s) address, in lower case and without ``www.``; empty where it is none."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.") if parts.scheme in ("http", "https") else ""


def path_of(address: str) -> str:
    """The path of an address; empty where it can't be read."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""

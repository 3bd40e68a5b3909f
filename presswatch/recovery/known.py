"""Whether an entry is one that was seen before, judged by keys alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Set

from presswatch.feeds.keys import is_own_page

_GLOBAL_GUID = re.compile(r"guid:(?:https?://|urn:|tag:)", re.I)


def is_among(keys: Collection[str], others: Set[str]) -> bool:
    """Whether an entry with these keys (:mod:`presswatch.feeds.keys`) is one of those.

    One key is enough if it says so by itself: a guid that is made to be unique in the world, a link that
    looks like a release's own page, or date and text together of an entry without a title. Otherwise two of
    guid, link, title and text must agree, since newsrooms number anew, link to "/press-releases", call each
    bulletin the same, and announce each with the same words.

    Guid and link say nothing of an entry whose title and text are both unknown: a site that is rebuilt gives
    its numbers again. To take an entry for a known one is to lose it, so what is in doubt isn't known; the
    one that is known all the same is found to be so when it is stored (:mod:`presswatch.feeds.identity`).
    """
    kinds = {kind for key in keys if (kind := _kind(key))}
    among = {kind for key in keys if key in others and (kind := _kind(key))}
    if {"title", "text"} <= kinds and "opening" in kinds and among.isdisjoint({"title", "text", "opening"}):
        return False
    if any(key in others and _is_enough(key) for key in keys) or ("title" not in kinds and "text" in among):
        return True
    return len(among & {"guid", "link", "title", "text"}) > 1


def _kind(key: str) -> str:
    kind = key.partition(":")[0]
    return "guid" if kind == "path" else kind


def _is_enough(key: str) -> bool:
    kind, _, rest = key.partition(":")
    return _GLOBAL_GUID.match(key) is not None or (kind == "link" and is_own_page(rest))

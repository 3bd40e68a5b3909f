"""Whether an entry is one that was seen before, judged by keys alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Set

from presswatch.feeds.keys import is_own_page

_GLOBAL_GUID = re.compile(r"guid:(?:https?://|urn:|tag:)", re.I)


def is_among(keys: Collection[str], others: Set[str]) -> bool:
    """Whether an entry with these keys (:mod:`presswatch.feeds.keys`) is one of those.

    One key is enough if it says so by itself: a guid that is made to be unique in the world, a link that
    looks like a release's own page, or date and text together. Otherwise two of guid, link and title
    must agree, since newsrooms number anew, link to "/press-releases", and call each bulletin the same.
    To take an entry for a known one is to lose it, so what is in doubt isn't known.
    """
    kinds = set()
    for key in keys:
        if key not in others:
            continue
        kind, _, rest = key.partition(":")
        if kind == "text" or _GLOBAL_GUID.match(key) or (kind == "link" and is_own_page(rest)):
            return True
        kinds.add("guid" if kind == "path" else kind)
    return len(kinds & {"guid", "link", "title"}) > 1

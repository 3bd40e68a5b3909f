"""What may be configured for the channels that write files."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from notifiers.options import Folder, Options, check_url

FEED_FILES = frozenset({".atom", ".xml"})
"""Endings that make a path that of a feed, and not of a folder of feeds."""


class FileOptions(Options):
    """``path`` is the folder that the digests are written into; it is made if missing. ``shared`` says that
    others on this machine, such as a web server, may read what is written.
    """

    path: Folder
    shared: bool = False


class FeedOptions(Options):
    """``path`` is a folder, into which each subscription's feed is written, or a file (``.atom``, ``.xml``);
    ``url`` is where a web server shows that folder or file; ``entries`` says how many a feed keeps;
    ``shared`` says that others on this machine, such as that server, may read it.
    """

    path: Folder
    shared: bool = False
    url: Annotated[str, AfterValidator(check_url)] | None = None
    entries: Annotated[int, Field(ge=1, le=1000)] = 100

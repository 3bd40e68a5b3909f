"""A file that is not what was asked for; apart from all that needs SQLite, for the command line."""

from __future__ import annotations

from presswatch.errors import ArchiveError


class UnusableArchive(ArchiveError):
    """The file is not one that this program can use: another one must be named, or Presswatch updated."""

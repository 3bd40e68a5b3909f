"""Text that can be stored, sent and printed."""

from __future__ import annotations

import re

_UNENCODABLE = re.compile("[\ud800-\udfff\x00]")


def well_formed(text: str) -> str:
    """The text with each lone surrogate and NUL character replaced by U+FFFD.

    Neither has a UTF-8 form that SQLite, a mail or a terminal takes (Unicode, section 3.9). The length
    stays the same, so that offsets hold.
    """
    if text.isascii() and "\x00" not in text:
        return text
    return _UNENCODABLE.sub("\ufffd", text)

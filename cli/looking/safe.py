"""Archived text in a table, in JSON and on a terminal: it must not act as anything else."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

# OWASP names = + - @, tab and carriage return, and their wide forms, which some locales take for the same:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = "=+-@"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_RAW_CONTROLS = re.compile("[\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def cell(value: object) -> object:
    """A cell that a spreadsheet takes for text: one that begins like a formula gets an apostrophe in front,
    also where only space or what nobody sees stands before. Control characters, but for tabs and line ends,
    are left out.
    """
    if not isinstance(value, str):
        return value
    text = _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    for character in text:
        if unicodedata.category(character) in ("Cf", "Zs", "Zl", "Zp", "Cc"):
            continue
        begins = unicodedata.normalize("NFKC", character)[:1] or character
        return f"'{text}" if begins in _FORMULA_STARTS or text[0] in "\t\n" else text
    return text.strip()


def json_text(value: Any, *, indent: int | None = None) -> str:
    """JSON (RFC 8259) of one line, or indented. Letters stand as they are; what could steer a terminal or
    reorder a line is escaped.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _RAW_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

"""Archived text in a table, in JSON and on a terminal: it must not act as anything else."""

from __future__ import annotations

import json
import re
from typing import Any

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_RAW_CONTROLS = re.compile("[\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

# OWASP names = + - @, tab and carriage return, and their wide forms, which some locales take for the same:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULAS = r"=+\-@＝＋－＠⁺⁻⁼₊₋₌﬩﹢﹣﹦﹫⩵⩶"
_SEPARATORS = ";|\\t\\n"
_UNSEEN = (  # formats (the category Cf of Unicode)
    r"\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    r"\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_BEFORE = rf"(?:[^\S{_SEPARATORS}]|[\"{_UNSEEN}])*"
_FORMULA_BEGINS = re.compile(rf"(?:^|(?<=[{_SEPARATORS}]))(?={_BEFORE}[{_FORMULAS}])")
_NOTHING_SEEN = re.compile(rf"[\s{_UNSEEN}]*")


def cell(value: object) -> object:
    """A cell that a spreadsheet takes for text, whichever character it takes for the one that parts cells.

    Where German, Spanish or French is spoken that is ``;``, which means nothing in a file that is parted by
    commas: so wherever a cell may begin (at the start, after ``;``, ``|``, a tab or a line end) and a formula
    would, an apostrophe is put there, also where only space, quotes or what nobody sees stands before.
    Control characters, but for tabs and line ends, are left out.
    """
    if not isinstance(value, str):
        return value
    text = _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if _NOTHING_SEEN.fullmatch(text):
        return text.strip()
    safe = _FORMULA_BEGINS.sub("'", text)
    return f"'{safe}" if safe[0] in "\t\n" else safe


def json_text(value: Any, *, indent: int | None = None) -> str:
    """JSON (RFC 8259) of one line, or indented. Letters stand as they are; what could steer a terminal or
    reorder a line is escaped.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _RAW_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

"""Pydantic's errors in the words of whoever wrote the file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.mistake import Mistake, did_you_mean, kind
from presswatch.errors import Problem

Loc = tuple[int | str, ...]

_PHRASES = {
    "missing": "is missing.",
    "greater_than_equal": "must be at least {ge}.",
    "greater_than": "must be more than {gt}.",
    "less_than_equal": "must be at most {le}.",
    "less_than": "must be less than {lt}.",
}
_WORDS: dict[object, tuple[str, str]] = {
    str: ("a string", "strings"),
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    bool: ("true or false", "true or false"),
    Path: ("a path (a string)", "paths (strings)"),
}


def explain(
    error: ValidationError, model: type[BaseModel], file: Path, *, within: Loc = (), also: Iterable[str] = ()
) -> list[Problem]:
    """One problem for each of pydantic's errors.

    ``model`` is what was validated, ``file`` where it stands, ``within`` the path to it in there, and
    ``also`` are keys that are fine beside the model's own (for guessing what an unknown one meant).
    """
    problems = []
    for detail in error.errors(include_url=False):
        what, remedy = _say(detail, model, also)
        problems.append(Problem(file, key_path((*within, *detail["loc"])), what, remedy))
    return problems


def key_path(loc: Loc) -> str:
    """``("feeds", 3, "url")`` as ``feeds[3].url``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc).removeprefix(".")


def _say(detail: ErrorDetails, model: type[BaseModel], also: Iterable[str]) -> tuple[str, str]:
    error_type, loc, given, context = detail["type"], detail["loc"], detail["input"], detail.get("ctx", {})
    what, remedy = re.sub(r"^\w+ should", "must", detail["msg"]), ""
    if error_type in {"value_error", "assertion_error"}:
        error = context["error"]
        what, remedy = (error.what, error.remedy) if isinstance(error, Mistake) else (str(error), "")
    elif error_type == "extra_forbidden":
        table = _annotation(model, loc[:-1])
        known = {*table.model_fields, *also} if _is_model(table) else set(also)
        what, remedy = "is not a known key.", did_you_mean(str(loc[-1]), known, few=len(known))
    elif error_type in {"literal_error", "enum"}:
        what = f"must be {context['expected']}, not {given!r}."
        remedy = did_you_mean(str(given), re.findall(r"'([^']+)'", context["expected"]), few=0)
    elif error_type == "string_pattern_mismatch" and str(loc[-1]).endswith("_env"):
        # What was given may be the secret itself, so it is not repeated.
        what, remedy = "is not the name of an environment variable.", "The secret itself has no place here."
    elif error_type in _PHRASES:
        what = _PHRASES[error_type].format_map(context)
    elif error_type.endswith("_type") and (expected := _expected(_annotation(model, loc))):
        what = f"must be {expected}, not {kind(given)}."
        if expected == "a list of tables" and isinstance(given, dict):
            remedy = f"Write [[{loc[-1]}]], in double brackets."
    return what if what.endswith((".", "?", "!")) else f"{what}.", remedy


def _expected(annotation: object) -> str:
    """What values of the type are called, or "" if there is no word for it here."""
    if get_origin(annotation) in {list, tuple, set, frozenset}:
        item = _bare(get_args(annotation)[0])
        words = ("", "tables") if _is_model(item) else _WORDS.get(item)
        return f"a list of {words[1]}" if words else "a list"
    return "a table" if _is_model(annotation) else _WORDS.get(annotation, ("", ""))[0]


def _annotation(model: type[BaseModel], loc: Loc) -> object:
    """The type that the model has at ``loc``, or None if the way there is not one of tables and lists."""
    found: object = model
    for step in loc:
        if isinstance(step, int):
            found = next(iter(get_args(found)), None)
        elif _is_model(found) and step in found.model_fields:
            found = found.model_fields[step].annotation
        else:
            return None
        found = _bare(found)
    return found


def _bare(annotation: object) -> object:
    """The type without ``Annotated`` and ``| None``."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        choices = [choice for choice in get_args(annotation) if choice is not NoneType]
        return _bare(choices[0]) if len(choices) == 1 else annotation
    return annotation


def _is_model(annotation: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)

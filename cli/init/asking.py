"""Questions on the terminal, of which each can be answered by a flag instead."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import click

Answer = TypeVar("Answer")
Check = Callable[[str], Answer]
"""Turns what was typed into the answer; raises ``ValueError`` with a message for whoever typed it."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks, unless told not to: then defaults are taken, and a question that has none is a mistake."""

    silent: bool

    def ask(self, question: str, flag: str, check: Check[Answer], *, default: str | None = None) -> Answer:
        """The answer, asked for again until ``check`` takes it. ``flag`` is what would have given it."""
        if self.silent:
            if default is None:
                raise click.UsageError(f"{flag} is needed: with --yes nothing is asked.")
            return check(default)

        def checked(text: str) -> Answer:
            try:
                return check(text.strip())
            except ValueError as error:
                raise click.BadParameter(str(error)) from error

        try:
            # Without a default click would ask again in silence when nothing is typed.
            return click.prompt(
                question, default=default or "", value_proc=checked, show_default=bool(default), err=True
            )
        except click.Abort:
            raise self._nobody(flag) from None

    def confirm(self, question: str, flag: str) -> bool:
        """Whether the answer is yes, which is what is taken where nothing is asked."""
        if self.silent:
            return True
        try:
            return click.confirm(question, default=True, err=True)
        except click.Abort:
            raise self._nobody(flag) from None

    @staticmethod
    def _nobody(flag: str) -> Exception:
        """Ctrl-C, or an input that has ended, which is no person."""
        if sys.stdin.isatty():
            return click.Abort()
        return click.UsageError(f"there is nobody to ask; {flag} answers it.")


def given(flag: str, text: str, check: Check[Answer]) -> Answer:
    """What a flag says, checked. Raises :class:`click.BadParameter`."""
    try:
        return check(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=flag) from error

"""Sizes, as the commands about the archive say them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from storage.keeping.verify import Finding

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def size(count: int) -> str:
    """A number of bytes: "1 byte", "512 bytes", "1.5 MB"; a kB is a thousand of them."""
    if count == 1:
        return "1 byte"
    amount, unit = float(count), 0
    while amount >= 999.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.0f} {_UNITS[unit]}" if unit == 0 or amount >= 99.5 else f"{amount:.1f} {_UNITS[unit]}"


def name_findings(findings: Sequence[Finding], what_was_done: str) -> None:
    """Name, on standard error, what is wrong with rows of an archive that can be used all the same."""
    for one in findings:
        click.secho(f"  {one.check}: {one.what}", fg="red", err=True)
    if findings:
        click.echo(f"{what_was_done} `presswatch verify` says how to mend it.", err=True)

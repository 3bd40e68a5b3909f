"""What an installation may lack."""

from __future__ import annotations

import click


def lacks(what: str, package: str | None) -> click.ClickException:
    """The error where a package of the extra ``web`` is missing, with the command that installs it."""
    return click.ClickException(
        f"{what} {package}, which is not installed. In the checkout, `make web` installs it, which is:\n"
        "  .venv/bin/pip install --require-hashes -r locks/web.txt"
    )

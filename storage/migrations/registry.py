"""Where migrations register, in the order in which they are imported."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

migrations = Migrations("presswatch")


def run_script(database: Database, script: str) -> None:
    """Run statements that each end with a line, within the transaction that is open."""
    for statement in script.split(";\n"):
        if statement.strip():
            database.execute(statement)

"""The folder of a demo."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from cli.demo.folder import digests, make

NAME = "2026-11-26-0617-demo-presswatch-0a1b2c"


def fill(folder: Path, *names: str) -> None:
    """Files of these names."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    """An earlier demo's files go, nobody else's."""
    folder = tmp_path / "demo-output"
    make(folder)
    made = ["watch.toml", "programs.toml", "archive.db", "archive.db-wal", "archive.db.lock"]
    made += [f"digests/{NAME}.html", f"digests/{NAME}.eml"]
    others = ["my-notes.txt", "copies/archive-20261126T061933Z.db", "digests/mine.html", "archive.csv"]
    fill(folder, *made, *others)
    assert [file.name for file in digests(folder)] == [f"{NAME}.eml", f"{NAME}.html"]
    make(folder)
    left = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert left == {".presswatch-demo", *others}


def test_a_folder_that_was_never_a_demos_is_refused(tmp_path: Path) -> None:
    """And left as it is, also where names are those of a demo's."""
    fill(tmp_path, "archive.db")
    with pytest.raises(click.BadParameter, match="not a demo's"):
        make(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["archive.db"]

"""Charts as files."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import timedelta
from pathlib import Path

import pytest

from config.loader import load
from presswatch.times import utc_now
from storage.archive import Archive
from tests.browse.test_serving import called


def words(file: Path) -> list[str]:
    """The words that stand in an SVG."""
    return [text for text in ET.parse(file).getroot().itertext() if text.strip()]


@pytest.mark.parametrize("name", ["mentions", "publishers", "coverage"])
def test_each_chart_has_a_title_and_names_on_its_axes(folder: Path, tmp_path: Path, name: str) -> None:
    """As SVG, with its words as text."""
    file = tmp_path / "chart.svg"
    done = called(folder, "chart", name, "-o", str(file))
    assert done.returncode == 0, done.stderr
    shown = words(file)
    assert "Releases" in shown
    assert "Month" in shown or "Publisher" in shown
    assert any("elease" in text and len(text) > 20 for text in shown)


def test_filters_narrow_and_are_named(folder: Path, tmp_path: Path) -> None:
    """By program, publisher and time."""
    file = tmp_path / "chart.svg"
    chosen = ["--program", "287g", "--publisher", "orch", "--since", "2020-01-01", "--until", "2099-01-01"]
    assert called(folder, "chart", "publishers", "-o", str(file), *chosen).returncode == 0
    shown = words(file)
    assert "Orchard" in shown
    assert "Mill" not in shown
    assert "287(g), publishers named “orch”, from 2020-01-01, up to 2099-01-01" in shown


def test_a_publisher_is_named_without_accents_and_capitals(folder: Path, tmp_path: Path) -> None:
    """As in a search; one that there is not is a mistake, and the nearest are named."""
    file = tmp_path / "chart.svg"
    with Archive(load(folder / "watch.toml").archive) as archive:
        archive.database.execute("UPDATE releases SET publisher = 'Órchard' WHERE publisher = 'Orchard'")
        archive.database.commit()
    for asked in ("ÓRCH", "orch"):
        assert called(folder, "chart", "publishers", "-o", str(file), "--publisher", asked).returncode == 0
        assert "Órchard" in words(file)
    refused = called(folder, "chart", "publishers", "-o", str(file), "--publisher", "orchrad")
    assert refused.returncode == 2
    assert "did you mean 'Orchard' or 'Órchard'" in refused.stderr


@pytest.mark.parametrize(
    ("name", "chosen", "title"),
    [
        ("mentions", [], "Releases that mention a program, by month (one that mentions two counts for each)"),
        ("mentions", ["--program", "287g"], "Releases that mention a program, by month"),
        ("coverage", [], "Coverage: releases by publisher and month"),
        ("coverage", ["--program", "287g"], "Releases that mention a program, by publisher and month"),
    ],
)
def test_a_title_says_what_is_counted(
    folder: Path, tmp_path: Path, name: str, chosen: list[str], title: str
) -> None:
    """Also where a program is chosen."""
    file = tmp_path / "chart.svg"
    assert called(folder, "chart", name, "-o", str(file), *chosen).returncode == 0
    assert title in words(file)


def test_since_may_be_how_long_ago(folder: Path, tmp_path: Path) -> None:
    """As for all commands; the day that it is stands beneath the title."""
    file = tmp_path / "chart.svg"
    assert called(folder, "chart", "-o", str(file), "--since", "2d").returncode == 0
    days = {(utc_now() - timedelta(days=ago)).date() for ago in (2, 3)}  # midnight may come between
    assert {f"from {day}" for day in days} & set(words(file))


def test_a_png_is_a_picture(folder: Path, tmp_path: Path) -> None:
    """By its signature (RFC 2083, section 3.1)."""
    file = tmp_path / "chart.PNG"
    assert called(folder, "chart", "-o", str(file)).returncode == 0
    assert file.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "chart.gif"], ".svg nor .png"),
        (["-o", "chart.svg", "--program", "nothing"], "287g, s-comm"),
        (["-o", "chart.svg", "--until", "1999-01-01"], "nothing to draw"),
        (["-o", "chart.svg", "--since", "2026-02-01", "--until", "2026-01-01"], "no day is within"),
        (["pie", "-o", "chart.svg"], "'coverage'"),
        (["-o", "missing/chart.svg"], "missing"),
    ],
)
def test_mistakes_are_said(folder: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    """In a sentence, and nothing is written."""
    given = [str(tmp_path / a) if a.startswith(("chart.", "missing/")) else a for a in arguments]
    done = called(folder, "chart", *given)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())

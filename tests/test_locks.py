"""Only what was locked is installed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "locks").glob("*.txt"))
_PIN = re.compile(r"([\w.-]+)(?:\[[\w,-]+\])?==(\S+)")


def name_of(requirement: str) -> str:
    """A package's name as package indexes compare it (PEP 503)."""
    found = re.match(r"[\w.-]+", requirement)
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def pins(lock: Path) -> dict[str, set[str]]:
    """The versions of a lock, by name."""
    found: dict[str, set[str]] = {}
    for name, version in _PIN.findall(re.sub(r"(?m)^\s*(#|--hash).*$", "", lock.read_text())):
        found.setdefault(name_of(name), set()).add(version)
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_version_has_hashes_and_no_address(lock: Path) -> None:
    """Wherever a file comes from, it is the one that was locked."""
    text = lock.read_text()
    requirements = text.replace("\\\n", " ").splitlines()
    assert requirements
    for requirement in requirements:
        assert re.search(r" --hash=sha256:[0-9a-f]{64}", requirement), requirement[:80]
    assert "://" not in text and " @ " not in text and "--index" not in text


def test_what_is_asked_for_is_locked() -> None:
    """Each dependency of pyproject.toml, in the version that constraints.txt names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    wanted = {
        "run": project["project"]["dependencies"],
        "build": project["build-system"]["requires"],
        **extras,
    }
    chosen = pins(ROOT / "constraints.txt")
    for lock in LOCKS:
        locked = pins(lock)
        missing = {name_of(one) for one in wanted[lock.stem]} - set(locked) - {"presswatch"}
        assert not missing, f"{lock.name}: run make lock"
        others = {name for name in set(locked) & set(chosen) if not locked[name] & chosen[name]}
        assert not others, f"{lock.name}: run make lock"


def test_nothing_else_is_installed() -> None:
    """Each installation checks hashes, or installs what is in the checkout and nothing with it."""
    for file in ("Makefile", "deploy/Containerfile"):
        calls = re.findall(r"pip install(?:\\\n|.)*", (ROOT / file).read_text())
        assert len(calls) >= 2
        for call in calls:
            assert "--require-hashes" in call or "--no-deps" in call or call.endswith(" uv"), call

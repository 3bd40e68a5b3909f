"""The README and the docs: what they show is run.

In a block marked ``console``, each line that begins with ``$`` is run, and the lines after it must stand in
its output, in their order; dates and ports aside. A block marked ``sh`` is not run, and a comment above it
says why. The first ``toml`` block of the README is ``my.toml``; every other one must at least be TOML.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"((?:<!--[^\n]*-->\n)?)```(\w*)\n(.*?)```", re.S)
CHANGING = re.compile(r"127\.0\.0\.1:\d+|\d{4}-\d\d-\d\d|\d\d? \w+ 20\d\d")


def blocks(page: Path, language: str) -> list[tuple[str, str]]:
    """The page's blocks in a language: the comment above, and the text."""
    return [
        (comment, text)
        for comment, marked, text in BLOCK.findall(page.read_text(encoding="utf-8"))
        if marked == language
    ]


def steps(text: str) -> list[tuple[str, list[str]]]:
    """The commands of a console block, each with the lines that its output must hold."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif line.strip():
            found[-1][1].append(line)
    return found


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a reader would have it: the checkout's files, a demo that was run, and ``my.toml``."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(ROOT / "config", folder / "config", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "my.toml").write_text(blocks(ROOT / "README.md", "toml")[0][1], encoding="utf-8")
    assert run("make demo", folder).returncode == 0
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the documentation in the folder, with the checkout's commands on the path.

    ``make demo`` is what the Makefile makes of it after the install; CI runs the whole of it.
    """
    command = re.sub(r"^make demo\b", "presswatch demo", command)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PRESSWATCH_")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**environment, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_is_what_happens(page: Path, workplace: Path) -> None:
    """Every command of a console block works, and says what the page says."""
    for _, text in blocks(page, "console"):
        for command, expected in steps(text):
            done = run(command, workplace)
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            rest = CHANGING.sub("#", done.stdout)
            for line in expected:
                wanted = CHANGING.sub("#", line)
                assert wanted in rest, f"{command}: not in the output, or not in this order: {line}"
                rest = rest.split(wanted, 1)[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_not_run_says_why(page: Path) -> None:
    """A block of commands that no test runs has a comment with the reason."""
    for comment, text in blocks(page, "sh"):
        assert comment.startswith("<!-- not run: "), text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_configurations_are_toml(page: Path) -> None:
    """What stands in a block of TOML can be read as such."""
    for _, text in blocks(page, "toml"):
        tomllib.loads(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    """A relative link names a file that is there."""
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_readme_configuration_of_channels_is_sound(workplace: Path) -> None:
    """The part on mail and webhooks, added to the six lines, passes the check."""
    mail = blocks(ROOT / "README.md", "toml")[1][1]
    six = blocks(ROOT / "README.md", "toml")[0][1].splitlines()
    tables = [line for line in six if not line.startswith(("channels", "subscriptions"))]
    (workplace / "mail.toml").write_text("\n".join(tables) + "\n" + mail, encoding="utf-8")
    done = run(
        "PRESSWATCH_SMTP_USER=u PRESSWATCH_SMTP_PASSWORD=p PRESSWATCH_HOOK_SECRET=whsec_c2VjcmV0c2VjcmV0"
        " presswatch check -c mail.toml",
        workplace,
    )
    assert done.returncode == 0, done.stderr

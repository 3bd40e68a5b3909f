"""The README and the docs: what they show is run.

In a block marked ``console``, each line that begins with ``$`` is run, and the lines after it must stand in
its output, in their order; dates and ports aside (one for ``sqlite3`` only where that is installed). A block
marked ``sh`` is not run, and a comment above it says why. The first ``toml`` block of the README is
``my.toml``; every other one must at least be TOML. The newsroom that the tutorial reads over the internet is
played by a server on this machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.feeds import item, rss
from tests.support.site import serve_site

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
NEWSROOM = "https://www.nilc.org"
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
def newsroom() -> Iterator[str]:
    """The address of a server that publishes as a newsroom does."""
    text = "The county ends S-Comm, and the filing fees stay as they are."
    with serve_site() as site:
        feed = rss([item(1, text), item(2)], title="National Immigration Law Center")
        site.publish("/feed/", feed)
        site.publish("/news/feed/", rss([item(3)], title="News"))
        link = '<link rel="alternate" type="application/rss+xml" href="/news/feed/">'
        site.publish("/news/", f"<html><head>{link}</head></html>".encode(), content_type="text/html")
        yield site.base


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, newsroom: str) -> Path:
    """A folder as a reader would have it: the checkout's files, a demo that was run, and ``my.toml``."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(ROOT / "config", folder / "config", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "newsroom").write_text(newsroom, encoding="utf-8")
    (folder / "my.toml").write_text(blocks(ROOT / "README.md", "toml")[0][1], encoding="utf-8")
    assert run("make demo", folder).returncode == 0
    return folder


@pytest.fixture
def workplace(prepared: Path, tmp_path: Path) -> Path:
    """Such a folder for one page: what the commands of another one did there is not seen."""
    return shutil.copytree(prepared, tmp_path / "reader")


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of the documentation in the folder, with the checkout's commands on the path.

    ``make demo`` is what the Makefile makes of it after the install; CI runs the whole of it.
    """
    command = re.sub(r"^make demo\b", "presswatch demo", command)
    if NEWSROOM in command:
        command = command.replace(NEWSROOM, (folder / "newsroom").read_text(encoding="utf-8"))
        command = command.replace("presswatch init", "presswatch init --allow-private-addresses")
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
            if command.startswith("sqlite3 ") and shutil.which("sqlite3") is None:
                continue
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


@pytest.mark.parametrize(
    ("page", "module"), [("configuration", "config.describing"), ("commands", "cli.describing")]
)
def test_a_page_of_the_reference_is_what_its_command_writes(page: str, module: str) -> None:
    """The reference is current: python -m MODULE > docs/reference/PAGE.md."""
    made = subprocess.run([sys.executable, "-m", module], cwd=ROOT, capture_output=True, check=True).stdout
    written = (ROOT / "docs" / "reference" / f"{page}.md").read_bytes().replace(b"\r\n", b"\n")
    assert made.decode() == written.decode()


def test_the_pages_are_built_without_a_warning(tmp_path: Path) -> None:
    """Sphinx finds nothing to warn of: no link or heading that isn't there, no page that nothing leads to."""
    builder = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(
        [*builder, "-d", tmp_path / "trees", ROOT / "docs", tmp_path / "site"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Secure Communities" in (tmp_path / "site" / "tutorial.html").read_text(encoding="utf-8")


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

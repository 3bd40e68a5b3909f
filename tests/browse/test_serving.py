"""Who may read the site, and what it refuses."""

from __future__ import annotations

import re
import socket
import sqlite3
import subprocess
from pathlib import Path

import pytest
import requests

from tests.browse.served import CONFIGURATION, command, environment, served

ROOT = Path(__file__).parents[2]


def called(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command with a configuration beside it."""
    (folder / "watch.toml").write_text(CONFIGURATION, encoding="utf-8")
    call = command(*arguments, "-c", str(folder / "watch.toml"))
    return subprocess.run(call, env=environment(), capture_output=True, text=True, check=False, timeout=100)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_without_a_password_only_this_machine_is_served(folder: Path, host: str) -> None:
    """Another address is refused with what to do."""
    done = called(folder, "browse", "--host", host)
    assert done.returncode == 2
    assert "PRESSWATCH_BROWSE_PASSWORD" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_said(folder: Path) -> None:
    """With the option that helps."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = called(folder, "browse", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "in use" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_archive_is_said(tmp_path: Path) -> None:
    """And how one comes to be."""
    done = called(tmp_path, "browse")
    assert done.returncode == 1
    assert "presswatch run" in done.stderr


def test_without_the_extra_it_says_how_to_install_it(folder: Path) -> None:
    """Where Datasette is missing."""
    (folder / "watch.toml").write_text(CONFIGURATION, encoding="utf-8")
    script = (
        "import sys; sys.modules['datasette'] = None; sys.modules['vl_convert'] = None\n"
        "from cli.main import main; main()"
    )
    for words in (["browse"], ["chart", "-o", str(folder / "x.svg")]):
        call = [*command()[:1], "-c", script, *words, "-c", str(folder / "watch.toml")]
        done = subprocess.run(
            call, env=environment(), capture_output=True, text=True, check=False, timeout=100
        )
        assert done.returncode == 2
        (line,) = (said.strip() for said in done.stderr.splitlines() if "locks/web.txt" in said)
        assert f"\n{line}\n" in (ROOT / "docs" / "browsing.md").read_text(encoding="utf-8")
        made = subprocess.run(
            ["make", "--no-print-directory", "-n", "web"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert made.stdout.splitlines()[-1].endswith("-r locks/web.txt"), "`make web` does the same"
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("host", ["elsewhere.invalid", "127.0.0.1.elsewhere.invalid"])
def test_a_name_that_was_made_to_lead_here_is_not_answered(site: str, host: str) -> None:
    """DNS rebinding reads nothing."""
    answer = requests.get(site, headers={"Host": host}, timeout=60)
    assert answer.status_code == 400
    assert "Presswatch" not in answer.text


def test_with_a_password_nothing_is_shown_before_it_is_given(folder: Path) -> None:
    """Pages lead to the login, data is refused; a wrong password changes nothing, the right one opens."""
    with served(folder, "--host", "0.0.0.0", password="open the harbour") as shown:
        address = shown.replace("0.0.0.0", "127.0.0.1")
        with requests.Session() as session:

            def log_in(password: str) -> None:
                form = session.get(f"{address}/-/login", timeout=60).text
                token = re.search(r'name="csrftoken" value="([^"]+)"', form)
                assert token
                fields = {"username": "reader", "password": password, "csrftoken": token[1]}
                session.post(f"{address}/-/login", data=fields, timeout=60)

            def statuses() -> list[int]:
                return [
                    session.get(address + path, allow_redirects=False, timeout=60).status_code
                    for path in (
                        "/",
                        "/archive/releases/1",
                        "/archive/releases.json",
                        "/-/dashboards/overview",
                    )
                ]

            assert statuses() == [302, 302, 403, 302]
            log_in("open the river")
            assert statuses() == [302, 302, 403, 302]
            log_in("open the harbour")
            assert statuses() == [200, 200, 200, 200]


def test_nothing_can_be_written(folder: Path, site: str) -> None:
    """Neither by SQL that is typed in nor by a plain request."""
    for sql in ("delete from releases", "with x as (select 1) delete from releases", "vacuum into '/tmp/x'"):
        assert requests.get(f"{site}/archive.json", params={"sql": sql}, timeout=60).status_code == 400
    with sqlite3.connect(folder / "archive.db") as connection:
        assert connection.execute("SELECT count(*) FROM releases").fetchone()[0] == 204
    connection.close()


def test_robots_are_told_to_stay_away(site: str) -> None:
    """Of everything."""
    assert "Disallow: /" in requests.get(f"{site}/robots.txt", timeout=60).text


def test_every_saved_question_is_answered(site: str) -> None:
    """Each one that the first page offers, with nothing filled in."""
    for name in set(re.findall(r'href="/archive/([a-z-]+)"', requests.get(site, timeout=60).text)):
        answer = requests.get(f"{site}/archive/{name}.json", timeout=60).json()
        assert answer.get("error") is None, (name, answer)

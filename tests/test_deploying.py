"""The files in ``deploy``: what can be known of them without the machines that they are for."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.serving.doors import OwnServer

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
SERVICES: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
UNIT = (DEPLOY / "presswatch.service").read_text(encoding="utf-8")
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def accepts(command: list[str]) -> None:
    """That the command is one of ours or of Prefect's, with options that it has: asked for its help at the
    end, it complains of those that it doesn't.
    """
    module = {"presswatch": "cli.main", "prefect": "prefect"}[Path(command[0]).name]
    done = subprocess.run(
        [sys.executable, "-m", module, *command[1:], "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "No such" not in done.stdout + done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_runs_what_there_is_and_is_looked_after(name: str) -> None:
    """Its command exists; it is started again, checked, and reached from this machine only."""
    service = SERVICES[name]
    accepts(service["command"])
    assert service["restart"] == "unless-stopped"
    assert service["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    _, program, *rest = service["healthcheck"]["test"]
    if program == "presswatch":
        accepts([program, *rest])
    else:
        assert (program, rest[0]) == ("python", "-c")
        compile(rest[1], name, "exec")
    assert not set(service.get("depends_on", ())) - set(SERVICES)


def test_the_containers_of_prefect_have_one_login_and_no_open_door() -> None:
    """The server asks for it, its client has it, and the password comes from the person."""
    server, client = SERVICES["prefect"]["environment"], SERVICES["watch"]["environment"]
    assert server["PREFECT_SERVER_API_AUTH_STRING"] == client["PREFECT_API_AUTH_STRING"]
    assert ":?" in client["PREFECT_API_AUTH_STRING"]
    own = OwnServer(Path("/var/lib/prefect"), 4200, 4200, server["PREFECT_SERVER_API_AUTH_STRING"])
    assert {name: str(server[name]) for name in own.for_server({})} == own.for_server({})


def test_what_a_container_keeps_is_in_volumes_that_its_user_can_write() -> None:
    """Each volume is mounted where the image has a folder of that user's."""
    (owned,) = re.findall(r"chown presswatch:presswatch (.+)", CONTAINERFILE)
    named = [
        mount.split(":")[1]
        for service in SERVICES.values()
        for mount in service["volumes"]
        if not mount.startswith(".")
    ]
    assert set(named) == set(owned.split())


def test_the_image_runs_as_nobody_in_particular() -> None:
    """Not as root, from the line on that says so, and what is copied into it is there."""
    assert re.findall(r"^USER (\w+)", CONTAINERFILE, re.M) == ["presswatch"]
    for line in re.findall(r"^COPY (.+)", CONTAINERFILE, re.M):
        *sources, _ = line.split()
        assert all((ROOT / source).exists() for source in sources)
    (compiled,) = re.findall(r"compileall -q (.+)", CONTAINERFILE)
    assert all((ROOT / folder / "__init__.py").is_file() for folder in compiled.split())


def test_the_service_starts_what_there_is() -> None:
    """The unit's command, with its options."""
    (command,) = re.findall(r"^ExecStart=(.+)", UNIT, re.M)
    accepts(shlex.split(command))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_finds_no_fault(tmp_path: Path) -> None:
    """With the command in a place where there is one."""
    program = tmp_path / "presswatch"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    unit = tmp_path / "presswatch.service"
    unit.write_text(re.sub(r"^ExecStart=\S+", f"ExecStart={program}", UNIT, flags=re.M), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_crons_lines_run_what_there_is() -> None:
    """Five fields, then commands of ours with options that they have, and nothing that cron would cut (%)."""
    lines = [
        line
        for line in (DEPLOY / "crontab").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#") and not re.match(r"\w+=", line)
    ]
    commands = [re.findall(r"\.venv/bin/presswatch[\w \-]*", line) for line in lines]
    assert [len(found) for found in commands] == [1, 1]
    for line, (command,) in zip(lines, commands, strict=True):
        assert re.match(r"([\d*/]+ ){5} ", line)
        assert "%" not in line
        accepts(shlex.split(command))

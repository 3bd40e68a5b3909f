"""Calling ``presswatch`` as a process, without waiting for Python to start each time.

See :mod:`tests.support.command_server`. Where the system can't fork, and where a call sets what Python reads
when it starts (``PYTHON…``, a locale), it is a process that is started.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

SERVER = Path(__file__).with_name("command_server.py")
TIMEOUT = 100.0
"""Seconds that a call may take."""
_OPTIONS = ("-W", "error")
_READ_AT_START = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_", "TZ")

Called = subprocess.CompletedProcess[str]


def call_command(
    arguments: Sequence[str], *, folder: Path, stdin: str = "", environment: Mapping[str, str]
) -> Called:
    """Call ``presswatch`` with the arguments in a folder. ``environment`` is added to that of the tests, less
    all settings of whoever runs them. Warnings are errors.

    Raises ``subprocess.TimeoutExpired`` after :data:`TIMEOUT`.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRESSWATCH_")}
    whole = {**kept, "PYTHONUTF8": "1", **environment}
    if hasattr(os, "fork") and not any(name.startswith(_READ_AT_START) for name in environment):
        return _forked(arguments, folder, stdin, whole)
    return subprocess.run(
        [sys.executable, *_OPTIONS, "-m", "cli.main", *arguments],
        cwd=folder,
        input=stdin,
        env=whole,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
        timeout=TIMEOUT,
    )


def _forked(arguments: Sequence[str], folder: Path, stdin: str, environment: Mapping[str, str]) -> Called:
    request = {"arguments": arguments, "environment": environment, "folder": str(folder)}
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin.encode("utf-8", "surrogateescape"))
        given.seek(0)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(_server())
            connection.settimeout(TIMEOUT)
            data = json.dumps(request).encode() + b"\n"
            sent = socket.send_fds(connection, [data], [given.fileno(), out.fileno(), err.fileno()])
            connection.sendall(data[sent:])
            with connection.makefile("r", encoding="ascii") as answers:
                process = int(answers.readline())
                try:
                    status = int(answers.readline())
                except TimeoutError:
                    os.kill(process, signal.SIGKILL)
                    raise subprocess.TimeoutExpired(list(arguments), TIMEOUT) from None
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "surrogateescape").replace("\r\n", "\n"))
    return subprocess.CompletedProcess(["presswatch", *arguments], status, *texts)


@cache
def _server() -> str:
    """The address of the server's socket; it is started for the first call, and ends with the tests."""
    folder = tempfile.TemporaryDirectory(prefix="presswatch-")
    address = str(Path(folder.name) / "socket")
    server = subprocess.Popen(
        [sys.executable, *_OPTIONS, str(SERVER), address],
        env={**os.environ, "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdout
    assert server.stdout.readline() == b"ready\n", "the server of commands did not start"
    server.stdout.close()

    def end() -> None:
        server.kill()
        server.wait()
        folder.cleanup()

    atexit.register(end)
    return address

"""A process that has imported all commands, and forks a process of its own for each call of ``presswatch``.

Starting Python and importing what a command needs costs more than what most calls in tests do. A fork
begins where that is done. It runs ``cli.main`` as ``python -m`` does: with arguments, environment, folder,
standard input and output of its own, and ends as a Python process ends.

    python tests/support/command_server.py SOCKET

Each connection to the socket is one call: the request is a line of JSON with the descriptors of the three
standard streams; the answers are the id of the process and, when it has ended, its exit status (negative:
the signal), a line each.
"""

from __future__ import annotations

import json
import os
import runpy
import select
import socket
import sys
from importlib import import_module
from pathlib import Path

LONGEST_REQUEST = 1 << 20


def import_commands() -> None:
    """Import what the commands import; ``cli.main`` itself is run afresh for each call."""
    from cli.main import COMMANDS

    for command in COMMANDS.values():
        import_module(command.partition(":")[0])
    for name in ("presswatch.pipeline", "presswatch.feeds.reading", "storage.archive", "trafilatura"):
        import_module(name)
    del sys.modules["cli.main"]


def serve(listener: socket.socket) -> list[str]:
    """Answer calls until standard input ends, as it does when the tests have gone. Returns only in a process
    that was forked for a call, with its arguments.
    """
    while True:
        if sys.stdin in select.select([listener, sys.stdin], [], [])[0]:
            sys.exit()
        connection, _ = listener.accept()
        _reap()
        if os.fork() == 0:
            listener.close()
            return _call(connection)
        connection.close()


def _reap() -> None:
    """Let the system forget the processes whose calls are over."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _call(connection: socket.socket) -> list[str]:
    """Fork the process of the call and wait for its end, or return in it, with its arguments."""
    data, streams, _, _ = socket.recv_fds(connection, LONGEST_REQUEST, 3)
    while not data.endswith(b"\n"):
        data += connection.recv(LONGEST_REQUEST)
    process = os.fork()
    if process:
        connection.sendall(b"%d\n" % process)
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        connection.sendall(b"%d\n" % status)
        os._exit(0)
    connection.close()
    request = json.loads(data)
    for stream, standard in zip(streams, (0, 1, 2), strict=True):
        os.dup2(stream, standard)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    return list(request["arguments"])


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[2])
    import_commands()
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(sys.argv[1])
        opened.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        arguments = serve(opened)
    sys.argv = ["presswatch", *arguments]
    sys.path[0] = str(Path.cwd())
    runpy.run_module("cli.main", run_name="__main__", alter_sys=True)

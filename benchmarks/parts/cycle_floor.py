"""The least that a cycle can cost with requests: each address asked for once, with its validators, and the
answer read. Nothing is parsed or stored but the validators.

    python benchmarks/parts/cycle_floor.py URLS STATE [CONNECTIONS]

URLS is a file with an address a line, STATE a file that is made if missing.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

Validators = dict[str, str]


def ask(session: requests.Session, url: str, known: Validators) -> Validators:
    """Ask for one address; what to send the next time."""
    with session.get(url, headers=known, stream=True, timeout=30) as answer:
        if answer.status_code == 304:
            return known
        answer.raise_for_status()
        assert answer.content
        names = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
        return {asked: answer.headers[name] for name, asked in names.items() if name in answer.headers}


def main(urls: Path, state: Path, connections: int = 32) -> None:
    """Ask for all."""
    known: dict[str, Validators] = json.loads(state.read_text()) if state.exists() else {}
    addresses = urls.read_text().split()
    with requests.Session() as session, ThreadPoolExecutor(connections) as threads:
        session.mount("http://", requests.adapters.HTTPAdapter(pool_connections=connections))
        session.mount("https://", requests.adapters.HTTPAdapter(pool_connections=connections))
        found = list(threads.map(lambda url: ask(session, url, known.get(url, {})), addresses))
    state.write_text(json.dumps(dict(zip(addresses, found, strict=True))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))

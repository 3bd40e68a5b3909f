"""A real browser without a window, told by its DevTools protocol what to load and to look at."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --disable-default-apps --remote-debugging-port=0"
    " --remote-allow-origins=* --hide-scrollbars"
).split()
_PATIENCE = 60  # seconds


def find_browser() -> str | None:
    """The path of a Chromium, if this machine has one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """A tab. Requests and dialogs that a page causes are kept until the next one is opened."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._last = 0
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask for something of the protocol, and wait for the answer."""
        self._last += 1
        self._connection.send(json.dumps({"id": self._last, "method": method, "params": parameters}))
        while True:
            message = self._next()
            if message.get("id") == self._last:
                assert "error" not in message, f"{method}: {message['error']}"
                result: dict[str, Any] = message["result"]
                return result

    def open(self, file: Path, *, width: int, dark: bool) -> None:
        """Load a file on a screen of a width, light or dark, and wait until it has settled."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.requests.clear()
        self.dialogs.clear()
        self.call("Page.navigate", url=file.as_uri())
        while self._next().get("method") != "Page.loadEventFired":
            pass
        self.value("new Promise(done => setTimeout(done, 50))")

    def value(self, expression: str) -> Any:
        """What a piece of script comes to in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def picture(self, file: Path, most: int = 2400) -> None:
        """Save the page as a PNG, of its height up to a limit."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], most), "scale": 1}
        shot = self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))

    def _next(self) -> Mapping[str, Any]:
        message: dict[str, Any] = json.loads(self._connection.recv(timeout=_PATIENCE))
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        elif message.get("method") == "Page.javascriptDialogOpening":
            self.dialogs.append(message["params"]["message"])
            self._last += 1
            accept = {"id": self._last, "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}
            self._connection.send(json.dumps(accept))
        return message


@contextmanager
def browser_page(program: str, profile: Path) -> Iterator[Page]:
    """A tab of a browser that is started for it, and ended after it."""
    process = subprocess.Popen(
        [program, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connect(_tab(profile, process), max_size=None, compression=None) as connection:
            yield Page(connection)
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _tab(profile: Path, process: subprocess.Popen[bytes]) -> str:
    """The address of the browser's first tab, once the browser has written where it listens."""
    written = profile / "DevToolsActivePort"
    deadline = time.monotonic() + _PATIENCE
    while not (written.exists() and len(written.read_text().split()) == 2):
        assert process.poll() is None, "the browser ended before it listened"
        assert time.monotonic() < deadline, "the browser does not listen"
        time.sleep(0.05)
    port, path = written.read_text().split()
    with connect(f"ws://127.0.0.1:{port}{path}", max_size=None, compression=None) as connection:
        connection.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
        targets = json.loads(connection.recv(timeout=_PATIENCE))["result"]["targetInfos"]
    (page,) = [target["targetId"] for target in targets if target["type"] == "page"]
    assert urlsplit(path).path.startswith("/devtools/browser/")
    return f"ws://127.0.0.1:{port}/devtools/page/{page}"

"""Somebody who visits a site with a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests.support.browser import Page, browser_page

_LOADED = "document.readyState === 'complete' || new Promise(done => addEventListener('load', done))"


class Visitor:
    """What a person does: go somewhere, follow a link, type, look."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def screen(self, width: int) -> None:
        """Use a screen of so many pixels."""
        self.page.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def go(self, address: str) -> None:
        """Open an address, and wait until it is loaded."""
        self.page.call("Page.navigate", url=address)
        self.look(_LOADED)

    def follow(self, words: str) -> None:
        """Follow the first link of these words."""
        address = self.look(
            "[...document.querySelectorAll('a')]"
            f".find(a => a.textContent.trim() === {json.dumps(words)}).href"
        )
        self.go(str(address))

    def search(self, words: str) -> None:
        """Type words into the page's search, and send it."""
        form = "document.querySelector('input[type=search]').form"
        self.look(f"document.querySelector('input[type=search]').value = {json.dumps(words)}")
        self.go(str(self.look(f"{form}.action + '?' + new URLSearchParams(new FormData({form}))")))

    def look(self, expression: str) -> Any:
        """What a piece of script comes to in the page."""
        return self.page.value(expression)

    def until(self, expression: str) -> None:
        """Wait until a piece of script comes to something true."""
        self.look(
            "new Promise(done => { const look = () => "
            f"({expression}) ? done() : setTimeout(look, 50); look(); }})"
        )

    def barriers(self) -> list[str]:
        """What keeps people with a disability from using the page, by axe-core: the serious findings."""
        script = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
        self.look(f"(() => {{ {script} }})()")
        found = self.look(
            "axe.run().then(r => JSON.stringify(r.violations"
            ".filter(v => ['serious', 'critical'].includes(v.impact))"
            ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))))"
        )
        barriers: list[str] = json.loads(found)
        return barriers


@contextmanager
def visiting(program: str, profile: Path) -> Iterator[Visitor]:
    """Somebody whose browser is ended afterwards."""
    with browser_page(program, profile) as page:
        yield Visitor(page)

"""Addresses that are secrets stay out of logs, also while several channels are at work."""

from __future__ import annotations

import logging
from contextlib import ExitStack

import pytest

from notifiers.hooks.secrecy import unlogged


def test_who_has_done_lays_nobody_else_bare(caplog: pytest.LogCaptureFixture) -> None:
    """A block may end in another thread while a line is being logged; the line is cleaned all the same."""
    logger = logging.getLogger("urllib3.connectionpool")
    other = ExitStack()

    def ends_meanwhile(record: logging.LogRecord) -> bool:
        other.close()
        return True

    other.enter_context(unlogged("https://other.example/hook/other-secret"))
    logger.addFilter(ends_meanwhile)
    try:
        with unlogged("https://hooks.example/services/our-secret"), caplog.at_level(logging.DEBUG):
            logger.warning("POST /services/our-secret")
    finally:
        logger.removeFilter(ends_meanwhile)
    assert "our-secret" not in caplog.text
    assert "POST" in caplog.text

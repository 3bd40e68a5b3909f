"""What another dictionary finds is archived as if it had been found at once."""

from __future__ import annotations

from dataclasses import replace

from presswatch.matching.program import Program
from tests.support.press import JAIL, STORY, Press


def test_a_release_with_its_first_mention_is_taken_apart(press: Press) -> None:
    """A release without mentions has no parts; when a new program finds one, it has."""
    press.show("Harbour", "bridge", STORY)
    press.show("River", "jail", JAIL)
    count = "SELECT count(*) FROM parts WHERE kind = 'quotation' AND release_id = ?"
    archive = press.archive.database
    assert archive.execute(count, [press.release("bridge")]).fetchone()[0] == 0
    bridge = Program("bridge", "Harbour bridge", terms=("harbour bridge",))
    watch = replace(press.watch, programs=(*press.watch.programs, bridge))
    assert press.archive.rematch(watch, press.now, announce=False) == 1
    assert archive.execute(count, [press.release("bridge")]).fetchone()[0] == 1
    assert press.archive.rematch(watch, press.now, announce=False) == 0
    assert archive.execute(count, [press.release("bridge")]).fetchone()[0] == 1

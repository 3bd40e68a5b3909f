"""Rich's console, for text that comes from elsewhere. Rich is slow to load: hence a file of its own."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.segment import Segment

from cli.terminal import Stream, harmless


class SafeConsole(Console):
    """A console of rich whose texts are harmless; what rich itself does with the terminal goes through."""

    def _render_buffer(self, buffer: Iterable[Segment]) -> str:
        return super()._render_buffer(
            segment if segment.control else Segment(harmless(segment.text), segment.style)
            for segment in buffer
        )

    def _write_buffer(self) -> None:
        file = self.file
        if isinstance(file, Stream):
            with file.trusted():
                super()._write_buffer()
        else:
            super()._write_buffer()

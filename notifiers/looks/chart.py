"""The small chart of the past weeks, which needs no image: bars for HTML, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass

from presswatch.digests.model import Section

_TALLEST = 28  # pixels
_LOWEST = 3
_LEAST_AT_TOP = 4  # one release is a small bar, though it be the most that there was


@dataclass(frozen=True, slots=True)
class Bar:
    """A week: its height in pixels, and whether it holds a release, and is the last."""

    height: int
    empty: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars, the oldest week first; what they say in words; and the words that stand beside them."""

    bars: tuple[Bar, ...]
    said: str
    caption: str


def chart(section: Section, *, drawn: bool = True) -> Chart | None:
    """The chart of a section's weeks, if it has any; without bars unless it is to be drawn."""
    weeks = section.weeks
    if not weeks:
        return None
    what, now = f"Releases a week, the last {len(weeks)} weeks", f"{weeks[-1]} in the last 7 days"
    most = max(weeks)
    top = max(most, _LEAST_AT_TOP)
    bars = tuple(
        Bar(
            height=max(_LOWEST, round(_TALLEST * number / top)) if number else 1,
            empty=not number,
            last=place == len(weeks),
        )
        for place, number in enumerate(weeks if drawn else (), start=1)
    )
    return Chart(bars, f"{what}: {' '.join(map(str, weeks))}; {now}", f"{what}: {most} at most; {now}")

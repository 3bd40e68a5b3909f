"""What a digest says of itself as a whole, each in a line."""

from __future__ import annotations

from collections.abc import Sequence

from notifiers.looks import coverage
from notifiers.looks.plain import count, line, short
from notifiers.looks.when import zone_called
from presswatch.digests.model import Digest
from presswatch.digests.subject import health_subject

LONGEST_TITLE = 300  # characters
_LONGEST_PREVIEW = 200


def title(title: str) -> str:
    """The title as one line, or as much of it as anybody would read."""
    return line(short(title, LONGEST_TITLE)) or "Untitled release"


def preview(digest: Digest) -> str:
    """The first titles, for the subject counts; of what else is inside, what can be said in a line."""
    titles = [title(item.title) for section in digest.sections for item in section.items[:3]]
    turned = [f"{line(turn.publisher)} {turn.what}" for turn in digest.coverage.turned[:3]]
    covered = coverage.sentence(digest.coverage, zone_called(digest.timezone))
    return short(" · ".join(dict.fromkeys(titles or turned)) or f"{covered}.", _LONGEST_PREVIEW)


def cut(sizes: Sequence[int], shown: Sequence[int]) -> str:
    """How much of the digest is shown, of how many entries in each section; empty if all of it."""
    if sum(shown) == sum(sizes):
        return ""
    return f"These are the newest {sum(shown)} of {sum(sizes)} entries; all are in the archive"


def late(moments: int) -> str:
    """For how many digests this one stands; empty if only for itself."""
    if moments <= 1:
        return ""
    return f"It covers {moments} digests: Presswatch was not running when the others were due"


def part(digest: Digest) -> str:
    """``Part 1 of 2 of a digest of 120 releases``; empty if it comes in one."""
    if digest.part is None:
        return ""
    of = digest.part
    return f"Part {of.number} of {of.of} of a digest of {count(of.releases, 'release')}"


def headline(digest: Digest) -> str:
    """``3 releases mention 2 programs, 1 no longer does``; of feeds alone, what the subject says of them."""
    if not digest.releases:
        turned = digest.coverage.turned
        return line(health_subject(turned)) if turned else "Nothing new this time"
    items = [item for section in digest.sections for item in section.items]
    mention = len({item.release_id for item in items if item.kind != "removed"})
    removed = len({item.release_id for item in items if item.kind == "removed"})
    if not mention:
        verb = "mentions" if removed == 1 else "mention"
        return f"{count(removed, 'release')} no longer {verb} a program"
    programs = sum(section.count.mention > 0 for section in digest.sections)
    verb = "mentions" if mention == 1 else "mention"
    said = f"{count(mention, 'release')} {verb} {count(programs, 'program')}"
    return f"{said}, {removed} no longer {'does' if removed == 1 else 'do'}" if removed else said

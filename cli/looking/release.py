"""A release on a terminal. All text of feeds goes through :mod:`notifiers.looks.plain`: it is no markup and
cannot steer the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from notifiers.looks import plain
from presswatch.releases.difference import Span, difference
from presswatch.times import from_text
from storage.looking.showing import Row, Shown

_FROM = {"feed": "the feed", "page": "its page"}
_NOTES = {
    "missing": "the publisher gives no date",
    "unreadable": "the publisher's date cannot be read",
    "future": "the publisher's date lies in the future",
}
_SPANS = {"same": "", "removed": "red strike", "added": "green underline"}
_SIGNS = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
_NAMES = 16  # columns
_REACH = 100  # characters of what stayed the same, at either side of a change


def print_release(shown: Shown, out: Console) -> None:
    """Everything, part by part; what there is nothing of is left out."""
    release = shown.release
    out.print(Text(plain.line(release["title"]) or "Untitled release", style="bold"))
    _about(release, out)
    _page(shown.page, out)
    _section(out, "Text")
    if release["forgotten"]:
        out.print(f"It was removed on {_when(release['forgotten'])}, as the configuration asks.")
    else:
        out.print(_marked_text(shown), soft_wrap=True)
    _parts(shown, out)
    _mentions(shown, out)
    _revisions(shown, out)
    _variants(shown.variants, out)
    _sightings(shown.sightings, out)
    if shown.story:
        _section(out, "Who published this text")
        for row in shown.story:
            out.print(_line(f"{_when(row['first_seen'])}  {row['publisher']} · release {row['release_id']}"))
    _told(shown, out)


def _about(release: Row, out: Console) -> None:
    claimed = _when(release["published"]) if release["published"] else ""
    note = _NOTES.get(release["published_note"], "")
    if release["published_raw"] and note:
        note += f": “{release['published_raw']}”"
    _pairs(
        out,
        ("Release", release["id"]),
        ("Publisher", release["publisher"]),
        ("Address", release["url"]),
        ("Published", " · ".join(filter(None, [claimed, note]))),
        ("First seen", f"{_when(release['first_seen'])} in {release['feed']}"),
        ("Text from", f"{_FROM[release['text_from']]}, fetched {_when(release['fetched'])}"),
        ("Language", release["language"] or "not said"),
        (
            "Revision",
            f"{release['revision']}" + (f", of {_when(release['revised'])}" if release["revised"] else ""),
        ),
        ("SHA-256", f"{release['content_hash']} (title and text, as the feed gave them)"),
        ("Guid", release["guid"]),
        ("Announced", "yes" if release["announce"] else "no: archived without telling anyone"),
    )


def _page(page: Row | None, out: Console) -> None:
    if page is None:
        return
    what = f"{page['status']}, {plain.count(page['attempts'], 'attempt')}"
    if page["read_at"]:
        what += f", read {_when(page['read_at'])} ({page['kind']}, {plain.count(page['size'], 'byte')})"
    _pairs(out, ("Page", what + (f": {page['reason']}" if page["reason"] else "")), ("", page["final_url"]))


def _marked_text(shown: Shown) -> Text:
    """The present text, the mentions marked."""
    text = shown.release["text"]
    marks = tuple(
        (m["start"], m["end"])
        for m in shown.mentions
        if m["field"] == "text" and m["revision"] == shown.release["revision"]
    )
    made = Text()
    position = 0
    for start, end in sorted(marks):
        if start < position:
            continue
        made.append(_kept_lines(text[position:start]))
        made.append(plain.squeeze(text[start:end]), style="black on yellow")
        position = end
    made.append(_kept_lines(text[position:]))
    return made


def _kept_lines(text: str) -> str:
    return "\n".join(plain.squeeze(line) for line in text.splitlines()) + (
        "\n" if text.endswith("\n") else ""
    )


def _parts(shown: Shown, out: Console) -> None:
    if shown.parts:
        _section(out, "Parts")
    for row in shown.parts:
        said = plain.short(plain.line(shown.release["text"][row["start"] : row["end"]]), 120)
        about = ", ".join(filter(None, [*row["value"].splitlines(), row["date"]]))
        line = _line(f"{row['kind']:<{_NAMES}}{about}" if about else f"{row['kind']:<{_NAMES}}{said}")
        out.print(line)
        if about and about != said:
            out.print(_line(f"{'':<{_NAMES}}{said}", "dim"))


def _mentions(shown: Shown, out: Console) -> None:
    now = [m for m in shown.mentions if m["revision"] == shown.release["revision"]]
    former = len(shown.mentions) - len(now)
    _section(out, "Mentions")
    if not now:
        out.print("It mentions no program." if not former else "It mentions no program any more.")
    for row in now:
        out.print(
            _line(
                f"{row['program']}, in the {row['part']}, found {_when(row['found'])} ({row['cause']})",
                "bold",
            )
        )
        for text, style in ((row["snippet"], ""), (f"Why: {row['why']} (rule {row['rule']})", "dim")):
            out.print(_line("  " + plain.line(text), style))
    for row in shown.changes:
        what = "no longer mentions" if row["kind"] == "removed" else "mentions again"
        out.print(_line(f"{_when(row['found'])}  revision {row['revision']} {what} {row['program']}"))


def _revisions(shown: Shown, out: Console) -> None:
    if not shown.revisions:
        return
    _section(out, "What changed")
    later: Sequence[Row] = [*shown.revisions[1:], shown.release]
    for before, after in zip(shown.revisions, later, strict=True):
        by = "an edit" if before["replaced_by"] == "edit" else "reading its page"
        became = f"Revision {before['revision']} became {after['revision']} by {by}"
        out.print(_line(f"{became}, {_when(before['replaced'])}", "bold"))
        if before["title"] != after["title"]:
            out.print(_differing(difference(before["title"], after["title"]), out))
        if before["text"] != after["text"]:
            out.print(_differing(difference(before["text"], after["text"]), out))


def _differing(spans: Sequence[Span], out: Console) -> Text:
    """Changes in colour, and between signs where there is none; what stayed the same is cut."""
    made = Text("  ")
    for place, span in enumerate(spans):
        text = plain.squeeze(span.text)
        if span.kind == "same" and len(text) > 2 * _REACH:
            head = text[:_REACH].rstrip() if place else ""
            tail = text[-_REACH:].lstrip() if place + 1 < len(spans) else ""
            text = f"{head} … {tail}"
        opening, closing = ("", "") if out.is_terminal else _SIGNS[span.kind]
        made.append(f"{opening}{text}{closing}", style=_SPANS[span.kind])
    return made


def _variants(variants: Sequence[Row], out: Console) -> None:
    """What else was taken for this release, and why."""
    if not variants:
        return
    _section(out, "Also shown as")
    for row in variants:
        out.print(_line(f"{_when(row['first_seen'])}  {plain.line(row['title']) or 'Untitled'}", "bold"))
        out.print(_line(f"  {row['url'] or row['guid']}  in {row['feed']}"))
        out.print(_line(f"  Why: {row['why']}", "dim"))


def _sightings(sightings: Sequence[Row], out: Console) -> None:
    _section(out, "Sightings")
    for row in sightings:
        out.print(_line(f"{_when(row['first_seen'])}  {row['key']}  in {row['feed']}"))


def _told(shown: Shown, out: Console) -> None:
    _section(out, "Told")
    if not shown.told:
        out.print("No digest has told it.")
    for row in shown.told:
        what = f"digest {row['digest']} of {row['subscription']}: {row['program']} ({row['kind']})"
        out.print(_line(f"{_when(row['created'])}  {what}"))
    for row in shown.deliveries:
        whom = (
            row["channel"]
            if row["recipient"] == row["channel"]
            else f"{row['recipient']} by {row['channel']}"
        )
        out.print(_line(f"  delivery {row['id']} of digest {row['digest']} to {whom}: {row['status']}"))


def _section(out: Console, title: str) -> None:
    out.print()
    out.print(Rule(title, align="left"))


def _pairs(out: Console, *pairs: tuple[str, Any]) -> None:
    for name, value in pairs:
        if plain.line(str(value)):
            out.print(Text.assemble((f"{name:<{_NAMES}}", "dim"), plain.line(str(value))))


def _line(text: str, style: str = "") -> Text:
    """One line, in which our own columns stay."""
    return Text(" ".join(plain.squeeze(word) for word in text.split(" ")), style=style)


def _when(moment: str) -> str:
    return f"{from_text(moment):%Y-%m-%d %H:%M} UTC"

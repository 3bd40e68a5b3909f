"""``presswatch match``: what the configured programs find in texts that you give."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import click
from rich.console import Console
from rich.text import Text

from cli.ignored import about_ignored
from cli.options import config_option, console
from config.loader import load
from presswatch.matching.matcher import Matcher
from presswatch.matching.mention import Mention
from presswatch.wellformed import well_formed

FIELDS = ("title", "text", "publisher")


@dataclass(frozen=True, slots=True)
class Document:
    """A text to look into, and the name it goes by."""

    id: Any
    title: str
    text: str
    publisher: str


@click.command()
@config_option
@click.option("--explain", is_flag=True, help="For a person: passages, marked, with the reason.")
@click.argument(
    "source", metavar="[PATH|-]", type=click.File(encoding="utf-8", errors="replace"), default="-"
)
def match(config: Path, explain: bool, source: TextIO) -> None:
    """Find mentions in documents. Nothing is archived or told.

    Reads a JSON object from each line, {"id", "title", "text", "publisher"}, and writes one for each:
    {"id", "mentions": [{"program", "term", "field", "start", "end", "snippet", "why"}]}. Offsets are
    in characters of the field. Other fields are ignored, which is said at the end.
    """
    watch = load(config)
    matcher = Matcher(watch.programs)
    out = console()
    ignored: Counter[str] = Counter()
    for document in _documents(source, source.name, ignored):
        if explain:
            _explain(document, matcher, out)
        else:
            mentions = matcher.find(document.title, document.text, document.publisher)
            found = {"id": document.id, "mentions": [_plain(m) for m in mentions]}
            click.echo(well_formed(json.dumps(found, ensure_ascii=False)))
    for said in about_ignored(ignored):
        click.echo(well_formed(said), err=True)


def _documents(lines: Iterable[str], name: str, ignored: Counter[str]) -> Iterator[Document]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except (ValueError, RecursionError) as error:
            example = '{"id": 1, "title": "…", "text": "…"}'
            problem = str(error).split(": line")[0]
            raise click.UsageError(f"{name}, line {number}: not JSON ({problem}); write {example}") from error
        if not isinstance(data, dict):
            raise click.UsageError(f"{name}, line {number}: must be a JSON object with id, title and text")
        for field in FIELDS:
            if not isinstance(data.get(field) or "", str):
                raise click.UsageError(f"{name}, line {number}: {field}: must be text")
        ignored.update(field for field in data if field not in FIELDS and field != "id")
        yield Document(data.get("id"), *(well_formed(data.get(field) or "") for field in FIELDS))


def _plain(mention: Mention) -> dict[str, Any]:
    return {
        "program": mention.program,
        "term": mention.term,
        "field": mention.field,
        "start": mention.start,
        "end": mention.end,
        "snippet": mention.snippet,
        "why": mention.why,
    }


def _explain(document: Document, matcher: Matcher, out: Console) -> None:
    """What counts, with the passage and the reason; and what doesn't, with the reason."""
    judged = matcher.judge(document.title, document.text, document.publisher)
    out.print(Text(well_formed(f"{document.id}  {document.title}"), style="bold"))
    for mention, counts in judged:
        start = mention.start - mention.snippet_start
        passage = Text(mention.snippet)
        style = "black on yellow" if counts else "reverse dim"
        passage.stylize(style, start, start + mention.end - mention.start)
        verdict = "" if counts else "not counted: "
        out.print(
            Text(
                f"  {mention.program}, in the {mention.field}: {verdict}{mention.why}",
                style="cyan" if counts else "dim",
            )
        )
        out.print(Text("    ").append_text(passage))
    if not judged:
        out.print(Text("  no mention", style="dim"))

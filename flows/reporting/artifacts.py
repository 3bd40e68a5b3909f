"""What a run leaves behind at the engine: a name that says what happened, and a table of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime

from prefect import get_client
from prefect.artifacts import create_table_artifact
from prefect.runtime import flow_run

from flows.upkeep import Upkeep
from notifiers.looks.plain import count
from presswatch.cycle import CycleReport, Sent
from presswatch.digests.owed import Owed
from presswatch.times import utc_now
from presswatch.watch import Subscription, Watch
from storage.archive import Archive

log = logging.getLogger(__name__)

Row = dict[str, str]

_MOST = 100  # of each kind of row: an artifact is for people
_EVERYTHING = Subscription(id="", channel="")


def name_run(said: str) -> None:
    """Give the current run a name that says what happened, such as ``03:05 UTC: 42 read, 3 new``."""
    try:
        with get_client(sync_client=True) as client:
            client.update_flow_run(flow_run.id, name=f"{utc_now():%H:%M} UTC: {said}")
    except Exception as error:  # whatever the engine does, the cycle is done
        log.warning("the run could not be named: %s", error)


def leave_table(key: str, rows: Iterable[Row], said: str) -> None:
    """Leave a table with the current run."""
    try:
        create_table_artifact(table=list(rows), key=key, description=said)
    except Exception as error:  # the same
        log.warning("no table could be left: %s", error)


def releases_since(watch: Watch, since: datetime) -> list[Owed]:
    """The releases that mention a program and were first seen since then."""
    with Archive(watch.archive, read_only=True) as archive:
        return archive.seen_since(_EVERYTHING, since)


def cycle_rows(watch: Watch, report: CycleReport, found: Iterable[Owed]) -> Iterator[Row]:
    """A cycle, as rows: its feeds, what failed, gaps, releases that mention a program, deliveries."""
    counts = f"{report.read} read, {report.unchanged} unchanged, {report.failed} failed"
    yield _row("feeds", f"{report.due} due", f"{counts}, {report.postponed} put off")
    for failure in report.failures[:_MOST]:
        yield _row("failed", failure.publisher, failure.reason, failure.url)
    if gaps := report.recorded.gaps:
        recovered = count(report.recovered, "release")
        yield _row("gaps", count(gaps, "newsroom"), f"may have shown more; {recovered} recovered")
    programs: dict[int, tuple[Owed, list[str]]] = {}
    for one in found:
        programs.setdefault(one.release_id, (one, []))[1].append(watch.program_name(one.program))
    for one, names in list(programs.values())[:_MOST]:
        yield _row("release", ", ".join(names), one.title, one.url)
    yield from delivery_rows(report.deliveries)


def delivery_rows(sent: Sent) -> Iterator[Row]:
    """What was sent, as rows."""
    yield _row("deliveries", f"{sent.sent} sent", f"{sent.pending} pending, {sent.failed} failed for good")
    for trouble in sent.troubles[:_MOST]:
        yield _row("delivery", "not accepted", str(trouble))


def upkeep_rows(upkeep: Upkeep) -> Iterator[Row]:
    """What was done for the archive, as rows."""
    found = upkeep.verification
    yield _row("archive", "whole" if found.is_whole else "not whole", f"{found.releases} releases")
    for one in found.findings:
        yield _row("finding", one.check, one.what)
    if upkeep.backup:
        yield _row("backup", upkeep.backup.path.name, f"{upkeep.backup.size} bytes")
    for state, number in upkeep.health:
        yield _row("feeds", state, str(number))


def _row(what: str, which: str, said: str, address: str = "") -> Row:
    return {"what": what, "which": which, "said": said, "address": address}

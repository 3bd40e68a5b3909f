"""Telling whoever runs Presswatch that runs fail, or that the configuration was broken, and that all is well
again: once a turn, not each run.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from datetime import datetime

from config.last_good import Current
from flows.cycle import open_notifiers
from flows.reporting.run_state import Trouble, run_state
from notifiers.looks.plain import line, short
from presswatch.digests.delivery import Delivery
from presswatch.digests.health import WELL, FeedTurn
from presswatch.digests.model import Coverage, Digest
from presswatch.errors import ArchiveError, DeliveryError
from presswatch.times import from_text, to_text
from presswatch.watch import Watch
from storage.archive import Archive

log = logging.getLogger(__name__)

IN_TROUBLE = "in trouble"
_CONFIGURATION = "configuration"
_LONGEST = 500


def note_failure(watch: Watch, flow: str, why: str, now: datetime, *, broke_off: bool = False) -> None:
    """A run of the flow failed, or ``broke_off``: was killed, say. Who is configured is told, unless they
    were told since it last worked.

    Where the alert is not accepted that is logged, and tried again when the next run fails. Raises
    ``OSError`` where it cannot be remembered.
    """
    with run_state(watch.archive) as state:
        trouble = state.troubles.setdefault(flow, Trouble(to_text(now), "", broke_off=broke_off))
        trouble.why = short(line(why), _LONGEST)
        trouble.broke_off = trouble.broke_off and broke_off
        if not trouble.told:
            turn = FeedTurn(_name(flow), "", from_text(trouble.since), IN_TROUBLE, trouble.why)
            trouble.told = _tell(watch, turn, now)


def note_success(watch: Watch, flow: str, now: datetime, *, idle: bool = False) -> None:
    """A run of the flow worked. Who was told of trouble is told that it is over. If the run was ``idle``,
    having found nothing to do, then only the trouble of one that broke off is.

    Raises ``OSError`` where it cannot be remembered.
    """
    with run_state(watch.archive) as state:
        trouble = state.troubles.get(flow)
        if trouble is None or (idle and not trouble.broke_off):
            return
        if not trouble.told or _tell(watch, FeedTurn(_name(flow), "", now, WELL, ""), now):
            del state.troubles[flow]


def note_configuration(current: Current, now: datetime) -> None:
    """What a run went on with. While an edit is broken, those whom the last good configuration names are told
    as of a run that fails.

    Raises ``OSError`` where it cannot be remembered.
    """
    if current.problems:
        note_failure(current.watch, _CONFIGURATION, " ".join(current.said()), now)
    else:
        note_success(current.watch, _CONFIGURATION, now)


def _name(flow: str) -> str:
    return "Presswatch’s configuration" if flow == _CONFIGURATION else f"Presswatch’s run “{flow}”"


def _tell(watch: Watch, turn: FeedTurn, now: datetime) -> bool:
    """Whether everybody who is to be told accepted."""
    channel = watch.serve.alerts
    if not channel:
        return False
    coverage = replace(_coverage(watch), turned=(turn,))
    digest = Digest("alerts", now, turn.since, now, (), coverage)
    notifier = open_notifiers(watch)[channel]
    accepted = True
    for recipient in watch.serve.alert_recipients or (channel,):
        identity = f"presswatch-alert-{secrets.token_hex(16)}"
        try:
            notifier.send(Delivery(0, identity, "alerts", channel, recipient, digest))
        except DeliveryError as error:
            log.warning("the alert to %s was not accepted: %s", recipient, error.said)
            accepted = False
    return accepted


def _coverage(watch: Watch) -> Coverage:
    """How the feeds fare, if the archive is not itself what is in trouble."""
    try:
        with Archive(watch.archive, read_only=True) as archive:
            return archive.coverage()
    except ArchiveError:
        return Coverage(len(watch.feeds), 0)

"""What each recipient got of what it was owed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from benchmarks.parts.faults.arrivals import Arrival, told
from presswatch.digests.retry import MOST_UNANSWERED
from storage.archive import Archive


@dataclass
class Account:
    """Counted in pairs of recipient and release. ``refused`` counts those that a receiver would not have, and
    that a person was told of; ``twice`` those that came more than once, ``same_identity`` those of them
    that a receiver can drop. ``wrong`` names each broken promise.
    """

    owed: int = 0
    got: int = 0
    refused: int = 0
    lost: int = 0
    twice: int = 0
    same_identity: int = 0
    cycles: int = 0
    attempts: int = 0
    connections: int = 0
    wrong: list[str] = field(default_factory=list)


def reckon(
    arrivals: list[Arrival],
    owed: Collection[tuple[str, str]],
    failed: Collection[tuple[str, str]],
    excused: Callable[[Arrival], bool],
    *,
    perhaps: Collection[tuple[str, str]] = (),
) -> Account:
    """The account. ``owed`` and ``failed`` (for good, and reported so) hold (recipient, title); an arrival
    that is ``excused`` may be followed by the same again. Of the failed it is not known of ``perhaps``
    whether they came, and that is reported too.
    """
    account = Account(owed=len(owed))
    got = told(arrivals)
    for pair in owed:
        came = got.pop(pair, [])
        case = f"{pair[1]} for {pair[0]}"
        account.got += bool(came)
        if not came and pair in failed:
            account.refused += 1
        elif not came:
            account.lost += 1
            account.wrong.append(f"{case}: lost")
        elif pair in failed and pair not in perhaps:
            account.wrong.append(f"{case}: came, and was reported as failed")
        if len(came) > 1:
            account.twice += 1
            account.same_identity += len({arrival.identity for arrival in came}) == 1
        if len({arrival.identity for arrival in came}) > 1:
            account.wrong.append(f"{case}: came under several identities")
        if not all(excused(arrival) for arrival in came[:-1]):
            account.wrong.append(f"{case}: came again without need")
    account.wrong += [f"{title} for {recipient}: came, and nobody is owed it" for recipient, title in got]
    return account


def reported(archive: Archive) -> set[tuple[str, str]]:
    """What failed for good by the archive's word, in (recipient, title)."""
    return _failed(archive, least_unanswered=0)


def unknown(archive: Archive) -> set[tuple[str, str]]:
    """What of that was given up since nobody knows what became of several attempts."""
    return _failed(archive, least_unanswered=MOST_UNANSWERED)


def _failed(archive: Archive, *, least_unanswered: int) -> set[tuple[str, str]]:
    rows = archive.database.execute(
        """
        SELECT d.recipient, r.title FROM deliveries d
        JOIN digest_items i ON i.digest_id = d.digest_id JOIN releases r ON r.id = i.release_id
        WHERE d.status = 'failed' AND d.unanswered >= ?
        """,
        [least_unanswered],
    )
    return {(recipient, title) for recipient, title in rows}

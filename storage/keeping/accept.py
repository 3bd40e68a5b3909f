"""Taking an archive for what it is, after damage that nothing can mend."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from storage import rows, seals, set_aside
from storage.archive import Archive
from storage.connection import errors_in_words, writing
from storage.keeping.verify import verify
from storage.readable import find_unreadable


def accept_damage(path: Path, now: datetime) -> int:
    """Note every row that isn't as it was stored in the table ``set_aside``, seal the archive as it is now,
    and build the search index anew; how many notes there are. Call it under :func:`storage.lock.cycle_lock`.

    Texts that can't be read become such as can: what can't be shows as U+FFFD, and the bytes that stood there
    are in the note. Raises :class:`presswatch.errors.ArchiveError`.
    """
    disagreeing = verify(path).disagreeing
    with Archive(path) as archive, errors_in_words(path), writing(archive.database):
        database = archive.database
        set_aside.set_aside(database, now)
        for release_id in disagreeing:
            what = "does not agree with its hash, or with the words of its mentions"
            set_aside.note(database, "releases", f"id {release_id}", what, now)
        for table, owner in list(seals.find_altered(database.conn)):
            row = f"{seals.OWNERS[table]} {owner}"
            set_aside.note(database, table, row, "is not as it was stored", now)
        for one in list(find_unreadable(database.conn)):
            if one.value:
                text = one.value.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
                rows.change(database, one.table, one.key, one.column, text)
        database.execute("INSERT INTO releases_fts(releases_fts) VALUES ('rebuild')")
        seals.renew(database, [])
        return set_aside.accept(database, now)

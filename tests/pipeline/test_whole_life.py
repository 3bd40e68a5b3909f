"""Whatever is done to an archive, it stays whole: its seals, hashes, passages and index agree."""

from __future__ import annotations

import json
from pathlib import Path

from tests.pipeline.edited import DAY, HOUR, Desk
from tests.support.feeds import Item, rss
from tests.support.site import Site

ALIAS = "The county will end S-Comm, said the sheriff at noon on the steps of the old court house."
MORE = "Nobody will be asked for papers at the jail any more, and two families were freed in May."
QUICK = {"id": "quick", "channel": "mail", "recipients": ["ana@example.org"], "schedule": "at-once"}


def test_an_archive_is_whole_after_whatever_is_done_with_it(desk: Desk, site: Site, tmp_path: Path) -> None:
    """Runs, edits, other forms, a refused mail, a wrong clock, programs that change, texts that are let go,
    a copy that is put back, an import of what was there before.
    """

    def whole(after: str) -> None:
        said = desk.call("verify", "--json")
        assert json.loads(said.output)["findings"] == [], after

    def show(*items: Item) -> None:
        site.publish("/feed", rss(items))

    first = Item("County acts", f"<p>{ALIAS}</p>", "urn:1", "https://n.example/1")
    show(first)
    desk.edit(QUICK)
    desk.cycle()
    whole("a run")
    desk.mailbox.refused["ana@example.org"] = "450 Later"
    show(
        Item("County acts", f"<p>{ALIAS} {MORE}</p>", "urn:1", "https://n.example/1"),
        Item("Second", ALIAS, "urn:2", "https://n.example/2"),
    )
    desk.cycle(HOUR)
    whole("an edit, and a refused mail")
    show(Item("County acts", f"<p>{ALIAS} {MORE}</p>", "urn:other", "https://n.example/1?from=feed"))
    desk.mailbox.refused.clear()
    desk.cycle(HOUR)
    whole("another form")
    right = desk.now
    desk.cycle(30 * DAY)
    whole("the clock ahead")
    desk.now = right
    desk.cycle(HOUR)
    whole("the clock put right")
    made = json.loads(desk.call("backup", str(tmp_path / "copies"), "--json").output)
    assert made["findings"] == []
    show(Item("Third", f"<p>{ALIAS} Third.</p>", "urn:3", "https://n.example/3"))
    desk.cycle(HOUR)
    desk.edit()
    desk.cycle(HOUR)
    whole("a subscription that left")
    desk.edit(QUICK)
    desk.cycle(HOUR)
    whole("and is back")
    restored = desk.call("restore", made["path"])
    assert restored.exit_code == 0, restored.output
    whole("a copy put back")
    aside = restored.output.split()[-1]
    assert "1 release added" in desk.call("import", aside).output
    whole("an import")
    desk.cycle(HOUR)
    whole("a run after it")
    text = desk.config.read_text().replace('id = "secure-communities"', 'id = "s-comm"')
    text = text.replace('"Organisation A"', '"Organisation Alpha"').replace(
        '"S-Comm", ', '"S-Comm", "sheriff", '
    )
    desk.config.write_text(text)
    desk.cycle(HOUR)
    assert "changes adopted" in desk.call("rematch").output
    whole("names that change, and a term more")
    desk.config.write_text(text.replace("[archive]\n", '[archive]\nretention = { keep = "1d" }\n'))
    assert "3 texts removed" in desk.call("prune", "--with-mentions").output
    whole("texts let go")
    show(Item("County acts", f"<p>{ALIAS} again</p>", "urn:other", "https://n.example/1?from=feed"))
    desk.cycle(HOUR)
    whole("shown again")

"""Keeping the archive: the commands, as processes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.lock import cycle_lock
from tests.cli.conftest import Call
from tests.support.feeds import item, rss
from tests.support.setup import write_config
from tests.support.site import Site

ALIAS = "The county will end S-Comm, the sheriff said."


@pytest.fixture
def config(site: Site, tmp_path: Path, call: Call) -> Path:
    """A watch that has read two releases, one of which mentions a program, and keeps texts for 30 days."""
    feed = site.publish("/feed", rss([item(1, ALIAS), item(2, "Lamps were lit along the quay.")]))
    path = write_config(tmp_path, [feed])
    keeping = '[archive]\nbackups = { folder = "copies", keep = 2 }\nretention = { keep = "30d" }\n'
    path.write_text(path.read_text().replace("[archive]\n", keeping))
    assert call("run", "-c", path).returncode == 0
    return path


def change(archive: Path, *statements: str) -> None:
    """Do to the archive what Presswatch would not."""
    with closing(sqlite3.connect(archive)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_from_a_copy_to_the_archive_and_back(call: Call, config: Path, tmp_path: Path, site: Site) -> None:
    """A copy is made, the archive is spoilt, the copy takes its place, and what came since is brought in."""
    made = json.loads(call("backup", "--json", "-c", config).stdout)
    assert Path(made["path"]).parent == tmp_path / "copies"
    assert made["releases"] == 2
    site.publish("/feed", rss([item(number, ALIAS) for number in (3, 1)]))
    call("run", "-c", config)
    change(tmp_path / "archive.db", "UPDATE releases SET text = 'Other words.' WHERE id = 2")
    spoilt = call("verify", "-c", config)
    assert spoilt.returncode == 1
    assert "search index" in spoilt.stdout
    assert "release 2, revision 1: title or text is not what was read" in spoilt.stdout
    spoilt_copy = call("backup", "-c", config)
    assert spoilt_copy.returncode == 1
    assert "not whole" in spoilt_copy.stdout
    assert "evidence: releases, id 2: not as Presswatch stored it" in spoilt_copy.stderr
    restored = call("restore", made["path"], "-c", config)
    assert restored.returncode == 0, restored.stderr
    again = restored.stdout.splitlines()[-1].split()
    assert again[:2] == ["presswatch", "import"]
    assert "1 release added with 1 mention; nobody is told" in call("import", "-c", config, again[2]).stdout
    assert json.loads(call("verify", "--json", "-c", config).stdout)["whole"] is True
    assert json.loads(call("run", "--json", "-c", config).stdout)["new"] == 0


def test_a_restored_archive_catches_up_without_telling_again(call: Call, tmp_path: Path, site: Site) -> None:
    """What was edited and told since the copy was made comes back; the next run tells nothing."""
    feed = site.publish("/feed", rss([item(1, ALIAS), item(2, "Lamps were lit along the quay.")]))
    channel = {"id": "folder", "type": "file", "path": "digests"}
    config = write_config(
        tmp_path, [feed], channels=[channel], subscriptions=[{"id": "d", "channel": "folder"}]
    )

    def sent() -> int:
        done = call("run", "--json", "-c", config)
        assert done.returncode == 0, done.stderr
        return int(json.loads(done.stdout)["deliveries"]["sent"])

    assert sent() == 1
    copy = json.loads(call("backup", "copies", "--json", "-c", config).stdout)["path"]
    edited = f"{ALIAS} He left his 287(g) agreement, too."
    for text in (edited, f"{edited} Soon."):
        site.publish("/feed", rss([item(1, text), item(2, "Lamps were lit along the quay.")]))
        assert sent() == (text == edited)
    aside = call("restore", copy, "-c", config).stdout.splitlines()[-1].split()[2]
    assert call("import", "-c", config, aside).returncode == 0
    shown = json.loads(call("show", "1", "--json", "-c", config).stdout)
    assert shown["release"]["text"] == f"{edited} Soon."
    assert [row["text"] for row in shown["revisions"]] == [ALIAS, edited]
    assert sent() == 0
    assert json.loads(call("verify", "--json", "-c", config).stdout)["whole"] is True


def test_a_newsroom_that_was_renamed_meanwhile_catches_up_too(call: Call, tmp_path: Path, site: Site) -> None:
    """What came under its old name and under its new one is known, once, and tells nobody."""
    feed = site.publish("/feed", rss([item(1, ALIAS)]))
    channel = {"id": "folder", "type": "file", "path": "digests"}
    config = write_config(
        tmp_path, [feed], channels=[channel], subscriptions=[{"id": "d", "channel": "folder"}]
    )
    assert call("run", "-c", config).returncode == 0
    copy = json.loads(call("backup", "copies", "--json", "-c", config).stdout)["path"]
    site.publish("/feed", rss([item(2, f"{ALIAS} Two."), item(1, f"{ALIAS} One.")]))
    assert call("run", "-c", config).returncode == 0
    config.write_text(config.read_text().replace("Organisation A", "Organisation Alpha"))
    site.publish(
        "/feed", rss([item(3, f"{ALIAS} Three."), item(2, f"{ALIAS} Two."), item(1, f"{ALIAS} One.")])
    )
    assert call("run", "-c", config).returncode == 0
    aside = call("restore", copy, "-c", config).stdout.splitlines()[-1].split()[2]
    assert "2 releases added" in call("import", "-c", config, aside).stdout
    assert "0 releases added" in call("import", "-c", config, aside).stdout
    after = json.loads(call("run", "--json", "-c", config).stdout)
    assert (after["new"], after["revised"], after["deliveries"]["sent"]) == (0, 0, 0)


def test_copies_are_kept_as_configured(call: Call, config: Path, tmp_path: Path) -> None:
    """Two in the folder of the configuration; in another folder all, unless a number is given."""
    for _ in range(3):
        assert call("backup", "-c", config).returncode == 0
        assert call("backup", "other", "-c", config).returncode == 0
    assert len(list((tmp_path / "copies").glob("archive-*.db"))) == 2
    assert len(list((tmp_path / "other").glob("archive-*.db"))) == 3
    last = call("backup", "other", "--keep", "1", "-c", config)
    assert last.stdout.count("removed ") == 3
    assert "verified" in last.stdout
    path = last.stdout.split(": ")[0]
    assert call("verify", path).stdout.startswith(f"{path}: whole\n  2 releases\n  2 texts")


def test_old_texts_go_and_their_releases_stay_known(call: Call, config: Path, tmp_path: Path) -> None:
    """First only said, then done: what has a mention stays, and the feed shows nothing new."""
    with Archive(tmp_path / "archive.db") as archive:
        archive.database.execute("UPDATE releases SET first_seen = '2020-01-01T00:00:00Z'")
        archive.database.commit()
    would = call("prune", "--dry-run", "-c", config)
    assert would.stdout.endswith("1 text would be removed, 67 bytes\n"), would
    assert "1 kept, with mentions or told" in would.stdout
    done = json.loads(call("prune", "--compact", "--json", "-c", config).stdout)
    assert (done["forgotten"], done["dry_run"]) == (1, False)
    assert call("prune", "-c", config).stdout.endswith("0 texts removed, 0 bytes\n")
    assert json.loads(call("run", "--all", "--json", "-c", config).stdout)["new"] == 0
    whole = call("verify", "-c", config).stdout
    assert "2 releases, 1 of them without their text, by your retention" in whole


def test_lines_are_brought_in_and_bad_ones_are_named(call: Call, config: Path, tmp_path: Path) -> None:
    """Exit code 1, so that a script sees it; what is good is there, once."""
    good = {"url": "https://newsroom.example/old", "title": "S-Comm begins", "publisher": "Organisation A"}
    (tmp_path / "old.jsonl").write_text(json.dumps({**good, "author": "N."}) + "\n{}\n")
    first = call("import", "old.jsonl", "-c", config)
    assert first.returncode == 1
    assert "1 release added with 1 mention; nobody is told" in first.stdout
    assert "the field author means nothing here: ignored in 1 line" in first.stdout
    assert "line 2: publisher: is missing" in first.stderr
    again = json.loads(call("import", "old.jsonl", "--json", "-c", config).stdout)
    assert (again["new"], again["known"], [bad["line"] for bad in again["bad"]]) == (0, 1, [2])


def test_a_line_that_is_known_at_another_address_is_said(call: Call, config: Path, tmp_path: Path) -> None:
    """With its number and both addresses, so that nothing is lost in silence."""
    old = {"guid": "g", "url": "https://old.example/1", "title": "A gala", "publisher": "Organisation A"}
    moved = {**old, "url": "https://new.example/1"}
    (tmp_path / "old.jsonl").write_text(f"{json.dumps(old)}\n{json.dumps(moved)}\n")
    done = call("import", "old.jsonl", "-c", config)
    assert done.returncode == 0, done.stderr
    assert "  line 2: https://new.example/1 is known as release 3, https://old.example/1\n" in done.stdout
    (merged,) = json.loads(call("import", "old.jsonl", "--json", "-c", config).stdout)["merged"]
    assert (merged["line"], merged["known_url"]) == (2, "https://old.example/1")


def test_a_mistake_is_said_in_a_line(call: Call, config: Path, tmp_path: Path) -> None:
    """Exit code 2, what is wrong and what to do, and nothing has changed."""
    plain = tmp_path / "plain.toml"
    text = config.read_text().replace('backups = { folder = "copies", keep = 2 }\n', "")
    plain.write_text(text.replace('retention = { keep = "30d" }\n', ""))
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(
        config.read_text().replace('"30d" }', '"30d", publishers = { "Organisation B" = "1d" } }')
    )
    for arguments, said in (
        (("backup", "-c", plain), "backup FOLDER"),
        (("restore", "missing.db", "-c", config), "no such file"),
        (("restore", plain, "-c", config), "not an archive"),
        (("restore", "archive.db", "-c", config), "the archive itself"),
        (("backup", "", "-c", config), "the name is empty"),
        (("prune", "-c", plain), "keeps everything"),
        (("prune", "-c", wrong), 'Did you mean "Organisation A"?'),
        (("import", "archive.db", "-c", config), "the archive itself"),
        (("import", "missing.db", "-c", config), "no such file"),
        (("import", plain, "-c", config), "neither an archive nor JSON lines"),
        (("verify", "missing.db"), "no such file"),
    ):
        done = call(*arguments)
        assert done.returncode == (1 if said == "not an archive" else 2), (arguments, done)
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""


def test_an_archive_of_a_newer_version_is_a_mistake(call: Call, config: Path, tmp_path: Path) -> None:
    """Of whoever runs an old program: exit code 2, and what to do."""
    change(
        tmp_path / "archive.db",
        "INSERT INTO _sqlite_migrations VALUES (99, 'presswatch', 'm999_later', '2030')",
    )
    for command in ("run", "search", "verify", "backup"):
        done = call(command, *(["copies"] if command == "backup" else []), "-c", config)
        assert (done.returncode, done.stdout) == (2, ""), command
        assert done.stderr.endswith("is of a newer Presswatch (m999_later); update Presswatch\n")


def test_dates_of_which_no_use_can_be_made_are_named(call: Call, config: Path, tmp_path: Path) -> None:
    """With line and words; the releases are imported all the same, and the exit code is 0."""
    dates = {
        "2025-13-45": "can't be read as a date",
        "2019": "can't be read as a date",
        "March 4, 2019 11:30 pm EST": "only the day can be read, 2019-03-04",
        "2999-01-01": "lies in the future",
        "March 4, 2019": "",
        "2019-03-04T00:00:00Z": "",
        "Mon, 04 Mar 2019 23:30:00 -0500": "",
        "": "",
    }
    lines = [
        {"url": f"https://o.example/{at}", "title": f"Gala {at}", "publisher": "O", "published": date}
        for at, date in enumerate(dates)
    ]
    (tmp_path / "old.jsonl").write_text("\n".join(map(json.dumps, lines)))
    done = call("import", "old.jsonl", "-c", config)
    assert done.returncode == 0
    assert "8 releases added" in done.stdout
    said = [line.partition(": ") for line in done.stderr.splitlines()]
    assert [number for number, _, _ in said] == ["line 1", "line 2", "line 3", "line 4"]
    assert all(words in what for (_, _, what), words in zip(said, dates.values(), strict=False))
    doubts = json.loads(call("import", "old.jsonl", "--json", "-c", config).stdout)["doubts"]
    assert [doubt["line"] for doubt in doubts] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "command", [("verify",), ("run",), ("rematch",), ("deliveries", "retry", "1"), ("prune",)]
)
def test_who_waits_says_so(call: Call, config: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    """And for how long at most."""
    with cycle_lock(tmp_path / "archive.db"):
        done = call(*command, "--wait", "0.2", "-c", config)
        at_once = call(*command, "--wait", "0", "-c", config)
    assert (done.returncode, at_once.returncode) == (1, 1)
    assert "waiting for another Presswatch at work on this archive, 0.2 s at most\n" in done.stderr
    assert "waiting" not in at_once.stderr


def test_what_another_archive_holds_is_not_trusted(call: Call, config: Path, tmp_path: Path) -> None:
    """A NUL is cleaned, a wrong time named, a view without end refused; the archive stays whole and shown."""
    (tmp_path / "other").mkdir()
    other = Path(json.loads(call("backup", "other", "--json", "-c", config).stdout)["path"])
    change(
        other,
        "UPDATE releases SET guid = guid || 'x', url = url || 'x', title = 'A' || char(0) || id,"
        " text = 'Other words than those of release ' || id || '.', published = '2019-05-01T12:00:00Z'",
        "UPDATE sightings SET key = key || char(0)",
        "UPDATE releases SET revised = 'yesterday' WHERE id = 2",
    )
    brought = call("import", other, "-c", config)
    assert brought.returncode == 1
    assert "release 2: revised: 'yesterday' is not a time" in brought.stderr
    assert "1 release added" in brought.stdout
    assert json.loads(call("verify", "--json", "-c", config).stdout)["whole"] is True
    assert call("backup", "copies", "-c", config).returncode == 0
    assert call("show", "3", "-c", config).returncode == 0
    endless = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT * FROM n"
    change(other, "ALTER TABLE releases RENAME TO kept", f"CREATE VIEW releases AS {endless}")
    for command in ("import", "restore", "verify"):
        refused = call(command, other, "-c", config)
        assert refused.returncode == 2
        assert "releases is not a table as Presswatch makes it" in refused.stderr

"""The commands, as processes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from storage.lock import cycle_lock
from tests.cli.conftest import Call
from tests.support.feeds import item, rss
from tests.support.setup import write_config
from tests.support.site import Site

ALIAS = "The county will end S-Comm, the sheriff said, and the 287(g) agreement with it."
DESK: dict[str, Any] = {
    "channels": [{"id": "desk", "type": "file", "path": "digests"}],
    "subscriptions": [{"id": "morning", "channel": "desk", "schedule": "0 8 * * *"}],
}


@pytest.fixture
def config(site: Site, tmp_path: Path) -> Path:
    """A watch on one feed of three releases."""
    items = [item(1, ALIAS), item(2, "A gala."), item(3, "=cmd() Comunidades, S-Comm.")]
    return write_config(tmp_path, [site.publish("/feed", rss(items))], **DESK)


def test_run_ends_with_one_line_of_json(call: Call, config: Path) -> None:
    """The keys are fixed, for others build on them."""
    done = call("run", "--json", "-c", config)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "feeds": {"due": 1, "read": 1, "unchanged": 0, "failed": 0, "postponed": 0},
        "new": 3,
        "revised": 0,
        "mentions": 3,
        "gaps": 0,
        "recovered": 0,
        "deliveries": {"sent": 0, "pending": 0, "failed": 0, "troubles": []},
        "failures": [],
        "unclaimed": [],
    }
    assert done.stderr == ""
    again = json.loads(call("run", "--json", "-c", config).stdout)
    assert again["feeds"] == {"due": 1, "read": 0, "unchanged": 1, "failed": 0, "postponed": 0}
    assert again["new"] == 0


def test_run_takes_its_configuration_from_the_environment(call: Call, config: Path) -> None:
    """$PRESSWATCH_CONFIG names the file where -c doesn't."""
    assert call("run", PRESSWATCH_CONFIG=str(config)).returncode == 0


def test_run_fails_when_nothing_could_be_read(call: Call, site: Site, tmp_path: Path) -> None:
    """Exit code 1, and the feed and the reason by name; one that can be read makes it 0."""
    broken = site.base + "/gone"
    done = call("run", "-c", write_config(tmp_path, [broken]))
    assert done.returncode == 1
    assert "Organisation A: HTTP 404" in done.stdout
    assert broken in done.stdout
    good = site.publish("/feed", rss([item(1)]))
    assert call("run", "-c", write_config(tmp_path, [broken, good])).returncode == 0


def test_run_says_where_to_find_the_other_failures(call: Call, site: Site, tmp_path: Path) -> None:
    """Twelve are named, and the command that lists all of them."""
    config = write_config(tmp_path, [f"{site.base}/{n}" for n in range(13)])
    done = call("run", "-c", config)
    assert "… and 1 more: `presswatch feeds --bad` lists them" in done.stdout
    assert call("feeds", "--bad", "-c", config).stdout.count("never read") == 13


def test_run_counts_one_as_one(call: Call, site: Site, tmp_path: Path) -> None:
    """A feed, a new release and a mention, not feeds, releases and mentions."""
    config = write_config(tmp_path, [site.publish("/feed", rss([item(1, "The county will end S-Comm.")]))])
    done = call("run", "-c", config)
    assert done.stdout.startswith("1 feed due: 1 read, ")
    assert "1 new release, 0 revised, 1 mention\n" in done.stdout


def test_without_a_configuration_it_says_how_to_get_one(call: Call, tmp_path: Path) -> None:
    """Where the file that is looked for by default is missing."""
    done = call("run")
    assert done.returncode == 2
    assert done.stderr == (
        "config/watch.toml: does not exist. Name one with -c or PRESSWATCH_CONFIG;"
        " `presswatch init` makes one.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_run_leaves_when_another_is_at_work(call: Call, config: Path, tmp_path: Path) -> None:
    """After the wait it was given it says so, and has changed nothing."""
    with cycle_lock(tmp_path / "archive.db"):
        done = call("run", "--wait", "0.2", "-c", config)
    assert done.returncode == 1
    assert "another Presswatch is at work" in done.stderr
    assert not (tmp_path / "archive.db").exists()


def test_run_does_not_import_prefect() -> None:
    """A single cycle starts in a fraction of a second, without the engine."""
    code = "import cli.run, cli.match, cli.search, cli.digest, sys; print('prefect' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("command", ["check", "run", "serve", "match", "search", "digest preview x"])
def test_a_mistake_in_the_configuration_is_explained(call: Call, tmp_path: Path, command: str) -> None:
    """File, key, what is wrong, the nearest valid name; exit code 2; no trace, nothing written."""
    config = write_config(tmp_path, ["https://a.example/feed"], fetch='intervall = "1h"', **DESK)
    before = sorted(tmp_path.rglob("*"))
    done = call(*command.split(), "-c", config)
    assert done.returncode == 2
    assert f"{config}:8: fetch.intervall: is not a known key" in done.stderr
    assert '"interval"' in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_missing_secret_is_found_before_anything_is_sent(call: Call, tmp_path: Path) -> None:
    """`check` and `run` name the variable and where it is asked for."""
    channel = {"id": "hook", "type": "webhook", "url": "https://h.example/x", "secret_env": "HOOK_SECRET"}
    config = write_config(
        tmp_path,
        ["https://a.example/feed"],
        channels=[channel],
        subscriptions=[{"id": "desk", "channel": "hook"}],
    )
    for command in ("check", "run"):
        done = call(command, "-c", config)
        assert done.returncode == 2
        assert "channels[0].secret_env: the environment variable HOOK_SECRET is not set" in done.stderr


def test_check_says_what_is_watched(call: Call, config: Path) -> None:
    """Programs with their terms, feeds, subscriptions with their times; nothing is fetched or written."""
    done = call("check", "-c", config)
    assert done.returncode == 0, done.stderr
    for words in ("Secure Communities", "S-Comm, SComm", "Organisation A", "morning", "0 8 * * * (UTC)"):
        assert words in done.stdout
    assert not config.with_name("archive.db").exists()


def test_match_finds_mentions_with_offsets(call: Call, config: Path) -> None:
    """A JSON line for a JSON line; offsets are of the original field."""
    text = "“Secure” Communities sends fingerprints to ICE.\nIt is also called S\u2011Comm."
    documents = [
        {"id": "a", "title": "On S-Comm", "text": text},
        {"id": 2, "title": "", "text": "We want safe and secure communities."},
        {"id": None, "text": "No title here."},
    ]
    stdin = "".join(json.dumps(document) + "\n" for document in documents)
    done = call("match", "-c", config, stdin=stdin)
    assert done.returncode == 0, done.stderr
    first, second, third = [json.loads(line) for line in done.stdout.splitlines()]
    assert (first["id"], second, third) == ("a", {"id": 2, "mentions": []}, {"id": None, "mentions": []})
    assert {m["program"] for m in first["mentions"]} == {"secure-communities"}
    found = [documents[0][m["field"]][m["start"] : m["end"]] for m in first["mentions"]]  # type: ignore[index]
    assert found == ["S-Comm", "Secure” Communities", "S\u2011Comm"]
    assert set(first["mentions"][0]) == {"program", "term", "field", "start", "end", "snippet", "why"}


def test_match_says_which_fields_mean_nothing(call: Call, config: Path) -> None:
    """As import does, at the end and beside the JSON; each with how many lines have it."""
    stdin = '{"id": 1, "text": "S-Comm", "html": "x", "body": "y"}\n{"id": 2, "html": "z", "title": "t"}\n'
    done = call("match", "-c", config, stdin=stdin)
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 2)
    assert done.stderr.splitlines() == [
        "the field html means nothing here: ignored in 2 lines",
        "the field body means nothing here: ignored in 1 line",
    ]


def test_programs_and_digest_list_by_default(call: Call, config: Path) -> None:
    """Before and after there is an archive; with numbers as JSON too."""
    listed = json.loads(call("programs", "--json", "-c", config).stdout)
    assert listed[0] == {"id": "secure-communities", "name": "Secure Communities", "terms": 3, "releases": 0}
    assert call("run", "-c", config).returncode == 0
    listed = json.loads(call("programs", "--json", "-c", config).stdout)
    found = json.loads(call("export", "-c", config, "releases", "--jsonl").stdout.splitlines()[0])
    assert found["programs"] == ["287g", "secure-communities"]
    assert [one["releases"] for one in listed] == [2, 1]
    table = call("programs", "-c", config).stdout
    assert "Terms" in table
    assert "Secure Communities" in table
    (one,) = json.loads(call("digest", "--json", "-c", config).stdout)
    assert (one["id"], one["schedule"], one["next"][10:]) == ("morning", "0 8 * * *", "T08:00:00Z")
    shown = call("digest", "-c", config).stdout
    for words in ("morning", "0 8 * * * (UTC)", "08:00", "Next digest"):
        assert words in shown


def test_match_reads_a_file_and_explains(call: Call, config: Path, tmp_path: Path) -> None:
    """For a person: the passage and the reason."""
    path = tmp_path / "documents.jsonl"
    path.write_text('{"id": "a", "title": "T", "text": "The end of S-Comm."}\n\n', encoding="utf-8")
    done = call("match", "-c", config, "--explain", path)
    assert "“S-Comm” always means Secure Communities" in done.stdout
    assert "The end of S-Comm." in done.stdout
    path.write_text('{"id": "b", "text": "Secure communities come first."}', encoding="utf-8")
    assert (
        "not counted: “Secure communities” may mean" in call("match", "-c", config, "--explain", path).stdout
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{not json", "line 2: not JSON"),
        ("[1]", "line 2: must be a JSON object"),
        ('{"id": 1, "text": 5}', "line 2: text: must be text"),
    ],
)
def test_match_names_the_line_that_is_wrong(call: Call, config: Path, line: str, words: str) -> None:
    """A mistake in the input is the user's: exit code 2, and where it is."""
    done = call("match", "-c", config, stdin='{"id": 1, "text": "x"}\n' + line + "\n")
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_search_finds_what_a_user_types(call: Call, config: Path) -> None:
    """Hyphens, brackets and quotes are found as typed; JSON has the fixed keys."""
    call("run", "-c", config)
    for query in ("S-Comm 287(g)", '"287(g) agreement"', "sheriff NOT gala", "287(g) OR nothing"):
        hits = json.loads(call("search", "--json", "-c", config, query).stdout)
        assert [hit["title"] for hit in hits] == ["Release 1"], query
    assert set(hits[0]) == {
        "id",
        "title",
        "publisher",
        "url",
        "published",
        "published_note",
        "first_seen",
        "programs",
        "snippet",
    }
    assert hits[0]["programs"] == ["287g", "secure-communities"]
    assert "**287(g**)" in hits[0]["snippet"]


def test_search_filters_and_orders(call: Call, config: Path) -> None:
    """By program, publisher and day; what was seen last comes first; no query means everything."""
    call("run", "-c", config)

    def titles(*arguments: str) -> list[str]:
        done = call("search", "--json", "-c", config, *arguments)
        assert done.returncode == 0, done.stderr
        return [hit["title"] for hit in json.loads(done.stdout)]

    assert titles() == ["Release 3", "Release 2", "Release 1"]
    assert titles("--program", "287g") == ["Release 1"]
    assert titles("--publisher", "organisation a", "gala") == ["Release 2"]
    assert titles("--since", "2999-01-01") == []
    assert titles("--until", "2001-01-01") == []
    assert titles("--limit", "1") == ["Release 3"]


def test_search_csv_is_safe_in_a_spreadsheet(call: Call, config: Path) -> None:
    """A cell that begins like a formula is text."""
    call("run", "-c", config)
    rows = list(csv.DictReader(io.StringIO(call("search", "--csv", "-c", config, "cmd").stdout)))
    assert [row["title"] for row in rows] == ["Release 3"]
    assert rows[0]["snippet"].startswith("'=")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["search", "NOT gala"], 2, "type what you look for first"),
        (["search", "--since", "yesterday"], 2, "yesterday"),
        (["search", "--program", "nosuch"], 2, "no program has the id 'nosuch'"),
        (["digest", "preview", "evening"], 2, "there are: morning"),
        (["nosuch"], 2, 'No such command "nosuch".\n'),
        (["serch", "x"], 2, 'Did you mean "search"?'),
        (["run", "--nosuch"], 2, "--nosuch"),
    ],
)
def test_a_mistake_in_the_call_is_explained(
    call: Call, config: Path, arguments: list[str], code: int, words: str
) -> None:
    """Exit code 2 and a message, no trace."""
    call("run", "-c", config)
    done = call(*arguments, PRESSWATCH_CONFIG=str(config))
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_search_without_an_archive_says_what_to_do(call: Call, config: Path) -> None:
    """There is nothing to search before the first run."""
    done = call("search", "x", "-c", config)
    assert done.returncode == 1
    assert "`presswatch run` makes it" in done.stderr


@pytest.mark.parametrize("form", ["--text", "--html", "--json"])
def test_preview_shows_what_would_be_sent_and_sends_nothing(
    call: Call, config: Path, tmp_path: Path, form: str
) -> None:
    """In each form the release stands with its passage; the archive is as it was, no file is written."""
    call("run", "-c", config)
    for _ in range(2):
        done = call("digest", "preview", "morning", form, "-c", config)
        assert done.returncode == 0, done.stderr
        assert "Release 1" in done.stdout
        assert "The county will end" in done.stdout
    assert not (tmp_path / "digests").exists()


def test_a_new_dictionary_can_be_looked_at_and_adopted(call: Call, config: Path) -> None:
    """preview says what it would add and drop and changes nothing; rematch adopts it, telling nobody."""
    call("run", "-c", config)
    text = config.read_text(encoding="utf-8")
    gala = '[[programs]]\nid = "galas"\nname = "Galas"\nterms = ["gala"]\n\n[[channels]]'
    text = text.replace("[[channels]]", gala, 1).replace('terms = ["287(g)"]', 'terms = ["1357(g)"]')
    config.write_text(text, encoding="utf-8")

    def of_galas() -> list[str]:
        done = call("search", "--json", "--program", "galas", "-c", config)
        return [hit["title"] for hit in json.loads(done.stdout)] if done.returncode == 0 else []

    seen = call("programs", "preview", "-c", config)
    assert seen.returncode == 0, seen.stderr
    assert "+ galas  Release 2" in seen.stdout
    assert "- 287g  Release 1" in seen.stdout
    assert of_galas() == []
    assert "2 changes adopted, nobody is told" in call("rematch", "-c", config).stdout
    assert of_galas() == ["Release 2"]
    assert "just what these programs find" in call("programs", "preview", "-c", config).stdout
    assert "Galas" not in call("digest", "preview", "morning", "-c", config).stdout


def test_a_rematch_announces_if_asked(call: Call, config: Path) -> None:
    """What is added then stands in the next digest."""
    call("run", "-c", config)
    text = config.read_text(encoding="utf-8")
    gala = '[[programs]]\nid = "galas"\nname = "Galas"\nterms = ["gala"]\n\n[[channels]]'
    config.write_text(text.replace("[[channels]]", gala, 1), encoding="utf-8")
    assert "to be told" in call("rematch", "--announce", "-c", config).stdout
    assert "Galas (1)" in call("digest", "preview", "morning", "-c", config).stdout


def test_demo_shows_the_main_job(call: Call, tmp_path: Path) -> None:
    """Two runs, the digest, the files, a query of the archive, and how to go on."""
    done = call("demo")
    assert done.returncode == 0, done.stderr
    for words in (
        "10 new releases",
        "5 new releases, 1 revised",
        "Also published by",
        "287(g) (1)",
        "release 15 · secure-communities",
        "presswatch",
    ):
        assert words in done.stdout
    files = sorted(path.suffix for path in (tmp_path / "demo-output" / "digests").iterdir())
    assert files == [".eml", ".eml", ".html", ".html"]
    assert call("demo").returncode == 0, "a second demo replaces the first"


def test_demo_leaves_a_folder_of_somebody_elses_alone(call: Call, tmp_path: Path) -> None:
    """A folder that holds anything else is refused."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    done = call("demo", "--folder", "mine")
    assert done.returncode == 2
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("group", ["", "feeds", "programs", "digest", "deliveries", "channels"])
def test_no_line_of_help_is_cut(call: Call, group: str) -> None:
    """On a terminal of 80 columns, what each command does is said whole."""
    done = call(*group.split(), "--help", COLUMNS="80")
    assert "Commands:" in done.stdout
    assert "..." not in done.stdout.split("Commands:")[1]


def test_every_command_has_help(call: Call) -> None:
    """`--help` names every command, and each of them explains itself."""
    done = call("--help")
    for command in ("demo", "check", "run", "serve", "match", "search", "digest", "programs", "rematch"):
        assert f"  {command}" in done.stdout
        assert call(command, "--help").returncode == 0

"""``presswatch feeds``, as a process against a real site."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from sqlite_utils import Database

from config import load
from storage.archive import Archive
from tests.cli.conftest import Call
from tests.support.feeds import Item, item, rss
from tests.support.setup import NOW, write_config
from tests.support.site import Site

LONG = "The county ended its agreement, and said why in so many words. " * 15


@pytest.fixture
def config(site: Site, tmp_path: Path) -> Path:
    """A watch on one feed of two releases, with comments of the user's in it."""
    path = write_config(tmp_path, [site.publish("/feed", rss([item(1, LONG), item(2, LONG)]))])
    path.write_text(
        path.read_text(encoding="utf-8") + "# mine\n\n[serve]\n# to be decided\n", encoding="utf-8"
    )
    return path


def home(feeds: Sequence[tuple[str, str]]) -> bytes:
    """A home page that names feeds (address, title)."""
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{href}">'
        for href, title in feeds
    )
    page = f"<!doctype html><html><head><title>Home</title>{links}</head><body><p>Hello.</p></body></html>"
    return page.encode()


def published(site: Site, path: str, items: Sequence[Item], title: str = "Newsroom") -> str:
    return site.publish(path, rss(items, title=title))


# --- add ---------------------------------------------------------------------------------------------------


def test_add_finds_the_feed_behind_a_home_page(call: Call, site: Site, config: Path) -> None:
    """It is shown with its last items, and written with the user's words; all else stays as it was."""
    before = config.read_text(encoding="utf-8")
    items = [item(n, LONG, age=timedelta(days=n)) for n in range(1, 9)]
    published(site, "/news.xml", items, title="Lamp & Key: [Press]")
    page = site.publish("/", home([("/news.xml", "News")]), content_type="text/html")
    done = call(
        "feeds", "add", page, "--tag", "law", "--tag", "es", "--interval", "2h", "--yes", "-c", config
    )
    assert done.returncode == 0, done.stderr
    for words in (
        "Lamp & Key: [Press]",
        f"{site.base}/news.xml",
        "Release 1",
        "Release 5",
        f"Added to {config}",
    ):
        assert words in done.stdout
    assert "Release 6" not in done.stdout
    added = (
        f'\n[[feeds]]\nurl = "{site.base}/news.xml"\npublisher = "Lamp & Key: [Press]"\n'
        'tags = ["law", "es"]\ninterval = "2h"\n'
    )
    after = config.read_text(encoding="utf-8")
    assert after == before.replace("# mine\n", f"# mine\n{added}")
    assert load(config).feeds[-1].publisher == "Lamp & Key: [Press]"


def test_add_takes_a_feeds_own_address(call: Call, site: Site, config: Path) -> None:
    """And the publisher's name from the user."""
    url = published(site, "/b.xml", [item(3, LONG)])
    done = call("feeds", "add", url, "--publisher", "Büro B", "-y", "-c", config)
    assert done.returncode == 0, done.stderr
    feed = load(config).feeds[-1]
    assert (feed.url, feed.publisher, feed.kind) == (url, "Büro B", "feed")


def test_add_offers_a_pages_own_list(call: Call, site: Site, config: Path) -> None:
    """Of a newsroom without a feed: with selectors that find its releases."""
    rows = "".join(
        f'<article class="card"><h3><a href="/press/2026/the-county-ends-agreement-{n}">'
        f"The county ends agreement number {n}</a></h3>"
        f'<time datetime="2026-11-{n:02}">{n} November</time></article>'
        for n in range(1, 9)
    )
    page = f"<html><head><title>Press of C</title></head><body><main>{rows}</main></body></html>"
    url = site.publish("/press", page.encode(), content_type="text/html")
    done = call("feeds", "add", url, "-y", "-c", config)
    assert done.returncode == 0, done.stderr
    assert "2026-11-08  The county ends agreement number 8" in done.stdout
    feed = load(config).feeds[-1]
    assert (feed.kind, feed.url, feed.publisher) == ("page", url, "Press of C")
    assert feed.selectors is not None
    assert feed.selectors.item == "article.card"


def test_add_of_an_address_that_is_not_there(call: Call, site: Site, config: Path) -> None:
    """What is at a usual place is shown with what the address answered, and added if it is picked only."""
    url = published(site, "/feed.xml", [item(3, LONG)])
    missing = f"{site.base}/press/missing.xml"
    done = call("feeds", "add", missing, "--yes", "-c", config)
    assert done.returncode == 1
    assert f"{missing} itself answered: HTTP 404 Not Found" in done.stderr
    assert url in done.stdout
    assert url not in config.read_text(encoding="utf-8")
    picked = call("feeds", "add", missing, "--yes", "--pick", "1", "-c", config)
    assert picked.returncode == 0, picked.stderr
    assert load(config).feeds[-1].url == url


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 0), ("n\n", 1)])
def test_add_asks(call: Call, site: Site, config: Path, answer: str, code: int) -> None:
    """Only a yes adds it."""
    url = published(site, "/b.xml", [item(3, LONG)])
    done = call("feeds", "add", url, "-c", config, stdin=answer)
    assert done.returncode == code, done.stderr
    assert "Add this to" in done.stderr
    assert (url in config.read_text(encoding="utf-8")) is (code == 0)


def test_add_with_nobody_to_ask_adds_nothing(call: Call, site: Site, config: Path) -> None:
    """It says how to do without a question."""
    url = published(site, "/b.xml", [item(3, LONG)])
    done = call("feeds", "add", url, "-c", config)
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert url not in config.read_text(encoding="utf-8")


def test_add_only_shows_with_dry_run(call: Call, site: Site, config: Path) -> None:
    """Nothing is asked or written."""
    before = config.read_bytes()
    url = published(site, "/b.xml", [item(3, LONG)])
    done = call("feeds", "add", url, "--dry-run", "-c", config)
    assert done.returncode == 0, done.stderr
    assert f'url = "{url}"' in done.stdout
    assert config.read_bytes() == before


def test_add_lets_one_pick(call: Call, site: Site, config: Path) -> None:
    """Of several the best is taken, and said; --pick takes another, and can't take one that isn't there."""
    published(site, "/one.xml", [item(3, LONG), item(4, LONG)], title="One")
    published(site, "/two.xml", [item(5, LONG)], title="Two")
    page = site.publish("/", home([("/one.xml", "One"), ("/two.xml", "Two")]), content_type="text/html")
    best = call("feeds", "add", page, "--dry-run", "-c", config)
    assert best.returncode == 0, best.stderr
    assert "Number 1 is taken, as the best; --pick N takes another." in best.stdout
    rows = [line for line in best.stdout.splitlines() if "One" in line or "Two" in line]
    second = "Two" if rows.index(next(r for r in rows if "Two" in r)) else "One"
    picked = call("feeds", "add", page, "--pick", "2", "--dry-run", "-c", config)
    assert f'publisher = "{second}"' in picked.stdout
    wrong = call("feeds", "add", page, "--pick", "9", "--dry-run", "-c", config)
    assert wrong.returncode == 2
    assert "were found" in wrong.stderr


def test_add_says_when_nothing_is_there(call: Call, site: Site, config: Path) -> None:
    """Exit code 1, what was tried, and what to do."""
    page = site.publish("/", b"<html><body><p>Nothing.</p></body></html>", content_type="text/html")
    done = call("feeds", "add", page, "-y", "-c", config)
    assert done.returncode == 1
    assert "no newsroom was found, after" in done.stderr
    assert 'kind = "page"' in done.stderr
    assert "Traceback" not in done.stderr


def test_add_says_when_the_site_is_not_there(call: Call, site: Site, config: Path) -> None:
    """With the reason."""
    done = call("feeds", "add", f"{site.base}/nowhere", "-y", "-c", config)
    assert done.returncode == 1
    assert "404" in done.stderr


def test_add_says_when_only_another_kind_is_there(call: Call, site: Site, config: Path) -> None:
    """Exit code 1, and which."""
    url = published(site, "/b.xml", [item(3, LONG)])
    done = call("feeds", "add", url, "--kind", "sitemap", "-y", "-c", config)
    assert done.returncode == 1
    assert "there is no sitemap" in done.stderr
    assert url not in config.read_text(encoding="utf-8")


def test_add_refuses_what_is_watched(call: Call, site: Site, config: Path) -> None:
    """Also when it is found behind a home page. Nothing is fetched in the first case."""
    done = call("feeds", "add", f"{site.base}/feed", "-y", "-c", config)
    assert done.returncode == 2
    assert "is watched already, as Organisation A" in done.stderr
    assert not site.requests
    page = site.publish("/", home([("/feed", "News")]), content_type="text/html")
    done = call("feeds", "add", page, "--kind", "feed", "-y", "-c", config)
    assert done.returncode == 2
    assert "is watched already, as Organisation A" in done.stderr


def test_add_warns(call: Call, site: Site, config: Path) -> None:
    """Of a feed without dates, with teasers only, beside another of its host; of an old one; of an empty."""
    undated = published(site, "/b.xml", [Item("Cut", "Short.", link="https://x.example/1", age=None)])
    said = " ".join(call("feeds", "add", undated, "--dry-run", "-c", config).stdout.split())
    assert "Mind: it gives no dates" in said
    assert "Mind: it holds only the first lines of its items" in said
    assert "Mind: another of 127.0.0.1 is watched already: Organisation A" in said
    old = published(site, "/c.xml", [item(1, LONG, age=timedelta(days=500))])
    assert "is it still in use?" in call("feeds", "add", old, "--dry-run", "-c", config).stdout
    empty = published(site, "/d.xml", [])
    assert (
        "Mind: it shows no items at present" in call("feeds", "add", empty, "--dry-run", "-c", config).stdout
    )


def test_add_honours_what_the_configuration_says_of_private_addresses(
    call: Call, site: Site, config: Path
) -> None:
    """A site on this machine is refused unless it is allowed."""
    text = config.read_text(encoding="utf-8").replace("addresses = true", "addresses = false")
    config.write_text(text, encoding="utf-8")
    url = published(site, "/b.xml", [item(3, LONG)])
    done = call("feeds", "add", url, "-y", "-c", config)
    assert done.returncode == 1
    assert "private" in done.stderr
    assert not site.requests


def test_add_to_a_configuration_that_watches_nothing(call: Call, site: Site, tmp_path: Path) -> None:
    """It's how one begins."""
    config = write_config(tmp_path, [])
    url = published(site, "/b.xml", [item(3, LONG)])
    assert "No newsroom is watched yet" in call("feeds", "-c", config).stdout
    done = call("feeds", "add", url, "-y", "-c", config)
    assert done.returncode == 0, done.stderr
    assert [feed.url for feed in load(config).feeds] == [url]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "ftp://x.example/"], "not an http or https URL"),
        (["add", "https://me:pw@x.example/"], "user name or password"),
        (["add", "https://x.example/", "--interval", "soon"], "not a duration"),
        (["add", "https://x.example/", "--kind", "blog"], "blog"),
        (["add", "https://x.example/", "--pick", "0"], "--pick"),
        (["add"], "URL"),
        (["check", "nosuch"], "no newsroom that is watched has that address"),
        (["check", "Organization A"], 'Did you mean "Organisation A"?'),
        (["import", "nosuch.opml"], "nosuch.opml"),
        (["nosuch"], "nosuch"),
        (["--nosuch"], "--nosuch"),
    ],
)
def test_a_mistake_in_the_call_is_explained(
    call: Call, config: Path, arguments: list[str], words: str
) -> None:
    """Exit code 2 and a message, no trace."""
    done = call("feeds", *arguments, PRESSWATCH_CONFIG=str(config))
    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["list", "check", "add https://x.example/", "export"])
def test_a_mistake_in_the_configuration_is_explained(call: Call, tmp_path: Path, command: str) -> None:
    """File, key, what is wrong; nothing is written."""
    config = write_config(tmp_path, ["https://a.example/feed"], fetch='intervall = "1h"')
    before = config.read_bytes()
    done = call("feeds", *command.split(), "-c", config)
    assert done.returncode == 2
    assert f"{config}:8: fetch.intervall: is not a known key" in done.stderr
    assert config.read_bytes() == before


# --- check -------------------------------------------------------------------------------------------------


def test_check_says_how_each_answers(call: Call, site: Site, tmp_path: Path) -> None:
    """The bad ones first, with the reason; exit code 1; the archive isn't touched."""
    good = published(site, "/good", [item(1, LONG), item(2, "Cut …"), item(3, LONG, age=None)])
    wall = site.publish("/wall", b"<html><body>Are you human?</body></html>", content_type="text/html")
    config = write_config(tmp_path, [good, f"{site.base}/gone", published(site, "/empty", []), wall])
    done = call("feeds", "check", "--json", "-c", config)
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert {one["url"]: one["state"] for one in found} == {
        good: "well",
        f"{site.base}/gone": "failed",
        f"{site.base}/empty": "doubtful",
        wall: "failed",
    }
    assert [one["state"] for one in found] == ["failed", "failed", "doubtful", "well"]
    by_url = {one["url"]: one for one in found}
    assert (by_url[good]["items"], by_url[good]["teasers"], by_url[good]["failure"]) == (3, 1, "")
    assert by_url[good]["newest"].startswith("20")
    assert by_url[f"{site.base}/gone"]["status"] == 404
    assert "404" in by_url[f"{site.base}/gone"]["failure"]
    assert by_url[f"{site.base}/empty"]["notes"] == ["it shows no items at present"]
    table = call("feeds", "check", "-c", config)
    assert "4 newsrooms checked: 1 well, 1 doubtful, 2 failed." in table.stdout
    assert "33%" in table.stdout
    assert not (tmp_path / "archive.db").exists()


def test_check_of_some(call: Call, site: Site, tmp_path: Path) -> None:
    """By address, or by a part of the publisher's name; the others aren't asked. All well: exit code 0."""
    good = published(site, "/good", [item(1, LONG)])
    config = write_config(tmp_path, [f"{site.base}/gone", good])
    for words in (good, "isation b"):
        done = call("feeds", "check", words, "-c", config)
        assert done.returncode == 0, done.stderr
        assert "1 newsroom checked: 1 well" in done.stdout
    assert ("/gone", 404) not in site.requests


def test_check_reads_pages_and_sitemaps(call: Call, site: Site, tmp_path: Path) -> None:
    """Each by what its kind needs."""
    rows = "".join(
        f'<li><a href="/press/{n}">Release number {n}</a> <time>2026-11-0{n}</time></li>' for n in (1, 2)
    )
    page = site.publish("/news", f"<ul>{rows}</ul>".encode(), content_type="text/html")
    urls = "".join(f"<url><loc>{site.base}/press/{n}</loc></url>" for n in (1, 2, 3))
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    sitemap = site.publish(
        "/map.xml",
        f'<urlset xmlns="{space}">{urls}<url><loc>{site.base}/about</loc></url></urlset>'.encode(),
        content_type="application/xml",
    )
    config = write_config(tmp_path, [])
    with config.open("a", encoding="utf-8") as file:
        file.write(
            f'[[feeds]]\nurl = "{page}"\npublisher = "P"\nkind = "page"\nselectors = {{ item = "li" }}\n'
        )
        file.write(f'[[feeds]]\nurl = "{sitemap}"\npublisher = "S"\nkind = "sitemap"\nonly = "/press/"\n')
    done = call("feeds", "check", "--json", "-c", config)
    assert {one["kind"]: one["items"] for one in json.loads(done.stdout)} == {"page": 2, "sitemap": 3}


# --- list --------------------------------------------------------------------------------------------------


def fill(config: Path, changes: dict[int, dict[str, Any]]) -> None:
    """An archive of the configuration's feeds with these values in their rows, and a gap and a release each
    for the first.
    """
    watch = load(config)
    with Archive(watch.archive) as archive:
        archive.adopt(watch, NOW)
        database: Database = archive.database
        with database.conn:
            for feed_id, change in changes.items():
                database.table("feeds").update(feed_id, change)
            database.execute(
                "INSERT INTO fetches(feed_id, outcome, first_at, last_at, seconds)"
                " VALUES (1, 'read', ?, ?, 1)",
                ["2026-11-01T00:00:00Z"] * 2,
            )
            database.execute(
                "INSERT INTO releases(feed_id, fetch_id, publisher, guid, url, title, text, published,"
                " first_seen, content_hash, announce) VALUES (1, 1, 'A', '', '', '', '', ?, ?, '', 1)",
                ["2026-10-31T00:00:00Z", "2026-11-01T00:00:00Z"],
            )
            for status in ("open", "pending", "recovered"):
                database.execute(
                    "INSERT INTO gaps(feed_id, seen_before, found, fetch_id, status, next_attempt)"
                    " VALUES (1, ?, ?, 1, ?, ?)",
                    ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", status, "2026-11-03T00:00:00Z"],
                )


def test_list_says_how_each_fares(call: Call, tmp_path: Path) -> None:
    """Health and since when, last readings, failures with the reason, what's next, gaps, moves."""
    config = write_config(tmp_path, [f"https://{name}.example/feed" for name in "abcd"])
    read = {"last_attempt": "2026-11-25T00:00:00Z", "last_success": "2026-11-20T00:00:00Z"}
    fill(
        config,
        {
            1: {**read, "moved_to": "https://new.example/feed", "next_due": "2999-01-01T00:00:00Z"},
            2: {
                **read,
                "health": "failing",
                "health_since": "2026-11-21T00:00:00Z",
                "failing_since": "2026-11-20T12:00:00Z",
                "failures": 7,
                "last_error": "HTTP 503 [Service] Unavailable",
            },
            3: {**read, "health": "silent", "health_since": "2026-11-22T00:00:00Z"},
        },
    )
    found = {one["url"][8]: one for one in json.loads(call("feeds", "list", "--json", "-c", config).stdout)}
    assert [found[name]["state"] for name in "abcd"] == ["well", "failing", "silent", "not yet read"]
    assert (found["a"]["open_gaps"], found["a"]["pending_gaps"]) == (1, 1)
    assert found["a"]["last_release"] == "2026-10-31T00:00:00Z"
    assert found["a"]["last_gap"] == "2026-11-02T00:00:00Z"
    assert (found["b"]["failures"], found["b"]["since"]) == (7, "2026-11-21T00:00:00Z")
    assert found["d"]["last_success"] is None
    done = call("feeds", "-c", config)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.replace("│", " ").split())
    for words in (
        "failing since 2026-11-21",
        "7 failures in a row",
        "silent since 2026-11-22",
        "moved to",
        "not yet read",
        "4 newsrooms watched",
    ):
        assert words in said
    bad = json.loads(call("feeds", "--bad", "--json", "-c", config).stdout)
    assert {"b", "c"} <= {one["url"][8] for one in bad} <= {"a", "b", "c"}


def test_list_before_the_first_run(call: Call, config: Path) -> None:
    """Nothing was read yet; nothing is made."""
    done = call("feeds", "list", "-c", config)
    assert done.returncode == 0, done.stderr
    assert "not yet read" in done.stdout
    assert not config.with_name("archive.db").exists()


def test_list_calls_failing_what_was_never_read(call: Call, site: Site, tmp_path: Path) -> None:
    """From its first failure on, with the reason; one that was read before is given its day."""
    was_read = site.publish("/feed", rss([item(1, LONG)]))
    config = write_config(tmp_path, [was_read, f"{site.base}/nowhere"])
    assert call("run", "-c", config).returncode == 0
    assert "never read: HTTP 404" in " ".join(call("feeds", "-c", config).stdout.split())
    site.publish("/feed", b"", status=500)
    assert call("run", "-c", config).returncode == 1
    read, never = json.loads(call("feeds", "--bad", "--json", "-c", config).stdout)
    assert (read["state"], read["failures"]) == ("well", 1)
    assert (never["state"], never["failures"], never["last_success"]) == ("failing", 2, None)
    assert never["since"] == never["failing_since"]


def test_list_after_a_run(call: Call, config: Path) -> None:
    """What was read is well."""
    assert call("run", "-c", config).returncode == 0
    (one,) = json.loads(call("feeds", "--json", "-c", config).stdout)
    assert (one["state"], one["failures"], one["needs_a_look"]) == ("well", 0, False)
    assert "1 newsroom watched; nothing wrong." in call("feeds", "-c", config).stdout


# --- import and export -------------------------------------------------------------------------------------

OPML = """<?xml version="1.0"?>
<opml version="2.0"><body>
  <outline text="Law"><outline text="Lamp &amp; Key" xmlUrl="https://lamp.example/feed"/></outline>
  <outline text="Again" xmlUrl="HTTPS://lamp.example/feed"/>
  <outline text="Known" xmlUrl="{known}"/>
  <outline text="Bad" xmlUrl="ftp://bad.example/"/>
</body></opml>
"""


def test_import_adds_what_is_new(call: Call, site: Site, config: Path, tmp_path: Path) -> None:
    """Duplicates and what cannot be used are said; with --dry-run nothing is written."""
    file = tmp_path / "list.opml"
    file.write_text(OPML.format(known=f"{site.base}/feed"), encoding="utf-8")
    before = config.read_text(encoding="utf-8")
    dry = call("feeds", "import", file, "--dry-run", "-c", config)
    assert dry.returncode == 0, dry.stderr
    assert "1 feed would be added" in dry.stdout
    assert config.read_text(encoding="utf-8") == before
    done = call("feeds", "import", file, "--tag", "from-list", "-c", config)
    assert done.returncode == 0, done.stderr
    for words in ("there already: Again", "there already: Known", "as Organisation A", "cannot be used: Bad"):
        assert words in done.stdout
    feed = load(config).feeds[-1]
    assert (feed.publisher, feed.tags) == ("Lamp & Key", ("Law", "from-list"))
    added = '\n[[feeds]]\nurl = "https://lamp.example/feed"\npublisher = "Lamp & Key"\n'
    added += 'tags = ["Law", "from-list"]\n'
    assert config.read_text(encoding="utf-8") == before.replace("# mine\n", f"# mine\n{added}")
    assert "Nothing to add" in call("feeds", "import", file, "-c", config).stdout
    assert not site.requests


def test_import_of_a_broken_list(call: Call, config: Path, tmp_path: Path) -> None:
    """Exit code 2, the file and the reason; entities are refused, nothing is added."""
    before = config.read_bytes()
    file = tmp_path / "list.opml"
    for text, words in (
        ("<opml>", "not well-formed XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><opml/>', "DOCTYPE"),
    ):
        file.write_text(text, encoding="utf-8")
        done = call("feeds", "import", file, "-c", config)
        assert done.returncode == 2
        assert words in " ".join(done.stderr.split())
        assert "Traceback" not in done.stderr
    assert config.read_bytes() == before


def test_export_writes_opml(call: Call, config: Path, tmp_path: Path) -> None:
    """To a file or as output; pages can't be said in it, and are counted."""
    with config.open("a", encoding="utf-8") as file:
        file.write('[[feeds]]\nurl = "https://p.example/"\npublisher = "P"\nkind = "page"\n')
        file.write('selectors = { item = "li" }\n')
    done = call("feeds", "export", "-c", config)
    assert done.returncode == 0, done.stderr
    assert [one.get("text") for one in ET.fromstring(done.stdout.encode()).iter("outline")] == [
        "Organisation A"
    ]
    assert "1 newsroom left out" in done.stderr
    assert "1 feed written to" in call("feeds", "export", "-o", tmp_path / "out.opml", "-c", config).stdout
    assert (tmp_path / "out.opml").read_text(encoding="utf-8").count("xmlUrl") == 1

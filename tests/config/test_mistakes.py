"""What a mistaken configuration is told: the file, the key, what is wrong, and the nearest right name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from config import load
from config.files import NAME_ONE
from presswatch.errors import ConfigError, Problem

FEED = '[[feeds]]\nurl = "https://a.example/feed"\npublisher = "A"\n'
PROGRAM = '[[programs]]\nid = "scomm"\nname = "Secure Communities"\nterms = ["S-Comm"]\n'
MAIL = '[[channels]]\nid = "mail"\ntype = "smtp"\nhost = "h"\nsender = "a@example.org"\n'
HOOK = '[[channels]]\nid = "out"\ntype = "file"\npath = "out"\n'
GOOD = FEED + PROGRAM + MAIL + HOOK


def feed(url: str, more: str = "") -> str:
    return f'[[feeds]]\nurl = "{url}"\npublisher = "A"\n{more}'


def program(more: str) -> str:
    return FEED + f'[[programs]]\nid = "p"\nname = "P"\n{more}'


def subscription(more: str, channel: str = "out") -> str:
    return GOOD + f'[[subscriptions]]\nid = "s"\nchannel = "{channel}"\n{more}'


@dataclass(frozen=True)
class Case:
    """A text, and the one problem it has: key path, essential words, and the file where it stands."""

    main: str
    key: str
    words: tuple[str, ...]
    more: str | None = None
    file: str = "watch.toml"


INCLUDE = 'include = ["more.toml"]\n'

CASES = {
    # when and what a subscription is told
    "publisher unknown": Case(
        subscription('publishers = ["B"]'),
        "subscriptions[0].publishers[0]",
        ('no feed has the publisher "B"',),
    ),
    "tag unknown": Case(
        FEED.replace("\n[", "\n")
        + 'tags = ["coast"]\n'
        + PROGRAM
        + HOOK
        + '[[subscriptions]]\nid = "s"\nchannel = "out"\ntags = ["coat"]',
        "subscriptions[0].tags[0]",
        ('no feed has the tag "coat"', '"coast"'),
    ),
    "no language": Case(subscription('languages = ["Spanish"]'), "subscriptions[0].languages[0]", ('"es"',)),
    "no hours": Case(
        subscription('quiet_hours = "at night"'), "subscriptions[0].quiet_hours", ("22:00-07:00",)
    ),
    "hours that there are not": Case(
        subscription('quiet_hours = "22:00-25:00"'), "subscriptions[0].quiet_hours", ("22:00-07:00",)
    ),
    "hours without end": Case(
        subscription('quiet_hours = "22:00-22:00"'), "subscriptions[0].quiet_hours", ("22:00-07:00",)
    ),
    "a number of hours": Case(
        subscription("quiet_hours = 8"), "subscriptions[0].quiet_hours", ("22:00-07:00",)
    ),
    "quiet beside a schedule": Case(
        subscription('schedule = "0 8 * * *"\nquiet_hours = "22:00-07:00"'),
        "subscriptions[0].quiet_hours",
        ("at-once", "Remove it"),
    ),
    "a pause beside a schedule": Case(
        subscription('schedule = "0 8 * * *"\nat_most_every = "1h"'),
        "subscriptions[0].at_most_every",
        ("at-once", "Remove it"),
    ),
    "nothing, at once": Case(
        subscription('empty = "send"'), "subscriptions[0].empty", ("each cycle", "schedule")
    ),
    # the file as a whole
    "no feeds": Case(PROGRAM, "feeds", ("nothing to watch", "[[feeds]]")),
    "empty file": Case("", "feeds", ("nothing to watch",)),
    "syntax": Case("a = 1\nb 2\n", "", ("TOML", "line 2", "column 3")),
    "syntax in included": Case(INCLUDE + FEED, "", ("TOML", "line 1"), "feeds = [", "more.toml"),
    "huge number": Case("a = " + "1" * 5000, "", ("TOML",)),
    # includes
    "include missing": Case(
        'include = ["nope.toml"]\n' + FEED, "include[0]", ('"nope.toml"', "does not exist")
    ),
    "include a folder": Case('include = ["."]\n' + FEED, "include[0]", ("is a folder",)),
    "include a NUL": Case('include = ["a\\u0000b"]\n' + FEED, "include[0]", ("cannot be read",)),
    "include itself": Case(
        'include = ["watch.toml"]\n' + FEED, "include[0]", ("circle", "watch.toml → watch")
    ),
    "include in a circle": Case(
        INCLUDE + FEED,
        "include[0]",
        ("circle", "watch.toml → more.toml → watch.toml"),
        'include = ["watch.toml"]',
        "more.toml",
    ),
    "include no list": Case(
        'include = "more.toml"\n' + FEED, "include", ("must be a list of strings, not a string",)
    ),
    "include no strings": Case("include = [1]\n" + FEED, "include[0]", ("must be a string, not a number",)),
    # keys and types
    "unknown section": Case(FEED + "[fetsh]\n", "fetsh", ("not a known key", 'Did you mean "fetch"?')),
    "unknown key in a section": Case(
        FEED + '[serve]\nwatch_evry = "1m"', "serve.watch_evry", ('Did you mean "watch_every"?',)
    ),
    "unknown key in a list": Case(
        feed("https://a.example/", 'tag = ["x"]'), "feeds[0].tag", ('Did you mean "tags"?',)
    ),
    "unknown key in a subscription": Case(
        subscription('shedule = "at-once"'), "subscriptions[0].shedule", ('Did you mean "schedule"?',)
    ),
    "unknown key in a channel": Case(
        FEED + MAIL + 'passwrod_env = "X"', "channels[0].passwrod_env", ('Did you mean "password_env"?',)
    ),
    "unknown key like nothing": Case(
        FEED + "[archive]\nxyz = 1", "archive.xyz", ("Known: backups, path, retention.",)
    ),
    "unknown key like none of many": Case(
        FEED + "[fetch]\nxyz = 1", "fetch.xyz", ("Known: ", "interval", "longest_cycle", "total_timeout")
    ),
    "key missing": Case('[[feeds]]\nurl = "https://a.example/"', "feeds[0].publisher", ("is missing",)),
    "list for a string": Case(
        '[[feeds]]\nurl = "https://a.example/"\npublisher = ["A"]',
        "feeds[0].publisher",
        ("must be a string, not a list",),
    ),
    "string for a list": Case(
        program('terms = "S-Comm"'), "programs[0].terms", ("must be a list of strings, not a string",)
    ),
    "number in a list of strings": Case(
        program('terms = ["x", 1]'), "programs[0].terms[1]", ("must be a string, not a number",)
    ),
    "string for a switch": Case(
        FEED + '[fetch]\nallow_private_addresses = "no"',
        "fetch.allow_private_addresses",
        ("must be true or false, not a string",),
    ),
    "string for a number": Case(
        FEED + '[fetch]\nconnections = "8"',
        "fetch.connections",
        ("must be a whole number, not a string",),
    ),
    "fraction for a number": Case(
        FEED + "[fetch]\nconnections = 1.5", "fetch.connections", ("a whole number, not a decimal number",)
    ),
    "switch for a number": Case(
        FEED + "[fetch]\nconnections = true", "fetch.connections", ("a whole number, not true or false",)
    ),
    "date for a string": Case(
        FEED + "[archive]\npath = 2024-01-01", "archive.path", ("must be a string, not a date",)
    ),
    "string for a section": Case('fetch = "fast"\n' + FEED, "fetch", ("must be a table, not a string",)),
    "section for a list": Case(
        '[feeds]\nurl = "https://a.example/"', "feeds", ("must be a list of tables, not a table", "[[feeds]]")
    ),
    "string for a table": Case(
        'feeds = ["https://a.example/"]', "feeds[0]", ("must be a table, not a string",)
    ),
    "string for a number in a channel": Case(
        FEED + MAIL + 'port = "25"', "channels[0].port", ("must be a whole number, not a string",)
    ),
    "no such choice in a channel": Case(
        FEED + MAIL + 'security = "startls"',
        "channels[0].security",
        ("'starttls', 'tls' or 'none'", 'Did you mean "starttls"?'),
    ),
    # values
    "too few connections": Case(FEED + "[fetch]\nconnections = 0", "fetch.connections", ("at least 1",)),
    "too many connections": Case(FEED + "[fetch]\nconnections = 257", "fetch.connections", ("at most 256",)),
    "no size": Case(FEED + "[fetch]\nmax_size_mb = 0", "fetch.max_size_mb", ("at least 1",)),
    "no time": Case(FEED + '[fetch]\ntimeout = "0s"', "fetch.timeout", ("longer than zero",)),
    "no pause": Case(FEED + '[serve]\nwatch_every = "0s"', "serve.watch_every", ("longer than zero",)),
    "no duration": Case(FEED + '[fetch]\ninterval = "half"', "fetch.interval", ("not a duration", '"30m"')),
    "negative duration": Case(FEED + '[fetch]\ninterval = "-5m"', "fetch.interval", ("negative",)),
    "number for a duration": Case(
        FEED + "[fetch]\ninterval = 30", "fetch.interval", ('a duration such as "30m", not a number',)
    ),
    "no duration in a feed": Case(
        feed("https://a.example/", 'announce_since = "ever"'), "feeds[0].announce_since", ("not a duration",)
    ),
    "empty path": Case(FEED + '[archive]\npath = " "', "archive.path", ("is empty",)),
    "two lines": Case(
        '[[feeds]]\nurl = "https://a.example/"\npublisher = "A\\nB"', "feeds[0].publisher", ("line",)
    ),
    "contact of two lines": Case(
        FEED + '[fetch]\ncontact = "a\\r\\nX: y"', "fetch.contact", ("printable ASCII",)
    ),
    "contact with an accent": Case(FEED + '[fetch]\ncontact = "é@x"', "fetch.contact", ("printable ASCII",)),
    "contact empty": Case(FEED + '[fetch]\ncontact = ""', "fetch.contact", ("is empty",)),
    "id with capitals": Case(
        FEED + PROGRAM.replace('"scomm"', '"S Comm"'), "programs[0].id", ('"S Comm"', "lower-case letters")
    ),
    "id with a line break": Case(
        FEED + PROGRAM.replace('"scomm"', '"a\\n"'), "programs[0].id", ("not an id",)
    ),
    "a secret for the name of its variable": Case(
        FEED + MAIL + 'username_env = "USER"\npassword_env = "tr0ub4dor&3"',
        "channels[0].password_env",
        ("not the name of an environment variable",),
    ),
    "NUL in a path": Case(
        FEED + '[[channels]]\nid = "x"\ntype = "file"\npath = "a\\u0000b"',
        "channels[0]",
        ("a path that cannot be one",),
    ),
    "options that do not go together": Case(
        FEED + MAIL + 'password_env = "X"', "channels[0]", ("both or neither",)
    ),
    # addresses of feeds
    "ftp": Case(feed("ftp://a.example/"), "feeds[0].url", ("not an http or https URL",)),
    "no scheme": Case(feed("a.example/feed"), "feeds[0].url", ("not an http or https URL", "https://")),
    "no host": Case(feed("https:///feed"), "feeds[0].url", ("no host",)),
    "no host but a port": Case(feed("https://:80/feed"), "feeds[0].url", ("no host",)),
    "user in the URL": Case(feed("https://me:pw@a.example/"), "feeds[0].url", ("user name or password",)),
    "space in the URL": Case(feed("https://a.example/my feed"), "feeds[0].url", ("space",)),
    "tab in the URL": Case(feed("https://a.example/my\\tfeed"), "feeds[0].url", ("not a URL",)),
    "backslash in the URL": Case(feed("https://a.example\\\\@b.example/"), "feeds[0].url", ("backslash",)),
    "bad port": Case(feed("https://a.example:http/"), "feeds[0].url", ("not a URL", "http")),
    "bad bracket": Case(feed("https://[::1/"), "feeds[0].url", ("not a URL",)),
    # what stands twice
    "feed twice": Case(
        FEED + feed("https://b.example/") + feed("https://A.example/feed"),
        "feeds[2].url",
        ("feeds[0].url",),
    ),
    "feed twice, in two files": Case(
        INCLUDE + FEED, "feeds[0].url", ("feeds[0].url in", "watch.toml"), FEED, "more.toml"
    ),
    "program twice": Case(FEED + PROGRAM + PROGRAM, "programs[1].id", ("programs[0].id",)),
    "channel twice": Case(INCLUDE + FEED + MAIL, "channels[0].id", ("channels[0].id in",), MAIL, "more.toml"),
    "subscription twice": Case(
        subscription('[[subscriptions]]\nid = "s"\nchannel = "out"'),
        "subscriptions[1].id",
        ("subscriptions[0].id",),
    ),
    "section in two files": Case(
        INCLUDE + "[fetch]\n" + FEED, "fetch", ("already", "watch.toml"), "[fetch]", "more.toml"
    ),
    "term twice": Case(
        program('terms = ["S-Comm", "s-comm"]'), "programs[0].terms[1]", ("already: programs[0].terms[0]",)
    ),
    "term plain and ambiguous": Case(
        program('terms = ["S-Comm"]\nambiguous_terms = ["x", "S-Comm"]'),
        "programs[0].ambiguous_terms[1]",
        ("already: programs[0].terms[0]",),
    ),
    "recipient twice": Case(
        subscription('recipients = ["a@b", "a@b"]', "mail"), "subscriptions[0].recipients[1]", ("already",)
    ),
    "recipient twice, in capitals": Case(
        subscription('recipients = ["ana@example.org", "Ana@Example.ORG"]', "mail"),
        "subscriptions[0].recipients[1]",
        ("already: subscriptions[0].recipients[0]", "Keep one"),
    ),
    "recipient twice, domain in two scripts": Case(
        subscription('recipients = ["ana@bücher.example", "ana@XN--bcher-kva.example"]', "mail"),
        "subscriptions[0].recipients[1]",
        ("already: subscriptions[0].recipients[0]",),
    ),
    "alert recipient twice": Case(
        GOOD + '[serve]\nalerts = "mail"\nalert_recipients = ["ops@example.org", "OPS@example.org"]\n',
        "serve.alert_recipients[1]",
        ("already: serve.alert_recipients[0]",),
    ),
    # terms
    "no terms": Case(program(""), "programs[0].terms", ("no term",)),
    "empty term": Case(program('terms = [""]'), "programs[0].terms[0]", ("empty",)),
    "no letter in a term": Case(
        program('terms = ["x", "(-)"]'), "programs[0].terms[1]", ("no letter or digit",)
    ),
    "star inside": Case(program('terms = ["de*port"]'), "programs[0].terms[0]", ('"*"', "end a term")),
    "star after a digit": Case(program('terms = ["287*"]'), "programs[0].terms[0]", ("after a letter",)),
    "two stars": Case(program('ambiguous_terms = ["a**"]'), "programs[0].ambiguous_terms[0]", ('"*"',)),
    "bad context": Case(program('terms = ["x"]\ncontext = ["*"]'), "programs[0].context[0]", ("no letter",)),
    # names of other tables
    "no such channel": Case(
        subscription("", "mial"), "subscriptions[0].channel", ('no channel "mial"', 'Did you mean "mail"?')
    ),
    "no such program": Case(
        subscription('programs = ["scomm", "s-com"]'),
        "subscriptions[0].programs[1]",
        ('no program "s-com"', 'Did you mean "scomm"?'),
    ),
    "no such channel type": Case(
        FEED + '[[channels]]\nid = "m"\ntype = "smpt"', "channels[0].type", ('"smpt"', 'Did you mean "smtp"?')
    ),
    "no such time zone": Case(
        subscription('timezone = "America/NewYork"'),
        "subscriptions[0].timezone",
        ('no time zone "America/NewYork"', 'Did you mean "America/New_York"?'),
    ),
    "time zone as spoken": Case(
        subscription('timezone = "new york"'),
        "subscriptions[0].timezone",
        ('Did you mean "America/New_York"?',),
    ),
    "folder of time zones": Case(
        subscription('timezone = "America"'), "subscriptions[0].timezone", ('no time zone "America"',)
    ),
    "no time zone": Case(subscription('timezone = ""'), "subscriptions[0].timezone", ("no time zone",)),
    "time zone outside": Case(
        subscription('timezone = "../x"'), "subscriptions[0].timezone", ("no time zone",)
    ),
    # who gets it and when
    "nobody": Case(subscription("", "mail"), "subscriptions[0].recipients", ("nobody", "smtp")),
    "bad recipient": Case(
        subscription('recipients = ["a@b", "team"]', "mail"),
        "subscriptions[0].recipients[1]",
        ("team", "not a mail address"),
    ),
    "recipient of a folder": Case(
        subscription('recipients = ["a@b"]'), "subscriptions[0].recipients[0]", ("no recipients",)
    ),
    "no cron line": Case(
        subscription('schedule = "daily"'), "subscriptions[0].schedule", ("not a schedule", "five", "at-once")
    ),
    "cron line with seconds": Case(
        subscription('schedule = "0 0 8 * * *"'), "subscriptions[0].schedule", ("not a schedule", "five")
    ),
    "bad hour": Case(subscription('schedule = "0 25 * * *"'), "subscriptions[0].schedule", ("bad hour",)),
    "bad day": Case(
        subscription('schedule = "0 8 32 * *"'), "subscriptions[0].schedule", ("bad day-of-month",)
    ),
    "30th of February": Case(
        subscription('schedule = "0 0 30 2 *"'), "subscriptions[0].schedule", ("never",)
    ),
    "second Monday, on the 1st or 30th": Case(
        subscription('schedule = "0 0 */29 * MON#2"'), "subscriptions[0].schedule", ("never",)
    ),
}


def mistakes(path: Path) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return caught.value.problems


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_mistake(case: Case, write) -> None:
    """Each mistake is told once, at its file and key, in plain words, and with no false one beside it."""
    path = write(case.main, **({} if case.more is None else {"more": case.more}))

    (problem,) = mistakes(path)

    assert (problem.file.name, problem.key) == (case.file, case.key)
    told = f"{problem.what} {problem.remedy}"
    for words in case.words:
        assert words in told
    for jargon in ("Input", "valid string", "Value error", "pattern", "tr0ub4dor"):
        assert jargon not in told


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there is named as such."""
    (problem,) = mistakes(tmp_path / "watch.toml")
    assert str(problem) == f"{tmp_path / 'watch.toml'}: does not exist. {NAME_ONE}"


def test_folder(tmp_path: Path) -> None:
    """A folder in the place of the file is named as such."""
    (problem,) = mistakes(tmp_path)
    assert str(problem) == f"{tmp_path}: is a folder, not a file."


def test_unreadable(write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is told with the system's reason."""
    path = write(FEED)

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (problem,) = mistakes(path)
    assert (problem.file, problem.what) == (path, "cannot be read: Permission denied.")


def test_not_utf8(write) -> None:
    """A file in another encoding is told the line and what to do."""
    path = write("")
    path.write_bytes(b'a = 1\nb = "caf\xe9"\n')
    (problem,) = mistakes(path)
    assert problem.file == path
    assert "not UTF-8" in problem.what
    assert "line 2" in problem.what


def test_all_in_one_go(write) -> None:
    """The mistakes of all files are told together, in the order of the files and of their tables."""
    main = (
        'include = ["more.toml", "nope.toml"]\n'
        '[fetch]\ninterval = "x"\nconections = 1\n'
        + FEED
        + feed("ftp://b.example/")
        + FEED
        + '[[channels]]\nid = "mail"\ntype = "smtp"\nport = "x"\n'
    )
    more = '[[programs]]\nid = "P"\nterms = ["*", "a", "A", "a"]\n[serve]\nwatch_every = 5\n'

    problems = mistakes(write(main, more=more))

    assert [(problem.file.name, problem.key) for problem in problems] == [
        ("watch.toml", "include[1]"),
        ("watch.toml", "fetch.interval"),
        ("watch.toml", "fetch.conections"),
        ("watch.toml", "feeds[1].url"),
        ("watch.toml", "feeds[2].url"),
        ("watch.toml", "channels[0].host"),
        ("watch.toml", "channels[0].port"),
        ("watch.toml", "channels[0].sender"),
        ("more.toml", "programs[0].terms[3]"),
        ("more.toml", "programs[0].id"),
        ("more.toml", "programs[0].name"),
        ("more.toml", "programs[0].terms[0]"),
        ("more.toml", "serve.watch_every"),
    ]


def test_no_false_alarm(write) -> None:
    """When a file cannot be read, nothing that may stand in it is called unknown."""
    main = subscription('programs = ["elsewhere"]', "elsewhere-too")
    problems = mistakes(write('include = ["nope.toml"]\n' + main))
    assert [problem.key for problem in problems] == ["include[0]"]


def test_mistaken_tables_count_as_known(write) -> None:
    """A program or channel with a mistake in it is still one that a subscription can name."""
    main = (
        program("") + MAIL + "port = true\n"
        '[[subscriptions]]\nid = "s"\nchannel = "mail"\nrecipients = ["a@b"]\nprograms = ["p"]'
    )
    problems = mistakes(write(main))
    assert [problem.key for problem in problems] == ["programs[0].terms", "channels[0].port"]


def test_a_circle_named_differently(write) -> None:
    """A circle of includes is found however the files are spelled."""
    path = write('include = ["lists/a.toml"]\n' + FEED, lists__a='include = ["../lists/../watch.toml"]')
    (problem,) = mistakes(path)
    assert problem.file == path.parent / "lists/a.toml"
    assert "circle" in problem.what

"""``presswatch init``: by flags, by answers on a real terminal, and left in the middle."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st

from cli.init.answers import Answers, Way
from cli.init.programs import choose, dictionary
from cli.init.writing import text_of, watch_of, write_new
from config import load
from config.edit import NewFeed, one_line
from config.mistake import Mistake
from storage.archive import Archive
from tests.cli.conftest import Call
from tests.support.feeds import item, rss
from tests.support.ports import free_port
from tests.support.receiver import receive_hooks
from tests.support.site import Site

FLAGS = ("--program", "secure-communities", "--allow-private-addresses", "--contact", "ana@desk.example")


@pytest.fixture
def home(site: Site) -> str:
    """The address of a clinic's home page, which names its feed."""
    feed = site.publish("/feed", rss([item(1, "S-Comm ends."), item(2)], title="Mill Street Clinic"))
    link = f'<link rel="alternate" type="application/rss+xml" href="{feed}">'
    return site.publish("/", f"<html><head>{link}</head></html>".encode(), content_type="text/html")


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_from_nothing_to_a_digest(call: Call, site: Site, home: str, tmp_path: Path) -> None:
    """By flags alone: the feed behind the home page is watched, the channel tried, a digest sent."""
    done = call("init", "mine", "--yes", "--feed", home, *FLAGS, "--when", "at-once")

    assert (done.returncode, done.stderr) == (0, "")
    assert "Mill Street Clinic: 2 items" in done.stdout
    assert "desk: accepted" in done.stdout
    assert "“S-Comm” always means Secure Communities" in done.stdout
    watch = load(tmp_path / "mine" / "watch.toml")
    assert [(feed.url, feed.publisher) for feed in watch.feeds] == [
        (site.base + "/feed", "Mill Street Clinic")
    ]
    assert [program.id for program in watch.programs] == ["secure-communities"]
    assert "+mailto:ana@desk.example" in watch.fetch.user_agent
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "mine/digests").glob("*.html")]
    assert sorted("S-Comm" in page for page in pages) == [False, True]  # the test message, and the digest
    assert call("check", "-c", "mine/watch.toml").returncode == 0


def test_a_digest_at_a_time_of_day_is_shown_and_not_sent(call: Call, home: str, tmp_path: Path) -> None:
    """What is due tomorrow morning is shown now, and still only sent then."""
    done = call("init", "--yes", "--feed", home, *FLAGS, "--when", "7:30", "--timezone", "America/New_York")
    assert done.returncode == 0, done.stderr
    assert "1 release mentions 1 program" in done.stdout
    (subscription,) = load(tmp_path / "watch.toml").subscriptions
    assert (subscription.schedule, subscription.timezone.key) == ("30 7 * * *", "America/New_York")
    with Archive(tmp_path / "archive.db", read_only=True) as archive:
        assert archive.database["deliveries"].count == 0
        assert archive.database["releases"].count == 2


def test_only_the_file(call: Call, home: str, tmp_path: Path) -> None:
    """With --no-run the file is all there is."""
    done = call("init", "--yes", "--feed", home, *FLAGS, "--no-run")
    assert done.returncode == 0, done.stderr
    assert everything(tmp_path) == ["watch.toml"]


def test_by_webhook(call: Call, home: str, tmp_path: Path) -> None:
    """A webhook gets the test message and what is new, signed with the secret that the environment holds."""
    with receive_hooks() as receiver:
        flags = ("--channel", "webhook", "--url", receiver.url, "--signed", "--when", "at-once")
        secret = "whsec_bWlsbCBzdHJlZXQgY2xpbmlj"
        done = call("init", "-y", "--feed", home, *FLAGS, *flags, PRESSWATCH_HOOK_SECRET=secret)
    assert done.returncode == 0, done.stderr
    assert [program for program, _ in receiver.told()] == ["test", "secure-communities"]
    assert secret not in (tmp_path / "watch.toml").read_text(encoding="utf-8")


def test_a_channel_that_refuses(call: Call, home: str, tmp_path: Path) -> None:
    """A receiver that says no is told, the configuration is kept to be mended, and the exit code is 1."""
    with receive_hooks() as receiver:
        receiver.answer = 404
        done = call("init", "-y", "--feed", home, *FLAGS, "--channel", "webhook", "--url", receiver.url)
    assert done.returncode == 1
    assert "desk: not accepted" in done.stderr
    assert load(tmp_path / "watch.toml").channels[0].type == "webhook"


class Mailbox:
    """Takes every mail that a server of aiosmtpd is handed."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], str]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append((envelope.rcpt_tos, envelope.content.decode("utf-8", "replace")))
        return "250 taken"


def test_by_mail(call: Call, home: str) -> None:
    """A mail server gets the test message and the first digest for the recipient."""
    mailbox = Mailbox()
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        place = f"127.0.0.1:{server.port}"
        mail = ("--channel", "mail", "--to", "ana@desk.example", "--mail-server", place, "--security", "none")
        done = call("init", "-y", "--feed", home, *FLAGS, *mail, "--when", "at-once")
    finally:
        server.stop()
    assert done.returncode == 0, done.stderr
    assert "ana@desk.example: accepted" in done.stdout
    assert [recipients for recipients, _ in mailbox.mails] == [["ana@desk.example"]] * 2
    assert ["S-Comm" in text for _, text in mailbox.mails] == [False, True]


def test_secrets_that_are_not_set(call: Call, home: str, tmp_path: Path) -> None:
    """Mail with a password: the file names the variables, the user is told to set them, nothing is sent."""
    flags = ("--channel", "mail", "--to", "ana@desk.example", "--mail-server", "smtp.desk.example:465")
    done = call("init", "-y", "--feed", home, *FLAGS, *flags, "--security", "tls")
    assert done.returncode == 0, done.stderr
    assert "PRESSWATCH_SMTP_PASSWORD" in done.stdout
    assert everything(tmp_path) == ["watch.toml"]
    table = tomllib.loads((tmp_path / "watch.toml").read_text(encoding="utf-8"))["channels"][0]
    assert table == {
        "id": "desk",
        "type": "smtp",
        "host": "smtp.desk.example",
        "port": 465,
        "security": "tls",
        "sender": "Presswatch <ana@desk.example>",
        "username_env": "PRESSWATCH_SMTP_USER",
        "password_env": "PRESSWATCH_SMTP_PASSWORD",
    }


def test_what_is_there_is_left(call: Call, home: str, tmp_path: Path) -> None:
    """A watch.toml is never overwritten, whatever it holds."""
    (tmp_path / "watch.toml").write_text("mine", encoding="utf-8")
    done = call("init", "--yes", "--feed", home, *FLAGS)
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert (tmp_path / "watch.toml").read_text(encoding="utf-8") == "mine"


def test_what_comes_to_be_there_in_the_meantime_is_left(tmp_path: Path) -> None:
    """Also if it was made since it was looked for; nothing else stays behind."""
    (tmp_path / "watch.toml").write_text("theirs", encoding="utf-8")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "watch.toml", "mine")
    assert (tmp_path / "watch.toml").read_text(encoding="utf-8") == "theirs"
    assert everything(tmp_path) == ["watch.toml"]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ((), "--feed is needed"),
        (("--feed", "ftp://a.example"), "http or https"),
        (("--feed", "HOME"), "--program is needed"),
        (("--feed", "HOME", "--program", "99"), "no number 99"),
        (("--feed", "HOME", "--program", "…"), "no letter or digit"),
        (("--feed", "HOME", "--program", "x", "--channel", "mail"), "--to is needed"),
        (("--feed", "HOME", "--program", "x", "--channel", "mail", "--to", "ana"), "not a mail address"),
        (("--feed", "HOME", "--program", "x", "--channel", "webhook", "--url", "x"), "http or https"),
        (("--feed", "HOME", "--program", "x", "--when", "noon"), "not a schedule"),
        (("--feed", "HOME", "--program", "x", "--timezone", "Mars"), "no time zone"),
        (("--feed", "HOME", "--program", "x", "--contact", "Ana"), "not an address"),
        (("--feed", "NOWHERE", "--program", "x"), "no newsroom was found"),
    ],
)
def test_a_mistake_in_the_call(
    call: Call, home: str, tmp_path: Path, flags: tuple[str, ...], words: str
) -> None:
    """A mistake is told in words, without a trace, and nothing is made: not even the folder."""
    places = {"HOME": home, "NOWHERE": home + "none"}
    named = (places.get(flag, flag) for flag in flags)
    done = call("init", "new/folder", "--yes", "--allow-private-addresses", *named)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert everything(tmp_path) == []


def test_an_address_that_is_not_there(call: Call, site: Site, home: str, tmp_path: Path) -> None:
    """What stands at a usual place of the site is named, and not taken unasked."""
    usual = site.publish("/feed.xml", rss([item(1)], title="Another desk"))
    done = call("init", "new", "--yes", "--feed", home + "missing.xml", *FLAGS)
    assert done.returncode == 2
    assert "missing.xml itself answered: HTTP 404" in done.stderr
    assert f"there is {usual}" in " ".join(done.stderr.split())
    assert everything(tmp_path) == []


def test_a_newsroom_of_ones_own_network(call: Call, home: str, tmp_path: Path) -> None:
    """It is refused by naming the flag, since there is no file yet with the setting; the flag writes that."""
    flags = ("--program", "secure-communities", "--no-run")
    done = call("init", "new", "--yes", "--feed", home, *flags)
    assert done.returncode == 2
    assert "start again with --allow-private-addresses" in " ".join(done.stderr.split())
    assert "see allow_private_addresses" not in done.stderr
    assert call("init", "new", "--yes", "--feed", home, *FLAGS, "--no-run").returncode == 0
    assert load(tmp_path / "new/watch.toml").fetch.allow_private_addresses


def test_a_program_that_is_nearly_one_that_ships(call: Call, home: str, tmp_path: Path) -> None:
    """Unasked, it is a new one, which is said with what may have been meant."""
    private = ("--allow-private-addresses", "--no-run", "--program", "Secure Comunities", "--program", "Fees")
    done = call("init", "--yes", "--feed", home, *private)
    assert done.returncode == 0, done.stderr
    assert "New program: Secure Comunities (did you mean Secure Communities?)" in done.stdout
    assert "New program: Fees\n" in done.stdout
    assert [program.id for program in load(tmp_path / "watch.toml").programs] == ["secure-comunities", "fees"]


def test_nobody_to_ask(call: Call, home: str, tmp_path: Path) -> None:
    """Without a terminal and without the flag that answers, it says which is missing."""
    done = call("init", "--feed", home, *FLAGS, "--channel", "file", "--path", "x", "--when", "08:00")
    assert done.returncode == 2
    assert "there is nobody to ask; --timezone answers it" in done.stderr
    assert everything(tmp_path) == []


Terminal = Callable[..., Any]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """``terminal("init", …)``: the command on a terminal of its own, in an empty folder."""
    if sys.platform == "win32":
        pytest.skip("pexpect needs a pseudo-terminal of POSIX")
    opened = []

    def open_terminal(*arguments: str) -> Any:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PRESSWATCH_")}
        spawned = pexpect.spawn(
            sys.executable,
            ["-W", "error", "-m", "cli.main", *arguments],
            cwd=str(tmp_path),
            env={**environment, "PYTHONUTF8": "1", "TERM": "dumb", "TZ": "UTC"},
            encoding="utf-8",
            timeout=60,
            dimensions=(50, 160),
        )
        opened.append(spawned)
        return spawned

    yield open_terminal
    for each in opened:
        each.close(force=True)


def test_by_answers(terminal: Terminal, site: Site, home: str, tmp_path: Path) -> None:
    """On a terminal each thing is asked; a mistake is asked again, and Enter takes the default."""
    site.publish("/feed.xml", rss([item(1)], title="Another desk"))
    asked = terminal("init", "mine", "--allow-private-addresses")
    for question, answer in (
        ("Address: ", ""),
        ("type the address of a newsroom(?s:.*)Address: ", site.base + "/none"),
        ("none itself answered: HTTP 404(?s:.*)Take .*/feed.xml.*: ", "n"),
        ("Not taken(?s:.*)Address: ", home),
        (r"Mill Street Clinic: 2 items(?s:.*)Another address.*: ", ""),
        (r"1  Secure Communities(?s:.*)Numbers or names.*: ", "99"),
        ("no number 99(?s:.*)Numbers or names.*: ", "Secure Comunities, Title X rule"),
        ("did you mean Secure Communities.*: ", "y"),
        ("Where should digests go.*: ", "fax"),
        ("none of them(?s:.*)Where should digests go.*: ", ""),
        ("Into which folder.*: ", "out"),
        ("When.*: ", "at once"),
        ("time zone.*: ", "Europe/Madrid"),
        ("Your address.*: ", "ana@desk.example"),
        ("Write mine/watch.toml.*: ", "y"),
    ):
        asked.expect(question)
        asked.sendline(answer)
    asked.expect("Written: ")
    asked.expect("desk: accepted")
    asked.expect("1 release mentions 1 program")
    asked.expect(pexpect.EOF)
    asked.wait()
    assert asked.exitstatus == 0
    watch = load(tmp_path / "mine/watch.toml")
    assert [program.id for program in watch.programs] == ["secure-communities", "title-x-rule"]
    assert watch.subscription("desk").timezone.key == "Europe/Madrid"
    assert len(list((tmp_path / "mine/out").glob("*.html"))) == 2


@pytest.mark.parametrize("at", ["Address: ", "Numbers or names", "Into which", "Write .*toml"])
def test_leaving_in_the_middle(terminal: Terminal, home: str, tmp_path: Path, at: str) -> None:
    """Ctrl-C at any question leaves nothing behind, not even the folder."""
    asked = terminal("init", "new/mine", "--allow-private-addresses")
    for question, answer in (
        ("Address: ", home),
        ("Another address", ""),
        ("Numbers or names", "1"),
        ("Where should", ""),
        ("Into which", ""),
        ("When", ""),
        ("time zone", ""),
        ("Your address", ""),
        ("Write .*toml", "y"),
    ):
        asked.expect(question)
        if question in at or at in question:
            break
        asked.sendline(answer)
    # Python's readline can miss a signal between showing its prompt and waiting; a person presses again.
    for _ in range(10):
        asked.sendcontrol("c")
        if asked.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=5) == 0:
            break
    asked.wait()
    assert asked.exitstatus == 130
    assert everything(tmp_path) == []


def test_saying_no_at_the_end(terminal: Terminal, home: str, tmp_path: Path) -> None:
    """Who says no to the file has none."""
    flags = ("--channel", "file", "--path", "x", "--when", "08:00", "--timezone", "UTC")
    asked = terminal("init", "--feed", home, *FLAGS, *flags)
    asked.expect("Write watch.toml")
    asked.sendline("n")
    asked.expect("Nothing was written")
    asked.expect(pexpect.EOF)
    asked.wait()
    assert asked.exitstatus == 1
    assert everything(tmp_path) == []


def test_every_program_of_the_dictionary_can_be_copied() -> None:
    """A program's table, cut out of the dictionary, says what it said there."""
    shipped = dictionary()
    whole = tomllib.loads((Path(__file__).parents[2] / "config/programs.toml").read_text(encoding="utf-8"))
    assert [tomllib.loads(program.text)["programs"][0] for program in shipped] == whole["programs"]


def test_programs_are_chosen_by_number_id_name_or_all() -> None:
    """However it is named, a program of the dictionary is found, and stands there once."""
    shipped = dictionary()
    assert choose(["1", "Secure communities", "secure-communities"], shipped) == (shipped[0].text,)
    assert choose(["all", "1"], shipped) == tuple(program.text for program in shipped)


def test_own_programs_whose_ids_would_be_the_same() -> None:
    """Names that differ in signs only are different programs."""
    tables = [tomllib.loads(text)["programs"][0] for text in choose(["Plan B", "Plan: B", "Plan B"], [])]
    assert [(table["id"], table["name"]) for table in tables] == [
        ("plan-b", "Plan B"),
        ("plan-b-2", "Plan: B"),
    ]


@given(st.text(min_size=1, max_size=40).filter(lambda text: any(char.isalnum() for char in text)))
def test_whatever_a_newsroom_and_a_program_are_called(name: str) -> None:
    """Any name that can be a term gives a file that is sound and says that name."""
    try:
        programs = choose([name], [])
    except Mistake:
        return
    feed = NewFeed("https://a.example/feed", one_line(name) or "A")
    text = text_of(Answers((feed,), programs, Way("file", {"path": "out"}), "at-once", "UTC"))
    watch = watch_of(Path("/nowhere/watch.toml"), text)
    assert watch.programs[0].name == one_line(name)
    assert watch.feeds[0].publisher == feed.publisher

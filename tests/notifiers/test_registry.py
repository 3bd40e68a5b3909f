"""The channel types, and what may be configured for them."""

import logging
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic import ValidationError

from notifiers import registry
from notifiers.files.pages import FileNotifier
from notifiers.hooks.options import WebhookOptions
from notifiers.registry import channel_types

SMTP = {"host": "mail.example.org", "sender": "Presswatch <watch@example.org>"}


def test_the_built_in_types_are_there() -> None:
    """By their names, and with word on whether they need recipients."""
    types = channel_types()
    assert {name: types[name].needs_recipients for name in types} == {
        "file": False,
        "feed": False,
        "smtp": True,
        "webhook": False,
        "slack": False,
        "teams": False,
        "discord": False,
        "apprise": False,
    }


def test_listing_them_imports_no_heavy_library() -> None:
    """A command that sends nothing does not wait for mail, HTTP and template libraries."""
    heavy = {"smtplib", "jinja2", "css_inline", "requests", "standardwebhooks"}
    code = f"import sys, notifiers.registry as r; r.channel_types(); print({heavy} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


def test_a_type_opens_its_notifier(tmp_path: Path) -> None:
    """From the validated options alone."""
    file = channel_types()["file"]
    options = file.options(path=tmp_path)
    assert file.open(options) == FileNotifier(tmp_path)


def test_a_hook_is_labelled_without_its_query() -> None:
    """The label is stored and shown; tokens stay out of it."""
    assert WebhookOptions(url="https://example.org/hook?token=hush#x").label == "https://example.org/hook"


def test_others_can_be_added_and_a_broken_one_harms_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be loaded is logged and left out, and no package takes over a built-in name."""
    built_in = dict(channel_types())
    package = ModuleType("pigeons")
    package.PIGEON = replace(built_in["file"], name="pigeon")
    package.IMPOSTOR = replace(built_in["file"], name="smtp")
    monkeypatch.setitem(sys.modules, "pigeons", package)
    points = [
        EntryPoint("absent", "no_such_package:TYPE", registry.ENTRY_POINT_GROUP),
        EntryPoint("odd", "pathlib:Path", registry.ENTRY_POINT_GROUP),
        EntryPoint("smtp", "pigeons:IMPOSTOR", registry.ENTRY_POINT_GROUP),
        EntryPoint("pigeon", "pigeons:PIGEON", registry.ENTRY_POINT_GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda *, group: points)
    with caplog.at_level(logging.WARNING):
        types = channel_types()
    assert dict(types) == {**built_in, "pigeon": package.PIGEON}
    assert [record.args[0] for record in caplog.records if record.args] == ["absent", "odd"]


@pytest.mark.parametrize("name", ["file", "webhook"])
def test_a_channel_that_needs_no_recipients_refuses_any(name: str) -> None:
    """Whoever wrote one would wait in vain."""
    with pytest.raises(ValueError, match="needs no recipients"):
        channel_types()[name].check_recipient("ana@example.org")


@pytest.mark.parametrize(
    "recipient",
    ["ana@example.org", "ana.b+news@mail.example.org", "año@example.org", "a@bücher.example", "x@localhost"],
)
def test_a_mail_address_is_a_recipient(recipient: str) -> None:
    """Plus signs, accents and short host names included."""
    channel_types()["smtp"].check_recipient(recipient)


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@example..org",
        "ana@-example.org",
        "ana@example.org, bob@example.org",
        "Ana <ana@example.org>",
        "ana@example.org\r\nBcc: bob@example.org",
        "ana@example.org\n",
        "a b@example.org",
        '"a b"@example.org',
        "ana@[127.0.0.1]",
        "a@b@example.org",
        "..@example.org",
        f"{'a' * 65}@example.org",
        f"ana@{'a' * 64}.org",
        "ana@\u202eexample.org",
    ],
)
def test_anything_else_is_none(recipient: str) -> None:
    """It is refused when the configuration is read, in words for whoever wrote it."""
    with pytest.raises(ValueError, match="mail address"):
        channel_types()["smtp"].check_recipient(recipient)


@pytest.mark.parametrize(
    ("name", "options", "wrong"),
    [
        ("file", {}, "path"),
        ("file", {"path": "x", "folder": "y"}, "folder"),
        ("smtp", {**SMTP, "host": ""}, "not a host"),
        ("smtp", {**SMTP, "host": "mail.example.org:25/"}, "not a host"),
        ("smtp", {**SMTP, "host": "mail..example.org"}, "not a host"),
        ("smtp", {**SMTP, "port": 0}, "port"),
        ("smtp", {**SMTP, "security": "ssl"}, "security"),
        ("smtp", {**SMTP, "sender": "Presswatch"}, "not a mail address"),
        ("smtp", {**SMTP, "sender": "P\r\nBcc: x@example.org <watch@example.org>"}, "not a mail address"),
        ("smtp", {**SMTP, "username_env": "MAIL_USER"}, "both or neither"),
        ("smtp", {**SMTP, "username_env": "A B", "password_env": "C"}, "username_env"),
        ("smtp", {**SMTP, "username_env": "A", "password_block": "hush"}, "secret/"),
        ("smtp", {**SMTP, "username_env": "A", "password_env": "B", "password_block": "secret/b"}, "several"),
        ("smtp", {**SMTP, "password_block": "secret/b"}, "both or neither"),
        (
            "smtp",
            {**SMTP, "security": "none", "username_block": "secret/a", "password_block": "secret/b"},
            "unprotected",
        ),
        ("smtp", {**SMTP, "security": "none", "username_env": "U", "password_env": "P"}, "unprotected"),
        ("smtp", {**SMTP, "timeout": 0}, "timeout"),
        ("webhook", {"url": "ftp://example.org/"}, "http or https"),
        ("webhook", {"url": "https:///hook"}, "http or https"),
        ("webhook", {"url": "https://example..org/hook"}, "http or https"),
        ("webhook", {"url": "https://example.org:x/"}, "not a URL"),
        ("webhook", {"url": "https://[x/"}, "not a URL"),
        ("webhook", {"url": "https://me:hush@example.org/"}, "password"),
        ("webhook", {"url": "https://example.org/a b"}, "space"),
    ],
)
def test_options_that_cannot_work_are_refused(name: str, options: dict[str, Any], wrong: str) -> None:
    """When the configuration is read, not when the first digest is due."""
    with pytest.raises(ValidationError, match=wrong):
        channel_types()[name].options.model_validate(options)


@pytest.mark.parametrize(
    ("options", "port"),
    [({}, 587), ({"security": "tls"}, 465), ({"security": "none"}, 25), ({"port": 2525}, 2525)],
)
def test_the_port_follows_from_the_security(options: dict[str, Any], port: int) -> None:
    """Unless it is given."""
    model: Any = channel_types()["smtp"].options
    assert model(**SMTP, **options).port_in_use == port


def test_a_password_may_go_unprotected_to_this_machine_only() -> None:
    """A relay on the loopback interface is no network."""
    model: Any = channel_types()["smtp"].options
    for host in ("localhost", "127.0.0.1", "::1"):
        model(**{**SMTP, "host": host, "security": "none", "username_env": "U", "password_env": "P"})

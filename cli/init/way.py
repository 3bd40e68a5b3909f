"""The channel: a folder, mail or a webhook."""

from __future__ import annotations

from dataclasses import dataclass

from cli.init.answers import Way
from cli.init.asking import Asker, given
from config.mistake import Mistake, did_you_mean
from notifiers.mail.address import check_bare_address, parse_address
from notifiers.options import check_url, names_a_host

KINDS = ("file", "mail", "webhook")
SECURITY = ("starttls", "tls", "none")
_USER, _PASSWORD, _SIGNING = "PRESSWATCH_SMTP_USER", "PRESSWATCH_SMTP_PASSWORD", "PRESSWATCH_HOOK_SECRET"


@dataclass(frozen=True, slots=True)
class WayFlags:
    """What the flags say; ``None`` and empty are asked for."""

    kind: str | None = None
    folder: str | None = None
    recipients: tuple[str, ...] = ()
    server: str | None = None
    security: str | None = None
    sender: str | None = None
    login: bool | None = None
    url: str | None = None
    signed: bool | None = None


def way_of(flags: WayFlags, asker: Asker) -> Way:
    """The channel as the flags and the answers say. Raises :class:`click.UsageError`."""
    kind = flags.kind or asker.ask(
        "Where should digests go: file, mail or webhook", "--channel", _kind, default="file"
    )
    return {"file": _file, "mail": _mail, "webhook": _webhook}[kind](flags, asker)


def _file(flags: WayFlags, asker: Asker) -> Way:
    folder = flags.folder or asker.ask("Into which folder", "--path", _some, default="digests")
    return Way("file", {"path": folder})


def _mail(flags: WayFlags, asker: Asker) -> Way:
    people = tuple(given("--to", each, _recipient) for each in flags.recipients) or asker.ask(
        "To whom (addresses, with commas between)", "--to", _recipients
    )
    host, port = (
        given("--mail-server", flags.server, _server)
        if flags.server
        else asker.ask("The mail server (smtp.example.org, or with its port)", "--mail-server", _server)
    )
    security = flags.security or asker.ask(
        "How is its connection protected: starttls, tls or none",
        "--security",
        _security,
        default="tls" if port == 465 else "starttls",
    )
    sender = (
        given("--sender", flags.sender, _sender)
        if flags.sender
        else asker.ask("From whom", "--sender", _sender, default=f"Presswatch <{people[0]}>")
    )
    login = (
        asker.confirm("Does it want a user and a password?", "--login or --no-login")
        if flags.login is None and security != "none"
        else bool(flags.login)
    )
    options: dict[str, str | int] = {"host": host, **({"port": port} if port else {})}
    options |= {"security": security, "sender": sender}
    secrets = {}
    if login:
        options |= {"username_env": _USER, "password_env": _PASSWORD}
        secrets = {_USER: "the user of the mail server", _PASSWORD: "the password of that user"}
    return Way("smtp", options, people, secrets)


def _webhook(flags: WayFlags, asker: Asker) -> Way:
    url = (
        given("--url", flags.url, check_url)
        if flags.url
        else asker.ask("The address to post to", "--url", check_url)
    )
    if flags.signed is False:
        return Way("webhook", {"url": url})
    if flags.signed is None and not asker.silent:
        if not asker.confirm("Sign what is posted (https://www.standardwebhooks.com)?", "--signed"):
            return Way("webhook", {"url": url})
    elif flags.signed is None:
        return Way("webhook", {"url": url})
    secrets = {_SIGNING: "the signing secret: whsec_ and base64"}
    return Way("webhook", {"url": url, "secret_env": _SIGNING}, secrets=secrets)


def _kind(text: str) -> str:
    kind = {"e-mail": "mail", "email": "mail", "hook": "webhook", "folder": "file"}.get(
        text.lower(), text.lower()
    )
    if kind not in KINDS:
        raise Mistake(f'"{text}" is none of them.', did_you_mean(text, KINDS))
    return kind


def _security(text: str) -> str:
    if text.lower() not in SECURITY:
        raise Mistake(f'"{text}" is none of them.', did_you_mean(text, SECURITY))
    return text.lower()


def _some(text: str) -> str:
    if not text:
        raise Mistake("is empty.")
    return text


def _recipient(text: str) -> str:
    check_bare_address(text)
    return text


def _recipients(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_recipient(each.strip()) for each in _some(text).split(",")))


def _sender(text: str) -> str:
    parse_address(text)
    return text


def _server(text: str) -> tuple[str, int | None]:
    host, colon, port = text.partition(":")
    if colon and not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise Mistake(f'"{port}" is no port.', "Write it like smtp.example.org:587.")
    if not names_a_host(host) or any(character in " /@" for character in host):
        raise Mistake(f'"{host}" is not a host.', "Write a name or an address, like smtp.example.org.")
    return host, int(port) if colon else None

"""Checks of the channels, as far as they can be made without sending anything."""

from __future__ import annotations

import os
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel

from cli.deliveries import count_of
from cli.doctor.finding import Finding
from flows.blocks import read_block
from notifiers.environment import needed_secret, read_blocks_by
from notifiers.files.options import FeedOptions, FileOptions
from notifiers.hooks.options import AppriseOptions, HookOptions, WebhookOptions
from notifiers.mail.conversation import bounded, connected
from notifiers.mail.options import SmtpOptions
from notifiers.mail.smtp import SmtpNotifier
from notifiers.registry import channel_types
from notifiers.trouble import in_words
from presswatch.errors import ArchiveError, DeliveryError
from presswatch.watch import Channel, Watch
from presswatch.web.certificates import tls_context
from storage.archive import Archive

_TIMEOUT = 10.0
_MOST = 1_000
_TRY = "`presswatch channels test {}` sends a message that says that it is a test."


def channels(watch: Watch) -> Iterator[Finding]:
    """One finding for each channel that somebody is told by."""
    read_blocks_by(read_block)
    used = {subscription.channel for subscription in watch.subscriptions} | {watch.serve.alerts}
    for channel in watch.channels:
        if channel.id in used:
            try:
                yield Finding(f"channel {channel.id}", "well", _look_at(channel))
            except _Trouble as trouble:
                yield Finding(f"channel {channel.id}", "broken", trouble.what, trouble.do)
            except DeliveryError as error:
                yield Finding(f"channel {channel.id}", "broken", error.said, "Mend the channel's settings.")


def deliveries(watch: Watch) -> Iterator[Finding]:
    """One finding for each channel by which something was tried in vain and is tried again: a receiver that
    refuses what it is sent may be reached all the same.
    """
    try:
        with Archive(watch.archive, read_only=True) as archive:
            waiting = [one for one in archive.deliveries(status="pending", limit=_MOST) if one.attempts]
    except ArchiveError:
        return  # which the check of the archive tells
    for channel in dict.fromkeys(one.channel for one in reversed(waiting)):
        owed = [one for one in waiting if one.channel == channel]
        yield Finding(
            f"deliveries by {channel}",
            "look",
            f"{count_of(len(owed))} tried in vain, the oldest made {owed[-1].created:%Y-%m-%d %H:%M} UTC;"
            f" what was said last: {owed[0].last_said}",
            "Mend what it says; `presswatch deliveries list --status pending` lists them.",
        )


class _Trouble(Exception):
    def __init__(self, what: str, do: str) -> None:
        super().__init__(what)
        self.what, self.do = what, do


def _look_at(channel: Channel) -> str:
    """What is well, in words. Raises :class:`_Trouble`, or :class:`DeliveryError`."""
    notifier = channel_types()[channel.type].open(channel.options)
    options = channel.options
    if isinstance(notifier, SmtpNotifier):
        return _mail(notifier, channel.id)
    if isinstance(options, FileOptions | FeedOptions):
        return _folder(options)
    if isinstance(options, AppriseOptions):
        return "its address can be read; whether it is reached, only a test tells"
    if isinstance(options, WebhookOptions | HookOptions):
        given = options.url if isinstance(options, WebhookOptions) else None
        return _reached(given or needed_secret(options.url_env, options.url_block))
    return f"its settings can be used; {_TRY.format(channel.id)}"


def _mail(notifier: SmtpNotifier, channel_id: str) -> str:
    given: SmtpOptions = notifier.options
    options = given.model_copy(update={"timeout": min(given.timeout, _TIMEOUT)})
    with bounded(options.timeout):
        try:
            server = connected(options, notifier.login)
        except DeliveryError as error:
            do = "Compare host, port, security, user and password (or token) with what its owner says."
            raise _Trouble(error.said, do) from error
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
    login = "took the login" if notifier.login else "takes a connection, without login"
    return f"{options.place} {login}; {_TRY.format(channel_id)}"


def _folder(options: BaseModel) -> str:
    folder = Path(getattr(options, "path", "."))
    existing = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    writable = os.access(existing, os.W_OK)
    if not writable:
        raise _Trouble(f"{folder} cannot be written by this user", "Change its owner, or the channel's path.")
    return f"{folder} can be written"


def _reached(url: str) -> str:
    """A connection to the address's host, and for https its certificate; the rest of it may be secret."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((host, port), _TIMEOUT) as connection:
            if parts.scheme == "https":
                tls_context().wrap_socket(connection, server_hostname=host).close()
    except (OSError, ssl.SSLError, UnicodeError) as error:
        do = "Is the address right, and may this machine connect to it? A proxy is not tried here."
        raise _Trouble(f"{host}:{port} is not reached: {in_words(error) or error}", do) from error
    return f"{host}:{port} is reached"

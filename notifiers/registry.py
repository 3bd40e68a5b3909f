"""The channel types there are: an explicit table, and what other packages add.

A package adds one by an entry point of the group ``presswatch.notifiers`` that names a
:class:`ChannelType`. Built-in names cannot be taken over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from pkgutil import resolve_name
from typing import Any

from pydantic import BaseModel

from notifiers.files.options import FeedOptions, FileOptions
from notifiers.hooks.options import AppriseOptions, HookOptions, WebhookOptions
from notifiers.mail.address import check_bare_address
from notifiers.mail.options import SmtpOptions
from presswatch.digests.delivery import Notifier
from presswatch.digests.model import Digest

ENTRY_POINT_GROUP = "presswatch.notifiers"

_log = logging.getLogger(__name__)


def _any_size(options: Any, digest: Digest) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class ChannelType:
    """A kind of channel, as a configuration names it.

    ``options`` validates what is configured, and is what ``open`` takes.
    ``check_recipient`` raises ``ValueError`` with a plain message for a recipient that cannot be one.
    ``open`` reads the secrets and raises :class:`presswatch.errors.DeliveryError` if one is missing or
    unusable.
    ``fits`` says, given the options, whether one message shows each entry of a digest, by its title at least;
    one that doesn't fit comes in parts. It needs no secret, for digests are frozen whether the channel is
    ready or not. Without it, a message holds any digest.
    """

    name: str
    options: type[BaseModel]
    needs_recipients: bool
    check_recipient: Callable[[str], None]
    open: Callable[[Any], Notifier]
    fits: Callable[[Any, Digest], bool] = _any_size


def channel_types() -> Mapping[str, ChannelType]:
    """Every channel type by its name. An entry point that does not load is logged and left out."""
    return _ChannelTypes()


class _ChannelTypes(Mapping[str, ChannelType]):
    """What other packages add is looked for only where a name is not built in: that reads every package's
    metadata, which costs more than all the rest of a configuration.
    """

    def __init__(self) -> None:
        self._built_in = {channel_type.name: channel_type for channel_type in _BUILT_IN}

    @cached_property
    def _all(self) -> dict[str, ChannelType]:
        return {**_added(), **self._built_in}

    def __getitem__(self, name: str) -> ChannelType:
        return self._built_in.get(name) or self._all[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def _added() -> dict[str, ChannelType]:
    found = {}
    for entry_point in entry_points(group=ENTRY_POINT_GROUP):
        try:
            channel_type = entry_point.load()
        except Exception:  # whatever another package does wrong is no reason to stop
            _log.warning(
                "The channel type %s (%s) cannot be loaded",
                entry_point.name,
                entry_point.value,
                exc_info=True,
            )
            continue
        if isinstance(channel_type, ChannelType):
            found[channel_type.name] = channel_type
        else:
            _log.warning("The channel type %s (%s) is no ChannelType", entry_point.name, entry_point.value)
    return found


def _no_recipient(recipient: str) -> None:
    raise ValueError(f'"{recipient}" has no place here: this channel needs no recipients.')


def _opener(notifier: str) -> Callable[[Any], Notifier]:
    """What opens the notifier named ``module:class``, importing it only then (see ``mail.options``)."""

    def opened(options: Any) -> Notifier:
        made: Notifier = resolve_name(notifier).open(options)
        return made

    return opened


def _asked(function: str) -> Callable[[Any, Digest], bool]:
    """What asks the function named ``module:function``, importing it only then."""

    def fits(options: Any, digest: Digest) -> bool:
        fitting: bool = resolve_name(function)(options, digest)
        return fitting

    return fits


def _without_recipients(
    name: str, options: type[BaseModel], notifier: str, fits: Callable[[Any, Digest], bool] = _any_size
) -> ChannelType:
    """A type of channel that leads to one place, which its options name."""
    return ChannelType(
        name=name,
        options=options,
        needs_recipients=False,
        check_recipient=_no_recipient,
        open=_opener(notifier),
        fits=fits,
    )


def _hook(name: str, options: type[BaseModel], module: str, notifier: str) -> ChannelType:
    """A type of channel whose module has the notifier and says what ``fits`` into one message."""
    return _without_recipients(name, options, f"{module}:{notifier}", _asked(f"{module}:fits"))


_A_MAIL = _asked("notifiers.looks.render:fits_a_mail")
_BUILT_IN = (
    _without_recipients("file", FileOptions, "notifiers.files.pages:FileNotifier", _A_MAIL),
    _without_recipients("feed", FeedOptions, "notifiers.files.feed:FeedNotifier"),
    ChannelType(
        name="smtp",
        options=SmtpOptions,
        needs_recipients=True,
        check_recipient=check_bare_address,
        open=_opener("notifiers.mail.smtp:SmtpNotifier"),
        fits=_A_MAIL,
    ),
    _hook("webhook", WebhookOptions, "notifiers.hooks.webhook", "WebhookNotifier"),
    _hook("slack", HookOptions, "notifiers.chat.slack", "SlackNotifier"),
    _hook("teams", HookOptions, "notifiers.chat.teams", "TeamsNotifier"),
    _hook("discord", HookOptions, "notifiers.chat.discord", "DiscordNotifier"),
    _hook("apprise", AppriseOptions, "notifiers.chat.anywhere", "AppriseNotifier"),
)

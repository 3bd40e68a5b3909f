"""The channel ``apprise``: the digest as text, to any of the services that Apprise knows.

https://github.com/caronc/apprise/wiki lists them, with how their URLs are written.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Self

from apprise import Apprise, AppriseAsset, LogCapture, NotifyFormat

from notifiers.chat.brief import briefest, empty_note, fitting, foot, head, heading
from notifiers.chat.markup import MARKDOWN, TEXT, Form, later_text, note_text, release_text, uncalled
from notifiers.environment import needed_secret
from notifiers.hooks.options import AppriseOptions
from notifiers.hooks.secrecy import unlogged
from notifiers.looks.plain import line
from notifiers.looks.view import View
from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Digest
from presswatch.errors import DeliveryError

_FORMS = {"text": (TEXT, NotifyFormat.TEXT), "markdown": (MARKDOWN, NotifyFormat.MARKDOWN)}
_LONGEST = 30_000
_ROOM = 200  # for what a service adds, its escapes above all
_LITTLE = 2_000
"""Characters: few chat services take less."""
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class AppriseNotifier:
    """Hands the digest to one service, by Apprise. ``url`` is a secret."""

    url: str = field(repr=False)
    service: Any = field(repr=False)
    format: str

    @classmethod
    def open(cls, options: AppriseOptions) -> Self:
        """The notifier as configured. Redirects are not followed, unless the URL asks for it.

        Raises :class:`DeliveryError`, not permanent, if the URL is missing or Apprise makes nothing of it.
        """
        url = needed_secret(options.url_env, options.url_block).strip()
        asset = AppriseAsset(app_id="Presswatch", app_desc="Presswatch", http_redirects=False)
        with unlogged(url), _its_log() as log:
            service = Apprise.instantiate(url, asset=asset)
            said = line(log.getvalue())[:_SHOWN]
        if service is None:
            named = options.url_env or options.url_block
            reason = f": {said}" if said else ""
            raise DeliveryError(f"{named} is not a URL that Apprise knows{reason}", permanent=False)
        return cls(url, service, options.format)

    def send(self, delivery: Delivery) -> str:
        """Hand the digest over, and return by which service.

        Apprise tells yes or no, and writes the reason into its log, which is what
        :class:`DeliveryError` then says. It is never permanent: which failures are, nobody tells.
        """
        form, body_format = _FORMS[self.format]
        body = apprise_text(delivery.digest, form, _longest(self.service))
        sender = Apprise(asset=self.service.asset)
        sender.add(self.service)
        name = str(self.service.service_name)
        with unlogged(self.url), _its_log() as log:
            accepted = sender.notify(body=body, title=title_of(delivery.digest), body_format=body_format)
            said = line(log.getvalue())[:_SHOWN]
        if not accepted:
            raise DeliveryError(f"{name}: {said or 'not accepted, without a reason'}", permanent=False)
        return f"accepted by {name}"


def fits(options: AppriseOptions, digest: Digest) -> bool:
    """Whether one message of the service lists all of it; of one that can't be asked now, if few could."""
    try:
        longest = _longest(AppriseNotifier.open(options).service)
    except DeliveryError:
        longest = _LITTLE
    return len(_body(briefest(digest), _FORMS[options.format][0])) <= longest


def title_of(digest: Digest) -> str:
    """The subject, as the title of a message."""
    return uncalled(line(digest.subject))[:_ROOM]


def apprise_text(digest: Digest, form: Form, longest: int) -> str:
    """The digest as text, with as much of it as is ``longest`` characters, or little more."""
    return fitting(digest, lambda shown: _body(shown, form), lambda body: len(body) <= longest)


def _longest(service: Any) -> int:
    """The most characters that the service takes, the title within them where it knows no titles."""
    most = min(int(service.body_maxlen or _LONGEST), _LONGEST)
    return most - _ROOM - (0 if service.title_maxlen else _ROOM)


def _body(shown: View, form: Form) -> str:
    texts = [form.plain(shown.headline), form.plain(head(shown))]
    for part in shown.parts:
        texts.append(form.marked(heading(part.name, part.total)))
        texts += [release_text(release, form) for release in part.releases]
        if part.more:
            texts.append(f"{part.more.said}.")
    if shown.later:
        texts.append(form.marked("Told before, now also published by others"))
        texts += [later_text(later, form) for later in shown.later]
    if shown.turned:
        texts.append(form.marked("Feeds"))
        texts += [note_text(note, form) for note in shown.turned]
    nothing = empty_note(shown)
    if nothing:
        texts.append(form.plain(nothing))
    texts.append(form.plain(foot(shown)))
    return "\n\n".join(texts)


def _its_log() -> AbstractContextManager[StringIO]:
    """What Apprise logs meanwhile: warnings, which say less of a URL than finer levels do."""
    capture: Any = LogCapture
    captured: AbstractContextManager[StringIO] = capture(level=logging.WARNING, fmt="%(message)s")
    return captured

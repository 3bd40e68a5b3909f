"""The channel ``apprise``: the digest as text, to any of the services that Apprise knows.

https://github.com/caronc/apprise/wiki lists them, with how their URLs are written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from apprise import Apprise

from notifiers.chat.brief import briefest, empty_note, fitting, foot, head, heading
from notifiers.chat.handing_over import MOST_MEMORY, Outcome, asset, its_log
from notifiers.chat.markup import MARKDOWN, TEXT, Form, later_text, note_text, release_text, uncalled
from notifiers.environment import needed_secret
from notifiers.hooks.options import AppriseOptions
from notifiers.hooks.secrecy import unlogged, without
from notifiers.looks.plain import line
from notifiers.looks.view import View
from presswatch.confined.bounds import OutOfBounds
from presswatch.confined.parent import Confined
from presswatch.digests.delivery import Delivery
from presswatch.digests.model import Digest
from presswatch.errors import DeliveryError

_FORMS = {"text": TEXT, "markdown": MARKDOWN}
_LONGEST = 30_000
_ROOM = 200  # for what a service adds, its escapes above all
_LITTLE = 2_000
"""Characters: few chat services take less."""
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class AppriseNotifier:
    """Hands the digest to one service, by Apprise, in a process of its own. ``url`` is a secret; ``timeout``,
    in seconds, is for all of it.
    """

    url: str = field(repr=False)
    service: Any = field(repr=False)
    format: str
    timeout: float

    @classmethod
    def open(cls, options: AppriseOptions) -> Self:
        """The notifier as configured.

        Raises :class:`DeliveryError`, not permanent, if the URL is missing or Apprise makes nothing of it.
        """
        url = needed_secret(options.url_env, options.url_block).strip()
        with unlogged(url), its_log() as log:
            service = Apprise.instantiate(url, asset=asset())
            said = line(log.getvalue())[:_SHOWN]
        if service is None:
            named = options.url_env or options.url_block
            reason = f": {said}" if said else ""
            raise DeliveryError(f"{named} is not a URL that Apprise knows{reason}", permanent=False)
        return cls(url, service, options.format, options.timeout)

    def send(self, delivery: Delivery) -> str:
        """Hand the digest over, and return by which service.

        Apprise tells yes or no, and writes the reason into its log, which is what
        :class:`DeliveryError` then says. It is never permanent: which failures are, nobody tells.
        """
        body = apprise_text(delivery.digest, _FORMS[self.format], _longest(self.service))
        name = str(self.service.service_name)
        try:
            outcome = self._in_a_process(title_of(delivery.digest), body)
        except OutOfBounds as error:
            raise DeliveryError(f"{name}: it {error.said}", permanent=False, unreachable=True) from None
        except Exception as error:
            said = without(line(f"{type(error).__name__}: {error}"), self.url)
            raise DeliveryError(f"{name}: unexpected: {said}", permanent=False) from None
        if outcome.full:
            said = f"its answer took more than {MOST_MEMORY // 1024**2} MB of memory"
            raise DeliveryError(f"{name}: {said}", permanent=False, unreachable=True)
        if not outcome.accepted:
            said = without(line(outcome.said), self.url) or "not accepted, without a reason"
            raise DeliveryError(f"{name}: {said}", permanent=False)
        return f"accepted by {name}"

    def _in_a_process(self, title: str, body: str) -> Outcome:
        """Let a child do it, and end it, with whatever it has started."""
        child = Confined(longest=self.timeout)
        try:
            outcome: Outcome = child.call(
                "notifiers.chat.handing_over:hand_over", self.url, title, body, self.format
            )
            return outcome
        finally:
            child.end()


def fits(options: AppriseOptions, digest: Digest) -> bool:
    """Whether one message of the service lists all of it; of one that can't be asked now, if few could."""
    try:
        longest = _longest(AppriseNotifier.open(options).service)
    except DeliveryError:
        longest = _LITTLE
    return len(_body(briefest(digest), _FORMS[options.format])) <= longest


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

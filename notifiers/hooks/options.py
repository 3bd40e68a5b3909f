"""What may be configured for the channels of hooks, chat services and feeds.

Apart from the notifiers themselves, so that reading a configuration imports no HTTP library.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from notifiers.options import Block, Options, Seconds, Variable, check_secret, check_url

_NO_PLACE_FOR_IT = (
    "the address of this channel is a secret: whoever has it can write there. "
    "Put it into an environment variable, and name that one with url_env."
)


class WebhookOptions(Options):
    """Where the JSON is posted to: ``url``, or what ``url_env`` names if it is a secret; ``secret_env`` names
    the signing secret (``whsec_…``). A digest that takes more than ``max_bytes`` comes in parts: nginx passes
    on a megabyte where nobody has told it otherwise.
    """

    url: Annotated[str, AfterValidator(check_url)] | None = None
    url_env: Variable | None = None
    url_block: Block | None = None
    secret_env: Variable | None = None
    secret_block: Block | None = None
    timeout: Seconds = 30.0
    max_bytes: Annotated[int, Field(ge=10_000, le=100_000_000)] = 1_000_000

    @property
    def label(self) -> str:
        """The URL without its query, which may hold what is not for every log; empty if it is a secret."""
        return (self.url or "").partition("#")[0].partition("?")[0]

    @model_validator(mode="after")
    def _check_secrets(self) -> Self:
        if not (self.url or self.url_env or self.url_block):
            raise ValueError("url is missing. Write it like https://example.org/hook.")
        check_secret(self.url_env, self.url_block, "url", given=self.url is not None)
        check_secret(self.secret_env, self.secret_block, "secret")
        return self


class _SecretAddress(Options):
    url_env: Variable | None = None
    url_block: Block | None = None

    @model_validator(mode="before")
    @classmethod
    def _check_no_address(cls, given: Any) -> Any:
        if isinstance(given, dict) and "url" in given:
            raise ValueError(_NO_PLACE_FOR_IT)
        return given

    @model_validator(mode="after")
    def _check_address(self) -> Self:
        check_secret(self.url_env, self.url_block, "url", needed=True)
        return self


class HookOptions(_SecretAddress):
    """The hook of a chat service: ``url_env`` names what holds its address."""

    timeout: Seconds = 30.0


class AppriseOptions(_SecretAddress):
    """``url_env`` names what holds an Apprise URL (``ntfys://…``); ``format`` is how the body is written, and
    ``timeout``, in seconds, is for all of a hand-over.
    """

    format: Literal["text", "markdown"] = "text"
    timeout: Seconds = 120.0

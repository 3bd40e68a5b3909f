"""The environment variables that channels name, and which of them are not set."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from config.loader import Origins
from presswatch.errors import Problem
from presswatch.masking import BY_NAME
from presswatch.watch import Watch


def missing_secrets(watch: Watch, origins: Origins, environ: Mapping[str, str]) -> list[Problem]:
    """A problem for each environment variable that is needed and is not set, or is empty.

    An option whose name ends in ``_env`` names a variable. Channels that nobody is told by need none; every
    feed's ``url_env`` does.
    ``origins`` is what :func:`config.loader.load_with_origins` gave with the watch.
    """
    used = {subscription.channel for subscription in watch.subscriptions} | {watch.serve.alerts}
    problems = []
    for channel in watch.channels:
        if channel.id not in used or not isinstance(channel.options, BaseModel):
            continue
        origin = origins[channel.id]
        for option, variable in channel.options:
            if option.endswith("_env") and isinstance(variable, str) and not environ.get(variable):
                what = f"the environment variable {variable} is not set."
                remedy = "Set it where presswatch runs."
                problems.append(Problem(origin.file, f"channels[{origin.index}].{option}", what, remedy))
    for feed in watch.feeds:
        if feed.url.startswith(BY_NAME) and not feed.address:
            what = f"the environment variable {feed.url.removeprefix(BY_NAME)} is not set."
            remedy = "Set it where presswatch runs: it holds the feed's address."
            problems.append(Problem(watch.source, f"feeds ({feed.publisher}).url_env", what, remedy))
    variable = watch.serve.heartbeat_env
    if variable and not environ.get(variable):
        what = f"the environment variable {variable} is not set."
        remedy = "Set it where presswatch runs."
        problems.append(Problem(watch.source, "serve.heartbeat_env", what, remedy))
    return problems

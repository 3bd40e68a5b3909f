"""What a configuration says of where feeds are read, of looking after the archive, and of alerts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from config.loader import load
from config.secrets import missing_secrets
from presswatch.errors import ConfigError

FEED = '[[feeds]]\nurl = "https://a.example/feed"\npublisher = "A"\n'
MAIL = (
    '[[channels]]\nid = "mail"\ntype = "smtp"\nhost = "mail.example.org"\nsender = "p@example.org"\n'
    'username_env = "MAIL_USER"\npassword_env = "MAIL_PASSWORD"\n'
)
HOOK = '[[channels]]\nid = "hook"\ntype = "webhook"\nurl = "https://hook.example/x"\n'


def test_whole(write: Callable[..., Path]) -> None:
    """Everything that can be said."""
    watch = load(
        write(
            '[fetch]\nrunner = "dask"\ndask_address = "tls://10.0.0.5:8786"\n'
            '[serve]\nmaintain_every = "12h"\nalerts = "mail"\nalert_recipients = ["ops@example.org"]\n'
            + FEED
            + MAIL
        )
    )
    assert watch.dask_address == "tls://10.0.0.5:8786"
    assert watch.serve.maintain_every == timedelta(hours=12)
    assert (watch.serve.alerts, watch.serve.alert_recipients) == ("mail", ("ops@example.org",))


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ('[fetch]\nrunner = "dask"\n', "fetch.dask_address", "is missing"),
        ('[fetch]\nrunner = "desk"\n', "fetch.runner", "dask"),
        ('[fetch]\ndask_address = "tcp://10.0.0.5:8786"\n', "fetch.dask_address", "no place beside"),
        ('[fetch]\nrunner = "dask"\ndask_address = "10.0.0.5:8786"\n', "fetch.dask_address", "tcp://"),
        ('[fetch]\nrunner = "dask"\ndask_address = "tcp://10.0.0.5"\n', "fetch.dask_address", "tcp://"),
        ('[fetch]\nrunner = "dask"\ndask_address = "tcp://[::1"\n', "fetch.dask_address", "tcp://"),
        ('[fetch]\nrunner = "dask"\ndask_address = "http://a:1"\n', "fetch.dask_address", "tcp://"),
        ('[serve]\nalerts = "hok"\n', "serve.alerts", 'Did you mean "hook"?'),
        ('[serve]\nalerts = "mail"\n', "serve.alert_recipients", "names nobody"),
        ('[serve]\nalert_recipients = ["x@example.org"]\n', "serve.alert_recipients", "without alerts"),
        (
            '[serve]\nalerts = "mail"\nalert_recipients = ["ops"]\n',
            "serve.alert_recipients[0]",
            "ops",
        ),
        ('[serve]\nmaintain_every = "0s"\n', "serve.maintain_every", "longer than zero"),
    ],
)
def test_mistakes(write: Callable[..., Path], text: str, key: str, says: str) -> None:
    """Each is named by its key, with a way to mend it."""
    with pytest.raises(ConfigError) as caught:
        load(write(text + FEED + MAIL + HOOK))
    (problem,) = caught.value.problems
    assert problem.key.startswith(key)
    assert says in str(problem)


def test_the_secrets_of_alerts_are_needed(write: Callable[..., Path]) -> None:
    """Though no subscription uses the channel."""
    from config.loader import load_with_origins

    text = '[serve]\nalerts = "mail"\nalert_recipients = ["ops@example.org"]\n' + FEED + MAIL
    watch, origins = load_with_origins(write(text))
    assert len(missing_secrets(watch, origins, {"MAIL_USER": "x"})) == 1

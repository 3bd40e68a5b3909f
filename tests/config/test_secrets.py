"""Which environment variables are asked for."""

from __future__ import annotations

from config import load_with_origins, missing_secrets

CHANNELS = """
[[channels]]
id = "unused"
type = "smtp"
host = "mail.example.org"
sender = "p@example.org"
username_env = "UNUSED"
password_env = "UNUSED"

[[channels]]
id = "used"
type = "smtp"
host = "mail.example.org"
sender = "p@example.org"
username_env = "PRESSWATCH_SMTP_USER"
password_env = "PRESSWATCH_SMTP_PASSWORD"
"""
MAIN = """
include = ["channels.toml"]
[[feeds]]
url = "https://a.example/feed"
publisher = "A"
[[subscriptions]]
id = "s"
channel = "used"
recipients = ["you@example.org"]
"""


def test_not_set(write) -> None:
    """A variable that a channel in use names, and that is not set or empty, is a problem at its place."""
    path = write(MAIN, channels=CHANNELS)
    watch, origins = load_with_origins(path)

    for environ in (
        {"PRESSWATCH_SMTP_USER": "u"},
        {"PRESSWATCH_SMTP_USER": "u", "PRESSWATCH_SMTP_PASSWORD": ""},
    ):
        (problem,) = missing_secrets(watch, origins, environ)

        assert problem.file == path.parent / "channels.toml"
        assert problem.key == "channels[1].password_env"
        assert "the environment variable PRESSWATCH_SMTP_PASSWORD is not set" in problem.what
        assert problem.remedy


def test_set(write) -> None:
    """With the variable set nothing is missing; what no subscription uses is not asked for."""
    watch, origins = load_with_origins(write(MAIN, channels=CHANNELS))
    assert (
        missing_secrets(watch, origins, {"PRESSWATCH_SMTP_USER": "u", "PRESSWATCH_SMTP_PASSWORD": "p"}) == []
    )

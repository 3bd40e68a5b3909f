"""The configuration: TOML in, a validated :class:`presswatch.watch.Watch` out.

``load`` reads it. ``load_with_origins`` and ``missing_secrets`` are for who must also know whether the
environment variables that the channels name are set.
"""

from config.loader import load, load_with_origins
from config.secrets import missing_secrets

__all__ = ["load", "load_with_origins", "missing_secrets"]

"""Bot walls; see :mod:`presswatch.web.wall`, where this is now."""

from presswatch.web.wall import is_bot_wall

__all__ = ["is_bot_wall"]

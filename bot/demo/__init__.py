"""A pretend Discord on this machine, in which anyone can try the real bot without an account or a token."""

from bot.demo.environment import Bot, aside
from bot.demo.serving import MakeBot, serve

__all__ = ["Bot", "MakeBot", "aside", "serve"]

"""A stand-in for Discord on loopback, for the program in a process of its own."""

from tests.stand_in.discord import Reply, StandIn
from tests.stand_in.program import Program

__all__ = ["Program", "Reply", "StandIn"]

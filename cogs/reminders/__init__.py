"""Personal reminders of practices and of one's own small steps, only for whoever asked for them."""

from __future__ import annotations

from bot.client import Respite
from cogs.reminders.buttons import Directly, Minded, Snooze, Stop
from cogs.reminders.cog import add_commands
from cogs.reminders.jobs import Notes, say_due
from cogs.reminders.views import EndOne, RemindOfStep, StepForm


async def setup(client: Respite) -> None:
    """Add this feature to the client, after `/practice` and `/my plan`."""
    notes = Notes()
    client.add_buttons(Minded, Snooze, Stop, Directly, EndOne, RemindOfStep)
    client.add_forms(StepForm)
    client.add_jobs(say_due(client, notes))
    client.add_afterwards(notes.say)
    add_commands(client)

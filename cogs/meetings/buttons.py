"""The buttons under meetings."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import meetings
from bot.services.calendars import calendar_file
from bot.services.meetings import Planned
from cogs.meetings import messages

_MEETING = r"(?P<meeting>[0-9]{1,15})"


class AddToCalendar(ui.Button, template=rf"meeting:calendar:{_MEETING}"):
    """Answers privately with the meeting as a file, to whoever belongs to the circle."""

    def __init__(self, meeting_id: int, label: str = messages.ADD) -> None:
        self.meeting_id = meeting_id
        super().__init__(f"meeting:calendar:{meeting_id}", label)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(int(match["meeting"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        person = client.person(interaction)
        found = await meetings.for_calendar(client.house.database, person, self.meeting_id)
        content = calendar_file(
            found.meeting,
            summary=messages.summary(found),
            where=messages.place_in_calendar(found),
            at=interaction.created_at,
        )
        file = discord.File(io.BytesIO(content), messages.FILE)
        await ui.reply(interaction, embed=messages.file(), files=[file])


class Cancel(ui.Button, template=rf"meeting:cancel:{_MEETING}:(?P<sequence>[0-9]{{1,9}}):(?P<which>one|all)"):
    """Cancels what was shown, as long as it is still what was shown."""

    def __init__(self, meeting_id: int, sequence: int, *, whole: bool) -> None:
        self.meeting_id, self.sequence, self.whole = meeting_id, sequence, whole
        super().__init__(
            f"meeting:cancel:{meeting_id}:{sequence}:{'all' if whole else 'one'}",
            messages.CANCEL_ALL if whole else messages.CANCEL_ONE,
            style=discord.ButtonStyle.danger,
        )

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(int(match["meeting"]), int(match["sequence"]), whole=match["which"] == "all")

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        left = await meetings.cancel(
            client.house.database,
            client.person(interaction),
            self.meeting_id,
            self.sequence,
            whole=self.whole,
            at=interaction.created_at,
        )
        await ui.replace(interaction, messages.cancelled(left))


def calendar_buttons(found: Sequence[Planned]) -> discord.ui.View | None:
    """Return a button for each of the first meetings of a list."""
    if not found:
        return None
    return ui.row(*(AddToCalendar(each.meeting.meeting_id, label) for each, label in messages.first(found)))


def cancel_buttons(found: Planned, *, begun: bool) -> discord.ui.View:
    """Return what can be cancelled: this meeting unless it has begun, and its series where it has one."""
    meeting = found.meeting
    buttons = [] if begun else [Cancel(meeting.meeting_id, meeting.sequence, whole=False)]
    if meeting.every_weeks:
        buttons.append(Cancel(meeting.meeting_id, meeting.sequence, whole=True))
    return ui.row(*buttons)

"""Opening and closing circles at their hours, and carrying through what was cut short."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.client import Job, Respite
from bot.services import hours
from bot.services.hours import Follows, Opening
from cogs.hours import places

PATIENCE = timedelta(minutes=10)
"""How long Discord may be in trouble before the facilitators are told."""


class Keeper:
    """Turns the hours over in the database first, and then has the channels follow.

    Since when Discord has been in trouble with a channel lies in memory only: after a start it begins anew.
    """

    def __init__(self, client: Respite) -> None:
        self._client = client
        self._database = client.house.database
        self._has_looked = False
        self._troubled: dict[int, datetime] = {}

    async def keep(self, at: datetime) -> None:
        """Do what is due; at the first time, compare every channel with its hours."""
        if not self._has_looked:
            await hours.look_again(self._database)
            self._has_looked = True
        await hours.turn(self._database, at=at)
        for opening in await hours.to_follow(self._database):
            await self._follow(opening, at)

    async def _follow(self, opening: Opening, at: datetime) -> None:
        circle, stored = opening.circle, opening.stored
        guild = self._client.get_guild(circle.server_id)
        # A server that is not here is still arriving, or belongs to another process.
        if stored is None or guild is None or guild.unavailable:
            return
        how = await places.follow(self._client, guild, circle.circle_id)
        since = self._troubled.setdefault(circle.circle_id, at)
        if how is not Follows.NOT_YET:
            del self._troubled[circle.circle_id]
        if how is Follows.DONE:
            await hours.followed(self._database, stored)
        elif how is Follows.REFUSED:
            await hours.refused(self._database, circle, stored, at=at)
        elif at - since >= PATIENCE:
            await hours.delayed(self._database, circle, stored, at=at)


def keep_hours(client: Respite) -> Job:
    """Return the job that opens and closes circles."""
    return Keeper(client).keep

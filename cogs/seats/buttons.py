"""The buttons around a seat: agree, step back, be written to, take one away."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import circles, seats, waitlist
from bot.services.authority import Action
from bot.services.rules.seats import Way
from bot.services.seats import Invitation, Joined
from bot.services.waitlist import Standing, Where
from cogs.circle_buttons import CIRCLE, CircleButton
from cogs.seats import messages, places
from cogs.seats.views import ReleaseForm

_IN_LINE = frozenset({Where.ASKING, Where.WAITING, Where.HELD})


class Agree(ui.Button, template=rf"circle:agree:{CIRCLE}:(?P<version>[0-9]{{1,6}})"):
    """Accepts this version of this circle's agreement, and enters, waits or asks."""

    def __init__(self, circle_id: int, version: int, label: str = messages.AGREE[Way.ENTER]) -> None:
        self.circle_id = circle_id
        self.version = version
        super().__init__(f"circle:agree:{circle_id}:{version}", label, style=discord.ButtonStyle.primary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(int(match["circle"]), int(match["version"]))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        member = ui.member_of(interaction)
        joined = await seats.join(
            client.house.database,
            client.house.member_keys,
            client.person(interaction),
            member.id,
            self.circle_id,
            self.version,
            at=interaction.created_at,
        )
        await places.let_in(client, member, joined.entry)
        await ui.replace(interaction, messages.joined(joined), view=buttons_after(joined))


class StepBack(CircleButton, template=rf"circle:back:{CIRCLE}"):
    """Gives up a place on the waitlist, a request, or a seat that is held."""

    word = "back"
    says = messages.STEP_BACK

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house, person, member = client.house, client.person(interaction), ui.member_of(interaction)
        left = await seats.leave(house.database, house.member_keys, person, self.circle_id)
        await places.let_out(client, member, left.entry)
        await ui.replace(interaction, messages.left(left))


class WriteToMe(CircleButton, template=rf"circle:write:{CIRCLE}"):
    """Asks to be written to directly when something happens."""

    word = "write"
    says = messages.WRITE_TO_ME

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house, person = client.house, client.person(interaction)
        circle = await waitlist.ask_for_letters(house.database, house.member_keys, person, self.circle_id)
        view = ui.row(StepBack(self.circle_id))
        await ui.replace(interaction, messages.will_write(circle), view=view)


class Release(CircleButton, template=rf"circle:release:{CIRCLE}"):
    """Opens the form in which somebody's seat is taken."""

    word = "release"
    says = messages.RELEASE

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        database, person = client.house.database, client.person(interaction)
        circle = await circles.to_steer(database, Action.RELEASE_SEAT, person, self.circle_id)
        await ui.show(interaction, ReleaseForm(circle))


def buttons_before(found: Invitation) -> discord.ui.View:
    """Return what can be pressed under an invitation."""
    circle, standing = found.circle, found.standing
    if standing.where in {Where.ASKING, Where.WAITING} and found.way is not Way.ENTER:
        return _in_line(circle.circle_id)
    label = messages.AGREE_AGAIN if standing.where is Where.SEATED else messages.AGREE[found.way]
    agree = Agree(circle.circle_id, circle.agreement_version, label)
    return ui.row(agree, *([StepBack(circle.circle_id)] if standing.where in _IN_LINE else []))


def buttons_after(joined: Joined) -> discord.ui.View | None:
    """Return what can be pressed by whoever has just agreed."""
    return None if joined.entry is not None else _in_line(joined.circle.circle_id)


def buttons_of(circle_id: int, standing: Standing) -> discord.ui.View | None:
    """Return what can be pressed by whoever looks at a circle."""
    return _in_line(circle_id) if standing.where in _IN_LINE else None


def _in_line(circle_id: int) -> discord.ui.View:
    return ui.row(WriteToMe(circle_id), StepBack(circle_id))

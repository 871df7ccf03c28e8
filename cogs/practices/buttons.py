"""The buttons under a practice: another one, useful, not for me; privately, or for a circle."""

from __future__ import annotations

import re
from typing import Any, Self

import discord

from bot import ui
from bot.client import Respite
from bot.services import practice_offers
from bot.services.practice_offers import Opinion
from cogs.practices import messages

_PRACTICE = r"(?P<practice>[a-z0-9-]{1,50})"
_OPINION = r"(?P<opinion>useful|unsuitable)"
_LABELS = {Opinion.USEFUL: messages.USEFUL, Opinion.UNSUITABLE: messages.UNSUITABLE}


class Another(
    ui.Button,
    template=rf"practice:another:(?P<theme>[a-z-]{{0,25}}):(?P<minutes>[0-9]{{0,2}}):{_PRACTICE}",
):
    """Offers something else in the place of this practice, by the same wishes."""

    def __init__(self, theme: str | None, minutes: int | None, practice_id: str) -> None:
        self.theme, self.minutes, self.practice_id = theme, minutes, practice_id
        super().__init__(f"practice:another:{theme or ''}:{minutes or ''}:{practice_id}", messages.ANOTHER)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        minutes = match["minutes"]
        return cls(match["theme"] or None, int(minutes) if minutes else None, match["practice"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        await send_offer(interaction, self.theme, self.minutes, instead_of=self.practice_id)


class Opine(ui.Button, template=rf"practice:{_OPINION}:{_PRACTICE}"):
    """Keeps, for this person alone, what they found of a practice."""

    def __init__(self, opinion: Opinion, practice_id: str) -> None:
        self.opinion, self.practice_id = opinion, practice_id
        super().__init__(f"practice:{opinion}:{practice_id}", _LABELS[opinion])

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(Opinion(match["opinion"]), match["practice"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        house, person = client.house, client.person(interaction)
        practice = await practice_offers.opine(
            house.database, house.member_keys, house.library, person, self.practice_id, self.opinion
        )
        kept = messages.kept(practice.title, useful=self.opinion is Opinion.USEFUL)
        await ui.reply(interaction, embed=kept)


class OpineForCircle(ui.Button, template=rf"practice:circle:{_OPINION}:{_PRACTICE}"):
    """Counts what a member found of a practice that the circle of this channel was offered."""

    def __init__(self, opinion: Opinion, practice_id: str) -> None:
        self.opinion, self.practice_id = opinion, practice_id
        super().__init__(f"practice:circle:{opinion}:{practice_id}", _LABELS[opinion])

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(Opinion(match["opinion"]), match["practice"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        await practice_offers.count_for_circle(
            client.house.database,
            client.opinions,
            client.house.library,
            client.person(interaction),
            interaction.channel_id or 0,
            self.practice_id,
            self.opinion,
        )
        await ui.reply(interaction, embed=messages.counted())


def opinions(practice_id: str) -> discord.ui.View:
    """Return what a circle's members can say of a practice that was offered to them."""
    return ui.row(*(OpineForCircle(opinion, practice_id) for opinion in Opinion))


async def send_offer(
    interaction: discord.Interaction[Any], theme: str | None, minutes: int | None, *, instead_of: str | None
) -> None:
    """Answer with one practice and the buttons around it."""
    client: Respite = interaction.client
    house, person = client.house, client.person(interaction)
    found = await practice_offers.offer(
        house.database,
        house.member_keys,
        house.library,
        person,
        theme=theme,
        minutes=minutes,
        instead_of=instead_of,
        at=interaction.created_at,
    )
    chosen = found.practice.id
    buttons = (
        Another(theme, minutes, chosen),
        Opine(Opinion.USEFUL, chosen),
        Opine(Opinion.UNSUITABLE, chosen),
    )
    await ui.reply(interaction, embed=messages.offer(found), view=ui.row(*buttons))

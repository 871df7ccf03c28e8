"""The forms of those who hold a circle."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import discord

from bot import ui
from bot.client import Respite
from bot.services import holding
from bot.services.circles import Holds
from bot.services.holding import MOST_CO_FACILITATORS, Holder, Overview
from bot.services.refusals import Because, Refusal
from cogs import members
from cogs.holding import messages, places

_USUALLY_AWAY = timedelta(days=14)


class HoldersForm(ui.Form):
    """The facilitator, and the co-facilitators."""

    word = "circle-holders"

    def __init__(self, found: Overview) -> None:
        super().__init__(messages.HOLDERS_TITLE, str(found.listing.circle.circle_id))
        facilitators = [each for each in found.holders if each.holds is Holds.FACILITATOR]
        others = [each for each in found.holders if each.holds is not Holds.FACILITATOR]
        self.add_item(
            discord.ui.Label(
                text=messages.FACILITATOR,
                component=discord.ui.UserSelect[Any](
                    custom_id="facilitator", default_values=_defaults(facilitators, 1)
                ),
            )
        )
        self.add_item(
            discord.ui.Label(
                text=messages.CO_FACILITATORS,
                description=messages.CO_FACILITATORS_HINT,
                component=discord.ui.UserSelect[Any](
                    custom_id="co_facilitators",
                    required=False,
                    min_values=0,
                    max_values=MOST_CO_FACILITATORS,
                    default_values=_defaults(others, MOST_CO_FACILITATORS),
                ),
            )
        )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        guild, person = ui.server_of(interaction), client.person(interaction)
        circle_id = ui.number(state)
        facilitator = await members.chosen(guild, fields, "facilitator")
        others = await members.all_chosen(guild, fields, "co_facilitators", most=MOST_CO_FACILITATORS)
        made = await places.appoint(client, guild, person, circle_id, facilitator, others)
        await ui.reply(interaction, embed=messages.appointed(made))


class AwayForm(ui.Form):
    """Until when somebody is away."""

    word = "circle-away"

    def __init__(self, circle_id: int, now: datetime) -> None:
        super().__init__(messages.AWAY_TITLE, str(circle_id))
        self.add_item(
            discord.ui.Label(
                text=messages.AWAY_UNTIL,
                description=messages.AWAY_HINT,
                component=discord.ui.TextInput(
                    custom_id="until", default=(now + _USUALLY_AWAY).date().isoformat(), max_length=10
                ),
            )
        )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        client: Respite = interaction.client
        house, person = client.house, client.person(interaction)
        circle_id = ui.number(state)
        circle, until = await holding.go_away(
            house.database,
            house.member_keys,
            person,
            circle_id,
            _date(ui.text(fields, "until")),
            at=interaction.created_at,
        )
        await ui.reply(interaction, embed=messages.is_away(circle, until))


def _defaults(holders: list[Holder], most: int) -> list[discord.SelectDefaultValue]:
    found = [holder.address for holder in holders if holder.address is not None][:most]
    user = discord.SelectDefaultValueType.user
    return [discord.SelectDefaultValue(id=address.discord_id, type=user) for address in found]


def _date(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refusal(Because.UNKNOWN_DATE) from None

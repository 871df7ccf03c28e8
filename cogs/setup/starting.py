"""Setting up step by step: the page that says how far it has come, its buttons, and the form of settings."""

from __future__ import annotations

import re
from typing import Any, Self, cast

import discord

from bot import ui
from bot.client import Respite
from bot.services import servers
from bot.services.refusals import Because, Refusal
from cogs.setup import messages, places

_PREFILLED = rf"setup:choose:(?P<role>{ui.PLACE}):(?P<zone>[A-Za-z0-9_/+-]{{0,40}}):(?P<country>[A-Z]{{0,2}})"
_ONLY_LANGUAGE = "en"


async def page(interaction: discord.Interaction[Any]) -> tuple[discord.Embed, discord.ui.View]:
    """Return how far setting up has come, and the buttons that go on. For whoever manages the server."""
    client: Respite = interaction.client
    guild = ui.server_of(interaction)
    found = await servers.preparation(client.house.database, client.person(interaction))
    server = found.server
    made = () if server is None else (server.category_id, server.facilitators_channel_id)
    has_category = bool(made) and all(each is not None and guild.get_channel(each) for each in made)
    buttons: list[ui.Button] = [ChooseSettings.of(server)]
    if server is not None and not has_category:
        buttons.insert(0, CreateCategory())
    lacking = places.missing(guild.me.guild_permissions)
    return messages.steps(found, has_category, lacking), ui.row(*buttons)


async def keep_typed(
    interaction: discord.Interaction[Any],
    moderators: discord.Role | None,
    time_zone: str | None,
    country: str | None,
    language: str,
) -> None:
    """Keep the settings that were typed behind the command, where there are any. Refuses half of them."""
    if moderators is not None and time_zone is not None:
        await keep(interaction, moderators, time_zone, country, language)
    elif moderators or time_zone or country:
        raise Refusal(Because.HALF_CHOSEN)


async def keep(
    interaction: discord.Interaction[Any],
    moderators: discord.Role,
    time_zone: str,
    country: str | None,
    language: str = _ONLY_LANGUAGE,
) -> None:
    """Keep the settings; the facilitators' channel follows the role that moderates."""
    client: Respite = interaction.client
    database, person = client.house.database, client.person(interaction)
    before = await servers.before_set_up(
        database, person, moderator_role_id=moderators.id, time_zone=time_zone, country=country
    )
    if before is not None:
        # Noted only afterwards: if Discord refuses, the next call still knows who is to leave.
        await places.change_moderators(ui.server_of(interaction), before, moderators)
    await servers.set_up(
        database,
        person,
        moderator_role_id=moderators.id,
        time_zone=time_zone,
        country=country,
        language=language,
    )
    await client.server_lines.refresh(database)


class SettingsForm(ui.Form):
    """Who moderates, and where and when the server lives. What was chosen before is filled in."""

    word = "setup-settings"

    def __init__(self, guild: discord.Guild, role_id: int, time_zone: str, country: str) -> None:
        super().__init__(messages.SETTINGS_TITLE)
        role = guild.get_role(role_id)
        self.add_item(
            discord.ui.Label(
                text=messages.SETTINGS_MODERATORS,
                component=discord.ui.RoleSelect[Any](
                    custom_id="moderators", default_values=[] if role is None else [role]
                ),
            )
        )
        self.add_item(
            discord.ui.Label(
                text=messages.SETTINGS_TIME_ZONE,
                description=messages.SETTINGS_TIME_ZONE_HINT,
                component=discord.ui.TextInput[Any](
                    custom_id="time_zone", default=time_zone or None, max_length=60
                ),
            )
        )
        self.add_item(
            discord.ui.Label(
                text=messages.SETTINGS_COUNTRY,
                description=messages.SETTINGS_COUNTRY_HINT,
                component=discord.ui.TextInput[Any](
                    custom_id="country", default=country or None, required=False, max_length=2
                ),
            )
        )

    @classmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: ui.Fields) -> None:
        servers.require_may_set_up(interaction.client.person(interaction))
        role = _chosen_role(ui.server_of(interaction), fields)
        time_zone = servers.time_zone_named(ui.text(fields, "time_zone"))
        await keep(interaction, role, time_zone, ui.text(fields, "country") or None)
        embed, view = await page(interaction)
        await ui.replace(interaction, embed, view=view)


class ChooseSettings(ui.Button, template=_PREFILLED):
    """Opens the form of settings. It carries what is filled in, so that nothing is looked up first."""

    def __init__(self, role_id: int, time_zone: str, country: str) -> None:
        label = messages.CHANGE if role_id else messages.CHOOSE
        super().__init__(
            f"setup:choose:{ui.place(role_id)}:{time_zone}:{country}",
            label,
            style=discord.ButtonStyle.secondary if role_id else discord.ButtonStyle.primary,
        )
        self.filled_in = (role_id, time_zone, country)

    @classmethod
    def of(cls, server: servers.Server | None) -> Self:
        if server is None:
            return cls(0, "", "")
        return cls(server.moderator_role_id, server.time_zone, server.country or "")

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls(ui.read_place(match["role"]), match["zone"], match["country"])

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        servers.require_may_set_up(interaction.client.person(interaction))
        await ui.show(interaction, SettingsForm(ui.server_of(interaction), *self.filled_in))


class CreateCategory(ui.Button, template=r"setup:create"):
    """Makes the category for circles, and the facilitators' channel in it."""

    def __init__(self) -> None:
        super().__init__("setup:create", messages.CREATE, style=discord.ButtonStyle.primary)

    @classmethod
    def restore(cls, match: re.Match[str]) -> Self:
        return cls()

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        client: Respite = interaction.client
        guild, person = ui.server_of(interaction), client.person(interaction)
        await servers.require_manager(client.house.database, person)
        places.require_permissions(guild)
        async with places.turn(guild.id):
            await places.category_for_circles(client, guild, person)
            await places.facilitators_channel(client, guild, person)
        embed, view = await page(interaction)
        await ui.replace(interaction, embed, view=view)


def _chosen_role(guild: discord.Guild, fields: ui.Fields) -> discord.Role:
    chosen = cast("Any", fields.get("moderators"))
    match chosen:
        case [str(role_id)] if re.fullmatch(r"\d{1,20}", role_id, re.ASCII):
            role = guild.get_role(int(role_id))
        case _:
            role = None
    if role is None:
        raise Refusal(Because.NO_SUCH_ROLE)
    return role

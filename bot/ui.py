"""The base of every button and form: state in the custom_id, one door for errors, no silence."""

from __future__ import annotations

import asyncio
import contextlib
import re
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

import discord
from discord.utils import MISSING

from bot.services.refusals import Because, Refusal

if TYPE_CHECKING:
    from bot.client import Respite

Fields = dict[str, Any]
"""What a person filled in: custom_id to text, choice, list of choices, or tick."""

PLACE = "[0-9a-z]{1,13}"
"""How `place` writes an id, in the template of a button."""

_CUSTOM_ID_LENGTH = 100
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Button(discord.ui.DynamicItem[discord.ui.Button[Any]], template="(?!)"):
    """A button that works after a restart: what it means is in its custom_id, `word:word:numbers`.

    A subclass names its template and builds itself from `numbers`. It is re-checked against the
    database at every press: whoever presses may have written the custom_id themselves.
    """

    def __init__(
        self,
        custom_id: str,
        label: str,
        *,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        if len(custom_id) > _CUSTOM_ID_LENGTH:
            raise ValueError("a custom_id has at most 100 characters")
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, style=style))

    @classmethod
    @abstractmethod
    def restore(cls, match: re.Match[str]) -> Self:
        """Build the button again from the custom_id that came back."""

    @classmethod
    def knows(cls, custom_id: str) -> bool:
        """Say whether this custom_id is one of this button's."""
        return cls.__discord_ui_compiled_template__.fullmatch(custom_id) is not None

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls.restore(match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Pass the press on to `pressed`, and whatever it raises to the one door for errors."""
        client: Respite = interaction.client
        await client.attend(interaction, self.pressed)

    @abstractmethod
    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says."""


class Form(discord.ui.Modal):
    """A form whose submission is recognised by its custom_id, so that a restart in between loses nothing.

    discord.py would look the form up in memory; instead the client routes every submission here by
    `word`, and `submitted` gets the state that was put into the custom_id and the plain fields.
    """

    word: ClassVar[str]

    def __init__(self, title: str, state: str = "") -> None:
        custom_id = f"{self.word}:{state}"
        if len(custom_id) > _CUSTOM_ID_LENGTH:
            raise ValueError("a custom_id has at most 100 characters")
        super().__init__(title=title, custom_id=custom_id, timeout=15 * 60)

    @classmethod
    @abstractmethod
    async def submitted(cls, interaction: discord.Interaction[Any], state: str, fields: Fields) -> None:
        """Take in what was filled in. Both state and fields are hostile until checked."""


def row(*buttons: Button) -> discord.ui.View:
    """Return these buttons as one row that never times out."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    return view


class Patience:
    """Tells Discord, privately, that an answer is on its way when it takes longer than usual.

    Discord gives a first answer three seconds; after half of that this speaks up, once.
    """

    SECONDS = 1.5

    def __init__(self, interaction: discord.Interaction[Any]) -> None:
        self._interaction = interaction
        self._asking: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(self.SECONDS, self._begin)
        interaction.extras[Patience] = self

    @staticmethod
    async def over(interaction: discord.Interaction[Any]) -> None:
        """Ask for no more patience; if that is being said right now, wait until it has been said."""
        patience = interaction.extras.get(Patience)
        if isinstance(patience, Patience):
            patience.end()
            if patience._asking is not None:
                await patience._asking

    def end(self) -> None:
        """Stop the timer."""
        self._timer.cancel()

    def _begin(self) -> None:
        self._asking = asyncio.ensure_future(self._ask())

    async def _ask(self) -> None:
        if not self._interaction.response.is_done():
            with contextlib.suppress(discord.HTTPException):
                await self._interaction.response.defer(ephemeral=True, thinking=True)


async def show(interaction: discord.Interaction[Any], form: Form) -> None:
    """Open a form. It has to be the first answer: refuses where the person was told to wait already."""
    await Patience.over(interaction)
    if interaction.response.is_done():
        raise Refusal(Because.BUSY)
    # Else discord.py would keep it, with all that is filled in, in case that it comes back.
    form.stop()
    await interaction.response.send_modal(form)


async def reply(
    interaction: discord.Interaction[Any],
    text: str | None = None,
    *,
    embed: discord.Embed | None = None,
    view: discord.ui.View | None = None,
    files: Sequence[discord.File] = (),
) -> None:
    """Answer privately, whether or not Discord was already told that the answer takes a moment."""
    await Patience.over(interaction)
    embeds = [] if embed is None else [embed]
    if interaction.response.type is discord.InteractionResponseType.deferred_channel_message:
        await interaction.edit_original_response(
            content=text, embeds=embeds, view=view, attachments=list(files)
        )
    elif interaction.response.is_done():
        await interaction.followup.send(
            content=text or MISSING, embeds=embeds, view=view or MISSING, files=list(files), ephemeral=True
        )
    else:
        await interaction.response.send_message(
            content=text, embeds=embeds, view=view or MISSING, files=list(files), ephemeral=True
        )


async def replace(
    interaction: discord.Interaction[Any], embed: discord.Embed, *, view: discord.ui.View | None = None
) -> None:
    """Put this in the place of the message whose button was pressed, its picture and its buttons."""
    await Patience.over(interaction)
    if interaction.response.is_done() or interaction.message is None:
        await reply(interaction, embed=embed, view=view)
    else:
        await interaction.response.edit_message(embed=embed, view=view, attachments=[])


def server_of(interaction: discord.Interaction[Any]) -> discord.Guild:
    """Return the server, with its channels and roles. Refuses where there is none, or not yet."""
    if interaction.guild is None:
        raise Refusal(Because.ONLY_IN_A_SERVER)
    if interaction.guild.unavailable:
        raise Refusal(Because.SERVER_ARRIVING)
    return interaction.guild


def member_of(interaction: discord.Interaction[Any]) -> discord.Member:
    """Return the member who is acting. Refuses outside a server, and in one that is not here yet."""
    server_of(interaction)
    if not isinstance(interaction.user, discord.Member):
        raise Refusal(Because.ONLY_IN_A_SERVER)
    return interaction.user


async def take_time(interaction: discord.Interaction[Any]) -> None:
    """Tell Discord at once, privately, that the answer will take a moment."""
    await Patience.over(interaction)
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=True)


def read_fields(interaction: discord.Interaction[Any]) -> Fields:
    """Return what a submitted form holds, by the custom_id of each field."""
    data: dict[str, Any] = dict(interaction.data or {})
    return dict(_walk(data.get("components", ())))


def text(fields: Fields, name: str) -> str:
    """Return a field as trimmed text; empty when it is missing or is not text."""
    value = fields.get(name)
    return value.strip() if isinstance(value, str) else ""


def choice(fields: Fields, name: str) -> str:
    """Return the one thing that was chosen from a list; empty when it is missing or is not one."""
    match fields.get(name):
        case [str(chosen)]:
            return chosen
        case _:
            return ""


def place(discord_id: int) -> str:
    """Write the id of a server, channel or role with letters: nothing in a custom_id looks like a person."""
    digits = ""
    while discord_id:
        discord_id, digit = divmod(discord_id, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits or "0"


def read_place(written: str) -> int:
    """Return the id that `place` wrote; a forged one beyond what Discord has leads nowhere."""
    return min(int(written, len(_DIGITS)), 2**63 - 1)


def numbers(state: str) -> tuple[int, ...]:
    """Return the ids in a custom_id's state, written `12.13`. Refuses anything else as expired."""
    if not re.fullmatch(r"\d{1,15}(\.\d{1,15}){0,9}", state, re.ASCII):
        raise Refusal(Because.EXPIRED)
    return tuple(int(number) for number in state.split("."))


def number(state: str) -> int:
    """Return the one id in a custom_id's state. Refuses anything else, also more than one, as expired."""
    only, *others = numbers(state)
    if others:
        raise Refusal(Because.EXPIRED)
    return only


def _walk(components: Iterable[dict[str, Any]]) -> Iterable[tuple[str, Any]]:
    for component in components:
        if "component" in component:
            yield from _walk([component["component"]])
        elif "components" in component:
            yield from _walk(component["components"])
        elif "custom_id" in component:
            yield component["custom_id"], component.get("value", component.get("values"))

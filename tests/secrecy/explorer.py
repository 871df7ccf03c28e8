"""Somebody who uses whatever there is: every command, button, menu and form, however new it may be.

Nothing here knows what the bot can do. It reads what Discord was told and what the bot shows, so a feature
that comes later is explored by itself. Everything typed into a form is a word like no other, by which it can
be found again wherever it went.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

import simcord
from discord import AppCommandOptionType as Type
from discord import app_commands

from bot.demo.acting import Message
from tests.discord.conftest import Town

DEEPEST = 5
"""How many presses away from a command it looks."""

OFTEN = 2
"""How often one person presses buttons of one meaning in a day."""

FITTING = {
    "at": "08:30",
    "days": "daily",
    "time_zone": "Europe/Berlin",
    "country": "DE",
    "seats": "9",
    "when": "tomorrow 21:30",
    "length": "30",
}
"""What has to be of some form to be taken; everything else is typed as it comes."""

_BUTTON, _TEXT_SELECT, _TEXT_INPUT = 2, 3, 4
_USER_SELECT, _ROLE_SELECT, _MENTIONABLE, _CHANNEL_SELECT = 5, 6, 7, 8
_RADIO_GROUP, _CHECKBOX_GROUP, _CHECKBOX = 21, 22, 23


@dataclass
class Explorer:
    """Uses everything in the name of several people, and remembers what was typed where."""

    town: Town
    chance: Random
    typed: dict[str, str] = field(default_factory=dict)
    """Each word that was typed, and the field into which."""
    used: Counter[str] = field(default_factory=Counter)
    """How often each command, button, form and menu was used."""
    refused: list[str] = field(default_factory=list)
    """What the pretend Discord would not let anybody do."""

    async def everything(self, person: simcord.MemberActor, channel: simcord.ChannelHandle) -> None:
        """Use every command that this person sees in this channel, and whatever it leads to."""
        commands = list(person.available_commands(channel))
        self.chance.shuffle(commands)
        pressed: Counter[str] = Counter()
        for command in commands:
            await self._use(person, channel, command, pressed)
        for post in channel.history()[-3:]:
            await self._follow(person, channel, [post], pressed, depth=0)

    async def _use(
        self,
        person: simcord.MemberActor,
        channel: simcord.ChannelHandle,
        command: str,
        pressed: Counter[str],
    ) -> None:
        found = self._command(command)
        if found is None:
            return
        options: dict[str, object] = {}
        for parameter in found.parameters:
            if parameter.required or self.chance.random() < 0.5:
                value = await self._value(person, channel, command, parameter)
                if value is not None:
                    options[parameter.name] = value
        result = await self._try(person.slash(channel, command, **options))
        self.used[f"/{command}"] += 1
        if result is not None:
            await self._follow_result(person, channel, result, pressed, depth=0)

    def _command(self, command: str) -> app_commands.Command[Any, ..., Any] | None:
        for each in self.town.bot.tree.walk_commands():
            if isinstance(each, app_commands.Command) and each.qualified_name == command:
                return each
        return None

    async def _value(
        self,
        person: simcord.MemberActor,
        channel: simcord.ChannelHandle,
        command: str,
        parameter: app_commands.Parameter,
    ) -> object:
        if parameter.choices:
            return self.chance.choice(parameter.choices).value
        if parameter.autocomplete:
            offered = await self._try(person.autocomplete(channel, command, parameter.name, ""))
            if offered and self.chance.random() < 0.8:
                return self.chance.choice(offered)["value"]
            return FITTING.get(parameter.name) or self._word(f"/{command} {parameter.name}")
        match parameter.type:
            case Type.integer | Type.number:
                return parameter.min_value if parameter.min_value is not None else 7
            case Type.boolean:
                return self.chance.random() < 0.5
            case Type.role:
                return self.town.moderators
            case Type.user | Type.mentionable:
                return self.chance.choice(self.town.members)
            case Type.channel:
                return channel
            case Type.string:
                return FITTING.get(parameter.name) or self._word(f"/{command} {parameter.name}")
            case _:
                return None

    async def _follow_result(
        self,
        person: simcord.MemberActor,
        channel: simcord.ChannelHandle,
        result: simcord.InteractionResult,
        pressed: Counter[str],
        *,
        depth: int,
    ) -> None:
        if result.modal is not None:
            form = str(cast("dict[str, Any]", result.modal)["custom_id"])
            self.used[f"form {meaning(form)}"] += 1
            filled = await self._try(person.submit_modal(result, self._answers(result.modal)))
            if filled is not None and depth < DEEPEST:
                await self._follow_result(person, channel, filled, pressed, depth=depth + 1)
            return
        shown: list[Message] = [*([result.response] if result.response else []), *result.followups]
        await self._follow(person, channel, shown, pressed, depth=depth)

    async def _follow(
        self,
        person: simcord.MemberActor,
        channel: simcord.ChannelHandle,
        shown: Sequence[Message],
        pressed: Counter[str],
        *,
        depth: int,
    ) -> None:
        if depth >= DEEPEST:
            return
        for message in shown:
            for part in list(parts(message)):
                custom_id = part.get("custom_id")
                if not isinstance(custom_id, str) or part.get("disabled"):
                    continue
                if pressed[meaning(custom_id)] >= OFTEN:
                    continue
                pressed[meaning(custom_id)] += 1
                self.used[f"button {meaning(custom_id)}"] += 1
                result = await self._try(self._press(person, message, part))
                if result is not None:
                    await self._follow_result(person, channel, result, pressed, depth=depth + 1)

    async def _press(
        self, person: simcord.MemberActor, message: Message, part: dict[str, Any]
    ) -> simcord.InteractionResult | None:
        if part["type"] == _BUTTON:
            return await person.click(message, custom_id=part["custom_id"])
        chosen = self._chosen(part)
        return None if chosen is None else await person.select(message, chosen, custom_id=part["custom_id"])

    def _answers(self, modal: Any) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for part in walk(modal.get("components")):
            name = part.get("custom_id")
            if name is None:
                continue
            match part["type"]:
                case 4 if name == "again":
                    answers[name] = answers["passphrase"]
                case 4:
                    word = FITTING.get(name) or self._word(f"{meaning(modal['custom_id'])} {name}")
                    answers[name] = word.ljust(part.get("min_length") or 0, "m")
                case 21:
                    answers[name] = self.chance.choice(part["options"])["value"]
                case 23:
                    answers[name] = self.chance.random() < 0.5
                case _:
                    chosen = self._chosen(part)
                    if chosen is not None:
                        answers[name] = chosen
        return answers

    def _chosen(self, part: dict[str, Any]) -> Sequence[Any] | None:
        match part["type"]:
            case 3 | 22:
                many = max(1, part.get("min_values") or 1)
                return [option["value"] for option in self.chance.sample(part["options"], many)]
            case 5 | 7:
                return [self.chance.choice(self.town.members)]
            case 6:
                return [self.town.moderators]
            case 8:
                return [self.town.lobby]
            case _:
                return None

    def _word(self, where: str) -> str:
        word = f"zq{len(self.typed):05}xw"
        self.typed[word] = where
        return word

    async def _try(self, act: Any) -> Any:
        """Do what a person can do; what Discord itself would not let anybody do is noted, and no matter."""
        try:
            return await act
        except (simcord.SetupError, simcord.BackendError, simcord.OptionError) as no:
            self.refused.append(str(no))
            return None


def meaning(custom_id: str) -> str:
    """Return a custom_id without its numbers: buttons that do the same to different things are alike."""
    return re.sub(r"\d+", "0", custom_id)


def parts(message: Message) -> Iterator[dict[str, Any]]:
    """Yield every component of a message."""
    if isinstance(message, simcord.ResponseMessage):
        yield from walk(message.components)
    else:
        yield from walk([part.to_dict() for part in message.components])


def walk(components: object) -> Iterator[dict[str, Any]]:
    """Yield these components and all that lie in them."""
    for part in cast("list[dict[str, Any]]", components or []):
        yield part
        yield from walk(part.get("components"))
        yield from walk([part[name] for name in ("component", "accessory") if part.get(name)])

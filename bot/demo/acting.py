"""What a person does with their fingers: type a command, press a button, fill in a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import discord
import simcord

Message = discord.Message | simcord.ResponseMessage
Answer = str | bool | Sequence[str] | Sequence[simcord.MemberActor]


class NothingToPress(LookupError):
    """Raised when a message or a form does not carry the control that was reached for."""


async def slash(
    person: simcord.MemberActor, channel: simcord.ChannelHandle, command: str, **options: object
) -> simcord.InteractionResult:
    """Type one slash command; `command` carries its groups, as in `circle create`."""
    return await person.slash(channel, command, **options)


async def press(person: simcord.MemberActor, message: Message, prefix: str) -> simcord.InteractionResult:
    """Press the first button of the message whose custom_id starts with `prefix`.

    Raises:
        NothingToPress: the message has no such button, or it is disabled.
    """
    found = find_button(message, prefix)
    if found is None:
        raise NothingToPress(f"no button {prefix!r} in the message")
    return await person.click(message, custom_id=found)


def find_button(message: Message, prefix: str) -> str | None:
    """Give the custom_id of the first enabled button that starts with `prefix`."""
    for part in parts(message):
        custom_id = part.get("custom_id")
        is_button = part.get("type") == discord.ComponentType.button.value
        if (
            is_button
            and isinstance(custom_id, str)
            and custom_id.startswith(prefix)
            and not part.get("disabled")
        ):
            return custom_id
    return None


async def fill(
    person: simcord.MemberActor, shown: simcord.InteractionResult, answers: Mapping[str, Answer]
) -> simcord.InteractionResult:
    """Fill the controls of a form by their custom_id and send it.

    Raises:
        NothingToPress: no form was shown.
    """
    if shown.modal is None:
        raise NothingToPress("no form was shown")
    return await person.submit_modal(shown, dict(answers))


async def choose(
    person: simcord.MemberActor, channel: simcord.ChannelHandle, command: str, option: str, name: str
) -> str:
    """Pick what a command's option suggests under this name, and give the value behind it.

    Raises:
        NothingToPress: nothing of this name is suggested.
    """
    for offered in await person.autocomplete(channel, command, option, name):
        if offered["name"] == name:
            return str(offered["value"])
    raise NothingToPress(f"/{command} does not suggest {name!r} for {option}")


def answer(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """Give the message that the bot answered with.

    Raises:
        NothingToPress: it did not answer with a message.
    """
    if result.response is None:
        raise NothingToPress("the bot has not answered with a message")
    return result.response


def dismiss(environment: simcord.Env, message: Message) -> None:
    """Take a private reply away, as Discord does by itself when a person comes back another day."""
    environment.backend.delete_message(_channel_id(message), message.id)


def suggested(shown: simcord.InteractionResult, control: str) -> str:
    """Give the text that a form suggests in one of its fields."""
    return str(_control(shown, control).get("value") or "")


def choices(shown: simcord.InteractionResult, control: str) -> list[str]:
    """List the values that one control of a form offers, in order."""
    options = cast("list[dict[str, Any]]", _control(shown, control).get("options") or [])
    return [str(option["value"]) for option in options]


def _channel_id(message: Message) -> int:
    return message.channel_id if isinstance(message, simcord.ResponseMessage) else message.channel.id


def _control(shown: simcord.InteractionResult, control: str) -> dict[str, Any]:
    for part in _walk((shown.modal or {}).get("components")):
        if part.get("custom_id") == control:
            return part
    raise NothingToPress(f"no control {control!r} in the form")


def parts(message: Message) -> Iterator[dict[str, Any]]:
    """Yield every component of a message, in order."""
    if isinstance(message, simcord.ResponseMessage):
        return _walk(message.components)
    return _walk([part.to_dict() for part in message.components])


def _walk(parts: object) -> Iterator[dict[str, Any]]:
    for part in cast("list[dict[str, Any]]", parts or []):
        yield part
        yield from _walk(part.get("components"))
        inner = [part[name] for name in ("component", "accessory") if part.get(name)]
        yield from _walk(inner)

"""What no honest client sends: buttons that were never offered, forms that were never shown."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

import simcord
from simcord.actors import _dispatch_actor_interaction
from simcord.backend import serializers
from simcord.enums import InteractionType

_BUTTON_ROW, _BUTTON, _LABEL, _RADIO_GROUP, _TEXT = 1, 2, 18, 21, 4
_SUBCOMMAND, _GROUP, _STRING, _INTEGER, _BOOLEAN, _ROLE = 1, 2, 3, 4, 5, 8


async def press(
    person: simcord.MemberActor, channel: simcord.ChannelHandle, custom_id: str
) -> simcord.InteractionResult:
    """Press a button with this custom_id, wherever it came from. Can be done at the same time as others."""
    backend = person._env.backend
    button = {"type": _BUTTON, "style": 2, "label": "Press", "custom_id": custom_id}
    stored = backend.create_message(
        channel.id, backend.bot_user.id, "", components=[{"type": _BUTTON_ROW, "components": [button]}]
    )
    data = {"custom_id": custom_id, "component_type": _BUTTON}
    extra = {"message": dict(serializers.message_payload(backend, stored))}
    return await _dispatch_actor_interaction(
        person, InteractionType.MESSAGE_COMPONENT, channel, data, extra=extra, source_message_id=stored.id
    )


async def submit(
    person: simcord.MemberActor, channel: simcord.ChannelHandle, custom_id: str, fields: Mapping[str, Any]
) -> simcord.InteractionResult:
    """Submit a form with this custom_id and these fields. Can be done at the same time as others."""
    data = submission(custom_id, fields)
    return await _dispatch_actor_interaction(person, InteractionType.MODAL_SUBMIT, channel, data)


def submission(custom_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Discord sends of a form that was filled in like this."""
    parts = [
        {"type": _LABEL, "id": number, "component": _field(name, value)}
        for number, (name, value) in enumerate(fields.items(), start=1)
    ]
    return {"custom_id": custom_id, "components": parts}


async def slash(
    person: simcord.MemberActor | simcord.UserHandle,
    channel: simcord.ChannelHandle,
    command: str,
    *,
    typing: bool = False,
    **options: str | int | bool | simcord.RoleHandle,
) -> simcord.InteractionResult:
    """Use a command as Discord's picker would not let one, or (`typing`) type into its last option."""
    name, *subs = command.split(" ")
    found = person._env.backend.find_command(name, None) or {"id": "1"}
    given = [_option(key, value) for key, value in options.items()]
    if typing:
        given[-1]["focused"] = True
    for depth, sub in enumerate(reversed(subs)):
        given = [{"type": _SUBCOMMAND if depth == 0 else _GROUP, "name": sub, "options": given}]
    data: dict[str, Any] = {"id": found["id"], "name": name, "type": 1, "options": given}
    roles = [each for each in options.values() if isinstance(each, simcord.RoleHandle)]
    if roles:
        data["resolved"] = {"roles": {str(each.id): serializers.role_payload(each._role) for each in roles}}
    kind = InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE if typing else InteractionType.APPLICATION_COMMAND
    return await _dispatch_actor_interaction(person, kind, channel, data)


def _option(name: str, value: str | int | bool | simcord.RoleHandle) -> dict[str, Any]:
    if isinstance(value, simcord.RoleHandle):
        return {"name": name, "type": _ROLE, "value": str(value.id)}
    kinds: dict[type, int] = {str: _STRING, int: _INTEGER, bool: _BOOLEAN}
    return {"name": name, "type": kinds[type(value)], "value": value}


def _field(name: str, value: object) -> dict[str, Any]:
    if isinstance(value, list):
        return {"type": 5, "custom_id": name, "values": value}
    return {"type": _RADIO_GROUP if name != "name" else _TEXT, "custom_id": name, "value": value}


async def at_once(*acts: Coroutine[Any, Any, simcord.InteractionResult]) -> list[simcord.InteractionResult]:
    """Let several people act at the same moment."""
    return list(await asyncio.gather(*acts))

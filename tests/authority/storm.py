"""Bringing many forged presses to the running bot, past the slower parts of the pretend Discord."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context
from simcord.backend import serializers
from simcord.enums import InteractionType
from simcord.interactions import base_payload

from tests.authority.asking import filled_in, refused
from tests.authority.forging import Forgery
from tests.authority.keeping import changes
from tests.authority.rows import Column
from tests.authority.site import AGREEMENT, CIRCLES, PURPOSE, Site
from tests.discord.forgery import submission

AT_ONCE = 50
LONGEST = 60.0
"""Seconds after which an answer will not come any more."""

_PRESSED, _SENT = int(InteractionType.MESSAGE_COMPONENT), int(InteractionType.MODAL_SUBMIT)
_WAIT = 5
_BUTTON = {"type": 2, "style": 2, "label": "Press"}


@dataclass
class Tally:
    """What came of it. `past_the_door`: a button or form of ours took it on.

    `accepted`: each sign of one that was not refused, be it an answer, a post or a row.
    """

    tried: int = 0
    past_the_door: int = 0
    pressed: int = 0
    accepted: list[str] = field(default_factory=list[str])


class Ear(AsyncWebhookAdapter):
    """Hears what the bot answers, in the place of Discord: the last that is said to each press."""

    def __init__(self, message: Mapping[str, Any]) -> None:
        super().__init__()
        self._message = message
        self._waiting: set[str] = set()
        self.said: dict[str, Any] = {}
        self.all_said = asyncio.Event()

    def expect(self, tokens: Iterable[str]) -> None:
        """Forget what was said, and wait for an answer to each of these."""
        self.said.clear()
        self._waiting = set(tokens)
        self.all_said.clear()

    async def request(
        self, route: Route, *_: Any, payload: Any = None, multipart: Any = None, **__: Any
    ) -> Any:
        """Note what is said. That it will take a moment is no answer."""
        said = multipart if payload is None else payload
        if not (isinstance(said, dict) and cast("dict[str, Any]", said).get("type") == _WAIT):
            self.said[str(route.webhook_token)] = said
            self._waiting.discard(str(route.webhook_token))
        if not self._waiting:
            self.all_said.set()
        is_first = route.path.endswith("/callback")
        return {"interaction": {"id": "1", "type": _PRESSED}} if is_first else self._message


class Storm:
    """Everybody's presses on one site."""

    def __init__(self, site: Site) -> None:
        backend = site.town.env.backend
        lobby = backend.create_message(site.town.lobby.id, backend.bot_user.id, "Press")
        self._message = dict(serializers.message_payload(backend, lobby))
        self._site = site
        self._bot = site.town.bot
        self._frames = {column: self._frame(column) for column in Column}
        self._ear = Ear(self._message)

    async def bring(self, forgeries: Iterable[Forgery]) -> Tally:
        """Try all of these. What no button and no form knows ends at the door: where they are looked up.

        One in a hundred of those goes all the way nevertheless, to see that it is answered.
        """
        before = async_context.set(self._ear)
        self._site.town.env.backend.http_requests.clear()
        tally, batch = Tally(), list[Forgery]()
        for number, forgery in enumerate(forgeries):
            known = self._is_known(forgery)
            tally.tried += 1
            tally.past_the_door += known
            if known or number % 100 == 0:
                batch.append(forgery)
            if len(batch) == AT_ONCE:
                await self._press(batch, tally)
                batch.clear()
        if batch:
            await self._press(batch, tally)
        async_context.reset(before)
        return tally

    def _is_known(self, forgery: Forgery) -> bool:
        """Say whether discord.py (a button) or the client (a form) finds who takes this on."""
        if forgery.fields is not None:
            return forgery.custom_id.partition(":")[0] in self._bot._forms
        templates = self._bot._connection._view_store._dynamic_items
        return any(template.fullmatch(forgery.custom_id) for template in templates)

    async def _press(self, batch: Sequence[Forgery], tally: Tally) -> None:
        """Let all of these be pressed at once; look at what is answered, posted and stored."""
        database, kept = self._site.database, self._site.kept
        before = await changes(database)
        pressed = {f"token{number}": forgery for number, forgery in enumerate(batch)}
        self._ear.expect(pressed)
        for token, forgery in pressed.items():
            self._bot._connection.parse_interaction_create(self._payload(token, forgery))
        async with asyncio.timeout(LONGEST):
            await self._ear.all_said.wait()
            await self._bot._idle.wait()
        tally.pressed += len(batch)
        for token, forgery in pressed.items():
            if self._gives_in(forgery.column, self._ear.said[token]):
                tally.accepted.append(f"{forgery.column} {forgery.custom_id!r}: {self._ear.said[token]}")
        requests = self._site.town.env.backend.http_requests
        tally.accepted += [f"{each.method} {each.path}" for each in requests if each.method != "GET"]
        requests.clear()
        if await changes(database) != before and await kept.differs(database):
            tally.accepted.append("something is stored")
            await self._site.restore()
        self._site.tidy()

    def _gives_in(self, column: Column, said: Any) -> bool:
        """Say whether this is anything else than a refusal, or a form with nothing in it that is a secret."""
        if any(secret in json.dumps(said) for secret in self._secrets(column)):
            return True
        told = said.get("data") or said if isinstance(said, dict) else {}
        if "components" in told and "custom_id" in told:
            return False
        return refused(str(told.get("content"))) is None or bool(told.get("embeds"))

    def _secrets(self, column: Column) -> Iterable[str]:
        """Yield what an answer to a forgery must never hold. In the server, names of circles are none."""
        yield from (PURPOSE, AGREEMENT)
        people = (*self._site.town.members, self._site.town.facilitator)
        yield from (str(each.id) for each in people)
        if column is Column.ELSEWHERE:
            yield from CIRCLES

    def _payload(self, token: str, forgery: Forgery) -> Any:
        if forgery.fields is None:
            row = {"type": 1, "components": [_BUTTON | {"custom_id": forgery.custom_id}]}
            data = {"custom_id": forgery.custom_id, "component_type": _BUTTON["type"]}
            kind: dict[str, Any] = {"type": _PRESSED, "message": self._message | {"components": [row]}}
        else:
            fields = filled_in(self._site, forgery.column, forgery.fields)
            data, kind = submission(forgery.custom_id, fields), {"type": _SENT}
        number = str(self._site.town.env.backend.snowflake())
        return {**self._frames[forgery.column], **kind, "id": number, "token": token, "data": data}

    def _frame(self, column: Column) -> Mapping[str, Any]:
        """Return what Discord sends along with whatever somebody presses."""
        person, channel = self._site.people[column]
        guild = getattr(person, "guild", None)
        _, payload = base_payload(
            self._site.town.env.backend,
            type=_PRESSED,
            channel_id=channel.id,
            guild_id=None if guild is None else guild.id,
            user_id=person.id,
            data={},
        )
        return payload

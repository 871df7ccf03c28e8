"""The part of Discord that a running bot talks to: login, gateway, answers to interactions, messages."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

TOKEN = "stand-in.token"  # noqa: S105 - nobody else knows this Discord
APPLICATION = 900000000000000001
GUILD = 900000000000000002
CHANNEL = 900000000000000003
ROLE = 900000000000000004
EVERYTHING = str((1 << 50) - 1)

_DISCORD_EPOCH = 1420070400000


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot answered to an interaction, and after how many seconds."""

    type: int
    data: dict[str, Any]
    seconds: float

    @property
    def title(self) -> str:
        """The title of the embed, or else the text."""
        embeds = self.data.get("embeds") or [{}]
        return str(embeds[0].get("title") or self.data.get("content") or "")


@dataclass
class StandIn:
    """One server with one channel. Interactions go out over the websocket, answers come in over HTTP."""

    base: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    commands_told: int = 0
    _socket: web.WebSocketResponse | None = None
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: dict[str, tuple[float, asyncio.Future[Reply]]] = field(default_factory=dict)
    _number: int = 0
    _sequence: int = 0

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[StandIn]:
        """Listen on a free port of loopback."""
        application = web.Application()
        application.add_routes(
            [
                web.get("/api/v10/users/@me", self._me),
                web.get("/api/v10/oauth2/applications/@me", self._application),
                web.get("/api/v10/gateway/bot", self._gateway),
                web.put("/api/v10/applications/{id}/commands", self._commands),
                web.post("/api/v10/interactions/{id}/{token}/callback", self._callback),
                web.post("/api/v10/channels/{id}/messages", self._message),
                web.get("/gateway", self._websocket),
            ]
        )
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def until_connected(self) -> None:
        """Wait until a bot has identified itself on the websocket."""
        async with asyncio.timeout(20):
            await self._ready.wait()

    def disconnected(self) -> None:
        """Forget a bot that was killed."""
        self._ready.clear()
        self._socket = None

    async def interact(
        self, user: int, kind: int, data: dict[str, Any], *, roles: tuple[int, ...] = ()
    ) -> Reply:
        """Send an interaction of this person and return what the bot answered."""
        assert self._socket is not None
        self._number += 1
        snowflake = str(((int(time.time() * 1000) - _DISCORD_EPOCH) << 22) + self._number % (1 << 22))
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        payload = _interaction(snowflake, user, kind, data, roles)
        self._waiting[snowflake] = (time.perf_counter(), future)
        await self._send("INTERACTION_CREATE", payload)
        async with asyncio.timeout(20):
            return await future

    async def submit(self, user: int, custom_id: str, fields: dict[str, str]) -> Reply:
        """Submit a form as this person."""
        components = [
            {
                "type": 18,
                "id": number,
                "component": {"type": 21, "id": 90 + number, "custom_id": name, "value": value},
            }
            for number, (name, value) in enumerate(fields.items(), start=1)
        ]
        return await self.interact(user, 5, {"custom_id": custom_id, "components": components})

    # ------------------------------------------------------------------ HTTP

    async def _me(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        return _json(_USER)

    async def _application(self, _request: web.Request) -> web.Response:
        return _json(
            {
                "id": str(APPLICATION),
                "name": "Respite",
                "icon": None,
                "description": "",
                "bot_public": False,
                "bot_require_code_grant": False,
                "verify_key": "",
                "flags": 0,
                "team": None,
                "owner": _USER,
            }
        )

    async def _gateway(self, _request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        url = self.base.replace("http", "ws") + "/gateway"
        return _json({"url": url, "shards": 1, "session_start_limit": limit})

    async def _commands(self, request: web.Request) -> web.Response:
        self.commands_told += 1
        return _json(
            [
                {"id": str(number), "application_id": str(APPLICATION), "version": "1", **command}
                for number, command in enumerate(await request.json(), start=1)
            ]
        )

    async def _callback(self, request: web.Request) -> web.Response:
        arrived = time.perf_counter()
        snowflake = request.match_info["id"]
        body = await request.json()
        began, future = self._waiting.pop(snowflake)
        future.set_result(Reply(body["type"], body.get("data") or {}, arrived - began))
        return _json({"interaction": {"id": snowflake, "type": 1}})

    async def _message(self, request: web.Request) -> web.Response:
        if request.content_type == "application/json":
            body = await request.json()
        else:
            body = json.loads((await request.post())["payload_json"])
        self.messages.append(body)
        return _json(
            {
                "id": str(APPLICATION + len(self.messages)),
                "channel_id": request.match_info["id"],
                "author": _USER,
                "content": "",
                "timestamp": "2026-01-01T00:00:00+00:00",
                "edited_timestamp": None,
                "tts": False,
                "mention_everyone": False,
                "mentions": [],
                "mention_roles": [],
                "attachments": [],
                "embeds": [],
                "pinned": False,
                "type": 0,
            }
        )

    # ------------------------------------------------------------------ websocket

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._socket = socket
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41250}, "s": None, "t": None})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            operation = json.loads(message.data)["op"]
            if operation == 1:
                await socket.send_json({"op": 11})
            elif operation == 2:
                await self._welcome()
        return socket

    async def _welcome(self) -> None:
        await self._send(
            "READY",
            {
                "v": 10,
                "user": _USER,
                "session_id": "stand-in",
                "resume_gateway_url": self.base.replace("http", "ws") + "/gateway",
                "guilds": [{"id": str(GUILD), "unavailable": True}],
                "application": {"id": str(APPLICATION), "flags": 0},
                "shard": [0, 1],
            },
        )
        await self._send("GUILD_CREATE", _GUILD)
        self._ready.set()

    async def _send(self, event: str, data: dict[str, Any]) -> None:
        assert self._socket is not None
        self._sequence += 1
        await self._socket.send_json({"op": 0, "t": event, "s": self._sequence, "d": data})


def _json(content: object, *, status: int = 200) -> web.Response:
    # Without a charset: discord.py looks for exactly this type.
    return web.Response(
        body=json.dumps(content).encode(), status=status, headers={"Content-Type": "application/json"}
    )


_USER = {
    "id": str(APPLICATION),
    "username": "respite",
    "discriminator": "0",
    "global_name": None,
    "avatar": None,
    "bot": True,
}
_CHANNEL = {
    "id": str(CHANNEL),
    "type": 0,
    "name": "tuesday",
    "position": 0,
    "permission_overwrites": [],
    "parent_id": None,
    "nsfw": False,
    "topic": None,
}


def _role(number: int, name: str) -> dict[str, Any]:
    return {
        "id": str(number),
        "name": name,
        "permissions": EVERYTHING,
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


_GUILD = {
    "id": str(GUILD),
    "name": "Clinic",
    "owner_id": str(APPLICATION + 50),
    "roles": [_role(GUILD, "@everyone"), _role(ROLE, "Circle: Tuesday")],
    "channels": [_CHANNEL],
    "members": [
        {
            "user": _USER,
            "roles": [],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
        }
    ],
    "threads": [],
    "emojis": [],
    "stickers": [],
    "features": [],
    "presences": [],
    "voice_states": [],
    "stage_instances": [],
    "guild_scheduled_events": [],
    "soundboard_sounds": [],
    "member_count": 2,
    "large": False,
    "unavailable": False,
    "verification_level": 0,
    "default_message_notifications": 0,
    "explicit_content_filter": 0,
    "mfa_level": 0,
    "nsfw_level": 0,
    "premium_tier": 0,
    "system_channel_flags": 0,
    "preferred_locale": "en-GB",
    "afk_timeout": 300,
}


def _interaction(
    snowflake: str, user: int, kind: int, data: dict[str, Any], roles: tuple[int, ...]
) -> dict[str, Any]:
    person = {"id": str(user), "username": f"person{user}", "discriminator": "0", "avatar": None}
    return {
        "id": snowflake,
        "application_id": str(APPLICATION),
        "type": kind,
        "token": f"token-{snowflake}",
        "version": 1,
        "guild_id": str(GUILD),
        "guild": {"id": str(GUILD), "features": [], "locale": "en-GB"},
        "channel_id": str(CHANNEL),
        "channel": _CHANNEL,
        "member": {
            "user": person,
            "roles": [str(role) for role in roles],
            "permissions": "0",
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
        },
        "locale": "en-GB",
        "guild_locale": "en-GB",
        "app_permissions": EVERYTHING,
        "entitlements": [],
        "authorizing_integration_owners": {},
        "context": 0,
        "attachment_size_limit": 8388608,
        "data": data,
    }

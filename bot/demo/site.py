"""The demo's web site on loopback: simcord's page behind ours, under one address that never changes."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from typing import cast

import aiohttp
from aiohttp import web
from yarl import URL

from bot.demo import page
from bot.demo.door import KEY_HEADER, make_door
from bot.demo.stage import Busy, NoSuchChannel, Stage, Upstream

_log = logging.getLogger(__name__)

_LARGEST_BODY = 32 * 1024 * 1024  # simcord takes forms with files of up to 26 MiB
_PASSED_UP = ("Content-Type", "X-Simcord-Context")
_KEPT_BACK = {
    "connection",
    "content-encoding",
    "content-length",
    "date",
    "keep-alive",
    "server",
    "transfer-encoding",
}


@asynccontextmanager
async def open_site(stage: Stage, listening: socket.socket, key: str) -> AsyncGenerator[None]:
    """Serve the stage on a socket that already listens, until the block is left."""
    port = listening.getsockname()[1]
    app = web.Application(middlewares=[make_door(port=port, key=key)], client_max_size=_LARGEST_BODY)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
        _Site(stage, session).add_routes(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.SockSite(runner, listening).start()
            yield
        finally:
            await runner.cleanup()


class _Site:
    def __init__(self, stage: Stage, session: aiohttp.ClientSession) -> None:
        self._stage = stage
        self._session = session

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/", self._index)
        app.router.add_get("/respite/state", self._state)
        app.router.add_post("/respite/advance", self._advance)
        app.router.add_post("/respite/circle", self._circle)
        app.router.add_get("/respite/{name}", page.serve_file)
        app.router.add_post("/api/action", self._act)
        app.router.add_route("*", "/{path:.*}", self._forward)

    async def _index(self, request: web.Request) -> web.Response:
        await self._stage.catch_up()
        answer = await self._forward(request)
        answer.text = page.with_bar(answer.text or "")
        return answer

    async def _state(self, _request: web.Request) -> web.Response:
        return _json(self._stage.state())

    async def _advance(self, request: web.Request) -> web.Response:
        days = (await _body(request)).get("days")
        if days not in (1, 7):
            raise web.HTTPBadRequest
        return await self._do(self._stage.advance(cast("int", days)))

    async def _circle(self, request: web.Request) -> web.Response:
        body = await _body(request)
        channel, viewer = _number(body.get("channel")), _number(body.get("viewer"))
        if channel is None:
            raise web.HTTPBadRequest
        return await self._do(self._stage.show(channel, viewer_id=viewer))

    async def _do(self, work: Awaitable[None]) -> web.Response:
        """Do one thing for the control bar, and answer with the state or with one calm sentence."""
        try:
            await work
        except Busy as busy:
            return _json({"message": str(busy)}, status=409)
        except NoSuchChannel:
            return _json({"message": "Nobody here can read that channel any more."}, status=404)
        except Exception:
            _log.exception("the demo could not do what the control bar asked for")
            sentence = "That did not work. The reason is in the terminal; the page can still be used."
            return _json({"message": sentence}, status=500)
        return _json(self._stage.state())

    async def _act(self, request: web.Request) -> web.Response:
        """Pass on what a person does; two at once would be refused by simcord, so they take turns."""
        async with self._stage.turn():
            return await self._forward(request)

    async def _forward(self, request: web.Request) -> web.Response:
        upstream = self._stage.upstream
        headers = {name: request.headers[name] for name in _PASSED_UP if name in request.headers}
        if KEY_HEADER in request.headers:
            headers[KEY_HEADER] = upstream.key
        body = await request.read()
        try:
            async with self._session.request(
                request.method, _address(upstream, request), headers=headers, data=body or None
            ) as answer:
                kept = {
                    name: value for name, value in answer.headers.items() if name.lower() not in _KEPT_BACK
                }
                return web.Response(body=await answer.read(), status=answer.status, headers=kept)
        except aiohttp.ClientConnectionError:
            # The channel was changed under this request: its page is gone, and says so itself.
            return _json({"message": "This page has been replaced."}, status=410)


def _address(upstream: Upstream, request: web.Request) -> URL:
    path = upstream.origin.with_path(request.rel_url.raw_path, encoded=True)
    return path.with_query(request.rel_url.query)


async def _body(request: web.Request) -> dict[str, object]:
    try:
        body: object = json.loads(await request.read())
    except ValueError:
        raise web.HTTPBadRequest from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return cast("dict[str, object]", body)


def _number(value: object) -> int | None:
    """Read a Discord id, which travels as text because JavaScript would round it."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None


def _json(value: dict[str, object], *, status: int = 200) -> web.Response:
    return web.json_response(value, status=status, headers=page.SECURITY_HEADERS)

"""Who may come in: pages of this program in a browser on this machine, holding the key from the address."""

from __future__ import annotations

import hmac

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

KEY_HEADER = "X-Simcord-Capability"
_NEEDS_KEY = ("/api/", "/respite/")
_OPEN = ("/respite/bar.", "/respite/icon.")  # a page's own files, which hold nothing


def make_door(*, port: int, key: str) -> Middleware:
    """Make the middleware that turns away other sites, rebound names, and whoever lacks the key."""
    hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
    origins = {f"http://{host}" for host in hosts}

    @web.middleware
    async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("Host") not in hosts:
            raise web.HTTPForbidden
        if request.headers.get("Origin", min(origins)) not in origins:
            raise web.HTTPForbidden
        if _asks_for_key(request.path) and not _is_key(request.headers.get(KEY_HEADER, ""), key):
            raise web.HTTPUnauthorized
        return await handler(request)

    return door


def _asks_for_key(path: str) -> bool:
    return path.startswith(_NEEDS_KEY) and not path.startswith(_OPEN)


def _is_key(given: str, key: str) -> bool:
    return hmac.compare_digest(given.encode(), key.encode())

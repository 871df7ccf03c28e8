"""simcord's page with our control bar inside it, and the files that the bar is made of."""

from __future__ import annotations

import re
from pathlib import Path

from aiohttp import web

_FILES = Path(__file__).with_name("page")
_TYPES = {"bar.js": "text/javascript", "bar.css": "text/css", "icon.svg": "image/svg+xml"}
_HEAD = (
    '<link rel="icon" href="/respite/icon.svg"><link rel="stylesheet" href="/respite/bar.css">'
    '<script type="module" src="/respite/bar.js"></script>'
)

# The same policy as simcord's own page: nothing from elsewhere, nothing inline, never in a frame.
SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
}

_TOOLBAR = re.compile(r"""<header\b[^>]*\bid="toolbar"[^>]*>""")


class StrangePage(RuntimeError):
    """Raised when simcord's page has no toolbar to put ours into: its version is not the one we know."""


async def serve_file(request: web.Request) -> web.Response:
    """Serve the script or the stylesheet of the control bar."""
    name = request.match_info["name"]
    if name not in _TYPES:
        raise web.HTTPNotFound
    text = (_FILES / name).read_text(encoding="utf-8")
    return web.Response(text=text, content_type=_TYPES[name], headers=SECURITY_HEADERS)


def with_bar(html: str) -> str:
    """Put the control bar into simcord's toolbar, and its script and stylesheet into the head.

    Raises:
        StrangePage: the page has no head or no toolbar.
    """
    bar = (_FILES / "bar.html").read_text(encoding="utf-8")
    html, heads = re.subn("</head>", lambda end: _HEAD + end[0], html, count=1)
    html, bars = _TOOLBAR.subn(lambda start: start[0] + bar, html, count=1)
    if not heads or not bars:
        raise StrangePage("simcord's page has changed: it has no head or no toolbar")
    return re.sub(r"<title>.*?</title>", "<title>Respite — a pretend Discord</title>", html, count=1)
